import { RateLimiterPostgres } from 'rate-limiter-flexible';
import type { Database } from '../database/knex.ts';
import { purge } from './purge.ts';

const TABLE = 'rate_limits';

/** Counts uses in a window of so many seconds, over all processes; each key has its own count. */
export const windowLimiter = (
  db: Database,
  keyPrefix: string,
  duration: number,
  points = 1,
): RateLimiterPostgres =>
  new RateLimiterPostgres({
    storeClient: db,
    storeType: 'knex',
    tableName: TABLE,
    tableCreated: true,
    keyPrefix,
    points,
    duration,
  });

/** Counters of attempts, which rate-limiter-flexible keeps. */
export function rateLimitRepository(db: Database) {
  return {
    /** Deletes those whose window is over: times are in milliseconds. Returns how many. */
    purgeEnded: (): Promise<number> =>
      purge(db, TABLE, (counters) => counters.where('expire', '<', Date.now())),
  };
}
