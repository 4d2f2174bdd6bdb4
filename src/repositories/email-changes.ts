import type { Database } from '../database/knex.ts';
import { LINK_LIFETIMES } from '../domain/link.ts';
import { purge } from './purge.ts';

/** How a request to change an address ended. */
export type EmailChangeOutcome = 'changed' | 'cancelled' | 'replaced';

/** A change that waits, as the account page and « Mes informations » show it. */
export interface PendingEmailChange {
  newEmail: string;
  askedAt: Date;
  askedById: number;
  /** « Prénom NOM ». */
  askedBy: string;
  /** True once no link of it holds. */
  expired: boolean;
}

/** What the link sent to a new address stands for. */
export interface LinkedEmailChange {
  id: number;
  accountId: number;
  newEmail: string;
  email: string;
  firstName: string;
  lastName: string;
  organismId: number;
  organismName: string;
  active: boolean;
  askedById: number;
  /** True when the new address is that of an account by now. */
  taken: boolean;
}

/** Changes of address that were asked for. */
export function emailChangeRepository(db: Database) {
  const pending = (accountId: number) =>
    db('email_changes').where({ account_id: accountId }).whereNull('ended_at');

  return {
    /** Adds a change and returns its number. The one that waited before has to be ended first. */
    async add(change: {
      accountId: number;
      newEmail: string;
      askedBy: number;
      askedAt: Date;
    }): Promise<number> {
      const [row] = await db('email_changes')
        .insert({
          account_id: change.accountId,
          new_email: change.newEmail,
          asked_by: change.askedBy,
          asked_at: change.askedAt,
        })
        .returning('id');
      return row.id;
    },

    /** Ends the change that waits, if there is one, and returns the address it was for. */
    async end(accountId: number, outcome: EmailChangeOutcome, endedAt: Date): Promise<string | undefined> {
      const rows: { new_email: string }[] = await pending(accountId)
        .update({ outcome, ended_at: endedAt })
        .returning('new_email');
      return rows[0]?.new_email;
    },

    /** Cancels the changes that wait for these accounts; with `askedByOthers`, not those of their own. */
    async cancelOf(
      accountIds: readonly number[],
      endedAt: Date,
      { askedByOthers = false } = {},
    ): Promise<{ accountId: number; newEmail: string }[]> {
      const waiting = db('email_changes')
        .whereRaw('account_id = ANY(?::bigint[])', [[...accountIds]])
        .whereNull('ended_at');
      if (askedByOthers) waiting.whereRaw('asked_by <> account_id');
      return waiting
        .update({ outcome: 'cancelled', ended_at: endedAt })
        .returning([db.raw('account_id AS "accountId"'), db.raw('new_email AS "newEmail"')] as never);
    },

    /** The change that waits for this account, or undefined. */
    async findPending(accountId: number, now: Date): Promise<PendingEmailChange | undefined> {
      const link = db('tokens')
        .whereRaw('email_change_id = email_changes.id')
        .whereNull('used_at')
        .where('expires_at', '>', now);
      // The message may still have to leave: its link is then to come.
      const young = new Date(now.getTime() - LINK_LIFETIMES.email_change);
      return pending(accountId)
        .join('accounts AS asker', 'asker.id', 'asked_by')
        .first({
          newEmail: 'new_email',
          askedAt: 'asked_at',
          askedById: 'asked_by',
          askedBy: db.raw(`asker.first_name || ' ' || asker.last_name`),
          expired: db.raw('asked_at <= ? AND NOT EXISTS (?)', [young, link.select(db.raw('1'))]),
        });
    },

    /** The change behind a link that still holds, or undefined. Looking does not use the link up. */
    async findByLink(hash: string, now: Date): Promise<LinkedEmailChange | undefined> {
      return db('tokens')
        .join('email_changes AS change', 'change.id', 'tokens.email_change_id')
        .join('accounts', 'accounts.id', 'change.account_id')
        .join('organisms', 'organisms.id', 'accounts.organism_id')
        .first({
          id: 'change.id',
          accountId: 'change.account_id',
          newEmail: 'change.new_email',
          email: 'accounts.email',
          firstName: 'accounts.first_name',
          lastName: 'accounts.last_name',
          organismId: 'accounts.organism_id',
          organismName: 'organisms.name',
          active: 'accounts.active',
          askedById: 'change.asked_by',
          taken: db.raw('EXISTS (SELECT 1 FROM accounts AS other WHERE other.email = change.new_email)'),
        })
        .where({ 'tokens.purpose': 'email_change', token_hash: hash })
        .whereNull('used_at')
        .whereNull('change.ended_at')
        .where('expires_at', '>', now);
    },

    /** Deletes changes that ended, or were never confirmed, before this instant; their trail stays. */
    purgeBefore: (instant: Date): Promise<number> =>
      purge(db, 'email_changes', (changes) =>
        changes
          .whereRaw('coalesce(ended_at, asked_at) < ?', [instant])
          .whereRaw('NOT EXISTS (SELECT 1 FROM tokens WHERE email_change_id = email_changes.id)'),
      ),
  };
}
