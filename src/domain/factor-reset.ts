import type { PersonRights } from './acting-upon.ts';
import { DAY, HOUR } from './duration.ts';

/** Hours that a reset waits for its person's answer, where they administer. */
export const RESET_AFTER_HOURS = 24;
/** Days during which « Ce n'est pas moi » puts back what a reset ended. */
export const RESET_UNDONE_WITHIN_DAYS = 7;

/**
 * Days during which who has lost a delegation or a profile is still reset as who has it: what is taken away, and given
 * again, would be a way round.
 */
export const TRUSTED_FOR_DAYS = 7;

export type ResetState = 'waiting' | 'done' | 'stopped' | 'ended';

/** Why a reset that waited has no effect, where its person did not stop it. */
export type ResetEnd =
  | 'given_up'
  /** Who asked could not ask it any more (P10). */
  | 'asker'
  | 'deactivated'
  /** The person has no second factor any more. */
  | 'no_factor'
  /** The command has done it before. */
  | 'replaced';

/**
 * True of whom a second factor protects more than their own account: who administers, or reads the whole country, in
 * force or dormant. Theirs is reset by Ucanss alone, and a day later (R89).
 */
export const isTrusted = ({ national, administers }: Omit<PersonRights, 'id'>): boolean =>
  national || administers.length > 0;

/** When a reset that is asked now takes effect. */
export const resetEffect = (trusted: boolean, now: Date): Date =>
  trusted ? new Date(now.getTime() + RESET_AFTER_HOURS * HOUR) : now;

/** What « Ce n'est pas moi » does now: stops what waits, or puts back what was done; null where it is over. */
export function resetRefusal(
  { state, endedAt }: { state: ResetState; endedAt: Date | null },
  now: Date,
): 'stops' | 'puts_back' | null {
  if (state === 'waiting') return 'stops';
  const young = endedAt !== null && now.getTime() < endedAt.getTime() + RESET_UNDONE_WITHIN_DAYS * DAY;
  return state === 'done' && young ? 'puts_back' : null;
}
