import type { Database } from '../../database/knex.ts';
import { ordered, pageOf, StatementValues, where } from '../../database/sql.ts';
import type { BatchOutcome } from '../../domain/batch.ts';
import { searchWords } from '../../domain/search.ts';
import { plannedQuery, type StreamOptions, streamQuery } from './query.ts';
import { holdsWord } from './words.ts';

export interface BatchLineFilter {
  batchId: number;
  /** « Rechercher », in names, address and function. */
  words: string;
  sort: 'nom' | 'resultat';
  direction: 'asc' | 'desc';
}

/** What became of one person of a batch. */
export interface BatchLine {
  accountId: number;
  lastName: string;
  firstName: string;
  email: string;
  /** The organism the person belongs to today. */
  organismId: number;
  outcome: BatchOutcome;
}

const LINE = `account_id AS "accountId", last_name AS "lastName", first_name AS "firstName", email,
  organism_id AS "organismId", outcome`;

/** The read model of the result of a batch (R45, R46). */
export function batchLineList(db: Database) {
  return {
    /** One page, from 1, with the exact total. */
    async page(filter: BatchLineFilter, window: { page: number; size: number }) {
      const values = new StatementValues();
      const conditions = conditionsOf(filter, values);
      const text = `
        WITH hits AS MATERIALIZED (SELECT ${LINE}, last_key, first_key FROM ${FROM} ${conditions}),
          page AS (SELECT * FROM hits ORDER BY ${orderOf(filter)} ${pageOf(window, values)})
        SELECT (SELECT count(*) FROM hits) AS total, page.* FROM (SELECT) AS one LEFT JOIN page ON true
        ORDER BY ${orderOf(filter)}`;
      const found = await plannedQuery<BatchLine & { total: number; accountId: number | null }>(
        db,
        text,
        values.list,
      );
      return {
        rows: found.filter(({ accountId }): boolean => accountId !== null) as BatchLine[],
        total: found[0]?.total ?? 0,
        atLeast: false,
      };
    },

    /** Every line that the filter selects, in its order, in batches: for an export. */
    async *stream(filter: BatchLineFilter, options: StreamOptions) {
      const values = new StatementValues();
      const text = `SELECT * FROM (SELECT ${LINE}, last_key, first_key FROM ${FROM} ${conditionsOf(filter, values)}) AS hits
        ORDER BY ${orderOf(filter)}`;
      yield* streamQuery<BatchLine, BatchLine>(db, text, values.list, options, async (rows) => rows);
    },
  };
}

const FROM = 'batch_lines JOIN accounts ON accounts.id = account_id';

function conditionsOf({ batchId, words }: BatchLineFilter, values: StatementValues): string {
  const found = searchWords(words).map((word) => holdsWord('search_key', word, values));
  return where([`batch_id = ${values.add(batchId)}`, ...found]);
}

const orderOf = ({ sort, direction }: BatchLineFilter): string =>
  ordered([...(sort === 'resultat' ? ['outcome'] : []), 'last_key', 'first_key', '"accountId"'], direction);
