import type { Database } from '../../database/knex.ts';
import { preparedQuery } from '../../database/prepared.ts';
import { StatementValues, where } from '../../database/sql.ts';
import type { Snapshot, SnapshotSource } from '../snapshot.ts';
import {
  type EntitlementRow,
  entitlementLines,
  type GrantedAssignment,
  type GranterNames,
  learnGranters,
  type StoredEntitlement,
  type StoredGrants,
  toEntitlement,
  toGrants,
} from './entitlement-rows.ts';
import { listedPeople, toTotal } from './listed-people.ts';
import { type Direction, orderBy, type PersonSort, sortedFrom } from './person-order.ts';
import { type PersonFilter, personSearch } from './person-search.ts';
import { plannedQuery, type StreamOptions, streamQuery } from './query.ts';

export type { EntitlementRow, GrantedAssignment } from './entitlement-rows.ts';

/** What « État des habilitations » is asked for: R7, R10, R11 and the order. */
export interface EntitlementFilter extends PersonFilter {
  sort: PersonSort;
  direction: Direction;
}

interface EntitlementPage {
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
  /** The same, with when and by whom each right was granted. */
  streamGrants(
    filter: EntitlementFilter,
    options: StreamOptions & { today: string },
  ): AsyncIterable<EntitlementRow<GrantedAssignment>[]>;
}

/**
 * The read model of « État des habilitations » (R7-R14). In an organism every page is one statement; over every
 * organism a search takes two, because frequent and rare words call for opposite ways of reading.
 */
export function entitlementList(db: Database, snapshot: SnapshotSource): EntitlementList {
  return {
    async page(filter, { page, size, today }) {
      const current = await snapshot.current();
      const search = personSearch(filter, current);
      const values = new StatementValues();
      const window = { limit: size, offset: (page - 1) * size };
      const listed = await listedPeople(db, filter, search, window, values);
      const text = `WITH ${listed.ctes}, lines AS (${entitlementLines('page', today, 'rights', values)})
        SELECT total, lines.* FROM counted LEFT JOIN lines ON true ORDER BY ${listed.order}`;
      // Without a search the statement is one of a few: it stays prepared.
      const run = search.everyone ? preparedQuery : plannedQuery;
      const lines = await run<StoredLine>(db, text, values.list);
      const rows = lines.flatMap(({ id, ...line }) =>
        id === null ? [] : [toEntitlement({ ...line, id }, current)],
      );
      return { rows, ...toTotal(lines[0]?.total ?? 0, filter) };
    },

    async count(filter) {
      const search = personSearch(filter, await snapshot.current());
      const values = new StatementValues();
      const text = `SELECT count(*) AS total FROM accounts ${where(search.conditions(values))}`;
      const [row] = await plannedQuery<{ total: number }>(db, text, values.list);
      return row?.total ?? 0;
    },

    async *stream(filter, { today, signal, batch }) {
      const current = await snapshot.current();
      const { text, values } = everyLine(filter, current, today, 'rights');
      const toRows = async (lines: StoredEntitlement[]) => lines.map((line) => toEntitlement(line, current));
      yield* streamQuery(db, text, values, { signal, batch }, toRows);
    },

    async *streamGrants(filter, { today, signal, batch }) {
      const current = await snapshot.current();
      const { text, values } = everyLine(filter, current, today, 'grants');
      const names: GranterNames = new Map();
      const toRows = async (lines: StoredGrants[], transaction: Database) => {
        await learnGranters(transaction, lines, names);
        return lines.map((line) => toGrants(line, current, names));
      };
      yield* streamQuery(db, text, values, { signal, batch }, toRows);
    },
  };
}

/** The statement of everyone that the filter selects, in its order. */
function everyLine(
  filter: EntitlementFilter,
  snapshot: Snapshot,
  today: string,
  detail: 'rights' | 'grants',
): { text: string; values: unknown[] } {
  const values = new StatementValues();
  const conditions = where(personSearch(filter, snapshot).conditions(values));
  const people = `(${sortedFrom(filter, conditions)} ORDER BY ${orderBy(filter)}) AS page`;
  const text = `${entitlementLines(people, today, detail, values)} ORDER BY ${orderBy(filter)}`;
  return { text, values: values.list };
}

interface StoredLine extends Omit<StoredEntitlement, 'id'> {
  total: number;
  /** null on the only line of an empty page. */
  id: number | null;
}
