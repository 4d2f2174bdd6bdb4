import { type ActingRights, isBeyond, type PersonRights } from './acting-upon.ts';
import { DAY, HOUR } from './duration.ts';

/** Why an address is not changed from the account page. */
export type EmailChangeRefusal = 'oneself' | 'beyond';

/**
 * Whether somebody may have another person's address changed; null when they may. Who receives an account's messages
 * can choose its password: changing the address of somebody beyond would be a way to take their rights (P9). One's own
 * is changed in « Mes informations », with one's password.
 */
export function emailChangeRefusal(asker: ActingRights, person: PersonRights): EmailChangeRefusal | null {
  if (asker.id === person.id) return 'oneself';
  return isBeyond(asker, person) ? 'beyond' : null;
}

/** Days after which what was asked for somebody else lapses (P11). */
export const LAPSES_AFTER_DAYS = 7;
/** Days during which « Ce n'est pas moi » puts the former address back. */
export const PUT_BACK_WITHIN_DAYS = 7;
/** Hours of silence after which a change that Ucanss asked for needs no other agreement. */
export const SILENCE_HOURS = 48;

/** What has been said of a change that waits. */
export interface WaitingChange {
  accountId: number;
  askedById: number;
  askedAt: Date;
  /** When the new mailbox was confirmed. */
  confirmedAt: Date | null;
  agreedById: number | null;
  /** Asked by Ucanss for somebody without a national profile: their silence is enough. */
  silenceAgrees: boolean;
  /** When both mailboxes had been told; null until both messages have left. */
  toldAt: Date | null;
}

/** True for what somebody else asked: one's own needs nobody's agreement. */
export const isForSomebodyElse = ({ accountId, askedById }: WaitingChange): boolean =>
  askedById !== accountId;

/** True once a change asked for somebody else has waited for too long. */
export const hasLapsed = (change: WaitingChange, now: Date): boolean =>
  isForSomebodyElse(change) && now.getTime() >= change.askedAt.getTime() + LAPSES_AFTER_DAYS * DAY;

/** Who asked and who agreed, as they stand now; null for nobody. */
export interface Standing {
  asker: ActingRights;
  agreed: ActingRights | null;
  person: PersonRights;
}

/** Who agrees to a change: nobody yet, where it is null (P11). */
export type Agreement = 'person' | 'ucanss' | 'silence' | null;

/**
 * Who agrees to a change asked for somebody else, never who asked it: the person, or an administrateur Ucanss who is
 * still one; or, where Ucanss asked and the person holds no national profile, their silence.
 */
export function agreementOf(
  change: WaitingChange,
  { asker, agreed, person }: Standing,
  now: Date,
): Agreement {
  if (agreed?.id === change.accountId) return 'person';
  if (agreed && agreed.id !== change.askedById && agreed.national === 'administrator') return 'ucanss';
  const mayBeTacit = change.silenceAgrees && asker.national === 'administrator' && !person.national;
  return mayBeTacit && isSilent(change, now) ? 'silence' : null;
}

const isSilent = ({ toldAt }: WaitingChange, now: Date): boolean =>
  toldAt !== null && now.getTime() >= toldAt.getTime() + SILENCE_HOURS * HOUR;

/** True while « Ce n'est pas moi » puts back the address that a change replaced at this instant. */
export const mayBePutBack = (changedAt: Date, now: Date): boolean =>
  now.getTime() < changedAt.getTime() + PUT_BACK_WITHIN_DAYS * DAY;
