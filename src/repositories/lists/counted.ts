import type { Database } from '../../database/knex.ts';
import type { StatementValues } from '../../database/sql.ts';
import { plannedQuery } from './query.ts';

/** How many there are in a list: exactly, unless `atLeast`: then there are more than this. */
export interface Counted {
  total: number;
  atLeast: boolean;
}

/** Where it counts no further: « plus de 1 000 ». */
const MOST_COUNTED = 1_000;

/** How many rows there are; `from` is what follows FROM. */
export async function countedUpTo(db: Database, from: string, values: StatementValues): Promise<Counted> {
  const text = `SELECT count(*)::int AS total FROM (SELECT FROM ${from} LIMIT ${MOST_COUNTED + 1}) AS first_rows`;
  const [row] = await plannedQuery<{ total: number }>(db, text, values.list);
  const total = row?.total ?? 0;
  return { total: Math.min(total, MOST_COUNTED), atLeast: total > MOST_COUNTED };
}
