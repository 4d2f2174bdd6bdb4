import type { Database } from '../database/knex.ts';
import { purge } from './purge.ts';

/** Open sessions, by account (database/session-store.ts keeps them). */
export function sessionRepository(db: Database) {
  return {
    /** Ends every session of an account, wherever it is open, and returns how many; its devices are known no more. */
    async endAll(accountId: number): Promise<number> {
      await db('known_devices').where({ account_id: accountId }).delete();
      return db('sessions').where({ account_id: accountId }).delete();
    },

    /** Deletes those that have expired, whoever they were of, and returns how many. Sessions keep their own clock. */
    purgeExpired: (): Promise<number> =>
      purge(db, 'sessions', (expired) => expired.where('expire', '<', new Date())),
  };
}
