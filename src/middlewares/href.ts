import type { Request } from 'express';
import { choosesOrganism, currentOrganism, type Scope, scopeCode } from '../domain/scope.ts';
import { type Href, hrefWithin } from '../presenters/href.ts';

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
export const hrefOf = (req: Request): Href => hrefWithin(() => perimeterOf(req));
