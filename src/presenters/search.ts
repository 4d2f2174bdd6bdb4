import type { Actor } from '../domain/actor.ts';
import { mayAccess, mayActIn } from '../domain/permissions.ts';
import { requestLabel } from '../domain/request.ts';
import { NATIONAL } from '../domain/scope.ts';
import { bestOf, type Rank, rankOf, searchWords } from '../domain/search.ts';
import { paths } from '../paths.ts';
import type { Counted } from '../repositories/lists/counted.ts';
import type { Found } from '../repositories/lists/found.ts';
import type { FoundPerson } from '../repositories/lists/found-people.ts';
import type { OwnRequest } from '../repositories/lists/my-information.ts';
import type { Snapshot } from '../repositories/snapshot.ts';
import { BATCH_TITLES } from './batches.ts';
import { formatDate, formatNumber, fullName } from './format.ts';
import type { Href } from './href.ts';
import { menuOf, type Place } from './menu.ts';

interface Known {
  actor: Actor;
  snapshot: Snapshot;
  screens: readonly Screen[];
  href: Href;
}

interface Screen {
  label: string;
  href: string;
  detail: string;
}

/** A thing that was found, with the page that it leads to. */
interface FoundLine extends Screen {
  tags?: { kind: string; text: string }[];
}

interface Section {
  title: string;
  icon: string;
  lines: FoundLine[];
  /** The list that has the others. */
  more: { href: string; label: string } | null;
  /** Of its best line. */
  rank: Rank;
}

/** Most roles, applications, organisms or screens that are shown. */
const MOST_LINES = 10;

/** « Qui a Energie Rédacteur ? » asks for « Energie Rédacteur ». */
export const withoutQuestion = (text: string): string =>
  text.replace(/^\s*qui\s+(a|ont|détient|détiennent|possède|possèdent)\s+/iu, '').replace(/\s*\?+\s*$/u, '');

/** The number of « lot 41 », « n° 41 », « 41 »; null where the search is for something else. */
export function numberOf(text: string): number | null {
  const found = /^\s*(?:lot|action groupée)?\s*(?:n[°ºo]|numéro)?\s*(\d{1,9})\s*$/iu.exec(text);
  return found ? Number(found[1]) : null;
}

/** The screens by their name: those of the menu, and those that are a step further. */
export function screensOf(actor: Actor, place: Place): Screen[] {
  const { href, scope = NATIONAL } = place;
  const acts = mayAccess('management-act', actor) && mayActIn(actor, scope);
  const menu = menuOf(actor, place).flatMap(({ title, entries }) =>
    entries.flatMap((entry) => [
      ...(entry.children.some((child) => child.href === entry.href)
        ? []
        : [{ ...entry, detail: title ?? '' }]),
      ...entry.children.map((child) => ({ ...child, detail: entry.label })),
    ]),
  );
  const further = [
    ...(acts
      ? [{ label: 'Création d’un compte', href: href(paths.accounts.new), detail: 'Gestion des comptes' }]
      : []),
    ...(acts && scope.kind === 'organism'
      ? [{ label: 'Délégation', href: href(paths.delegations.new), detail: 'Les administrateurs locaux' }]
      : []),
    ...(mayAccess('management', actor)
      ? [
          {
            label: 'Motifs de refus',
            href: href(paths.refusalReasons.index),
            detail: "Demandes d'habilitations",
          },
        ]
      : []),
    { label: 'Espace Organismes', href: paths.home, detail: 'Accueil' },
    { label: 'Aide', href: paths.help, detail: '' },
    { label: 'Données personnelles', href: paths.personalData, detail: '' },
    { label: 'Déclaration d’accessibilité', href: paths.accessibility, detail: '' },
  ];
  return [...menu, ...further].map(({ label, href, detail }) => ({ label, href, detail }));
}

