import { type ActingRights, isBeyond, type PersonRights } from './acting-upon.ts';

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
