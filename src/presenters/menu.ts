import type { Actor } from '../domain/actor.ts';
import { canReadManagement } from '../domain/permissions.ts';
import type { Scope } from '../domain/scope.ts';
import { paths } from '../paths.ts';
import { plural } from './format.ts';
import type { Href } from './href.ts';

interface MenuEntry {
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

interface Place {
  scope: Scope | undefined;
  /** Of the page one is on. */
  path: string;
  href: Href;
}

/** The left menu (R2, R5): what the profile has, with the page one is on. */
export function menuOf(actor: Actor, { scope, path, href }: Place): MenuSection[] {
  const entry = (label: string, to: string, children: MenuEntry[] = []): MenuEntry => ({
    label,
    href: href(to),
    current: path === to,
    badge: null,
    badgeLabel: null,
    children,
  });
  const own: MenuSection = {
    title: null,
    entries: [entry('Applications', paths.catalogue.index), entry('Mes informations', paths.myInformation)],
  };
  if (!canReadManagement(actor)) return [own];

  const pending = pendingOf(actor, scope);
  const requests = entry("Demandes d'habilitations", paths.requests.pending, [
    {
      ...entry('En cours', paths.requests.pending),
      badge: pending === 0 ? null : pending,
      badgeLabel: plural(pending, 'demande en cours', 'demandes en cours'),
    },
    entry('Accepté', paths.requests.accepted),
    entry('Refus', paths.requests.refused),
  ]);
  const administrators = entry('Les administrateurs locaux', paths.delegations.index, [
    entry('Administrateurs locaux', paths.delegations.index),
    entry('Tous les administrateurs locaux', paths.delegations.all),
  ]);
  const failed: Partial<MenuEntry> = {
    badge: actor.failedMessages === 0 ? null : actor.failedMessages,
    badgeLabel: plural(actor.failedMessages, 'message en échec', 'messages en échec'),
  };
  const national: MenuSection = {
    title: 'Administration nationale',
    entries: [
      entry('Applications et rôles', paths.roles.index),
      entry('Organismes', paths.organisms.index),
      entry('Profils nationaux', paths.nationalRoles.index),
      { ...entry('Messages', paths.messages.index), ...failed },
    ],
  };
  return [
    own,
    {
      title: 'Gestion',
      entries: [
        entry('Gestion des comptes', paths.accounts.index),
        entry('État des habilitations', paths.entitlements.index),
        { ...requests, current: false },
        { ...administrators, current: false },
        entry('Journal', paths.events.index),
      ],
    },
    ...(actor.national === null ? [] : [national]),
  ];
}

/** How many requests wait where the person is: what the badge says (R5). */
function pendingOf(actor: Actor, scope: Scope | undefined): number {
  return scope?.kind === 'organism' ? (scope.organism.pendingRequests ?? 0) : actor.nationalPendingRequests;
}
