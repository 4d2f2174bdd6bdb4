import type { Database } from '../../src/database/knex.ts';
import { holdsWords, searchable, searchWords } from '../../src/domain/search.ts';
import type { EntitlementFilter } from '../../src/repositories/lists/entitlements.ts';
import type { Snapshot } from '../../src/repositories/snapshot.ts';

export const TODAY = '2026-11-22';

/** A person as a naive program would hold them. */
export interface Person {
  id: number;
  lastName: string;
  firstName: string;
  email: string;
  functionTitle: string;
  organismId: number;
  assignments: { roleId: number; organismId: number | null; endsOn: string | null; ended: boolean }[];
}

const LAST_NAMES = [
  'Dupont',
  'DUPONT',
  "D'Artois",
  'L’Hôte',
  'Œuvrard',
  'Łukasz',
  'Straße',
  'De La Tour',
  'Zoé',
  'Martin',
];
const FIRST_NAMES = ['Marie', 'Éric', 'Jean-Pierre', 'Inès', 'Aïcha', 'Wladimir', 'Xu', 'Élodie'];
const FUNCTIONS = [
  '',
  'Conseiller',
  'Chargée de l’accueil 50 %',
  'Suivi_des\\dossiers',
  'Agent d’accueil',
  'Énergie & climat',
];

/** The same draw at each run. */
function dice(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((state / 2_147_483_648) * below);
  };
}

/** People of every shape over four organisms, with homonyms and rights past, present and ended. */
export function drawPeople(snapshot: Snapshot, count: number): Person[] {
  const draw = dice(39);
  const one = <T>(items: readonly T[]): T => items[draw(items.length)] as T;
  const organisms = [...snapshot.organisms.keys()].slice(10, 14);
  const roles = [...snapshot.roles.values()].filter((role) => role.kind === 'ordinary').slice(0, 12);
  const administrator = [...snapshot.roles.values()].find((role) => role.kind === 'local_administrator');
  return Array.from({ length: count }, (_, index) => {
    const person: Person = {
      id: 0,
      lastName: one(LAST_NAMES),
      firstName: one(FIRST_NAMES),
      email: `${one(['a', 'bé', 'c_c'])}.${index}@${one(['test.fr', 'ucanss.fr'])}`,
      functionTitle: one(FUNCTIONS),
      organismId: one(organisms),
      assignments: [],
    };
    for (const role of roles) {
      if (draw(6) > 0) continue;
      const endsOn = one([null, null, '2026-11-21', '2026-11-22', '2027-01-31']);
      person.assignments.push({ roleId: role.id, organismId: null, endsOn, ended: draw(4) === 0 });
    }
    if (administrator !== undefined && draw(10) === 0) {
      for (const organismId of organisms.slice(0, 1 + draw(3))) {
        person.assignments.push({ roleId: administrator.id, organismId, endsOn: null, ended: draw(4) === 0 });
      }
    }
    return person;
  });
}

/** Writes the people and their rights, and gives each person their identifier. */
export async function insertPeople(db: Database, people: Person[], snapshot: Snapshot): Promise<void> {
  const inserted = await db.raw(
    `INSERT INTO accounts (last_name, first_name, email, function_title, organism_id, organism_since, created_at)
     SELECT last_name, first_name, email, function_title, organism_id, now(), now()
     FROM json_to_recordset(?) AS person (place int, last_name text, first_name text, email text,
       function_title text, organism_id int) ORDER BY place RETURNING id, email`,
    [
      JSON.stringify(
        people.map((person, place) => ({
          place,
          last_name: person.lastName,
          first_name: person.firstName,
          email: person.email,
          function_title: person.functionTitle,
          organism_id: person.organismId,
        })),
      ),
    ],
  );
  const ids = new Map(inserted.rows.map((row: { email: string; id: number }) => [row.email, row.id]));
  for (const person of people) person.id = Number(ids.get(person.email));
  const rights = people.flatMap((person) =>
    person.assignments.map((held) => ({
      account_id: person.id,
      role_id: held.roleId,
      role_kind: snapshot.roles.get(held.roleId)?.kind,
      organism_id: held.organismId,
      ends_on: held.endsOn,
      granted_at: '2026-01-05T09:30:00.123Z',
      granted_by: held.organismId === null ? people[0]?.id : null,
      ended_at: held.ended ? '2026-06-01T00:00:00Z' : null,
      end_kind: held.ended ? 'removed' : null,
    })),
  );
  await db.batchInsert('assignments', rights, 500);
  await db.raw('ANALYZE accounts');
}

/** Who the filter selects and in which order, by the plainest means: every rule read again. */
export function expectedPeople(people: Person[], filter: EntitlementFilter, snapshot: Snapshot): Person[] {
  const somewhere = (texts: string[], word: string) => texts.some((text) => holdsWords(text, [word]));
  const selected = people.filter(
    (person) =>
      (filter.organismId === null || person.organismId === filter.organismId) &&
      searchWords(filter.words).every((word) => somewhere(everything(person, snapshot), word)) &&
      searchWords(filter.name).every((word) =>
        somewhere([searchable(person.lastName), searchable(person.firstName)], word),
      ),
  );
  return selected.sort((one, other) => {
    const order = compare(keys(one, filter, snapshot), keys(other, filter, snapshot));
    return filter.direction === 'asc' ? order : -order;
  });
}

const shown = new WeakMap<Person, string[]>();

/** Every element of the list that « Rechercher » looks in (R11). */
function everything(person: Person, snapshot: Snapshot): string[] {
  const organism = snapshot.organisms.get(person.organismId);
  const roles = person.assignments
    .filter((held) => !held.ended)
    .map((held) => snapshot.roles.get(held.roleId)?.label);
  const { lastName, firstName, email, functionTitle } = person;
  const texts =
    shown.get(person) ??
    [lastName, firstName, email, functionTitle, organism?.name, organism?.code, ...roles].map((text) =>
      searchable(text ?? ''),
    );
  shown.set(person, texts);
  return texts;
}

/** As normalised() sorts: accents and case aside, « - » and « ' » before letters. */
const sortKey = (text: string): string =>
  text
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll('œ', 'oe')
    .replaceAll('ł', 'l')
    .replaceAll('’', "'");

function keys(person: Person, filter: EntitlementFilter, snapshot: Snapshot): (string | number)[] {
  const last = sortKey(person.lastName);
  const first = sortKey(person.firstName);
  const held = new Set(person.assignments.filter(({ ended }) => !ended).map(({ roleId }) => roleId));
  const organism = snapshot.organisms.get(person.organismId);
  switch (filter.sort) {
    case 'nom':
      return [last, first, person.id];
    case 'prenom':
      return [first, last, person.id];
    case 'email':
      return [person.email];
    case 'fonction':
      return [sortKey(person.functionTitle), last, first, person.id];
    case 'organisme':
      return [sortKey(organism?.name ?? ''), last, first, person.id];
    case 'habilitations':
      return [held.size, last, first, person.id];
  }
}

function compare(one: (string | number)[], other: (string | number)[]): number {
  for (const [index, key] of one.entries()) {
    const against = other[index];
    if (against !== undefined && key !== against) return key < against ? -1 : 1;
  }
  return 0;
}
