import type { Database } from '../database/knex.ts';

export interface StoredCredential {
  accountId: number;
  active: boolean;
  passwordHash: string | null;
}

/** Passwords, apart from the accounts. */
export function credentialRepository(db: Database) {
  return {
    /** The account of this address with its hash; null where no password was chosen yet. */
    async findByEmail(email: string): Promise<StoredCredential | undefined> {
      return db('accounts')
        .leftJoin('credentials', 'credentials.account_id', 'accounts.id')
        .first({
          accountId: 'accounts.id',
          active: 'accounts.active',
          passwordHash: 'credentials.password_hash',
        })
        .where('accounts.email', email);
    },

    async markSignedIn(accountId: number, now: Date): Promise<void> {
      await db('accounts').where({ id: accountId }).update({ last_sign_in_at: now });
    },
  };
}
