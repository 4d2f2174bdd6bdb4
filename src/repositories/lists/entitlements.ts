import type { Database } from '../../database/knex.ts';
import { preparedQuery } from '../../database/prepared.ts';
import type { LabelSource, Labels } from '../labels.ts';
import {
  type EntitlementRow,
  entitlementLines,
  type StoredEntitlement,
  toEntitlement,
} from './entitlement-rows.ts';
import { type Direction, orderBy, type PersonSort, sortedFrom } from './person-order.ts';
import { type PersonFilter, type PersonSearch, personSearch, StatementValues } from './person-search.ts';
import { plannedQuery, type StreamOptions, streamQuery } from './query.ts';

export type { EntitlementRow, HeldAssignment } from './entitlement-rows.ts';

/** Totals are exact in an organism; over every organism they stop here: « plus de 1 000 ». */
const MOST_COUNTED = 1_000;
/** Last row that can be reached over every organism. */
const DEEPEST_ROW = 10_000;
/** Rows of the national index that are read to know whether a search has more than MOST_COUNTED hits. */
const WALKED = 20_000;
/** A first look at fewer rows tells whether that reading is worth it: enough hits for 3 %. */
const LOOKED_AT = 2_000;
const PROMISING = 60;

/** What « État des habilitations » is asked for: R7, R10, R11 and the order. */
export interface EntitlementFilter extends PersonFilter {
  sort: PersonSort;
  direction: Direction;
}

export interface EntitlementPage {
  /** Empty beyond the last page. */
  rows: EntitlementRow[];
  /** Exact, unless `atLeast`: then there are more than this. */
  total: number;
  atLeast: boolean;
}

export interface EntitlementList {
  /** One page, from 1; `today` is the day in Paris, 'YYYY-MM-DD', on which the rights shown hold (P8). */
  page(
    filter: EntitlementFilter,
    options: { page: number; size: number; today: string },
  ): Promise<EntitlementPage>;
  /** How many people the filter selects, exactly: for an export. */
  count(filter: PersonFilter): Promise<number>;
  /** Everyone that the filter selects, in its order, in batches: for an export (R12, R13). */
  stream(
    filter: EntitlementFilter,
    options: StreamOptions & { today: string },
  ): AsyncIterable<EntitlementRow[]>;
}

/**
 * The read model of « État des habilitations » (R7-R14). In an organism every page is one statement; over every
 * organism a search takes two, because frequent and rare words call for opposite ways of reading.
 */
export function entitlementList(db: Database, labels: LabelSource): EntitlementList {
  return {
    async page(filter, { page, size, today }) {
      const current = await labels.current();
      const search = personSearch(filter, current);
      const offset = (page - 1) * size;
      if (filter.organismId === null && offset + size > DEEPEST_ROW) {
        const first = await this.page(filter, { page: 1, size: 1, today });
        return { ...first, rows: [] };
      }
      const values = new StatementValues();
      const listed = await listedPeople(db, filter, search, { limit: size, offset }, values);
      const text = pageStatement(listed, filter, today, values);
      const run = search.everyone ? preparedQuery : plannedQuery;
      return toPage(await run<StoredLine>(db, text, values.list), filter, current);
    },

    async count(filter) {
      const search = personSearch(filter, await labels.current());
      const values = new StatementValues();
      const text = `SELECT count(*) AS total FROM accounts ${where(search.conditions('walk', values))}`;
      const [row] = await plannedQuery<{ total: number }>(db, text, values.list);
      return row?.total ?? 0;
    },

    async *stream(filter, { today, signal, batch }) {
      const current = await labels.current();
      const values = new StatementValues();
      const conditions = where(personSearch(filter, current).conditions('walk', values));
      const people = `(${sortedFrom(filter, conditions)} ORDER BY ${orderBy(filter)}) AS page`;
      const text = `${entitlementLines(people, today, values)} ORDER BY ${orderBy(filter)}`;
      for await (const rows of streamQuery<StoredEntitlement>(db, text, values.list, { signal, batch })) {
        yield rows.map((row) => toEntitlement(row, current));
      }
    },
  };
}

interface StoredLine extends Omit<StoredEntitlement, 'id'> {
  total: number;
  /** null on the only line of an empty page. */
  id: number | null;
}

/** The people of a page and the count of all, as the CTEs `page` and `counted`. */
type Listed = string;

async function listedPeople(
  db: Database,
  filter: EntitlementFilter,
  search: PersonSearch,
  window: { limit: number; offset: number },
  values: StatementValues,
): Promise<Listed> {
  if (!Number.isSafeInteger(window.limit) || !Number.isSafeInteger(window.offset)) {
    throw new RangeError('A page and its size are whole numbers');
  }
  // The size is written out: a plan made for any size would not know that a page is short.
  const cut = `ORDER BY ${orderBy(filter)} LIMIT ${window.limit} OFFSET ${values.add(window.offset)}`;
  if (filter.organismId === null && (search.everyone || (await hasManyHits(db, search)))) {
    const conditions = where(search.conditions('walk', values));
    return `counted AS (SELECT count(*) AS total FROM (SELECT FROM accounts LIMIT ${MOST_COUNTED + 1}) AS some),
      page AS (${sortedFrom(filter, conditions)} ${cut})`;
  }
  if (search.everyone) {
    const conditions = where(search.conditions('walk', values));
    return `counted AS (SELECT count(*) AS total FROM accounts ${conditions}),
      page AS (${sortedFrom(filter, conditions)} ${cut})`;
  }
  const form = filter.organismId === null ? 'index' : 'walk';
  return `hits AS MATERIALIZED (${sortedFrom(filter, where(search.conditions(form, values)))}),
    counted AS (SELECT count(*) AS total FROM hits),
    page AS (SELECT * FROM hits ${cut})`;
}

/** True when the search has more than MOST_COUNTED hits among the first people in order of name. */
async function hasManyHits(db: Database, search: PersonSearch): Promise<boolean> {
  const values = new StatementValues();
  const conditions = where(search.conditions('walk', values));
  const first = (rows: number) =>
    `(SELECT * FROM accounts ORDER BY last_key, first_key, id LIMIT ${rows}) AS first_rows ${conditions}`;
  const [row] = await plannedQuery<{ hits: number }>(
    db,
    `SELECT count(*) AS hits FROM (
       SELECT FROM ${first(WALKED)}
         AND (SELECT count(*) FROM (SELECT FROM ${first(LOOKED_AT)} LIMIT ${PROMISING}) AS seen) = ${PROMISING}
       LIMIT ${MOST_COUNTED + 1}
     ) AS walked`,
    values.list,
  );
  return (row?.hits ?? 0) > MOST_COUNTED;
}

function pageStatement(
  listed: Listed,
  filter: EntitlementFilter,
  today: string,
  values: StatementValues,
): string {
  return `WITH ${listed}, lines AS (${entitlementLines('page', today, values)})
    SELECT total, lines.* FROM counted LEFT JOIN lines ON true ORDER BY ${orderBy(filter)}`;
}

function toPage(lines: StoredLine[], filter: EntitlementFilter, labels: Labels): EntitlementPage {
  const counted = lines[0]?.total ?? 0;
  const atLeast = filter.organismId === null && counted > MOST_COUNTED;
  const rows = lines.flatMap(({ id, ...line }) =>
    id === null ? [] : [toEntitlement({ ...line, id }, labels)],
  );
  return { rows, total: atLeast ? MOST_COUNTED : counted, atLeast };
}

function where(conditions: string[]): string {
  return conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`;
}
