import { transaction, type UnitOfWork } from '../database/transaction.ts';
import type { Actor } from '../domain/actor.ts';
import { resetEffect } from '../domain/factor-reset.ts';
import { organismIdOf, type Scope } from '../domain/scope.ts';
import { type Account, accountRepository, type NamedHolder } from '../repositories/accounts.ts';
import { type FactorReset, factorResetRepository } from '../repositories/factor-resets.ts';
import { personRightsRepository } from '../repositories/person-rights.ts';
import { acting, actingForOneself } from '../security/acting.ts';
import { asItStands, type JudgedAccount, judgeAccount, underLock } from './account-judging.ts';
import type { AccountOutcome } from './accounts.ts';
import type { ServiceContext } from './context.ts';
import { beginReset, endReset, stopReset } from './factor-reset-steps.ts';

type Refused = Extract<AccountOutcome, { kind: 'refused' }>;

/** What asking comes to: done, to be done at its instant, or that one waits already. */
type ResetAsked = { kind: 'done' | 'planned' | 'waits'; person: NamedHolder; reset: FactorReset } | Refused;

/** What giving up comes to; `over`: nothing waits any more. */
type ResetGivenUp = { kind: 'done' | 'over'; person: NamedHolder } | Refused;

/** What the page before says. */
export interface ForeseenReset extends JudgedAccount {
  /** Null where it would be done at once. */
  effectiveAt: Date | null;
  waiting: FactorReset | null;
}

/** The second factor of somebody, reset by somebody else (R89): never by who forgot a password. */
export function factorResetService({ db, clock }: ServiceContext) {
  const resets = factorResetRepository(db);

  /** The person of the scope, locked, unless a rule forbids it (P1, P5, P9). */
  const onPerson = <Done>(
    actor: Actor,
    scope: Scope,
    accountId: number,
    work: (unit: UnitOfWork, person: NamedHolder, fault: 'no_factor' | null) => Promise<Done | null>,
  ): Promise<Done | Refused> =>
    transaction(acting({ db, clock }, actor, scope), async (unit) => {
      const person = await accountRepository(unit.db).lockOne(accountId, organismIdOf(scope));
      const { fault } = await judgeAccount(underLock(unit), actor, 'resetFactor', person);
      const refused = (why: NonNullable<typeof fault>): Refused => ({
        kind: 'refused',
        fault: why,
        person,
        organisms: [],
      });
      if (fault !== null && fault !== 'no_factor') return refused(fault);
      return (await work(unit, person, fault)) ?? refused('no_factor');
    });

  return {
    /** What a reset would meet, for the page before: it is judged again under lock. */
    async foresee(actor: Actor, account: Account): Promise<ForeseenReset> {
      const now = clock.now();
      const [judged, trusted, waiting] = await Promise.all([
        judgeAccount(asItStands(db, now), actor, 'resetFactor', account),
        personRightsRepository(db).isTrusted(account.id, now),
        resets.findWaiting(account.id),
      ]);
      const effectiveAt = resetEffect(trusted, now);
      return {
        ...judged,
        effectiveAt: effectiveAt > now ? effectiveAt : null,
        waiting: waiting ?? null,
      };
    },

    /**
     * Ends somebody's second factor: at once, or a day later where they administer. One that waits is not replaced.
     * @throws NotFound for an account outside the scope.
     */
    ask: (
      actor: Actor,
      scope: Scope,
      { accountId, reason }: { accountId: number; reason: string },
    ): Promise<ResetAsked> =>
      onPerson(actor, scope, accountId, async (unit, person, fault): Promise<ResetAsked | null> => {
        if (fault !== null) return null;
        const waiting = await factorResetRepository(unit.db).findWaiting(accountId);
        if (waiting) return { kind: 'waits', person, reset: waiting };
        const reset = await beginReset(unit, person, { askedById: actor.id, reason });
        return { kind: reset.state === 'done' ? 'done' : 'planned', person, reset };
      }),

    /** Gives up the one that waits. @throws NotFound for an account outside the scope. */
    giveUp: (actor: Actor, scope: Scope, accountId: number): Promise<ResetGivenUp> =>
      onPerson(actor, scope, accountId, async (unit, person): Promise<ResetGivenUp> => {
        const waiting = await factorResetRepository(unit.db).findWaiting(accountId);
        if (waiting === undefined) return { kind: 'over', person };
        await endReset(unit, waiting, 'given_up');
        return { kind: 'done', person };
      }),

    /** Stops the one that waits for oneself, as « Ce n'est pas moi » does from the message. */
    stopOwn: (actor: Actor): Promise<'stopped' | 'over'> =>
      transaction(actingForOneself({ db, clock }, actor), async (unit) => {
        await accountRepository(unit.db).lockOne(actor.id, null);
        const waiting = await factorResetRepository(unit.db).findWaiting(actor.id);
        if (waiting === undefined) return 'over';
        await stopReset(unit, waiting);
        return 'stopped';
      }),
  };
}
