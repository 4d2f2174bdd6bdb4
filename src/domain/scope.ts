import type { Actor, AdministeredOrganism, OrganismName } from './actor.ts';

/** What a management page covers: one organism, or all of them for the national profiles. */
export type Scope =
  | { kind: 'organism'; organism: OrganismName & Partial<AdministeredOrganism> }
  | { kind: 'national' };

export const NATIONAL: Scope = { kind: 'national' };

/** The organism a scope is narrowed to; null = every organism. */
export const organismIdOf = (scope: Scope): number | null =>
  scope.kind === 'organism' ? scope.organism.id : null;

/** Who goes from one organism to another: their addresses and forms say which one (P13). */
export const choosesOrganism = ({
  national,
  administers,
}: Pick<Actor, 'national' | 'administers'>): boolean => national !== null || administers.length > 1;

/** How a scope is named on screen and in exports. */
export const scopeName = (scope: Scope): string =>
  scope.kind === 'organism' ? scope.organism.name : 'Tous les organismes';

/** How a scope is named in an address and in a file name. */
export const scopeCode = (scope: Scope): string => (scope.kind === 'organism' ? scope.organism.code : 'tous');

/**
 * The organism that an address without one means for a local administrator: the last one seen while they still
 * administer it, else the first. Undefined for who administers none.
 */
export function currentOrganism(
  actor: Actor,
  chosenId: number | undefined,
): AdministeredOrganism | undefined {
  return actor.administers.find((organism) => organism.id === chosenId) ?? actor.administers[0];
}
