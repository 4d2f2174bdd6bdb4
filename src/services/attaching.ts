import { transaction, type UnitOfWork } from '../database/transaction.ts';
import type { Actor, OrganismName } from '../domain/actor.ts';
import { dayInParis } from '../domain/calendar.ts';
import { Refused } from '../domain/errors.ts';
import { decidedByUcanss } from '../domain/request.ts';
import type { Scope } from '../domain/scope.ts';
import { accountStateRepository } from '../repositories/account-states.ts';
import { accountRepository, type NamedHolder } from '../repositories/accounts.ts';
import { assignmentRepository } from '../repositories/assignments.ts';
import { deciderRepository } from '../repositories/deciders.ts';
import { enqueueMessages } from '../repositories/outbox.ts';
import { requestRepository } from '../repositories/requests.ts';
import { roleRequestRepository } from '../repositories/role-requests.ts';
import { roleRepository } from '../repositories/roles.ts';
import { acting } from '../security/acting.ts';
import { pace } from '../security/pace.ts';
import { judgeAccount, underLock } from './account-judging.ts';
import type { AccountOutcome } from './accounts.ts';
import { assigning } from './assigning.ts';
import type { ServiceContext } from './context.ts';
import { endAskedBy, endChangesOfOthers } from './pending-ends.ts';
import { tellDeciders } from './request-notices.ts';

/** People join one by one: who attaches many at once gathers a country. */
const ATTACHMENTS_AN_HOUR = 20;

/** « Rattacher à mon organisme » (R57-R64): the only act that reaches outside the scope (P5). */
export function attachingService({ db, clock }: ServiceContext) {
  const keepPace = pace({ db, clock }, 'attachments', ATTACHMENTS_AN_HOUR);

  return {
    /**
     * Attaches a person to the organism of the scope: every right stays, marked « à revoir » (R62, R63), but the
     * delegation for the organism they leave (P6); their pending requests follow.
     * @throws NotFound for an unknown account. @throws Refused where the scope is not one organism. @throws TooMany
     */
    async attach(actor: Actor, scope: Scope, accountId: number): Promise<AccountOutcome> {
      if (scope.kind !== 'organism') throw new Refused('Choisissez d’abord l’organisme de rattachement.');
      const target = scope.organism;
      await keepPace(actor);
      return transaction(acting({ db, clock }, actor, scope), async (unit) => {
        const person = await accountRepository(unit.db).lockOne(accountId, null);
        const { fault, left } = await judgeAccount(underLock(unit), actor, 'attach', person, target);
        if (fault !== null) return { kind: 'refused', fault, person, organisms: left };
        await movePerson(unit, actor, person, target);
        return { kind: 'done', person };
      });
    },
  };
}

/** An organism that somebody leaves. */
type Place = Pick<OrganismName, 'id' | 'name'>;

/**
 * Moves a person, already locked, to another organism, within a use case: rights stay, requests follow, the delegation
 * for the organism that they leave ends (R62, P6). `by` is null for a command.
 */
export async function movePerson(
  unit: UnitOfWork,
  by: Actor | null,
  person: NamedHolder,
  target: Pick<OrganismName, 'id' | 'name'>,
): Promise<void> {
  const former = { id: person.organismId, name: person.organismName };
  const about = { organismId: target.id, subjectAccountId: person.id };
  await accountStateRepository(unit.db).attach(person.id, target.id, unit.now);
  const details = { from: former.name, to: target.name };
  const effect = { previous: { organismId: former.id } };
  unit.record({ action: 'account.attached', details, ...about, effect });
  unit.record({ action: 'account.left', details, ...about, organismId: former.id });
  await endChangesOfOthers(unit, { id: person.id, organismId: target.id });
  await moveRequests(unit, person, former, target);
  await assignmentRepository(unit.db).markInherited(person.id, former.id);
  const delegationEnded = await endDelegation(unit, by, person, former);
  // With a delegation, what was asked by it has ended already.
  if (!delegationEnded) await endAskedBy(unit, [person.id]);
  await tellFormer(unit, by, { person, former, target, delegationEnded });
}

/** The pending requests of the person follow, and are told to who decides them from now on. */
async function moveRequests(unit: UnitOfWork, person: NamedHolder, former: Place, target: Place) {
  const moved = await roleRequestRepository(unit.db).follow(person.id, target.id);
  for (const { id, roleId } of moved) {
    unit.record({
      action: 'request.moved',
      details: { from: former.name, to: target.name },
      organismId: target.id,
      subjectAccountId: person.id,
      roleId: roleId ?? undefined,
      requestId: id,
    });
    const request = await requestRepository(unit.db).getManaged(id, target.id);
    const role = roleId === null ? null : await roleRepository(unit.db).get(roleId);
    // Ucanss knows of it already, and still decides.
    if (!decidedByUcanss(request, role)) await tellDeciders(unit, { ...request, role });
  }
}

/** Ends the delegation for the organism that the person leaves: it would follow them (P6). True if there was one. */
async function endDelegation(
  unit: UnitOfWork,
  by: Actor | null,
  person: NamedHolder,
  former: Place,
): Promise<boolean> {
  const live = await assignmentRepository(unit.db).liveOf(person.id);
  const held = live.filter(({ organismId }) => organismId === former.id);
  if (held.length === 0) return false;
  const role = await roleRepository(unit.db).localAdministrator();
  await assigning(unit, by, { role, organism: former }, [person]).end(held, {
    reason: '',
    cause: 'attached',
  });
  return true;
}

interface Move {
  person: NamedHolder;
  former: Place;
  target: Place;
  delegationEnded: boolean;
}

/** Tells the administrators of the organism that the person leaves. */
async function tellFormer(
  unit: UnitOfWork,
  by: Actor | null,
  { person, former, target, delegationEnded }: Move,
) {
  const today = dayInParis(unit.now);
  const administrators = await deciderRepository(unit.db, today).localAdministrators([former.id]);
  const { firstName, lastName, email } = person;
  const told = (administrators.get(former.id) ?? []).filter(({ id }) => id !== by?.id && id !== person.id);
  const values = {
    firstName,
    lastName,
    email,
    delegationEnded,
    formerOrganism: former.name,
    newOrganism: target.name,
    attachedBy: by === null ? 'l’Ucanss' : `${by.firstName} ${by.lastName}`,
    attachedOn: today,
  };
  await enqueueMessages(
    unit,
    told.map(({ email: to }) => ({ template: 'attached', to, accountId: person.id, values })),
  );
}
