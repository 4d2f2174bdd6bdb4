import type { Database } from '../../database/knex.ts';
import { preparedQuery } from '../../database/prepared.ts';

/** Organisms where requests wait for long; the others are counted. */
const MOST_ORGANISMS = 10;

/** An organism where requests wait for long. */
interface LateOrganism {
  code: string;
  name: string;
  requests: number;
  /** Of the oldest one. */
  since: Date;
}

export interface LongWaiting {
  /** The first ones, those that wait longest first. */
  organisms: LateOrganism[];
  /** How many there are. */
  total: number;
}

/** By organism, the requests that wait since before this day, 'YYYY-MM-DD' in Paris. */
export async function longWaiting(db: Database, submittedBefore: string): Promise<LongWaiting> {
  const rows = await preparedQuery<LateOrganism & { total: number }>(
    db,
    `SELECT o.code, o.name, late.requests, late.since, count(*) OVER ()::int AS total
     FROM (
       SELECT organism_id, count(*)::int AS requests, min(submitted_at) AS since FROM requests
       WHERE status = 'pending' AND submitted_at < $1::date::timestamp AT TIME ZONE 'Europe/Paris'
       GROUP BY organism_id
     ) AS late JOIN organisms o ON o.id = late.organism_id
     ORDER BY late.since, o.id LIMIT ${MOST_ORGANISMS}`,
    [submittedBefore],
  );
  const organisms = rows.map(({ total: _total, ...organism }) => organism);
  return { organisms, total: rows[0]?.total ?? 0 };
}
