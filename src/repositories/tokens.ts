import type { Database } from '../database/knex.ts';
import type { LinkPurpose } from '../domain/link.ts';
import { purge } from './purge.ts';

/** The account or the request that a link stands for. */
export type LinkSubject =
  /** `sentTo` is the address it was sent to: the link holds while it is the account's. */
  | {
      accountId: number;
      sentTo?: string;
      emailChangeId?: number;
      factorResetId?: number | undefined;
      requestId?: never;
    }
  | { requestId: number; accountId?: never; sentTo?: never; emailChangeId?: never; factorResetId?: never };

interface NewToken {
  purpose: LinkPurpose;
  subject: LinkSubject;
  hash: string;
  createdAt: Date;
  expiresAt: Date;
}

/** What a used link was for. */
interface UsedToken {
  id: number;
  accountId: number | null;
  requestId: number | null;
}

/** The account behind a link, as its page shows it. */
export interface LinkedAccount {
  accountId: number;
  email: string;
  lastName: string;
  firstName: string;
  organismCode: string;
  organismName: string;
}

/** One-use links; only the hash of each is here. */
export function tokenRepository(db: Database) {
  const tokens = () => db('tokens');

  return {
    async add({ purpose, subject, hash, createdAt, expiresAt }: NewToken): Promise<void> {
      await tokens().insert({
        purpose,
        token_hash: hash,
        account_id: subject.accountId ?? null,
        request_id: subject.requestId ?? null,
        email_change_id: subject.emailChangeId ?? null,
        factor_reset_id: subject.factorResetId ?? null,
        sent_to: subject.sentTo ?? null,
        created_at: createdAt,
        expires_at: expiresAt,
      });
    },

    /** Takes a link back, which nobody received. */
    async remove(hash: string): Promise<void> {
      await tokens().where({ token_hash: hash }).delete();
    },

    /** The active account behind a link that still holds, or undefined. Looking does not use the link up. */
    async findAccount(purpose: LinkPurpose, hash: string, now: Date): Promise<LinkedAccount | undefined> {
      return tokens()
        .join('accounts', 'accounts.id', 'tokens.account_id')
        .join('organisms', 'organisms.id', 'accounts.organism_id')
        .first({
          accountId: 'accounts.id',
          email: 'accounts.email',
          lastName: 'accounts.last_name',
          firstName: 'accounts.first_name',
          organismCode: 'organisms.code',
          organismName: 'organisms.name',
        })
        .where({ purpose, token_hash: hash, 'accounts.active': true })
        .whereRaw('(sent_to IS NULL OR sent_to = accounts.email)')
        .whereNull('used_at')
        .where('expires_at', '>', now);
    },

    /**
     * Uses a link up: of any number of uses at once, one gets it. Undefined where it is unknown, used or expired.
     * An inactive account has no link that holds, nor has an address that is no longer the account's.
     */
    async use(purpose: LinkPurpose, hash: string, now: Date): Promise<UsedToken | undefined> {
      const rows: UsedToken[] = await tokens()
        .where({ purpose, token_hash: hash })
        .whereNull('used_at')
        .where('expires_at', '>', now)
        .whereRaw(
          `(account_id IS NULL OR EXISTS (SELECT 1 FROM accounts
             WHERE id = account_id AND active AND (sent_to IS NULL OR sent_to = email)))`,
        )
        .update({ used_at: now })
        .returning(['id', db.raw('account_id AS "accountId"'), db.raw('request_id AS "requestId"')] as never);
      return rows[0];
    },

    /** Uses up a link that is judged by what it stands for. */
    async spend(hash: string, now: Date): Promise<void> {
      await tokens().where({ token_hash: hash }).whereNull('used_at').update({ used_at: now });
    },

    /** Voids every other link of these accounts for these purposes. */
    async voidOf(accountIds: readonly number[], purposes: readonly LinkPurpose[], now: Date): Promise<void> {
      await tokens()
        .whereRaw('account_id = ANY(?::bigint[])', [[...accountIds]])
        .whereIn('purpose', [...purposes])
        .whereNull('used_at')
        .update({ used_at: now });
    },

    /** Deletes links that ended before this instant and returns how many. */
    purgeEndedBefore: (instant: Date): Promise<number> =>
      purge(db, 'tokens', (ended) => ended.where('expires_at', '<', instant)),
  };
}
