import { DAY, HOUR } from './duration.ts';
import { LAPSES_AFTER_DAYS, PUT_BACK_WITHIN_DAYS } from './email-change.ts';
import { RESET_AFTER_HOURS, RESET_UNDONE_WITHIN_DAYS } from './factor-reset.ts';

/** What a one-use link, sent by message, is for. */
export type LinkPurpose =
  | 'activation'
  | 'password_reset'
  | 'request_confirmation'
  /** Of one's own new address. */
  | 'email_change'
  /** Of an address that somebody else asked for: the new mailbox, and the present one. */
  | 'email_mailbox'
  | 'email_agreement'
  /** « Ce n'est pas moi » of a second factor that somebody else resets. */
  | 'factor_reset';

/** How long each link holds from the moment its message leaves, in milliseconds (R51: 72 hours). */
export const LINK_LIFETIMES: Record<LinkPurpose, number> = {
  activation: 72 * HOUR,
  password_reset: HOUR,
  request_confirmation: 72 * HOUR,
  email_change: 72 * HOUR,
  email_mailbox: LAPSES_AFTER_DAYS * DAY,
  // It refuses what waits, then what was done: what it is worth is judged by the change.
  email_agreement: (LAPSES_AFTER_DAYS + PUT_BACK_WITHIN_DAYS) * DAY,
  factor_reset: RESET_AFTER_HOURS * HOUR + RESET_UNDONE_WITHIN_DAYS * DAY,
};

/** « 7 jours », « 72 heures », « 1 heure ». */
export function linkLifetimeInWords(purpose: LinkPurpose): string {
  const hours = LINK_LIFETIMES[purpose] / HOUR;
  if (hours > 72) return `${hours / 24}\u00a0jours`;
  return `${hours}\u00a0heure${hours >= 2 ? 's' : ''}`;
}
