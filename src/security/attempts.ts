import type { Database } from '../database/knex.ts';
import { windowLimiter } from '../repositories/rate-limits.ts';
import { digest } from './limits.ts';

const WINDOW_SECONDS = 15 * 60;

/**
 * Failures let through in a window before the next attempts are refused unread: more than the 10 that everyone is
 * promised, so that who made as many still gets in; less than 20 an account from devices it does not know, a guess by
 * each process more included.
 */
const FAILURES = { account: 15, device: 15 } as const;

/** Accounts that attempts from one network address have failed on in a window, from which it is slowed. */
const ACCOUNTS_AN_ADDRESS = 100;

/** Where an attempt comes from. */
export interface Origin {
  /** Of the network. */
  address: string;
  /** What the device's cookie carries; null without one. */
  device: string | null;
  /** Aborts when nobody waits for what is said of it any more. */
  gone?: AbortSignal;
}

/** What counts the failures of an attempt: a device that the account knows has a counter of its own. */
export type Counted =
  | { scope: 'account'; email: string; address: string }
  | { scope: 'device'; email: string; deviceHash: string };

export interface Limited {
  scope: 'account' | 'device' | 'address';
  /** Seconds. */
  retryAfter: number;
  /** True for the first refusal of the window, which alone is traced. */
  first: boolean;
}

const keyOf = (counted: Counted): string =>
  digest(counted.scope === 'account' ? counted.email : `${counted.deviceHash} ${counted.email}`);

/** Counts failed sign-ins, by account, known device and network address; successes are never counted. */
export function attemptCounter(db: Database) {
  const limiter = (prefix: string) => windowLimiter(db, prefix, WINDOW_SECONDS);
  const failures = {
    account: limiter('failures-account'),
    device: limiter('failures-device'),
    address: limiter('failures-address'),
  };
  // Somebody who mistypes ten times is one account behind their address, not ten.
  const pairs = limiter('failures-pair');
  const told = limiter('failures-told');

  async function tellOnce(scope: Limited['scope'], key: string): Promise<boolean> {
    return (await told.penalty(`${scope}:${key}`)).consumedPoints === 1;
  }

  async function failedFrom(address: string, aimedAt: string): Promise<void> {
    const state = await failures.address.get(digest(address));
    // As long as the count it is for: a later one begins with every account anew.
    const left = state === null ? WINDOW_SECONDS : Math.max(1, Math.ceil(state.msBeforeNext / 1000));
    const pair = await pairs.penalty(digest(`${address} ${aimedAt}`), 1, { customDuration: left });
    if (pair.consumedPoints === 1) await failures.address.penalty(digest(address));
  }

  return {
    /** The limit of the account or of the device that this attempt meets, or null. */
    async check(counted: Counted): Promise<Limited | null> {
      const { scope } = counted;
      const state = await failures[scope].get(keyOf(counted));
      if (state === null || state.consumedPoints < FAILURES[scope]) return null;
      const first = await tellOnce(scope, keyOf(counted));
      return { scope, retryAfter: Math.ceil(state.msBeforeNext / 1000), first };
    },

    /** In how many seconds this address may try again from a device that it is not known by; null where it may now. */
    async limitOf(email: string): Promise<number | null> {
      const state = await failures.account.get(digest(email));
      return state === null || state.consumedPoints < FAILURES.account
        ? null
        : Math.ceil(state.msBeforeNext / 1000);
    },

    /** True where this network address is to be slowed. */
    async isSlowed(address: string): Promise<boolean> {
      const state = await failures.address.get(digest(address));
      return state !== null && state.consumedPoints >= ACCOUNTS_AN_ADDRESS;
    },

    /** What is answered where too many of a slowed address wait already. */
    async turnedAway(address: string, retryAfter: number): Promise<Limited> {
      return { scope: 'address', retryAfter, first: await tellOnce('address', digest(address)) };
    },

    /** Counts a failure that aimed at something else than a password, for the network address alone. */
    failedFrom,

    async failed(counted: Counted): Promise<void> {
      await failures[counted.scope].penalty(keyOf(counted));
      if (counted.scope === 'account') await failedFrom(counted.address, counted.email);
    },
  };
}
