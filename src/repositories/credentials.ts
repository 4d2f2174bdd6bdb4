import type { Database } from '../database/knex.ts';

interface StoredCredential {
  accountId: number;
  organismId: number;
  active: boolean;
  passwordHash: string | null;
}

/** An account as « Mot de passe oublié » and « S'inscrire » look at it. */
export interface Recoverable {
  accountId: number;
  email: string;
  lastName: string;
  firstName: string;
  organismId: number;
  organismName: string;
  active: boolean;
  /** Deactivated by Ucanss of its own accord (P9). */
  closedByUcanss: boolean;
  hasPassword: boolean;
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
          organismId: 'accounts.organism_id',
          active: 'accounts.active',
          passwordHash: 'credentials.password_hash',
        })
        .where('accounts.email', email);
    },

    /** The account of this address, with whether a password was ever chosen. */
    async findRecoverable(email: string): Promise<Recoverable | undefined> {
      return db('accounts')
        .join('organisms', 'organisms.id', 'accounts.organism_id')
        .leftJoin('credentials', 'credentials.account_id', 'accounts.id')
        .first({
          accountId: 'accounts.id',
          email: 'accounts.email',
          lastName: 'accounts.last_name',
          firstName: 'accounts.first_name',
          organismId: 'organisms.id',
          organismName: 'organisms.name',
          active: 'accounts.active',
          closedByUcanss: 'accounts.closed_by_ucanss',
          hasPassword: db.raw('credentials.account_id IS NOT NULL'),
        })
        .where('accounts.email', email);
    },

    /** Whether they ever chose a password. */
    isActivated: async (accountId: number): Promise<boolean> =>
      (await db('credentials').where({ account_id: accountId }).first('account_id')) !== undefined,

    async setPassword(accountId: number, passwordHash: string, now: Date): Promise<void> {
      await db('credentials')
        .insert({ account_id: accountId, password_hash: passwordHash, changed_at: now })
        .onConflict('account_id')
        .merge();
    },

    async markSignedIn(accountId: number, now: Date): Promise<void> {
      await db('accounts').where({ id: accountId }).update({ last_sign_in_at: now });
    },
  };
}
