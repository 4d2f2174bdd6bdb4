import type { Database } from '../../database/knex.ts';
import { StatementValues, where } from '../../database/sql.ts';
import { type Counted, ENOUGH, toCounted } from './counted.ts';
import { firstPeople, orderBy, type PersonOrder, sortedFrom } from './person-order.ts';
import type { PersonSearch } from './person-search.ts';
import { plannedQuery } from './query.ts';

/** Last row that can be reached over every organism. */
const DEEPEST_ROW = 10_000;
/** A first look at this many people tells how frequent the words are. */
const LOOKED_AT = 2_000;
/** Most rows of an index that are read in order for a page, or to know that hits are more than MOST_COUNTED. */
const WALKED = 30_000;
/** Hits of a first look that make it likely that WALKED rows have more than MOST_COUNTED. */
const MANY = LOOKED_AT / 20;
/** Fewer hits say nothing sure of how far one has to read for a page. */
const SURE = 4;
/** A word that more people match is frequent: one in ten. */
const FREQUENT = LOOKED_AT / 10;

/** An array holds no more, nor does any organism. */
const MOST_ROWS = 100_000_000;

/** The part of a list that a page shows. */
interface Window {
  limit: number;
  offset: number;
}

/** What reads a page of people and counts them all. */
interface ListedPeople {
  /** CTEs to follow WITH: `page` (id, and the keys of its order) and `counted` (total, told by toTotal()). */
  ctes: string;
  /** What follows ORDER BY, for whoever joins `page`. */
  order: string;
}

/**
 * The people of a page and the count of all, read in the way that suits the filter.
 * @throws RangeError when the window is not made of whole numbers.
 */
export async function listedPeople(
  db: Database,
  order: PersonOrder,
  search: PersonSearch,
  window: Window,
  values: StatementValues,
): Promise<ListedPeople> {
  const { limit, offset } = window;
  if (!Number.isSafeInteger(limit) || !Number.isSafeInteger(offset)) {
    throw new RangeError('A page and its size are whole numbers');
  }
  const national = order.organismId === null;
  const reachable = !national || offset + limit <= DEEPEST_ROW;
  // The size is written out: a plan made for any size would not know that a page is short.
  const cut = () => `ORDER BY ${orderBy(order)} LIMIT ${reachable ? limit : 0} OFFSET ${values.add(offset)}`;
  const counted = (from: string) => `counted AS (SELECT count(*) AS total FROM ${from})`;
  const inOrder = (count: string): ListedPeople => ({
    ctes: `${count}, page AS (${sortedFrom(order, where(search.conditions(values)))} ${cut()})`,
    order: orderBy(order),
  });
  const fromHits = (conditions: string[]): ListedPeople => ({
    ctes: `hits AS MATERIALIZED (${sortedFrom(order, where(conditions))}),
      ${counted('hits')}, page AS (SELECT * FROM hits ${cut()})`,
    order: orderBy(order),
  });
  // Where the index gives the order, one pass that keeps nothing but identifiers is a third quicker.
  const inOnePass = (conditions: string[]): ListedPeople => {
    const first = `${values.add(Math.min(offset, MOST_ROWS))}::integer`;
    return {
      ctes: `hits AS (
        SELECT count(*) AS total, array_agg(id ORDER BY ${orderBy(order)}) AS ids
        FROM (${sortedFrom(order, where(conditions))}) AS hit
      ), counted AS (SELECT total FROM hits), page AS (
        SELECT id, place FROM hits, unnest(ids[${first} + 1 : ${first} + ${limit}]) WITH ORDINALITY AS listed (id, place)
      )`,
      order: 'place',
    };
  };
  const enough = (conditions: string[]) =>
    `(SELECT FROM accounts ${where(conditions)} LIMIT ${ENOUGH}) AS enough`;

  if (search.everyone) {
    const everyone = national ? enough([]) : `accounts ${where(search.conditions(values))}`;
    return inOrder(counted(everyone));
  }
  if (search.amongFew) return (order.sort === 'nom' ? inOnePass : fromHits)(search.conditions(values));
  const look = await lookAtFirst(db, order, search);
  const many = look.walked === ENOUGH;
  if (!many && look.accounts < WALKED) return fromHits(search.conditions(values));
  const indexed = () => search.conditions(values, rareOnes(look.frequencies));
  const soonFull = look.ahead >= SURE && (offset + limit) * LOOKED_AT <= look.ahead * WALKED;
  // So many hits that even an order in which they come late is quicker than sorting them all.
  const tooMany = many && (order.sort === 'nom' || Math.min(...look.frequencies) >= FREQUENT);
  if (!soonFull && !tooMany) return fromHits(indexed());
  return inOrder(counted(enough(many ? [] : indexed())));
}

/** The total to show for what `counted` counted: exact, or « plus de » when `atLeast`. */
export function toTotal(counted: number, order: PersonOrder): Counted {
  return order.organismId === null ? toCounted(counted) : { total: counted, atLeast: false };
}

interface Look {
  /** How many of the first people by name meet each condition. */
  frequencies: number[];
  /** How many of the first people in the order asked for meet them all; 0 where they seem few. */
  ahead: number;
  /** Hits among the first WALKED people by name, up to ENOUGH; 0 where they seem few. */
  walked: number;
  /** About how many accounts there are. */
  accounts: number;
}

/**
 * Over every organism the quickest way depends on how frequent the words are, and the planner, which knows little
 * of texts, takes one for another: a first look measures it.
 */
async function lookAtFirst(db: Database, order: PersonOrder, search: PersonSearch): Promise<Look> {
  const values = new StatementValues();
  const conditions = search.conditions(values);
  const all = conditions.join(' AND ');
  const met = conditions.map((condition, index) => `${condition} AS met${index}`);
  const each = met.map((_, index) => `count(*) FILTER (WHERE met${index})`);
  const every = met.map((_, index) => `met${index}`).join(' AND ');
  const byName: PersonOrder = { organismId: null, sort: 'nom', direction: 'asc' };
  const ahead = `(SELECT count(*) FROM ${firstPeople(order, LOOKED_AT)} WHERE ${all})`;
  const walked = `(SELECT count(*) FROM (
    SELECT FROM ${firstPeople(byName, WALKED)} WHERE ${all} LIMIT ${ENOUGH}) AS some_hits)`;
  const [look] = await plannedQuery<Look>(
    db,
    `SELECT frequencies, (SELECT reltuples FROM pg_class WHERE oid = 'accounts'::regclass) AS accounts,
       CASE WHEN hits < ${SURE} THEN 0 ELSE ${ahead} END AS ahead,
       CASE WHEN hits < ${MANY} THEN 0 ELSE ${walked} END AS walked
     FROM (
       SELECT count(*) FILTER (WHERE ${every}) AS hits, json_build_array(${each.join(', ')}) AS frequencies
       FROM (SELECT ${met.join(', ')} FROM ${firstPeople(byName, LOOKED_AT)} OFFSET 0) AS tested
     ) AS look`,
    values.list,
  );
  return look ?? { frequencies: [], ahead: 0, walked: 0, accounts: 0 };
}

/** Which conditions the indexes are used for: the rarest, and others that leave out more than they cost to find. */
function rareOnes(frequencies: readonly number[]): boolean[] {
  const rarest = Math.min(...frequencies);
  return frequencies.map((frequency) => frequency <= rarest || frequency < Math.min(FREQUENT, 10 * rarest));
}
