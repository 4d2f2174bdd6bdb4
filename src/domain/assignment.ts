import type { Actor } from './actor.ts';
import { isGrantable, isReserved, type Role } from './role.ts';

/** The person a right is about, as rules look at them. */
export interface Holder {
  id: number;
  organismId: number;
  active: boolean;
  isExecutive: boolean;
}

/** Why a right is neither granted nor removed. */
export type AssignmentRefusal = 'oneself' | 'inactive' | 'not_grantable' | 'already_held' | 'not_held';

/** What granting comes to: the right itself, a request to Ucanss in its place, or nothing. */
type GrantOutcome = 'granted' | 'requested' | AssignmentRefusal;

/**
 * What happens when this actor, who manages this person, gives them this role (P1, P3, P3b, P4). Holding it
 * already is for the caller to know, under lock.
 */
export function grantOutcome(actor: Actor, holder: Holder, role: Role): GrantOutcome {
  if (actor.id === holder.id) return 'oneself';
  if (!holder.active) return 'inactive';
  if (!isGrantable(role)) return 'not_grantable';
  return isReserved(role) && actor.national !== 'administrator' ? 'requested' : 'granted';
}

/** Why this actor may not remove this ordinary role from this person, or null (R40, P1, P3, P3b). */
export function removalRefusal(actor: Actor, holder: Holder, role: Role): AssignmentRefusal | null {
  if (actor.id === holder.id) return 'oneself';
  return role.kind === 'ordinary' ? null : 'not_grantable';
}

/**
 * True when this actor may move the end of a right ('YYYY-MM-DD', null = none): making it last longer is granting it,
 * which is for who validates the role; it may always end sooner, as it may be removed (P3).
 */
export const maySetEnd = (actor: Actor, role: Role, from: string | null, to: string | null): boolean =>
  !isReserved(role) || actor.national === 'administrator' || (to !== null && (from === null || to <= from));

/** True when a right with this inclusive end date ('YYYY-MM-DD', null = none) holds on that day (P8). */
export const holdsOn = (endsOn: string | null, day: string): boolean => endsOn === null || endsOn >= day;
