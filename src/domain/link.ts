/** What a one-use link, sent by message, is for. */
export type LinkPurpose = 'activation' | 'password_reset' | 'request_confirmation' | 'email_change';

const HOUR = 3_600_000;

/** How long each link holds from the moment its message leaves, in milliseconds (R51: 72 hours). */
export const LINK_LIFETIMES: Record<LinkPurpose, number> = {
  activation: 72 * HOUR,
  password_reset: HOUR,
  request_confirmation: 72 * HOUR,
  email_change: 72 * HOUR,
};

/** « 72 heures », « 1 heure ». */
export function linkLifetimeInWords(purpose: LinkPurpose): string {
  const hours = LINK_LIFETIMES[purpose] / HOUR;
  return `${hours}\u00a0heure${hours >= 2 ? 's' : ''}`;
}
