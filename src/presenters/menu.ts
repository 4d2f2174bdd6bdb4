import type { Actor } from '../domain/actor.ts';
import { canReadManagement } from '../domain/permissions.ts';
import { choosesOrganism, type Scope, scopeCode } from '../domain/scope.ts';
import { paths, withQuery } from '../routes/paths.ts';
import { plural } from './format.ts';

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
  const own: MenuSection = {
    title: null,
    entries: [
      entry('Applications', paths.applications.index),
      entry('Mes informations', paths.myInformation),
    ],
  };
  if (!canReadManagement(actor)) return [own];

  // Who chooses an organism keeps it from one management page to the next (P13).
  const keep = choosesOrganism(actor) && scope?.kind === 'organism' ? scopeCode(scope) : null;
  const managed = (label: string, href: string, children: MenuEntry[] = []) =>
    entry(label, withQuery(href, { perimetre: keep }), children);
  const pending = pendingOf(actor, scope);
  const requests = managed("Demandes d'habilitations", paths.requests.pending, [
    {
      ...managed('En cours', paths.requests.pending),
      badge: pending === 0 ? null : pending,
      badgeLabel: plural(pending, 'demande en cours', 'demandes en cours'),
    },
    managed('Accepté', paths.requests.accepted),
    managed('Refus', paths.requests.refused),
  ]);
  const administrators = managed('Les administrateurs locaux', paths.delegations.index, [
    managed('Administrateurs locaux', paths.delegations.index),
    managed('Tous les administrateurs locaux', paths.delegations.all),
  ]);
  const failed: Partial<MenuEntry> = {
    badge: actor.failedMessages === 0 ? null : actor.failedMessages,
    badgeLabel: plural(actor.failedMessages, 'message en échec', 'messages en échec'),
  };
  const national: MenuSection = {
    title: 'Administration nationale',
    entries: [
      managed('Applications et rôles', paths.roles.index),
      managed('Organismes', paths.organisms.index),
      managed('Profils nationaux', paths.nationalRoles.index),
      { ...managed('Messages', paths.messages.index), ...failed },
    ],
  };
  return [
    own,
    {
      title: 'Gestion',
      entries: [
        managed('Gestion des comptes', paths.accounts.index),
        managed('État des habilitations', paths.entitlements.index),
        { ...requests, current: false },
        { ...administrators, current: false },
        managed('Journal', paths.trail.index),
      ],
    },
    ...(actor.national === null ? [] : [national]),
  ];
}

/** How many requests wait where the person is: what the badge says (R5). */
function pendingOf(actor: Actor, scope: Scope | undefined): number {
  return scope?.kind === 'organism' ? (scope.organism.pendingRequests ?? 0) : actor.nationalPendingRequests;
}
