import { transaction, type UnitOfWork } from '../database/transaction.ts';
import type { AccountAct, AccountFault } from '../domain/account-acts.ts';
import type { Actor } from '../domain/actor.ts';
import { dayInParis } from '../domain/calendar.ts';
import { TooMany } from '../domain/errors.ts';
import { organismIdOf, type Scope } from '../domain/scope.ts';
import { accountStateRepository } from '../repositories/account-states.ts';
import { accountRepository, type NamedHolder } from '../repositories/accounts.ts';
import { assignmentRepository } from '../repositories/assignments.ts';
import { enqueueMessage, enqueueMessages } from '../repositories/outbox.ts';
import { sessionRepository } from '../repositories/sessions.ts';
import { tokenRepository } from '../repositories/tokens.ts';
import { acting } from '../security/acting.ts';
import { findBeyond } from '../security/acting-upon.ts';
import { hourlyLimiter } from '../security/limits.ts';
import {
  asItStands,
  type JudgedAccount,
  type JudgedPerson,
  judgeAccount,
  underLock,
} from './account-judging.ts';
import type { ServiceContext } from './context.ts';
import { endPending } from './pending-ends.ts';

/** What an act on an account comes to; `organisms` are those that would be left without administrator (P2). */
export type AccountOutcome =
  | { kind: 'done'; person: NamedHolder }
  | { kind: 'refused'; fault: AccountFault; person: NamedHolder; organisms: string[] };

