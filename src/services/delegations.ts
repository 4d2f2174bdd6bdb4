import { transaction, type UnitOfWork } from '../database/transaction.ts';
import type { Actor, OrganismName } from '../domain/actor.ts';
import { holdsOn } from '../domain/assignment.ts';
import { dayInParis } from '../domain/calendar.ts';
import { DAY } from '../domain/duration.ts';
import { Forbidden, Refused } from '../domain/errors.ts';
import { judgeMandate, type MandateFault } from '../domain/mandate.ts';
import type { Scope } from '../domain/scope.ts';
import { enqueueMessage, enqueueMessages } from '../mail/outbox.ts';
import { accountRepository, type NamedHolder } from '../repositories/accounts.ts';
import { assignmentRepository, type LiveAssignment } from '../repositories/assignments.ts';
import { delegationRepository } from '../repositories/delegations.ts';
import { roleRepository } from '../repositories/roles.ts';
import { acting } from './acting.ts';
import type { ServiceContext } from './context.ts';
import { bindsActor, lockAndFindLast } from './delegation-guard.ts';
import { endAskedBy } from './pending-ends.ts';
import { tellUcanss } from './unusual-notices.ts';

export type DelegationOutcome =
  | { kind: 'done'; person: NamedHolder }
  | { kind: 'refused'; fault: MandateFault; person: NamedHolder };

export interface DelegationTerms {
  accountId: number;
  reason: string;
  /** Inclusive, 'YYYY-MM-DD', or null. */
  endsOn: string | null;
}

/** A delegation under lock: nobody else changes who administers the organism until the end of the use case. */
interface Locked {
  unit: UnitOfWork;
  actor: Actor;
  organism: OrganismName;
  person: NamedHolder;
  /** The delegation of this person for this organism, where one holds today. */
  held: LiveAssignment | null;
  /** True where the organism would be left without administrator, and this actor is bound by it (P2). */
  isLast: boolean;
}

/** Milliseconds: an account that is younger, and administers at once, is looked at by Ucanss. */
const YOUNG = 7 * DAY;

/** Naming local administrators and ending their delegations (R65-R72, P1, P2, P3b). */
export function delegationService({ db, clock }: ServiceContext) {
  const act = async (
    actor: Actor,
    scope: Scope,
    accountId: number,
    find: (unit: UnitOfWork, organism: OrganismName) => Promise<NamedHolder>,
    work: (locked: Locked) => Promise<MandateFault | null>,
  ): Promise<DelegationOutcome> => {
    if (scope.kind !== 'organism') {
      // An unknown person is unknown before anything else.
      await accountRepository(db).get(accountId);
      throw new Refused('Choisissez d’abord l’organisme à administrer.');
    }
    const { organism } = scope;
    return transaction(acting({ db, clock }, actor, scope), async (unit) => {
      const person = await find(unit, organism);
      const fault =
        person.id === actor.id ? 'oneself' : await work(await lock(unit, actor, organism, person));
      return fault === null ? { kind: 'done', person } : { kind: 'refused', fault, person };
    });
  };
  const known = (actor: Actor, accountId: number) => (unit: UnitOfWork, organism: OrganismName) =>
    accountRepository(unit.db).lockKnownTo(accountId, bindsActor(actor) ? organism.id : null);

  return {
    /**
     * Makes an active person of the organism one of its local administrators (R68, R69) and tells both.
     * @throws NotFound for an account outside the scope of a local administrator (P5); Refused without an organism;
     * Forbidden once the actor no longer administers it.
     */
    grant: async (
      actor: Actor,
      scope: Scope,
      { accountId, ...terms }: DelegationTerms,
    ): Promise<DelegationOutcome> =>
      act(
        actor,
        scope,
        accountId,
        (unit, organism) =>
          accountRepository(unit.db).lockOne(accountId, bindsActor(actor) ? organism.id : null),
        async (locked) => {
          const fault = judgeMandate('grant', locked);
          if (fault === null) await give(locked, terms);
          return fault;
        },
      ),

    /**
     * « Retirer la délégation »: of this organism only, whatever the person's own organism; tells both.
     * @throws NotFound for who neither administers the organism nor is in the scope; Refused and Forbidden as above.
     */
    remove: async (
      actor: Actor,
      scope: Scope,
      { accountId, reason }: Omit<DelegationTerms, 'endsOn'>,
    ): Promise<DelegationOutcome> =>
      act(actor, scope, accountId, known(actor, accountId), async (locked) => {
        const fault = judgeMandate('remove', locked);
        if (fault !== null || !locked.held) return fault ?? 'gone';
        await end(locked, locked.held, reason);
        return null;
      }),

    /**
     * Gives a delegation an end date, another one, or none, and tells the person: the last one without an end date
     * keeps none (P2, P8).
     * @throws NotFound for who neither administers the organism nor is in the scope; Refused and Forbidden as above.
     */
    setEnd: async (
      actor: Actor,
      scope: Scope,
      { accountId, endsOn }: Omit<DelegationTerms, 'reason'>,
    ): Promise<DelegationOutcome> =>
      act(actor, scope, accountId, known(actor, accountId), async (locked) => {
        const { unit, organism, person, held } = locked;
        const fault = judgeMandate('setEnd', { ...locked, endsOn });
        if (fault !== null || !held) return fault ?? 'gone';
        const role = await roleRepository(unit.db).localAdministrator();
        await assignmentRepository(unit.db).setEnd(held.id, endsOn);
        unit.record({
          action: 'assignment.end_date_changed',
          details: { label: role.label, from: held.endsOn, to: endsOn },
          ...about(organism, person, role.id),
        });
        await tellEnd(locked, role.label, endsOn);
        return null;
      }),
  };
}

