import type { Database } from '../../database/knex.ts';
import { StatementValues } from '../../database/sql.ts';
import { containing, formsOf, searchWords } from '../../domain/search.ts';
import type { Snapshot } from '../snapshot.ts';
import { listedPeople, toTotal } from './listed-people.ts';
import type { PersonOrder } from './person-order.ts';
import { type PersonSearch, personSearch } from './person-search.ts';
import { plannedQuery } from './query.ts';

/** Somebody that « Recherche » finds. */
export interface FoundPerson {
  id: number;
  lastName: string;
  firstName: string;
  email: string;
  functionTitle: string;
  organismId: number;
  active: boolean;
  /** Roles that they hold. */
  roleIds: number[];
  /** True of one whose last name begins with a word of the search. */
  begins: boolean;
}

interface FoundPeople {
  people: FoundPerson[];
  total: number;
  atLeast: boolean;
}

/** Of one word out of several, so few letters begin too many names to be read for it. */
const FEW_LETTERS = 3;

/**
 * The first `limit` people whom « État des habilitations » would find by these words (R11), in an organism or, with null,
 * in all: those whose last name begins with one come first, then all in alphabetical order. Where the first are enough,
 * nobody counts the others.
 */
export async function foundPeople(
  db: Database,
  { organismId, words, limit }: { organismId: number | null; words: string; limit: number },
  snapshot: Snapshot,
): Promise<FoundPeople> {
  const order: PersonOrder = { organismId, sort: 'nom', direction: 'asc' };
  const search = personSearch({ organismId, name: '', words }, snapshot);
  const begun = await beginning(db, { words, search, limit: limit + 1 });
  if (begun.length > limit) return { people: begun.slice(0, limit), total: limit, atLeast: true };
  const values = new StatementValues();
  const listed = await listedPeople(db, order, search, { limit, offset: 0 }, values);
  const text = `WITH ${listed.ctes} SELECT total, ${PERSON}, false AS begins
    FROM counted LEFT JOIN (page JOIN accounts USING (id)) ON true ORDER BY ${listed.order}`;
  const found = await plannedQuery<FoundPerson & { total: number; id: number | null }>(db, text, values.list);
  const first = new Set(begun.map(({ id }) => id));
  const others = found.filter(({ id }) => id !== null && !first.has(id));
  return { people: [...begun, ...others].slice(0, limit), ...toTotal(found[0]?.total ?? 0, order) };
}

const PERSON = `id, last_name AS "lastName", first_name AS "firstName", email, function_title AS "functionTitle",
  organism_id AS "organismId", active, role_ids AS "roleIds"`;

/** Those whose last name begins with a word, in the order of an index that begins with it. */
async function beginning(
  db: Database,
  { words: text, search, limit }: { words: string; search: PersonSearch; limit: number },
): Promise<FoundPerson[]> {
  const words = searchWords(text);
  const long = words.length === 1 ? words : words.filter((word) => word.length >= FEW_LETTERS);
  const forms = new Set(long.flatMap((word) => [word, ...formsOf(word)]));
  if (forms.size === 0) return [];
  const values = new StatementValues();
  const begins = [...forms].map((form) => `last_key LIKE ${values.add(containing(form).slice(1))}`);
  const conditions = [...search.conditions(values), `(${begins.join(' OR ')})`];
  return plannedQuery<FoundPerson>(
    db,
    `SELECT ${PERSON}, true AS begins FROM accounts WHERE ${conditions.join(' AND ')}
     ORDER BY last_key, first_key, id LIMIT ${limit}`,
    values.list,
  );
}