/** What « Recherche » shows, the best first; without words, the screens alone. */
export function showFound(text: string, found: Found | null, known: Known) {
  const words = searchWords(text);
  if (found === null) return { sections: [], screens: known.screens };
  const sections = [
    peopleSection(text, words, found, known),
    rolesSection(words, known),
    applicationsSection(words, known),
    organismsSection(words, known),
    requestsSection(text, found, known),
    ownSection(words, found),
    batchesSection(found, known),
    screensSection(words, known),
  ].filter(({ lines }) => lines.length > 0);
  return { sections: sections.sort((one, other) => one.rank - other.rank), screens: [] };
}

const count = (parts: readonly Counted[]): string => {
  const total = parts.reduce((sum, part) => sum + part.total, 0);
  return parts.some(({ atLeast }) => atLeast) ? `Toutes les` : `Les ${formatNumber(total)}`;
};

const isCut = (parts: readonly Counted[], shown: number): boolean =>
  parts.some(({ total, atLeast }) => atLeast || total > 0) &&
  parts.reduce((sum, { total }) => sum + total, 0) > shown;

/** Who reads of one organism alone is not told which. */
function elsewhere(
  { actor, snapshot }: Known,
  organismId: number,
): { name: string[]; perimetre: string | null } {
  const organism = snapshot.organisms.get(organismId);
  const several = actor.national !== null || actor.administers.length > 1;
  if (!organism || !several) return { name: [], perimetre: null };
  return { name: [organism.name], perimetre: actor.national === null ? organism.code : null };
}

const french = new Intl.Collator('fr');
const byName = (one: FoundPerson, other: FoundPerson) =>
  french.compare(one.lastName, other.lastName) || french.compare(one.firstName, other.firstName);

function peopleSection(q: string, words: string[], { people: parts }: Found, known: Known): Section {
  const people = parts
    .flatMap(({ people }) => people)
    .sort((one, other) => Number(other.begins) - Number(one.begins) || byName(one, other))
    .slice(0, MOST_LINES);
  const named = people.some(({ begins }) => begins) ? 0 : null;
  return {
    title: 'Personnes',
    icon: 'people',
    lines: people.map((person) => {
      const { name, perimetre } = elsewhere(known, person.organismId);
      return {
        label: fullName(person),
        href: known.href(paths.accounts.show({ id: person.id }), { perimetre }),
        detail: [person.functionTitle, ...name, person.email].filter((each) => each !== '').join(' · '),
        tags: person.active ? [] : [{ kind: 'inactive', text: 'Compte désactivé' }],
      };
    }),
    more: isCut(parts, people.length)
      ? { href: known.href(paths.entitlements.index, { q }), label: `${count(parts)} personnes trouvées` }
      : null,
    // Found by their name, else by what they hold or where they are.
    rank: named ?? people.reduce<Rank>((best, person) => rankOfPerson(person, words) ?? best, 2),
  };
}

const rankOfPerson = ({ firstName, lastName }: FoundPerson, words: string[]): Rank | null =>
  rankOf(`${lastName} ${firstName}`, words) === null ? null : 1;

/** A section of what the reference data has, each line with its rank. */
function section(title: string, icon: string, lines: readonly (FoundLine & { rank: Rank })[]): Section {
  return { title, icon, lines: lines.slice(0, MOST_LINES), more: null, rank: lines[0]?.rank ?? 2 };
}

function rolesSection(words: string[], { actor, snapshot, href }: Known): Section {
  const manages = mayAccess('management', actor);
  const roles = bestOf(
    [...snapshot.roles.values()].filter(({ closed }) => manages || !closed),
    ({ label }) => label,
    words,
  );
  return section(
    'Rôles',
    'key',
    roles.map(({ rank, ...role }) => ({
      rank,
      label: role.label,
      href: manages
        ? href(paths.roles.show({ code: role.code }))
        : paths.catalogue.show({ code: role.applicationCode }),
      detail: manages ? `Qui l’a · ${role.application}` : role.application,
      tags: role.closed ? [{ kind: 'inactive', text: 'Rôle fermé' }] : [],
    })),
  );
}

