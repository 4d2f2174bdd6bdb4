import type { Database } from '../database/knex.ts';
import { purge } from './purge.ts';

/** A passkey as it is verified. */
interface StoredPasskey {
  id: number;
  accountId: number;
  publicKey: Buffer;
  signCount: number;
  /** What its device knows the account by. */
  handle: string;
  /** Of the account. */
  active: boolean;
  organismId: number;
}

interface NewPasskey {
  credentialId: string;
  publicKey: Uint8Array;
  signCount: number;
  transports: readonly string[];
  synced: boolean;
  name: string;
  at: Date;
}

/** Passkeys as browsers know them (R89); as people do, in factors.ts. */
export function passkeyRepository(db: Database) {
  return {
    /** The one in force that the browser calls so. */
    findByCredential: (credentialId: string): Promise<StoredPasskey | undefined> =>
      db('passkeys')
        .join('passkey_handles', 'passkey_handles.account_id', 'passkeys.account_id')
        .join('accounts', 'accounts.id', 'passkeys.account_id')
        .first({
          id: 'passkeys.id',
          accountId: 'passkeys.account_id',
          publicKey: 'public_key',
          signCount: 'sign_count',
          handle: 'handle',
          active: 'accounts.active',
          organismId: 'accounts.organism_id',
        })
        .where({ credential_id: credentialId })
        .whereNull('passkeys.ended_at'),

    isInForce: async (id: number): Promise<boolean> =>
      (await db('passkeys').where({ id }).whereNull('ended_at').first('id')) !== undefined,

    /** What browsers call those of the account, and how they reach them. */
    descriptorsOf: (accountId: number): Promise<{ id: string; transports: string[] }[]> =>
      db('passkeys')
        .where({ account_id: accountId })
        .whereNull('ended_at')
        .select({ id: 'credential_id', transports: 'transports' })
        .orderBy('passkeys.id'),

    /** What devices know the account by; undefined before its first passkey. */
    async findHandle(accountId: number): Promise<string | undefined> {
      return (await db('passkey_handles').where({ account_id: accountId }).first('handle'))?.handle;
    },

    /** Keeps it from the first passkey on. */
    async keepHandle(accountId: number, handle: string): Promise<void> {
      await db('passkey_handles').insert({ account_id: accountId, handle }).onConflict('account_id').ignore();
    },

    /** False where that passkey is somebody's already, or was. */
    async add(accountId: number, { credentialId, name, synced, at, ...key }: NewPasskey): Promise<boolean> {
      const added = await db('passkeys')
        .insert({
          account_id: accountId,
          credential_id: credentialId,
          name,
          synced,
          public_key: Buffer.from(key.publicKey),
          sign_count: key.signCount,
          transports: key.transports,
          added_at: at,
        })
        .onConflict('credential_id')
        .ignore()
        .returning('id');
      return added.length === 1;
    },

    async rename(id: number, name: string): Promise<void> {
      await db('passkeys').where({ id }).update({ name });
    },

    /** Uses it; false where it has ended, or where its counter went back: it was copied. Synchronised ones stay at 0. */
    use: async (
      id: number,
      { signCount, synced, at }: { signCount: number; synced: boolean; at: Date },
    ): Promise<boolean> =>
      (await db('passkeys')
        .where({ id })
        .whereNull('ended_at')
        .whereRaw('(sign_count = 0 OR ? = 0 OR sign_count < ?)', [signCount, signCount])
        .update({ sign_count: db.raw('greatest(sign_count, ?)', [signCount]), synced, last_used_at: at })) ===
      1,

    /** Uses a challenge up: of any number of answers at once, one gets it. */
    async useChallenge(hash: string, expiresAt: Date): Promise<boolean> {
      const used = await db('used_challenges')
        .insert({ challenge_hash: hash, expires_at: expiresAt })
        .onConflict('challenge_hash')
        .ignore()
        .returning('challenge_hash');
      return used.length === 1;
    },

    /** Forgets challenges whose time is over: they are refused for that. */
    purgeChallengesBefore: (instant: Date): Promise<number> =>
      purge(db, 'used_challenges', (rows) => rows.where('expires_at', '<', instant)),
  };
}