const about = (organism: OrganismName, person: NamedHolder, roleId: number) => ({
  organismId: organism.id,
  subjectAccountId: person.id,
  roleId,
});

/**
 * Locks the organism once the person is locked (P2), and looks again at what the act stands on.
 * @throws Forbidden where the actor was an administrator when the request began and no longer is.
 */
async function lock(
  unit: UnitOfWork,
  actor: Actor,
  organism: OrganismName,
  person: NamedHolder,
): Promise<Locked> {
  const today = dayInParis(unit.now);
  const last = await lockAndFindLast(unit, [person.id], [organism.id]);
  const holding = await delegationRepository(unit.db).holding([organism.id], today);
  if (bindsActor(actor) && !holding.some(({ accountId }) => accountId === actor.id)) throw new Forbidden();
  const live = await assignmentRepository(unit.db).liveOf(person.id);
  const found = live.find(({ organismId }) => organismId === organism.id) ?? null;
  const holds = found !== null && holdsOn(found.endsOn, today);
  if (found !== null && !holds) await endExpired(unit, organism, person, found);
  const isLast = bindsActor(actor) && (last.get(person.id) ?? []).includes(organism.id);
  return { unit, actor, organism, person, held: holds ? found : null, isLast };
}

/** Writes the end of a delegation whose end date has passed, before the nightly job does (P8). */
async function endExpired(
  unit: UnitOfWork,
  organism: OrganismName,
  person: NamedHolder,
  over: LiveAssignment,
) {
  await assignmentRepository(unit.db).end([over.id], {
    ...{ endedAt: unit.now, endedBy: null, kind: 'expired', reason: '' },
  });
  await endAskedBy(unit, [person.id]);
  unit.record({
    action: 'delegation.expired',
    details: { organism: organism.name, ends_on: over.endsOn ?? '' },
    ...about(organism, person, over.roleId),
  });
}

async function give(
  { unit, actor, organism, person }: Locked,
  { reason, endsOn }: Omit<DelegationTerms, 'accountId'>,
): Promise<void> {
  const role = await roleRepository(unit.db).localAdministrator();
  await assignmentRepository(unit.db).grant([person.id], {
    ...{ role, reason, endsOn, organismId: organism.id },
    ...{ grantedAt: unit.now, grantedBy: actor.id, requestId: null },
  });
  unit.record({
    action: 'delegation.granted',
    details: {
      organism: organism.name,
      ...(reason === '' ? {} : { reason }),
      ...(endsOn === null ? {} : { ends_on: endsOn }),
    },
    ...about(organism, person, role.id),
  });
  const { firstName, lastName } = person;
  if (person.createdAt.getTime() > unit.now.getTime() - YOUNG && bindsActor(actor)) {
    await tellUcanss(unit, actor, {
      cause: 'young_delegation',
      organism,
      person: `${firstName} ${lastName}`,
    });
  }
  const values = {
    ...{ firstName, lastName, giver: nameOf(actor), endsOn, reason },
    ...{ organismName: organism.name, organismCode: organism.code },
  };
  await enqueueMessages(unit, [
    {
      template: 'delegation-granted',
      to: person.email,
      accountId: person.id,
      values: { ...values, to: 'holder' },
    },
    {
      template: 'delegation-granted',
      to: actor.email,
      accountId: person.id,
      values: { ...values, to: 'giver' },
    },
  ]);
}

async function end(
  { unit, actor, organism, person }: Locked,
  held: LiveAssignment,
  reason: string,
): Promise<void> {
  await assignmentRepository(unit.db).end([held.id], {
    ...{ endedAt: unit.now, endedBy: actor.id, kind: 'removed', reason },
  });
  await endAskedBy(unit, [person.id]);
  unit.record({
    action: 'delegation.removed',
    details: { organism: organism.name, cause: 'removed', ...(reason === '' ? {} : { reason }) },
    ...about(organism, person, held.roleId),
  });
  const { firstName, lastName } = person;
  const values = { firstName, lastName, organismName: organism.name, remover: nameOf(actor), reason };
  await enqueueMessages(unit, [
    {
      template: 'delegation-removed',
      to: person.email,
      accountId: person.id,
      values: { ...values, to: 'holder' },
    },
    {
      template: 'delegation-removed',
      to: actor.email,
      accountId: person.id,
      values: { ...values, to: 'remover' },
    },
  ]);
}

/** Tells the person alone until when their delegation now holds. */
async function tellEnd(
  { unit, actor, organism, person }: Locked,
  roleLabel: string,
  endsOn: string | null,
): Promise<void> {
  const { firstName, lastName } = person;
  const changedBy = `${actor.firstName} ${actor.lastName}`;
  await enqueueMessage(unit, {
    template: 'end-date-changed',
    to: person.email,
    accountId: person.id,
    values: { firstName, lastName, roleLabel, organismName: organism.name, changedBy, endsOn },
  });
}

const nameOf = ({ firstName, lastName }: Actor) => ({ firstName, lastName });
