import type { Actor } from './actor.ts';

/** Why an address is not changed from the account page. */
export type EmailChangeRefusal = 'oneself' | 'beyond';

type Rights = Pick<Actor, 'id' | 'national' | 'administers'>;

/**
 * Whether somebody may have another person's address changed; null when they may. Who receives an account's messages
 * can choose its password: changing the address of somebody with wider rights would be a way to take these (P3b), so
 * that of a national profile, or of who administers other organisms, is changed by Ucanss alone. One's own is changed
 * in « Mes informations », with one's password.
 */
export function emailChangeRefusal(asker: Rights, person: Rights): EmailChangeRefusal | null {
  if (asker.id === person.id) return 'oneself';
  if (asker.national === 'administrator') return null;
  const own = new Set(asker.administers.map(({ id }) => id));
  const wider = person.national !== null || person.administers.some(({ id }) => !own.has(id));
  return wider ? 'beyond' : null;
}
