import { transaction, type UnitOfWork } from '../database/transaction.ts';
import type { Actor, OrganismName } from '../domain/actor.ts';
import { dayInParis } from '../domain/calendar.ts';
import { toldOf } from '../domain/decider.ts';
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
        await movePeople(unit, actor, [{ person, target }]);
        return { kind: 'done', person };
      });
    },
  };
}

/** An organism that somebody leaves, or joins. */
type Place = Pick<OrganismName, 'id' | 'name'>;

interface Move {
  person: NamedHolder;
  target: Place;
}

const formerOf = ({ person }: Move): Place => ({ id: person.organismId, name: person.organismName });

/**
 * Moves people, already locked, to other organisms, within a use case: rights stay, requests follow, the delegation for
 * the organism that they leave ends (R62, P6). `by` is null for a command.
 */
export async function movePeople(unit: UnitOfWork, by: Actor | null, moves: readonly Move[]): Promise<void> {
  if (moves.length === 0) return;
  const joining = moves.map(({ person: { id }, target }) => ({ id, organismId: target.id }));
  await accountStateRepository(unit.db).attach(joining, unit.now);
  for (const move of moves) recordMove(unit, move);
  await endChangesOfOthers(unit, joining);
  await moveRequests(unit, moves);
  const leaving = moves.map(({ person: { id, organismId: formerId } }) => ({ id, formerId }));
  await assignmentRepository(unit.db).markInherited(leaving);
  const ended = await endDelegations(unit, by, moves);
  // With a delegation, what was asked by it has ended already.
  const others = joining.map(({ id }) => id).filter((id) => !ended.has(id));
  if (others.length > 0) await endAskedBy(unit, others);
  await tellFormer(unit, by, moves, ended);
}

function recordMove(unit: UnitOfWork, move: Move): void {
  const [former, { person, target }] = [formerOf(move), move];
  const about = { organismId: target.id, subjectAccountId: person.id };
  const details = { from: former.name, to: target.name };
  const effect = { previous: { organismId: former.id } };
  unit.record({ action: 'account.attached', details, ...about, effect });
  unit.record({ action: 'account.left', details, ...about, organismId: former.id });
}

/** The pending requests of people follow, and are told to who decides them from now on. */
async function moveRequests(unit: UnitOfWork, moves: readonly Move[]): Promise<void> {
  const byId = new Map(moves.map((move) => [move.person.id, move]));
  const moved = await roleRequestRepository(unit.db).follow([...byId.keys()]);
  for (const { id, roleId, accountId } of moved) {
    const move = byId.get(accountId);
    if (!move) continue;
    unit.record({
      action: 'request.moved',
      details: { from: formerOf(move).name, to: move.target.name },
      organismId: move.target.id,
      subjectAccountId: accountId,
      roleId: roleId ?? undefined,
      requestId: id,
    });
    const request = await requestRepository(unit.db).getManaged(id, move.target.id);
    const role = roleId === null ? null : await roleRepository(unit.db).get(roleId);
    // Ucanss knows of it already, and still decides.
    if (!decidedByUcanss(request, role)) await tellDeciders(unit, { ...request, role });
  }
}

/** Ends the delegations for the organisms that people leave: they would follow them (P6). Returns whose they were. */
async function endDelegations(
  unit: UnitOfWork,
  by: Actor | null,
  moves: readonly Move[],
): Promise<Set<number>> {
  const ended = new Set<number>();
  const live = await assignmentRepository(unit.db).delegationsOf(moves.map(({ person }) => person.id));
  for (const move of moves) {
    const [former, { person }] = [formerOf(move), move];
    const held = live.filter((each) => each.accountId === person.id && each.organismId === former.id);
    if (held.length === 0) continue;
    const role = await roleRepository(unit.db).localAdministrator();
    await assigning(unit, by, { role, organism: former }, [person]).end(held, {
      reason: '',
      cause: 'attached',
    });
    ended.add(person.id);
  }
  return ended;
}

/** Tells the administrators of the organisms that people leave. */
async function tellFormer(
  unit: UnitOfWork,
  by: Actor | null,
  moves: readonly Move[],
  delegationsEnded: ReadonlySet<number>,
): Promise<void> {
  const attachedOn = dayInParis(unit.now);
  const places = [...new Set(moves.map(({ person }) => person.organismId))];
  const administrators = await deciderRepository(unit.db, attachedOn).localAdministrators(places);
  const attachedBy = by === null ? 'l’Ucanss' : `${by.firstName} ${by.lastName}`;
  await enqueueMessages(
    unit,
    moves.flatMap(({ person, target }) => {
      const { id: accountId, firstName, lastName, email, organismId, organismName } = person;
      const told = toldOf(administrators.get(organismId), accountId, by?.id);
      const values = {
        firstName,
        lastName,
        email,
        delegationEnded: delegationsEnded.has(accountId),
        formerOrganism: organismName,
        newOrganism: target.name,
        attachedBy,
        attachedOn,
      };
      return told.map(({ email: to }) => ({ template: 'attached' as const, to, accountId, values }));
    }),
  );
}
