import type { Database } from '../database/knex.ts';
import { transaction, type UnitOfWork } from '../database/transaction.ts';
import type { Actor } from '../domain/actor.ts';
import { dayInParis } from '../domain/calendar.ts';
import { leavesOrganismWithout } from '../domain/delegation.ts';
import { organismIdOf, type Scope } from '../domain/scope.ts';
import { accountStateRepository } from '../repositories/account-states.ts';
import { accountRepository, type NamedHolder } from '../repositories/accounts.ts';
import { nationalRoleRepository } from '../repositories/national-roles.ts';
import { organismRepository } from '../repositories/organisms.ts';
import { sessionRepository } from '../repositories/sessions.ts';
import { acting } from './acting.ts';
import { findBeyond, isKeptByUcanss, type Kept } from './acting-upon.ts';
import type { ServiceContext } from './context.ts';
import { bindsActor, findLast, lockAndFindLast } from './delegation-guard.ts';
import { findLastNational } from './national-guard.ts';
import { endPending } from './pending-ends.ts';

/** Why an account is neither closed nor opened again, or a person not attached. */
export type AccountFault =
  | 'oneself'
  | 'beyond'
  | 'already_inactive'
  | 'already_active'
  | 'last_administrator'
  | 'last_national'
  | 'executive'
  | 'already_here'
  | 'organism_closed';

/** What an act on an account comes to; `organisms` are those that would be left without administrator (P2). */
export type AccountOutcome =
  | { kind: 'done'; person: NamedHolder }
  | { kind: 'refused'; fault: AccountFault; person: NamedHolder; organisms: string[] };

/** Closing accounts and opening them again (R43, R44); closing what is open of one. */
export function accountService({ db, clock }: ServiceContext) {
  const act = (actor: Actor, scope: Scope) => acting({ db, clock }, actor, scope);

  /** An act upon the open account of somebody else of the scope, locked, who is not beyond the actor (P1, P9). */
  const onOpenAccount = (
    actor: Actor,
    scope: Scope,
    accountId: number,
    work: (unit: UnitOfWork, person: NamedHolder) => Promise<AccountOutcome>,
  ): Promise<AccountOutcome> =>
    transaction(act(actor, scope), async (unit) => {
      const person = await accountRepository(unit.db).lockOne(accountId, organismIdOf(scope));
      if (person.id === actor.id) return refused('oneself', person);
      if (!person.active) return refused('already_inactive', person);
      if ((await findBeyond(unit, actor, [person.id])).size > 0) return refused('beyond', person);
      return work(unit, person);
    });

  return {
    /** Names of the organisms that would be left without administrator if this person stopped: a warning (P2). */
    async organismsLeft(accountId: number): Promise<string[]> {
      return namesOf(db, (await findLast(db, [accountId], dayInParis(clock.now()))).get(accountId));
    },

    /** True where this actor may not act upon this person (P9): told before the act. */
    isBeyond: async (actor: Actor, accountId: number): Promise<boolean> =>
      (await findBeyond({ db, now: clock.now() }, actor, [accountId])).has(accountId),

    /** The same of attaching them, or opening their account again. */
    isKeptByUcanss: (actor: Actor, person: Kept): Promise<boolean> =>
      isKeptByUcanss({ db, now: clock.now() }, actor, person),

    /** True where the portal would have no administrateur Ucanss left if this person stopped: a refusal to come. */
    async isLastNational(accountId: number): Promise<boolean> {
      const administrators = await nationalRoleRepository(db).administrators(dayInParis(clock.now()));
      return leavesOrganismWithout(administrators, accountId);
    },

    /**
     * Blocks the access of a person, whose sessions end in the same instant; every right stays (R43, P1, P2).
     * @throws NotFound for an account outside the scope.
     */
    deactivate: (
      actor: Actor,
      scope: Scope,
      { accountId, reason }: { accountId: number; reason: string },
    ): Promise<AccountOutcome> =>
      onOpenAccount(actor, scope, accountId, async (unit, person) => {
        const last = await organismsLeft(unit, actor, person.id);
        if (last.length > 0) return refused('last_administrator', person, last);
        if ((await findLastNational(unit, [person.id])).size > 0) return refused('last_national', person);
        await closeAccounts(unit, actor, [person], { reason });
        return { kind: 'done', person };
      }),

    /**
     * Opens an account again, with the rights it has kept.
     * @throws NotFound for an account outside the scope.
     */
    reactivate: (
      actor: Actor,
      scope: Scope,
      { accountId, reason }: { accountId: number; reason: string },
    ): Promise<AccountOutcome> =>
      transaction(act(actor, scope), async (unit) => {
        const person = await accountRepository(unit.db).lockOne(accountId, organismIdOf(scope));
        if (person.id === actor.id) return refused('oneself', person);
        if (person.active) return refused('already_active', person);
        if (await isKeptByUcanss(unit, actor, person)) return refused('beyond', person);
        await accountStateRepository(unit.db).reactivate(person.id);
        unit.record({
          action: 'account.reactivated',
          details: reason === '' ? {} : { reason },
          organismId: person.organismId,
          subjectAccountId: person.id,
        });
        return { kind: 'done', person };
      }),

    /**
     * Ends every session of a person, whose devices are known no more: of a browser left open, or a password that
     * somebody else has. They may sign in again.
     * @throws NotFound for an account outside the scope.
     */
    endSessions: (
      actor: Actor,
      scope: Scope,
      { accountId, reason }: { accountId: number; reason: string },
    ): Promise<AccountOutcome> =>
      onOpenAccount(actor, scope, accountId, async (unit, person) => {
        const sessions = await sessionRepository(unit.db).endAll(person.id);
        unit.record({
          action: 'account.sessions_ended',
          details: { sessions, ...(reason === '' ? {} : { reason }) },
          organismId: person.organismId,
          subjectAccountId: person.id,
        });
        return { kind: 'done', person };
      }),
  };
}

export const refused = (
  fault: AccountFault,
  person: NamedHolder,
  organisms: string[] = [],
): AccountOutcome => ({ kind: 'refused', fault, person, organisms });

/**
 * Names of the organisms that this person's stop would leave without administrator, where that stops this actor
 * (P2). `except` are those that do not count.
 */
export async function organismsLeft(
  unit: UnitOfWork,
  actor: Actor,
  accountId: number,
  except: readonly number[] = [],
): Promise<string[]> {
  const last = await lockAndFindLast(unit, [accountId]);
  if (!bindsActor(actor)) return [];
  return namesOf(
    unit.db,
    last.get(accountId)?.filter((id) => !except.includes(id)),
  );
}

const namesOf = (db: Database, organismIds: readonly number[] = []): Promise<string[]> =>
  Promise.all(organismIds.map(async (id) => (await organismRepository(db).get(id)).name));

/** Blocks the access of people already locked and ends their sessions, within a use case; records each. */
export async function closeAccounts(
  unit: UnitOfWork,
  actor: Actor,
  people: readonly NamedHolder[],
  { reason, batchId }: { reason: string; batchId?: number },
): Promise<void> {
  await accountStateRepository(unit.db).deactivate(
    people.map(({ id }) => id),
    { at: unit.now, by: actor.id, reason, byUcanss: actor.national === 'administrator' },
  );
  await endPending(unit, people);
  for (const person of people) {
    unit.record({
      action: 'account.deactivated',
      details: { reason },
      organismId: person.organismId,
      subjectAccountId: person.id,
      batchId,
    });
  }
}
