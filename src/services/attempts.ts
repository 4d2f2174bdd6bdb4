import { createHash } from 'node:crypto';
import { RateLimiterPostgres } from 'rate-limiter-flexible';
import type { Database } from '../database/knex.ts';

const WINDOW_SECONDS = 15 * 60;

/**
 * Failures let through in a window before the next attempts are refused unread: more than the 10 and the 100 that
 * everyone is promised, so that who made as many still gets in; less than 20 an account, a guess by each process more
 * included.
 */
const FAILURES = { account: 15, address: 120 } as const;

export type AttemptScope = keyof typeof FAILURES;

export interface Limited {
  scope: AttemptScope;
  /** Seconds. */
  retryAfter: number;
  /** True for the first refusal of the window, which alone is traced. */
  first: boolean;
}

// Keys are digests: neither an address nor what somebody typed as one is kept.
const digest = (value: string) => createHash('sha256').update(value).digest('base64url').slice(0, 32);

/** Counts failed sign-ins, by account and by network address; successes are never counted. */
export function attemptCounter(db: Database) {
  const limiter = (prefix: string, points: number) =>
    new RateLimiterPostgres({
      storeClient: db,
      storeType: 'knex',
      tableName: 'rate_limits',
      tableCreated: true,
      keyPrefix: prefix,
      points,
      duration: WINDOW_SECONDS,
    });
  const failures = {
    account: limiter('failures-account', FAILURES.account),
    address: limiter('failures-address', FAILURES.address),
  };
  const told = limiter('failures-told', 1);

  return {
    /** The limit that this attempt meets, or null. */
    async check(email: string, address: string): Promise<Limited | null> {
      for (const [scope, value] of [
        ['account', email],
        ['address', address],
      ] as const) {
        const state = await failures[scope].get(digest(value));
        if (state !== null && state.consumedPoints >= FAILURES[scope]) {
          const { consumedPoints } = await told.penalty(`${scope}:${digest(value)}`);
          return { scope, retryAfter: Math.ceil(state.msBeforeNext / 1000), first: consumedPoints === 1 };
        }
      }
      return null;
    },

    async failed(email: string, address: string): Promise<void> {
      await Promise.all([failures.account.penalty(digest(email)), failures.address.penalty(digest(address))]);
    },
  };
}