function applicationsSection(words: string[], { snapshot }: Known): Section {
  const open = new Set(
    [...snapshot.roles.values()].filter(({ closed }) => !closed).map((role) => role.applicationId),
  );
  const found = bestOf(
    [...snapshot.applications.values()].filter(({ id }) => open.has(id)),
    ({ name }) => name,
    words,
  );
  const lines = found.map(({ rank, code, name, theme }) => ({
    rank,
    label: name,
    href: paths.catalogue.show({ code }),
    detail: theme,
  }));
  return section('Applications', 'star', lines);
}

/** National profiles read each organism; a local administrator finds who administers it. */
function organismsSection(words: string[], { actor, snapshot, href }: Known): Section {
  if (!mayAccess('management', actor)) return section('Organismes', 'building', []);
  const found = bestOf(snapshot.organisms.values(), ({ name, code }) => `${name} ${code}`, words);
  const lines = found.map(({ rank, code, name, branch }) => ({
    rank,
    label: name,
    href:
      actor.national === null
        ? href(paths.delegations.all, { q: name })
        : href(paths.entitlements.index, { perimetre: code }),
    detail:
      actor.national === null ? `${branch} · ses administrateurs locaux` : `${branch} · ses habilitations`,
  }));
  return section('Organismes', 'building', lines);
}

function requestsSection(q: string, { requests: parts }: Found, known: Known): Section {
  const rows = parts.flatMap(({ rows }) => rows).slice(0, MOST_LINES);
  return {
    title: 'Demandes en cours',
    icon: 'inbox',
    lines: rows.map((row) => {
      const { name, perimetre } = elsewhere(known, row.organismId);
      const role = row.roleId === null ? null : known.snapshot.roles.get(row.roleId)?.label;
      const list = known.href(paths.requests.pending, { perimetre, q: fullName(row) });
      return {
        label: `${requestLabel(row.kind, role)} pour ${fullName(row)}`,
        href: `${list}#demande-${row.id}`,
        detail: [`demandée le ${formatDate(row.submittedAt)}`, ...name].join(' · '),
      };
    }),
    more: isCut(parts, rows.length)
      ? { href: known.href(paths.requests.pending, { q }), label: `${count(parts)} demandes trouvées` }
      : null,
    rank: 2,
  };
}

const STATUSES: Record<OwnRequest['status'], string> = {
  unconfirmed: 'à confirmer',
  pending: 'en cours',
  accepted: 'acceptée',
  refused: 'refusée',
  cancelled: 'annulée',
};

function ownSection(words: string[], { own }: Found): Section {
  const found = bestOf(own, ({ kind, roleLabel }) => requestLabel(kind, roleLabel), words);
  const lines = found.map(({ rank, id, kind, roleLabel, status, createdAt }) => ({
    rank,
    label: requestLabel(kind, roleLabel),
    href: `${paths.myInformation}#demande-${id}`,
    detail: `demandée le ${formatDate(createdAt)} · ${STATUSES[status]}`,
  }));
  return section('Vos demandes', 'send', lines);
}

function batchesSection({ batches }: Found, known: Known): Section {
  const lines = batches.map(({ id, kind, organismId, createdAt }) => {
    const { name, perimetre } = elsewhere(known, organismId);
    return {
      rank: 0 as const,
      label: `Lot n°\u00a0${id}`,
      href: known.href(paths.batches.show({ id }), { perimetre }),
      detail: [BATCH_TITLES[kind], `le ${formatDate(createdAt)}`, ...name].join(' · '),
    };
  });
  return section('Actions groupées', 'archive', lines);
}

const screensSection = (words: string[], { screens }: Known): Section =>
  section(
    'Écrans',
    'list',
    bestOf(screens, ({ label }) => label, words),
  );
