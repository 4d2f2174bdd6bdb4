import { transaction, type UnitOfWork } from '../database/transaction.ts';
import { ANONYMOUS, job } from '../domain/audit-event.ts';
import { dayInParis } from '../domain/calendar.ts';
import { resetRefusal } from '../domain/factor-reset.ts';
import { accountRepository } from '../repositories/accounts.ts';
import { findActor } from '../repositories/actors.ts';
import { emailChangeRepository } from '../repositories/email-changes.ts';
import { type FactorReset, factorResetRepository } from '../repositories/factor-resets.ts';
import { type FormerFactor, factorRepository } from '../repositories/factors.ts';
import { tokenRepository } from '../repositories/tokens.ts';
import { hashToken } from '../security/links.ts';
import type { ServiceContext } from './context.ts';
import { beginReset, endReset, settleReset, stopReset, undoReset } from './factor-reset-steps.ts';

/** « Ce n'est pas moi »: what it would do. */
export type ResetRefusal =
  | { kind: 'stops'; reset: FactorReset }
  /**
   * `back`: what is in force again; `earlier`: another one that may be undone instead, which had ended something else;
   * `moved`: the address has changed since, which this does not put back.
   */
  | {
      kind: 'puts_back';
      reset: FactorReset;
      back: FormerFactor[];
      earlier: FactorReset | null;
      moved: boolean;
    }
  | { kind: 'over' };

export type ResetRefused = 'stopped' | 'put_back' | 'over';

/** Why a command resets nothing. */
export type CommandRefusal = 'unknown' | 'not_national' | 'no_factor';

/** Resets of second factors where nobody is signed in (R89): at their instant, by the link of a message, on the server. */
export function factorResetAnswerService({ db, clock }: ServiceContext) {
  const resets = factorResetRepository(db);

  /** « Ce n'est pas moi », by the link of a message: its person is locked first, so that it is done once. */
  async function refuse(unit: UnitOfWork, hash: string): Promise<ResetRefused> {
    const seen = await factorResetRepository(unit.db).findByLink(hash, unit.now);
    if (seen === undefined) return 'over';
    await accountRepository(unit.db).lockOne(seen.accountId, null);
    const reset = await factorResetRepository(unit.db).get(seen.id);
    const kind = resetRefusal(reset, unit.now);
    if (kind === null) return 'over';
    await tokenRepository(unit.db).spend(hash, unit.now);
    await (kind === 'stops' ? stopReset : undoReset)(unit, reset);
    return kind === 'stops' ? 'stopped' : 'put_back';
  }

  /** At its instant, or after; before it, and once something became of it, nothing. */
  const settleOne = (id: number): Promise<void> =>
    transaction({ db, clock, actor: job('factor-resets') }, async (unit) => {
      const { accountId } = await factorResetRepository(unit.db).get(id);
      const person = await accountRepository(unit.db).lockOne(accountId, null);
      const reset = await factorResetRepository(unit.db).get(id);
      if (reset.state === 'waiting' && reset.effectiveAt <= unit.now) await settleReset(unit, reset, person);
    });

  return {
    settleOne,

    /**
     * Does what a stop, or a job that failed, left undone, each for itself; returns how many were looked at.
     * @throws AggregateError of those that broke
     */
    async settle(): Promise<number> {
      const due = await resets.due(clock.now());
      const broken: unknown[] = [];
      for (const id of due) await settleOne(id).catch((error) => broken.push(error));
      if (broken.length > 0)
        throw new AggregateError(broken, `${broken.length} resets of second factors broke`);
      return due.length;
    },

    /** The one that waits for this account, for its person to know; or undefined. */
    findWaiting: resets.findWaiting,

    /** What « Ce n'est pas moi » would do. Looking does not use its link up. */
    async findRefusal(token: string): Promise<ResetRefusal> {
      const reset = await resets.findByLink(hashToken(token), clock.now());
      const kind = reset ? resetRefusal(reset, clock.now()) : null;
      if (!reset || kind === null) return { kind: 'over' };
      if (kind === 'stops') return { kind, reset };
      const before = await resets.doneBefore(reset.accountId, reset.id);
      const earlier = before.find((each) => resetRefusal(each, clock.now()) !== null) ?? null;
      const back = await factorRepository(db).endedBy(reset.id);
      const moved = await emailChangeRepository(db).hasChangedSince(reset.accountId, reset.askedAt);
      return { kind, reset, back, earlier, moved };
    },

    /** Stops what waits, or puts back what was done within seven days; whoever has the link needs nothing else. */
    refuse: (token: string): Promise<ResetRefused> =>
      transaction({ db, clock, actor: ANONYMOUS }, (unit) => refuse(unit, hashToken(token))),

    /** Ends at once the second factor of an administrateur Ucanss, for who is on the server; why not, or null. */
    resetByCommand: (email: string): Promise<CommandRefusal | null> =>
      transaction({ db, clock, actor: job('factor:reset') }, async (unit) => {
        const account = await accountRepository(unit.db).findByEmail(email);
        if (account === undefined) return 'unknown';
        const person = await accountRepository(unit.db).lockOne(account.id, null);
        const holder = await findActor(unit.db, person.id, dayInParis(unit.now));
        if (holder?.national !== 'administrator') return 'not_national';
        if ((await factorRepository(unit.db).count(person.id)) === 0) return 'no_factor';
        const waiting = await factorResetRepository(unit.db).findWaiting(person.id);
        if (waiting) await endReset(unit, waiting, 'replaced');
        await beginReset(unit, person, { askedById: null, reason: '', atOnce: true });
        return null;
      }),
  };
}
