import type { Request } from 'express';
import { choosesOrganism, currentOrganism, type Scope, scopeCode } from '../domain/scope.ts';
import { isManagement, type Query, withQuery } from '../paths.ts';

/**
 * The address of a page with its query. Those of management say which organism they are about, for who chooses one
 * (P13): that of the page, or the `perimetre` of the query where the link leads to another.
 */
export type Href = (path: string, query?: Query) => string;

/**
 * What the page covers. A refused or unknown page has no scope of its own: for a local administrator, the organism
 * that the menu leads to.
 */
export function shownScope({ scope, user, session }: Request): Scope | undefined {
  if (scope || !user || user.national !== null) return scope;
  const organism = currentOrganism(user, session?.organismId);
  return organism && { kind: 'organism', organism };
}

/** The `perimetre` that goes from page to page with who chooses an organism; null for who has but one (P13). */
export function perimeterOf(req: Request): string | null {
  if (!req.user || !choosesOrganism(req.user)) return null;
  const scope = shownScope(req);
  return scope ? scopeCode(scope) : 'tous';
}

/** The addresses that this request writes. Its scope is known once its route is: they are written later. */
export const hrefOf =
  (req: Request): Href =>
  (path, { perimetre: other, ...query } = {}) => {
    const perimetre = isManagement(path) ? perimeterOf(req) : null;
    return withQuery(path, { perimetre: perimetre && (other ?? perimetre), ...query });
  };
