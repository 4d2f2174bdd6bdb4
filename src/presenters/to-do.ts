import type { Actor } from '../domain/actor.ts';
import { LONG_DAYS } from '../domain/request.ts';
import type { Scope } from '../domain/scope.ts';
import { paths } from '../paths.ts';
import type { Counted } from '../repositories/lists/counted.ts';
import type { LongWaiting } from '../repositories/lists/long-waiting.ts';
import type { NationalWaiting, Waiting } from '../repositories/lists/to-do.ts';
import { formatDate, formatNumber, plural, relativeDate } from './format.ts';
import type { Href } from './href.ts';
import { waitingOf } from './menu.ts';

/** Whom « À faire » is for, and when. */
interface Visitor {
  actor: Actor;
  scope: Scope;
  now: Date;
  /** In Paris, 'YYYY-MM-DD'. */
  today: string;
  href: Href;
}

/** A line of « À faire »: how many of what, what that is, and the list that has them. */
interface Task {
  count: string;
  label: string;
  definition: string;
  href: string;
  icon: string;
}

interface Wording extends Omit<Task, 'count' | 'label'> {
  /** One of them, and several. */
  noun: readonly [string, string];
}

/** Badges count no further. */
const MOST_SHOWN = 1_000;

/** A line; none where nothing waits. */
function task(counted: Counted | null, { noun: [one, many], ...wording }: Wording): Task[] {
  if (counted === null || counted.total === 0) return [];
  const { total, atLeast } = counted;
  const count = atLeast ? `plus de ${formatNumber(total)}` : formatNumber(total);
  return [{ ...wording, count, label: total >= 2 ? many : one }];
}

/** What waits in an organism, or in all of them, the most pressing first. */
export function waitingTasks({ oldest, ...waiting }: Waiting, { actor, scope, now, href }: Visitor): Task[] {
  const { mine } = waitingOf(actor, scope);
  return [
    ...task(
      { total: mine, atLeast: mine >= MOST_SHOWN },
      {
        noun: ['demande à décider', 'demandes à décider'],
        definition: `Les demandes en cours que vous pouvez accepter ou refuser.${
          oldest ? ` La plus ancienne est du ${formatDate(oldest)} (${relativeDate(oldest, now)}).` : ''
        }`,
        href: href(paths.requests.pending, { decideur: 'moi' }),
        icon: 'inbox',
      },
    ),
    ...task(waiting.review, {
      noun: ['personne dont des droits sont à revoir', 'personnes dont des droits sont à revoir'],
      definition:
        'Des droits venus d’un autre organisme, depuis un rattachement\u00a0: ils sont à garder ou à retirer.',
      href: href(paths.accounts.index, { droits: 'a-revoir' }),
      icon: 'eye',
    }),
    ...task(waiting.delegations, {
      noun: ['délégation qui finit bientôt', 'délégations qui finissent bientôt'],
      definition: 'Les administrateurs locaux dont la délégation prend fin dans les 30 jours.',
      href: href(paths.delegations.index, { fin: 'proche' }),
      icon: 'person-gear',
    }),
    ...task(waiting.rights, {
      noun: ['personne dont un droit finit bientôt', 'personnes dont un droit finit bientôt'],
      definition: 'Les comptes actifs dont un droit prend fin dans les 30 jours.',
      href: href(paths.accounts.index, { droits: 'fin-proche' }),
      icon: 'calendar-event',
    }),
    ...task(waiting.planned, {
      noun: ['acte prévu', 'actes prévus'],
      definition:
        'Les départs, délégations, nominations et réinitialisations de second facteur à venir\u00a0: chacun est fait le jour dit, ou s’annule d’ici là.',
      href: href(paths.plannedActs.index),
      icon: 'calendar-event',
    }),
    ...task(waiting.neverSignedIn, {
      noun: ['compte qui n’a jamais servi', 'comptes qui n’ont jamais servi'],
      definition:
        'Les comptes actifs dont la personne ne s’est jamais connectée\u00a0: le lien d’activation se renvoie depuis la fiche.',
      href: href(paths.accounts.index, { connexion: 'jamais' }),
      icon: 'hourglass-split',
    }),
  ];
}

