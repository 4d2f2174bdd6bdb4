import type { Database } from '../database/knex.ts';
import { HAS_FACTOR } from '../database/sql.ts';

interface StoredCredential {
  accountId: number;
  organismId: number;
  active: boolean;
  passwordHash: string | null;
  /** When it was chosen; null without one. */
  changedAt: Date | null;
  hasFactor: boolean;
}

/** Who has shown their password, or their link, and not yet their second factor. */
export interface HalfSignedIn {
  accountId: number;
  /** When the password was chosen that was shown: another one ends it. */
  changedAt: string;
}

/** The same, as the second step needs to know them. */
export interface Halfway {
  id: number;
  email: string;
  firstName: string;
  lastName: string;
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
          changedAt: 'credentials.changed_at',
          hasFactor: db.raw(HAS_FACTOR('accounts.id')),
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

    /** When their password was chosen. */
    async changedAt(accountId: number): Promise<string> {
      const found = await db('credentials').first('changed_at').where({ account_id: accountId });
      return (found?.changed_at as Date | undefined)?.toISOString() ?? '';
    },

    /** While the account is active, has a second factor, and the password that it had; or undefined. */
    async findHalf({ accountId, changedAt }: HalfSignedIn): Promise<Halfway | undefined> {
      const found = await db('accounts')
        .join('credentials', 'credentials.account_id', 'accounts.id')
        .first('accounts.id', 'email', 'changed_at', { firstName: 'first_name', lastName: 'last_name' })
        .where({ 'accounts.id': accountId, active: true })
        .whereRaw(HAS_FACTOR('accounts.id'));
      return found?.changed_at.toISOString() === changedAt ? found : undefined;
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

    /** Writes that they are in; false where the account is closed. Whatever ends it waits for that, or goes before. */
    markSignedIn: async (accountId: number, now: Date): Promise<boolean> =>
      (await db('accounts').where({ id: accountId, active: true }).update({ last_sign_in_at: now })) === 1,
  };
}
