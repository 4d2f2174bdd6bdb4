import type { Database } from '../../database/knex.ts';
import type { StatementValues } from '../../database/sql.ts';
import { plannedQuery } from './query.ts';

/** How many there are in a list: exactly, unless `atLeast`: then there are more than this. */
export interface Counted {
  total: number;
  atLeast: boolean;
}

/** Where it counts no further: « plus de 1 000 »; one more tells that there are. */
export const MOST_COUNTED = 1_000;
export const ENOUGH = MOST_COUNTED + 1;

/** What was counted as far as ENOUGH, to be shown. */
export const toCounted = (counted: number): Counted => ({
  total: Math.min(counted, MOST_COUNTED),
  atLeast: counted > MOST_COUNTED,
});

/** How many rows there are; `from` is what follows FROM. */
export async function countedUpTo(db: Database, from: string, values: StatementValues): Promise<Counted> {
  const text = `SELECT count(*)::int AS total FROM (SELECT FROM ${from} LIMIT ${ENOUGH}) AS first_rows`;
  const [row] = await plannedQuery<{ total: number }>(db, text, values.list);
  return toCounted(row?.total ?? 0);
}