/** What waits over the whole country alone. */
export function nationalTasks(
  { without, alone, bare, bareNational, messages, roles }: NationalWaiting,
  { href }: Visitor,
): Task[] {
  return [
    ...task(without, {
      noun: ['organisme sans administrateur local', 'organismes sans administrateur local'],
      definition: 'Personne n’y décide des demandes\u00a0: l’Ucanss en décide, et peut y désigner quelqu’un.',
      href: href(paths.delegations.all, { sans: 'oui' }),
      icon: 'building',
    }),
    ...task(alone, {
      noun: [
        'organisme qui n’a qu’un administrateur local',
        'organismes qui n’ont qu’un administrateur local',
      ],
      definition: 'En son absence, personne n’y décide\u00a0; ses propres demandes reviennent à l’Ucanss.',
      href: href(paths.delegations.all, { sans: 'un-seul' }),
      icon: 'person',
    }),
    ...task(bare, {
      noun: ['administrateur sans second facteur', 'administrateurs sans second facteur'],
      definition:
        'Une ligne par organisme administré\u00a0: leur mot de passe suffit encore pour agir sur les comptes.',
      href: href(paths.delegations.all, { facteur: 'sans' }),
      icon: 'key',
    }),
    ...task(bareNational, {
      noun: ['profil national sans second facteur', 'profils nationaux sans second facteur'],
      definition: 'Leur mot de passe suffit encore pour lire tous les organismes, ou y agir.',
      href: href(paths.nationalRoles.index, { facteur: 'sans' }),
      icon: 'key',
    }),
    ...task(messages, {
      noun: ['message qui n’est pas parti', 'messages qui ne sont pas partis'],
      definition: 'Les messages en échec ou en retard\u00a0: ils se renvoient.',
      href: href(paths.messages.index),
      icon: 'envelope',
    }),
    ...task(roles, {
      noun: ['rôle fermé, encore attribué', 'rôles fermés, encore attribués'],
      definition: 'Un rôle fermé ne se donne plus\u00a0: ici, des personnes l’ont encore.',
      href: href(paths.roles.index, { etat: 'ferme-detenu' }),
      icon: 'lock',
    }),
  ];
}

/** Where requests wait for long, the oldest first, each with its list. */
export function lateOf({ organisms, total }: LongWaiting, { now, href }: Visitor) {
  return {
    title: `Demandes de plus de ${LONG_DAYS} jours`,
    lines: organisms.map(({ code, name, requests, since }) => ({
      name,
      href: href(paths.requests.pending, { perimetre: code, age: 'plus-de-10-jours' }),
      detail: `${plural(requests, 'demande', 'demandes')}, depuis le ${formatDate(since)} (${relativeDate(since, now)})`,
    })),
    others:
      total > organisms.length
        ? `Et ${plural(total - organisms.length, 'autre organisme', 'autres organismes')}.`
        : null,
    all: href(paths.requests.pending, { age: 'plus-de-10-jours' }),
  };
}

/** What waits in the other organisms that the person administers. */
export function elsewhereOf({ actor, scope, href }: Visitor) {
  if (actor.national !== null) return [];
  return actor.administers
    .filter(({ id }) => scope.kind === 'organism' && id !== scope.organism.id)
    .map(({ code, name, pendingRequests, peopleToReview = 0 }) => ({
      name,
      href: href(paths.management, { perimetre: code }),
      detail: [
        plural(pendingRequests, 'demande à décider', 'demandes à décider'),
        ...(peopleToReview > 0 ? [plural(peopleToReview, 'personne à revoir', 'personnes à revoir')] : []),
      ].join(', '),
    }));
}
