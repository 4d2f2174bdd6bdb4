import type { Database } from '../database/knex.ts';
import { purge } from './purge.ts';

/** Counters of attempts, which rate-limiter-flexible keeps. */
export function rateLimitRepository(db: Database) {
  return {
    /** Deletes those whose window is over: times are in milliseconds. Returns how many. */
    purgeEnded: (): Promise<number> =>
      purge(db, 'rate_limits', (counters) => counters.where('expire', '<', Date.now())),
  };
}
