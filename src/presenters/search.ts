import type { Actor } from '../domain/actor.ts';
import { mayAccess, mayActIn } from '../domain/permissions.ts';
import { requestLabel } from '../domain/request.ts';
import { choosesOrganism, NATIONAL } from '../domain/scope.ts';
import { holdsWords, type Rank, rankOf, searchable, searchWords } from '../domain/search.ts';
import { paths } from '../paths.ts';
import type { Counted } from '../repositories/lists/counted.ts';
import type { Found } from '../repositories/lists/found.ts';
import type { FoundPerson } from '../repositories/lists/found-people.ts';
import { formatDate, formatNumber, fullName, plural } from './format.ts';
import {
  applicationsSection,
  batchesSection,
  elsewhere,
  type Known,
  MOST_LINES,
  type Noun,
  organismsSection,
  ownSection,
  rolesSection,
  type Screen,
  type Section,
  screensSection,
} from './found-lines.ts';
import { menuOf, type Place } from './menu.ts';

/** What a search asks for: who has a role, a batch, or anything. */
export interface Question {
  kind: 'role' | 'batch' | 'anything';
  /** What is looked for. */
  words: string;
  /** Of the batch that it may be. */
  number: number | null;
}

const WHO_HAS =
  /^\s*qui\s+(?:a|ont|détient|détiennent|possède|possèdent)\s+(?:(?:l|d)['’]|(?:le|la|les|un|une|du|des)\s+)?/iu;

const NUMBER = /^\s*(lots?\s*|actions?\s+groupées?\s*)?(?:n[°ºo]\s*|numéro\s*)?(\d{1,9})\s*$/iu;

/** « Qui a Energie Rédacteur ? » asks for a role, « lot 41 » for a batch, « 41 » for either. */
export function questionOf(text: string): Question {
  const plain = text.replace(/[«»“”"]/gu, ' ').replace(/[\s\u00a0]+/gu, ' ');
  const [, batch, digits] = NUMBER.exec(plain) ?? [];
  if (digits !== undefined)
    return { kind: batch === undefined ? 'anything' : 'batch', words: plain, number: Number(digits) };
  if (!WHO_HAS.test(plain)) return { kind: 'anything', words: plain, number: null };
  return { kind: 'role', words: plain.replace(WHO_HAS, '').replace(/\s*\?+\s*$/u, ''), number: null };
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
export function showFound({ kind, words: text }: Question, found: Found | null, known: Known) {
  const words = searchWords(text);
  if (found === null) return { sections: [], told: '', screens: known.screens };
  const role = rolesSection(words, known);
  const batch = batchesSection(found, known);
  const anything = () => [
    peopleSection(text, words, found, known),
    role,
    applicationsSection(words, known),
    organismsSection(words, known),
    requestsSection(text, found, known),
    ownSection(words, found, known),
    batch,
    screensSection(words, known),
  ];
  // Who asks for a role, or for a batch, is not answered by people whose name or function has the same words.
  const asked = kind === 'batch' ? [batch] : kind === 'role' && role.lines.length > 0 ? [role] : anything();
  const sections = asked.filter(({ lines }) => lines.length > 0).sort((one, other) => one.rank - other.rank);
  return { sections, told: sections.map(({ count }) => count).join(', '), screens: [] };
}

/** « 18 personnes », « plus de 10 personnes »: in all, wherever they are. */
function countOf(parts: readonly Counted[], [one, many]: Noun): string {
  const total = parts.reduce((sum, part) => sum + part.total, 0);
  const more = parts.some(({ atLeast }) => atLeast) ? 'plus de ' : '';
  return `${more}${plural(total, one, many)}`;
}

/** The list of each organism that has others than those shown. */
function moreOf(
  known: Known,
  path: string,
  { q, parts, noun, shown }: { q: string; parts: readonly Counted[]; noun: Noun; shown: number },
): Section['more'] {
  const total = parts.reduce((sum, part) => sum + part.total, 0);
  if (total <= shown && !parts.some(({ atLeast }) => atLeast)) return [];
  const { actor, href } = known;
  const several = actor.national === null && choosesOrganism(actor);
  return parts.flatMap((part, at) => {
    if (part.total === 0) return [];
    const organism = several ? actor.administers[at] : undefined;
    const where = organism ? `, ${organism.name}` : '';
    const label = `Voir ${part.atLeast ? 'toutes les' : `les ${formatNumber(part.total)}`} ${noun[1]}${where}`;
    return [{ href: href(path, { q, perimetre: organism?.code }), label }];
  });
}

const french = new Intl.Collator('fr');

const byName = (one: FoundPerson, other: FoundPerson) =>
  french.compare(one.lastName, other.lastName) || french.compare(one.firstName, other.firstName);

const PEOPLE: Noun = ['personne', 'personnes'];

const REQUESTS: Noun = ['demande en cours', 'demandes en cours'];

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
        detail: [person.functionTitle, ...name, person.email, ...heldOf(person, words, known)]
          .filter((each) => each !== '')
          .join(' · '),
        tags: person.active ? [] : [{ kind: 'inactive', text: 'Compte désactivé' }],
      };
    }),
    more: moreOf(known, paths.entitlements.index, { q, parts, noun: PEOPLE, shown: people.length }),
    count: countOf(parts, PEOPLE),
    // Found by their name, else by what they hold or where they are.
    rank: named ?? people.reduce<Rank>((best, person) => rankOfPerson(person, words) ?? best, 2),
  };
}

/** The roles that they are found by, where their name, address and function do not say why. */
function heldOf(
  { lastName, firstName, email, functionTitle, roleIds }: FoundPerson,
  words: string[],
  { snapshot }: Known,
) {
  const own = searchable(`${lastName} ${firstName} ${email} ${functionTitle}`);
  const unsaid = words.filter((word) => !holdsWords(own, [word]));
  return roleIds.flatMap((id) => {
    const role = snapshot.roles.get(id);
    return role && unsaid.some((word) => holdsWords(role.key, [word])) ? [role.label] : [];
  });
}

const rankOfPerson = ({ firstName, lastName }: FoundPerson, words: string[]): Rank | null =>
  rankOf(`${lastName} ${firstName}`, words) === null ? null : 1;

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
    more: moreOf(known, paths.requests.pending, { q, parts, noun: REQUESTS, shown: rows.length }),
    count: countOf(parts, REQUESTS),
    rank: 2,
  };
}
