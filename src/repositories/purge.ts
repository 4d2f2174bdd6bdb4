import type { Knex } from 'knex';
import type { Database } from '../database/knex.ts';

/** Rows that one statement deletes: whatever has piled up, none reaches the limit of the server. */
const ROWS = 1_000;

/** Deletes the rows of a table that match, many statements if it must, and returns how many. */
export async function purge(
  db: Database,
  table: string,
  which: (rows: Knex.QueryBuilder) => Knex.QueryBuilder,
): Promise<number> {
  for (let total = 0; ; ) {
    const found = which(db(table).select('ctid')).limit(ROWS);
    // By their place: one that changed meanwhile is somewhere else, and is looked at another night.
    const count = await db(table).whereRaw('ctid = ANY(ARRAY(?))', [found]).delete();
    total += count;
    if (count < ROWS) return total;
  }
}
