import { createHash } from 'node:crypto';
import { RateLimiterPostgres } from 'rate-limiter-flexible';
import type { Database } from '../database/knex.ts';

/** Keys are digests: neither an address nor what somebody typed as one is kept. */
export const digest = (value: string): string =>
  createHash('sha256').update(value).digest('base64url').slice(0, 32);

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
    tableName: 'rate_limits',
    tableCreated: true,
    keyPrefix,
    points,
    duration,
  });

/** Counts up to so many uses in an hour. */
export const hourlyLimiter = (db: Database, keyPrefix: string, points: number): RateLimiterPostgres =>
  windowLimiter(db, keyPrefix, 3600, points);

/**
 * Counts uses of a public form in an hour, by kind of key; `take` returns null, or after how many seconds the one
 * that is used up is open again.
 */
export function hourlyLimits<K extends string>(db: Database, name: string, limits: Record<K, number>) {
  const kinds = Object.keys(limits) as K[];
  const limiters = new Map(kinds.map((kind) => [kind, hourlyLimiter(db, `${name}-${kind}`, limits[kind])]));
  return {
    async take(keys: Record<K, string>): Promise<number | null> {
      const states = await Promise.all(
        kinds.map(async (kind) => ({ kind, state: await limiters.get(kind)?.penalty(digest(keys[kind])) })),
      );
      const spent = states.filter(({ kind, state }) => (state?.consumedPoints ?? 0) > limits[kind]);
      if (spent.length === 0) return null;
      return Math.ceil(Math.max(...spent.map(({ state }) => state?.msBeforeNext ?? 0)) / 1000);
    },
  };
}
