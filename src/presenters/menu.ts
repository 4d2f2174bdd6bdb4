import type { Actor } from '../domain/actor.ts';
import { canReadManagement } from '../domain/permissions.ts';
import { type Scope, scopeCode } from '../domain/scope.ts';
import { paths, withQuery } from '../routes/paths.ts';

export interface MenuEntry {
  label: string;
  href: string;
  current: boolean;
  badge: number | null;
  badgeLabel: string | null;
  children: MenuEntry[];
}

export interface MenuSection {
  title: string | null;
  entries: MenuEntry[];
}

/** The left menu (R2, R5): what the profile has, with the page one is on. */
export function menuOf(actor: Actor, scope: Scope | undefined, path: string): MenuSection[] {
  const entry = (label: string, href: string, children: MenuEntry[] = []): MenuEntry => ({
    label,
    href,
    current: path === href.split('?')[0],
    badge: null,
    badgeLabel: null,
    children,
  });
  const own: MenuSection = { title: null, entries: [entry('Mes informations', paths.myInformation)] };
  if (!canReadManagement(actor)) return [own];

  // A national profile keeps its perimeter from one management page to the next.
  const keep = actor.national !== null && scope?.kind === 'organism' ? scopeCode(scope) : null;
  const managed = (label: string, href: string, children: MenuEntry[] = []) =>
    entry(label, withQuery(href, { perimetre: keep }), children);
  return [own, { title: 'Gestion', entries: [managed('État des habilitations', paths.entitlements.index)] }];
}
