import type { Database } from '../database/knex.ts';
import { purge } from './purge.ts';

/** Devices that accounts have signed in from, by the digest of what their cookie carries. */
export function knownDeviceRepository(db: Database) {
  const ofHash = (hash: string, now: Date) =>
    db('known_devices').where({ device_hash: hash }).where('known_devices.expires_at', '>', now);

  return {
    /** True where the account of this address has signed in from this device: one statement, whether it exists or not. */
    async isKnown(email: string, hash: string, now: Date): Promise<boolean> {
      const found = await ofHash(hash, now)
        .join('accounts', 'accounts.id', 'known_devices.account_id')
        .first('account_id')
        .where('accounts.email', email);
      return found !== undefined;
    },

    /** The devices of an account. */
    hashesOf: (accountId: number, now: Date): Promise<string[]> =>
      db('known_devices').where({ account_id: accountId }).where('expires_at', '>', now).pluck('device_hash'),

    /** True where any account has: a browser may have several users, and keeps one value. */
    async exists(hash: string, now: Date): Promise<boolean> {
      return (await ofHash(hash, now).first('account_id')) !== undefined;
    },

    /** Keeps the device until this instant, and of the others of the account those that last longest: `most` in all. */
    async keep(
      accountId: number,
      hash: string,
      { until, most }: { until: Date; most: number },
    ): Promise<void> {
      await db('known_devices')
        .insert({ account_id: accountId, device_hash: hash, expires_at: until })
        .onConflict(['account_id', 'device_hash'])
        .merge();
      const last = db('known_devices')
        .select('device_hash')
        .where({ account_id: accountId })
        .orderBy([{ column: 'expires_at', order: 'desc' }, 'device_hash'])
        .limit(most);
      await db('known_devices').where({ account_id: accountId }).whereNotIn('device_hash', last).delete();
    },

    /** Deletes those whose time is over, and returns how many. */
    purgeEndedBefore: (instant: Date): Promise<number> =>
      purge(db, 'known_devices', (devices) => devices.where('expires_at', '<', instant)),
  };
}
