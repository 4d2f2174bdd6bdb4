import type { Actor } from '../domain/actor.ts';
import { canReadManagement } from '../domain/permissions.ts';
import { decidesIn } from '../domain/request.ts';
import { choosesOrganism, currentOrganism, type Scope } from '../domain/scope.ts';
import { paths, withQuery } from '../paths.ts';
import { plural } from './format.ts';
import type { Href } from './href.ts';

interface MenuEntry {
  label: string;
  href: string;
  current: boolean;
  badge: number | null;
  badgeLabel: string | null;
  /** What others decide, in grey: « + 2 à l'Ucanss ». */
  others: { count: number; by: { drawn: string; said: string }; joined: boolean } | null;
  children: MenuEntry[];
}

export interface MenuSection {
  title: string | null;
  entries: MenuEntry[];
}

export interface Place {
  scope: Scope | undefined;
  /** Of the page one is on. */
  path: string;
  href: Href;
}

/** Where somebody who comes without asking for a page begins: who administers at « À faire » (R75). */
export function firstPageOf(actor: Actor): string {
  if (!canReadManagement(actor)) return paths.myInformation;
  const own = actor.national === null ? currentOrganism(actor, undefined) : undefined;
  return withQuery(paths.management, { perimetre: choosesOrganism(actor) ? (own?.code ?? 'tous') : null });
}

/** The left menu (R2, R5): what the profile has, with the page one is on. */
export function menuOf(actor: Actor, { scope, path, href }: Place): MenuSection[] {
  const entry = (label: string, to: string, children: MenuEntry[] = []): MenuEntry => ({
    label,
    href: href(to),
    current: path === to,
    badge: null,
    badgeLabel: null,
    others: null,
    children,
  });
  const own: MenuSection = {
    title: null,
    entries: [entry('Applications', paths.catalogue.index), entry('Mes informations', paths.myInformation)],
  };
  if (!canReadManagement(actor)) return [own];

  const { mine, others, by } = waitingOf(actor, scope);
  const requests = entry("Demandes d'habilitations", paths.requests.pending, [
    {
      ...entry('En cours', paths.requests.pending),
      badge: mine === 0 ? null : mine,
      badgeLabel: plural(mine, 'demande à décider', 'demandes à décider'),
      others: others === 0 ? null : { count: others, by, joined: mine > 0 },
    },
    entry('Accepté', paths.requests.accepted),
    entry('Refus', paths.requests.refused),
  ]);
  const review = (scope?.kind === 'organism' && scope.organism.peopleToReview) || 0;
  const toReview: MenuEntry = {
    ...entry('Droits à revoir', paths.accounts.index),
    href: href(paths.accounts.index, { droits: 'a-revoir' }),
    current: false,
    badge: review,
    badgeLabel: plural(review, 'personne', 'personnes'),
  };
  const people = entry('Gestion des comptes', paths.accounts.index, review === 0 ? [] : [toReview]);
  const administrators = entry('Les administrateurs locaux', paths.delegations.index, [
    entry('Administrateurs locaux', paths.delegations.index),
    entry('Tous les administrateurs locaux', paths.delegations.all),
  ]);
  const failed: Partial<MenuEntry> = {
    badge: actor.failedMessages === 0 ? null : actor.failedMessages,
    badgeLabel: plural(actor.failedMessages, 'message en échec', 'messages en échec'),
  };
  const national: MenuSection = {
    title: 'National',
    entries: [
      entry('Applications et rôles', paths.roles.index),
      entry('Organismes', paths.organisms.index),
      entry('Profils nationaux', paths.nationalRoles.index),
      entry('Nominations', paths.nominations.index),
      { ...entry('Messages', paths.messages.index), ...failed },
    ],
  };
  return [
    own,
    {
      title: 'Gestion',
      entries: [
        entry('À faire', paths.management),
        people,
        entry('État des habilitations', paths.entitlements.index),
        { ...requests, current: false },
        { ...administrators, current: false },
      ],
    },
    {
      title: 'Suivi',
      entries: [
        entry('Actes prévus', paths.plannedActs.index),
        entry('Actions groupées', paths.batches.index),
        entry('Journal', paths.events.index),
      ],
    },
    ...(actor.national === null ? [] : [national]),
  ];
}

const UCANSS = { drawn: 'à l’Ucanss', said: 'à décider par l’Ucanss' };
const LOCAL = { drawn: 'aux administrateurs locaux', said: 'à décider par les administrateurs locaux' };
const ANYBODY = { drawn: 'en cours', said: 'en cours' };

/** How many requests the person can decide where they are, and how many others do: what the badge says (R5, P1, P3). */
export function waitingOf(actor: Actor, scope: Scope | undefined) {
  const one = scope?.kind === 'organism' ? scope.organism : null;
  const local = one ? (one.pendingRequests ?? 0) : (actor.nationalOtherRequests ?? 0);
  const ucanss = one ? (one.ucanssRequests ?? 0) : actor.nationalPendingRequests;
  switch (decidesIn(actor, one?.id ?? null)) {
    case 'local':
      return { mine: local, others: ucanss, by: UCANSS };
    case 'ucanss':
      return { mine: ucanss, others: local, by: LOCAL };
    case 'nothing':
      return { mine: 0, others: local + ucanss, by: ANYBODY };
  }
}
