import type { Database } from '../../database/knex.ts';
import { pageOf, type StatementValues } from '../../database/sql.ts';
import { plannedQuery } from './query.ts';

/** A page of a list that is small enough to be read whole. */
export interface PlacedPage<R> {
  /** Empty beyond the last page. */
  rows: R[];
  total: number;
  /** Totals are always exact here. */
  atLeast: false;
}

/** One page, from 1, of a SELECT that numbers its rows in their order as `place`. */
export async function placedPage<R extends object>(
  db: Database,
  listed: string,
  values: StatementValues,
  window: { page: number; size: number },
): Promise<PlacedPage<R>> {
  const text = `
    WITH listed AS (${listed})
    SELECT counted.total, line.* FROM (SELECT count(*) AS total FROM listed) AS counted
    LEFT JOIN (SELECT * FROM listed ORDER BY place ${pageOf(window, values)}) AS line ON true
    ORDER BY place`;
  const found = await plannedQuery<{ total: number; place: number | null }>(db, text, values.list);
  const rows = found.filter(({ place }) => place !== null) as unknown as R[];
  return { rows, total: found[0]?.total ?? 0, atLeast: false };
}
