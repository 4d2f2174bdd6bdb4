import type { Database } from '../../database/knex.ts';
import { ordered, pageOf, StatementValues, where } from '../../database/sql.ts';
import type { BatchOutcome } from '../../domain/batch.ts';
import { searchWords } from '../../domain/search.ts';
import { plannedQuery, type StreamOptions, streamRows } from './query.ts';
import { holdsWord } from './words.ts';

export interface BatchLineFilter {
  batchId: number;
  /** The batch whose lines this one undid (R83), or null. */
  undoes: number | null;
  /** « Rechercher », in names, address and function. */
  words: string;
  sort: 'nom' | 'resultat';
  direction: 'asc' | 'desc';
}

/** What became of one person of a batch. */
export interface BatchLine {
  line: number;
  /** Null of who was refused a first account. */
  accountId: number | null;
  lastName: string;
  firstName: string;
  email: string;
  /** The organism the person belongs to today. */
  organismId: number;
  /** Of an undone batch, whose lines may be of several roles. */
  roleId: number | null;
  outcome: BatchOutcome;
}

const LINE = `line, account_id AS "accountId", last_name AS "lastName", first_name AS "firstName", email,
  organism_id AS "organismId", role_id AS "roleId", outcome`;

/** The read model of the result of a batch (R45, R46). */
export function batchLineList(db: Database) {
  return {
    /** One page, from 1, with the exact total. */
    async page(filter: BatchLineFilter, window: { page: number; size: number }) {
      const values = new StatementValues();
      const conditions = conditionsOf(filter, values);
      const text = `
        WITH hits AS MATERIALIZED (SELECT ${LINE}, last_key, first_key FROM ${linesOf(filter)} ${conditions}),
          page AS (SELECT * FROM hits ORDER BY ${orderOf(filter)} ${pageOf(window, values)})
        SELECT (SELECT count(*) FROM hits) AS total, page.* FROM (SELECT) AS one LEFT JOIN page ON true
        ORDER BY ${orderOf(filter)}`;
      const found = await plannedQuery<BatchLine & { total: number; line: number | null }>(
        db,
        text,
        values.list,
      );
      return {
        rows: found.filter(({ line }): boolean => line !== null) as BatchLine[],
        total: found[0]?.total ?? 0,
        atLeast: false,
      };
    },

    /** Every line that the filter selects, in its order, in batches: for an export. */
    async *stream(filter: BatchLineFilter, options: StreamOptions) {
      const values = new StatementValues();
      const text = `SELECT * FROM (SELECT ${LINE}, last_key, first_key FROM ${linesOf(filter)} ${conditionsOf(filter, values)}) AS hits
        ORDER BY ${orderOf(filter)}`;
      yield* streamRows<BatchLine>(db, text, values.list, options);
    },
  };
}

const SHOWN = ['last_name', 'first_name', 'email', 'organism_id', 'last_key', 'first_key', 'search_key'];

/** A batch has a line a person; where it is undone, one for each thing that it had changed. */
const linesOf = ({ undoes }: BatchLineFilter): string =>
  undoes === null
    ? `(SELECT batch_id, account_id, account_id AS line, NULL::integer AS role_id, outcome, ${SHOWN}
        FROM batch_lines JOIN accounts ON accounts.id = account_id) AS lines`
    : `(SELECT batch_id, effect.account_id, effect.id AS line, effect.role_id, undone AS outcome,
          ${SHOWN.map((column) => `coalesce(accounts.${column}, requests.${column}) AS ${column}`)}
        FROM batch_effects AS effect LEFT JOIN accounts ON accounts.id = effect.account_id
          LEFT JOIN requests ON requests.id = effect.request_id
        WHERE undone IS NOT NULL) AS lines`;

function conditionsOf({ batchId, undoes, words }: BatchLineFilter, values: StatementValues): string {
  const found = searchWords(words).map((word) => holdsWord('search_key', word, values));
  return where([`batch_id = ${values.add(undoes ?? batchId)}`, ...found]);
}

const orderOf = ({ sort, direction }: BatchLineFilter): string =>
  ordered([...(sort === 'resultat' ? ['outcome'] : []), 'last_key', 'first_key', 'line'], direction);