/** Closing accounts and opening them again (R43, R44); closing what is open of one. */
export function accountService({ db, clock }: ServiceContext) {
  const act = (actor: Actor, scope: Scope) => acting({ db, clock }, actor, scope);

  /** An act upon the account of somebody of the scope, locked, unless a rule forbids it (P1, P2, P9). */
  const onAccount = (
    what: AccountAct,
    actor: Actor,
    scope: Scope,
    accountId: number,
    work: (unit: UnitOfWork, person: NamedHolder) => Promise<void>,
  ): Promise<AccountOutcome> =>
    transaction(act(actor, scope), async (unit) => {
      const person = await accountRepository(unit.db).lockOne(accountId, organismIdOf(scope));
      const { fault, left } = await judgeAccount(underLock(unit), actor, what, person);
      if (fault !== null) return { kind: 'refused', fault, person, organisms: left };
      await work(unit, person);
      return { kind: 'done', person };
    });

  return {
    /** What an act would meet, for the page before it: it is judged again, by the same rules, under lock. */
    foresee: (
      actor: Actor,
      what: AccountAct,
      person: JudgedPerson,
      target?: { id: number },
    ): Promise<JudgedAccount> => judgeAccount(asItStands(db, clock.now()), actor, what, person, target),

    /** True where this actor may not act upon this person (P9): told before the act. */
    isBeyond: async (actor: Actor, accountId: number): Promise<boolean> =>
      (await findBeyond({ db, now: clock.now() }, actor, [accountId])).has(accountId),

    /**
     * Blocks the access of a person, whose sessions end in the same instant; every right stays (R43, P1, P2).
     * @throws NotFound for an account outside the scope.
     */
    deactivate: (
      actor: Actor,
      scope: Scope,
      { accountId, reason }: { accountId: number; reason: string },
    ): Promise<AccountOutcome> =>
      onAccount('deactivate', actor, scope, accountId, (unit, person) =>
        closeAccounts(unit, actor, [person], { reason }),
      ),

    /**
     * Opens an account again, with the rights it has kept, and tells the person which.
     * @throws NotFound for an account outside the scope.
     */
    reactivate: (
      actor: Actor,
      scope: Scope,
      { accountId, reason }: { accountId: number; reason: string },
    ): Promise<AccountOutcome> =>
      onAccount('reactivate', actor, scope, accountId, (unit, person) =>
        openAccounts(unit, actor, [person], { reason }),
      ),

    /** Which rights come back with an account (P8): told before it is opened. */
    rightsOf: async (accountId: number): Promise<string[]> =>
      (await assignmentRepository(db).heldBy([accountId], dayInParis(clock.now()))).get(accountId) ?? [],

    /**
     * Sends who never chose a password a new link, which voids those before.
     * @throws NotFound for an account outside the scope. @throws TooMany past 5 an hour for a person.
     */
    sendActivation: (
      actor: Actor,
      scope: Scope,
      { accountId }: { accountId: number },
    ): Promise<AccountOutcome> =>
      onAccount('sendActivation', actor, scope, accountId, async (unit, person) => {
        await keepLinkPace(unit, person.id);
        const { id: subjectAccountId, firstName, lastName, email, organismName, organismId } = person;
        await tokenRepository(unit.db).voidOf([subjectAccountId], ['activation'], unit.now);
        const values = { firstName, lastName, email, organismName, cause: 'resent' as const };
        await enqueueMessage(unit, {
          template: 'activation',
          to: email,
          accountId: subjectAccountId,
          values,
        });
        const details = { to: email };
        unit.record({ action: 'account.activation_resent', details, organismId, subjectAccountId });
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
      onAccount('endSessions', actor, scope, accountId, async (unit, person) => {
        const sessions = await sessionRepository(unit.db).endAll([person.id]);
        unit.record({
          action: 'account.sessions_ended',
          details: { sessions, ...(reason === '' ? {} : { reason }) },
          organismId: person.organismId,
          subjectAccountId: person.id,
        });
      }),
  };
}

/** Links that administrators send to a person, an hour. @throws TooMany */
const LINKS_AN_HOUR = 5;

/** Within the act: what is refused counts for nothing. */
async function keepLinkPace({ db }: UnitOfWork, accountId: number): Promise<void> {
  const limiter = hourlyLimiter(db, 'activation-links', LINKS_AN_HOUR);
  const { consumedPoints, msBeforeNext } = await limiter.penalty(accountId);
  if (consumedPoints <= LINKS_AN_HOUR) return;
  const minutes = Math.ceil(msBeforeNext / 60_000);
  throw new TooMany(
    `${LINKS_AN_HOUR} liens ont été envoyés à cette personne depuis une heure\u00a0: rien n’est parti. Réessayez dans ${minutes}\u00a0minutes.`,
    Math.ceil(msBeforeNext / 1000),
  );
}

/** Opens the accounts of people already locked, within a use case; records each, and tells the person. */
export async function openAccounts(
  unit: UnitOfWork,
  actor: Actor,
  people: readonly NamedHolder[],
  terms: { reason: string },
): Promise<void> {
  await openQuietly(unit, people, terms);
  await tellOpened(unit, actor, people, terms);
}

/** The same, where more is given back before it is told. */
export async function openQuietly(
  unit: UnitOfWork,
  people: readonly NamedHolder[],
  { reason }: { reason: string },
): Promise<void> {
  await accountStateRepository(unit.db).reactivate(people.map(({ id }) => id));
  for (const person of people) {
    unit.record({
      action: 'account.reactivated',
      details: reason === '' ? {} : { reason },
      organismId: person.organismId,
      subjectAccountId: person.id,
    });
  }
}

/** Tells people that their account is open again, with the rights that they have by now. */
export async function tellOpened(
  unit: UnitOfWork,
  actor: Actor,
  people: readonly NamedHolder[],
  { reason }: { reason: string },
): Promise<void> {
  const ids = people.map(({ id }) => id);
  const rights = await assignmentRepository(unit.db).heldBy(ids, dayInParis(unit.now));
  await enqueueMessages(
    unit,
    people.map((person) => ({
      template: 'account-reactivated' as const,
      to: person.email,
      accountId: person.id,
      values: {
        firstName: person.firstName,
        lastName: person.lastName,
        organismName: person.organismName,
        reactivatedBy: `${actor.firstName} ${actor.lastName}`,
        reason,
        rights: rights.get(person.id) ?? [],
      },
    })),
  );
}

/** Blocks the access of people already locked and ends their sessions, within a use case; records each. */
export async function closeAccounts(
  unit: UnitOfWork,
  actor: Actor,
  people: readonly NamedHolder[],
  { reason }: { reason: string },
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
    });
  }
}
