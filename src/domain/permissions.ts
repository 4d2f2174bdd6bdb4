import type { Actor } from './actor.ts';
import type { Scope } from './scope.ts';

/**
 * What a route asks of the person. `management` is reading the « Gestion » screens and `management-act` changing
 * something there; `national` and `national-act` are the same for Ucanss's own screens; `demonstration` exists
 * only with the demonstration data.
 */
export type Access =
  | 'public'
  | 'signed-in'
  | 'management'
  | 'management-act'
  | 'national'
  | 'national-act'
  | 'demonstration';

const isNationalAdministrator = (actor: Pick<Actor, 'national'>) => actor.national === 'administrator';
const isLocalAdministrator = (actor: Actor) => actor.administers.length > 0;

/** Who may read the « Gestion » screens: local administrators, Ucanss, auditors (« Who can do what »). */
export const canReadManagement = (actor: Actor) => isLocalAdministrator(actor) || actor.national !== null;

/** Who may act there: an auditor changes nothing. */
const canActInManagement = (actor: Actor) => isLocalAdministrator(actor) || isNationalAdministrator(actor);

/** Who may read the people of this scope: its local administrators, Ucanss, auditors. */
export const mayReadIn = (actor: Actor, scope: Scope): boolean =>
  actor.national !== null ||
  (scope.kind === 'organism' && actor.administers.some(({ id }) => id === scope.organism.id));

/** Who may act on the people of an organism: its local administrators and Ucanss. */
export const mayManage = (actor: Pick<Actor, 'national' | 'administers'>, organismId: number): boolean =>
  isNationalAdministrator(actor) || actor.administers.some(({ id }) => id === organismId);

/** Who may act on what a page covers: an auditor who also administers an organism acts in that one alone. */
export const mayActIn = (actor: Actor, scope: Scope): boolean =>
  actor.national === 'auditor'
    ? scope.kind === 'organism' && mayManage(actor, scope.organism.id)
    : canActInManagement(actor);

const RULES: Record<Access, (actor: Actor) => boolean> = {
  public: () => true,
  demonstration: () => true,
  'signed-in': () => true,
  management: canReadManagement,
  'management-act': canActInManagement,
  national: (actor) => actor.national !== null,
  'national-act': isNationalAdministrator,
};

/** True when the profile has the page; `null` is an anonymous visitor. */
export function mayAccess(access: Access, actor: Actor | null): boolean {
  if (actor === null) return access === 'public' || access === 'demonstration';
  return RULES[access](actor);
}

/** The same, once it is known what the page covers. */
export const mayAccessIn = (access: Access, actor: Actor, scope: Scope): boolean =>
  mayAccess(access, actor) && (access !== 'management-act' || mayActIn(actor, scope));
