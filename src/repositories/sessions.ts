import type { SessionData } from 'express-session';
import type { Database } from '../database/knex.ts';
import { purge } from './purge.ts';

/** A session as its person sees it. */
export interface OpenSession {
  /** What it is called in the list: nothing opens with it. */
  ref: string;
  device: string;
  startedAt: Date;
  touchedAt: Date;
}

/** Open sessions, by account (database/session-store.ts keeps them). */
export function sessionRepository(db: Database) {
  /** What waits for the second factor of these accounts, their password shown: first, for one may become a session. */
  const endHalf = (accountIds: number[]): Promise<number> =>
    db('sessions')
      .whereNull('account_id')
      .whereRaw(`(sess -> 'half' ->> 'accountId')::bigint = ANY(?::bigint[])`, [accountIds])
      .delete();

  return {
    /**
     * Ends every session of these accounts, wherever it is open, and what waits for their second factor, the password
     * shown; their devices are known no more. Returns how many were open.
     */
    async endAll(accountIds: readonly number[]): Promise<number> {
      const ids = [...accountIds];
      await db('known_devices').whereRaw('account_id = ANY(?::bigint[])', [ids]).delete();
      await endHalf(ids);
      return db('sessions').whereRaw('account_id = ANY(?::bigint[])', [ids]).delete();
    },

    /** Those that are open, the last used first; times are those of the process that keeps them. */
    async listOf(accountId: number): Promise<OpenSession[]> {
      const rows: { sess: SessionData }[] = await db('sessions')
        .select('sess')
        .where({ account_id: accountId })
        .where('expire', '>', new Date());
      const sessions = rows.map(({ sess: { ref = '', device = '', startedAt = 0, touchedAt = 0 } }) => ({
        ref,
        device,
        startedAt: new Date(startedAt),
        touchedAt: new Date(touchedAt),
      }));
      return sessions.toSorted((one, other) => other.touchedAt.getTime() - one.touchedAt.getTime());
    },

    /** Ends one session of the account, by what it is called there; or all but that one, what waits for a second factor with them. Returns how many were open. */
    async end(accountId: number, which: { ref: string } | { allBut: string }): Promise<number> {
      const sessions = () => db('sessions').where({ account_id: accountId });
      if ('ref' in which) return sessions().whereRaw(`sess ->> 'ref' = ?`, [which.ref]).delete();
      await endHalf([accountId]);
      return sessions().whereRaw(`sess ->> 'ref' IS DISTINCT FROM ?`, [which.allBut]).delete();
    },

    /** Deletes those that have expired, whoever they were of, and returns how many. Sessions keep their own clock. */
    purgeExpired: (): Promise<number> =>
      purge(db, 'sessions', (expired) => expired.where('expire', '<', new Date())),
  };
}
