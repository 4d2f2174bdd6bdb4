import type { Actor, AdministeredOrganism, OrganismName } from './actor.ts';

/** What a management page covers: one organism, or all of them for the national profiles. */
export type Scope =
  | { kind: 'organism'; organism: OrganismName & Partial<AdministeredOrganism> }
  | { kind: 'national' };

export const NATIONAL: Scope = { kind: 'national' };

/** The organism a scope is narrowed to; null = every organism. */
export const organismIdOf = (scope: Scope): number | null =>
  scope.kind === 'organism' ? scope.organism.id : null;

/** How a scope is named on screen and in exports. */
export const scopeName = (scope: Scope): string =>
  scope.kind === 'organism' ? scope.organism.name : 'Tous les organismes';

/** How a scope is named in an address and in a file name. */
export const scopeCode = (scope: Scope): string => (scope.kind === 'organism' ? scope.organism.code : 'tous');

/**
 * The organism a local administrator works on: the one chosen in the header while they still administer it, else
 * the first. Undefined for who administers none.
 */
export function currentOrganism(
  actor: Actor,
  chosenId: number | undefined,
): AdministeredOrganism | undefined {
  return actor.administers.find((organism) => organism.id === chosenId) ?? actor.administers[0];
}
