import type { Actor } from './actor.ts';

/**
 * What a person may do on the portal beyond ordinary roles, in force or dormant: not ended, its end date not passed,
 * whether the account is active or not.
 */
export interface PersonRights {
  id: number;
  /** True for « Administrateur Ucanss » and « Auditeur ». */
  national: boolean;
  /** The organisms that they administer. */
  administers: readonly number[];
}

/** Who acts, as this rule looks at them. */
export type ActingRights = Pick<Actor, 'id' | 'national' | 'administers'>;

/**
 * True when this person's rights go further than the actor's, who may then not act upon them: neither attach them,
 * nor change who they are, their address, or their access (P9). Who may do that could take their rights.
 */
export function isBeyond(actor: ActingRights, person: PersonRights): boolean {
  if (actor.national === 'administrator' || actor.id === person.id) return false;
  const own = new Set(actor.administers.map(({ id }) => id));
  return person.national || person.administers.some((id) => !own.has(id));
}

/** Whether an account is closed, and for whom to open again. */
interface Closure {
  active: boolean;
  closedByUcanss: boolean;
}

/** True when Ucanss closed this account of its own accord: it is for Ucanss alone to open, or to move (P9). */
export const isClosedByUcanss = (actor: ActingRights, { active, closedByUcanss }: Closure): boolean =>
  !active && closedByUcanss && actor.national !== 'administrator';
