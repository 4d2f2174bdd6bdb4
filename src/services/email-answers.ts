import type { UnitOfWork } from '../database/transaction.ts';
import type { Actor } from '../domain/actor.ts';
import { hasLapsed, isForSomebodyElse, mayBePutBack } from '../domain/email-change.ts';
import { accountRepository } from '../repositories/accounts.ts';
import { type EmailChange, emailChangeRepository } from '../repositories/email-changes.ts';
import { requestRepository } from '../repositories/requests.ts';
import { putBack } from './email-putting-back.ts';
import {
  type At,
  aboutChange,
  endChange,
  judgeChange,
  takeEffect,
  tellAsker,
  tellStopped,
} from './email-steps.ts';

/** What somebody is asked about a change: whether a new mailbox is theirs, or whether they agree. */
export type Question = 'mailbox' | 'agreement';

/** What a link leads to, or a change that waits for who is signed in. */
export type ChangeState =
  | { kind: 'waiting'; question: Question; change: EmailChange }
  /** An unknown or used link, a change that was given up or lapsed, an answer that was given already. */
  | { kind: 'ended' }
  /** The account was deactivated meanwhile. */
  | { kind: 'inactive' }
  /** Another account has the new address by now. */
  | { kind: 'taken' };

/** What answering comes to: done, or that one's answer is kept and another one is waited for. */
export type Answered =
  | Exclude<ChangeState, { kind: 'waiting' }>
  | { kind: 'changed' | 'confirmed' | 'agreed' };

/** « Ce n'est pas moi »: what it would stop, or put back. */
export type RefusalState = { kind: 'stops' | 'puts_back'; change: EmailChange } | { kind: 'ended' };

export type Refused = { kind: 'stopped' | 'put_back' | 'kept_by_another' | 'ended' };

/** What a change asks of who looks at it. */
export async function stateOf(at: At, change: EmailChange, question: Question): Promise<ChangeState> {
  const { fault } = await judgeChange(at, change);
  if (fault === 'asker') return { kind: 'ended' };
  if (fault !== null) return { kind: fault };
  const said = question === 'agreement' ? change.agreedById : change.confirmedAt;
  return said === null ? { kind: 'waiting', question, change } : { kind: 'ended' };
}

/**
 * An answer under the lock of the account, taken first as everywhere: what was read before it is read again, and `say`
 * writes it, or is false where it was said already.
 */
export async function answerChange(
  unit: UnitOfWork,
  seen: EmailChange | undefined,
  question: Question,
  say: (change: EmailChange) => Promise<boolean>,
): Promise<Answered> {
  if (!seen) return { kind: 'ended' };
  await accountRepository(unit.db).lockOne(seen.accountId, null);
  const change = await emailChangeRepository(unit.db).get(seen.id);
  const { fault } = await judgeChange(unit, change);
  if (fault === 'asker') await endChange(unit, change, 'cancelled', 'asker');
  if (fault !== null) return { kind: fault === 'asker' ? 'ended' : fault };
  if (!(await say(change))) return { kind: 'ended' };
  const effect = await takeEffect(unit, change.id);
  if (effect !== 'waits') return { kind: effect === 'asker' ? 'ended' : effect };
  return { kind: question === 'mailbox' ? 'confirmed' : 'agreed' };
}

/** What an answer comes to where an account was made with this address in this very instant. */
export function takenOr(error: unknown): Answered {
  if ((error as { constraint?: unknown }).constraint === 'accounts_email_key') return { kind: 'taken' };
  throw error;
}

/** What refusing a change does now. */
export function refusalOf(change: EmailChange, now: Date): RefusalState {
  const { outcome, endedAt } = change;
  if (outcome === null && !hasLapsed(change, now)) return { kind: 'stops', change };
  const back = outcome === 'changed' && endedAt !== null && mayBePutBack(endedAt, now);
  return back ? { kind: 'puts_back', change } : { kind: 'ended' };
}

/** « Ce n'est pas moi », under the lock of the account: stops what waits, or puts back what took effect. */
export async function refuseChange(unit: UnitOfWork, seen: EmailChange | undefined): Promise<Refused> {
  if (!seen) return { kind: 'ended' };
  await accountRepository(unit.db).lockOne(seen.accountId, null);
  const change = await emailChangeRepository(unit.db).get(seen.id);
  const { kind } = refusalOf(change, unit.now);
  if (kind === 'ended') return { kind };
  if (kind === 'puts_back') return { kind: await putBack(unit, change) };
  await stop(unit, change, null, 'La personne a répondu que ce n’est pas elle.');
  return { kind: 'stopped' };
}

/** The new mailbox is the person's. */
export async function confirmMailbox(unit: UnitOfWork, change: EmailChange): Promise<true> {
  await emailChangeRepository(unit.db).say(change.id, { confirmedAt: unit.now });
  if (!isForSomebodyElse(change)) return true;
  const details = { to: change.newEmail };
  unit.record({ action: 'account.email_change_confirmed', details, ...aboutChange(change) });
  return true;
}

/** Somebody agrees to a change, whose account is locked; false where somebody had already. */
export async function agree(unit: UnitOfWork, change: EmailChange, agreedBy: number): Promise<boolean> {
  if (change.agreedById !== null) return false;
  await emailChangeRepository(unit.db).say(change.id, { agreedAt: unit.now, agreedBy });
  const by = agreedBy === change.accountId ? 'person' : 'ucanss';
  unit.record({
    action: 'account.email_change_agreed',
    details: { to: change.newEmail, by },
    ...aboutChange(change),
  });
  return true;
}

/** Ends a change that waits because somebody does not want it; who asked is told. `by` is null for the person. */
export async function stop(
  unit: UnitOfWork,
  change: EmailChange,
  by: Actor | null,
  reason: string,
): Promise<void> {
  if (change.requestId !== null) {
    const decision = { decidedAt: unit.now, decidedBy: by?.id ?? change.accountId, reason };
    await requestRepository(unit.db).decide(change.requestId, { status: 'refused', ...decision });
  }
  await emailChangeRepository(unit.db).end([change.accountId], 'refused', unit.now);
  unit.record({
    action: 'account.email_change_refused',
    details: { to: change.newEmail, by: by === null ? 'person' : 'ucanss', reason },
    ...aboutChange(change),
  });
  const told = { outcome: 'refused', by: by && `${by.firstName} ${by.lastName}`, reason } as const;
  if (!isForSomebodyElse(change)) return;
  await tellAsker(unit, change, told);
  if (by !== null) await tellStopped(unit, change, reason);
}
