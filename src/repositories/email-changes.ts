import type { Database } from '../database/knex.ts';
import { preparedQuery } from '../database/prepared.ts';
import { HOLDS } from '../database/sql.ts';
import { PUT_BACK_WITHIN_DAYS, type WaitingChange } from '../domain/email-change.ts';
import { LINK_LIFETIMES, type LinkPurpose } from '../domain/link.ts';
import { purge } from './purge.ts';

/** How a change that waited ended. */
export type EmailChangeOutcome = 'changed' | 'cancelled' | 'replaced' | 'refused' | 'lapsed' | 'reverted';

/** A change of address with its person, who asked for it, and what has been said of it. */
export interface EmailChange extends WaitingChange {
  id: number;
  /** The request of a change asked for somebody else (P11). */
  requestId: number | null;
  newEmail: string;
  /** What the address was before it took effect. */
  formerEmail: string | null;
  /** The present address, and who has it. */
  email: string;
  firstName: string;
  lastName: string;
  organismId: number;
  organismName: string;
  active: boolean;
  /** « Prénom NOM ». */
  askedBy: string;
  /** Why; '' where nothing was said. */
  reason: string;
  /** Null while it waits. */
  outcome: EmailChangeOutcome | null;
  endedAt: Date | null;
  /** True when the new address is that of another account by now. */
  taken: boolean;
}

/** A change that waits, as the account page and « Mes informations » show it. */
export interface PendingEmailChange extends EmailChange {
  /** True once no link of it holds. */
  expired: boolean;
}

/** What a link of a change was sent for. */
export type EmailLink = Extract<LinkPurpose, 'email_change' | 'email_mailbox' | 'email_agreement'>;

const LINKS: readonly EmailLink[] = ['email_change', 'email_mailbox', 'email_agreement'];

// An address that was left, by a change that can still be put back, stays that of who had it.
/** How long an address is kept for who has left it (P11). */
export const KEPT = `interval '${PUT_BACK_WITHIN_DAYS} days'`;

const CHANGE = `
  SELECT c.id, c.account_id AS "accountId", c.request_id AS "requestId", c.new_email AS "newEmail",
    c.former_email AS "formerEmail", c.asked_by AS "askedById", c.asked_at AS "askedAt",
    c.silence_agrees AS "silenceAgrees", c.confirmed_at AS "confirmedAt", c.agreed_by AS "agreedById", c.outcome, c.ended_at AS "endedAt",
    a.email, a.first_name AS "firstName", a.last_name AS "lastName", a.organism_id AS "organismId",
    o.name AS "organismName", a.active, n.first_name || ' ' || n.last_name AS "askedBy",
    coalesce((SELECT reason FROM requests WHERE id = c.request_id), '') AS reason,
    (EXISTS (SELECT 1 FROM accounts other WHERE other.email = c.new_email AND other.id <> a.id)
      OR EXISTS (SELECT 1 FROM email_changes past WHERE past.former_email = c.new_email
        AND past.outcome = 'changed' AND past.account_id <> a.id
        AND past.ended_at > c.asked_at - ${KEPT})) AS taken,
    (SELECT max(sent_at) FROM messages
     WHERE request_id = c.request_id AND template IN ('email-mailbox', 'email-agreement')
     HAVING count(*) = 2 AND bool_and(status = 'sent')) AS "toldAt"`;

const JOINS = `
  JOIN accounts a ON a.id = c.account_id JOIN organisms o ON o.id = a.organism_id
  JOIN accounts n ON n.id = c.asked_by`;

// The message may still have to leave: its link is then to come.
const PENDING = `${CHANGE}, c.asked_at <= $2 AND NOT EXISTS (
    SELECT 1 FROM tokens WHERE email_change_id = c.id AND used_at IS NULL AND expires_at > $3) AS expired
  FROM email_changes c ${JOINS} WHERE c.account_id = $1 AND c.ended_at IS NULL`;

const BY_LINK = `${CHANGE}, t.purpose AS link FROM tokens t JOIN email_changes c ON c.id = t.email_change_id ${JOINS}
  WHERE t.token_hash = $1 AND t.purpose = ANY($2) AND t.used_at IS NULL AND t.expires_at > $3`;

const ONE = `${CHANGE} FROM email_changes c ${JOINS} WHERE c.id = $1`;

// A request stands as long as its change; its own end is told by who decided it.
const END = `
  WITH ended AS (
    UPDATE email_changes SET outcome = $2, ended_at = $3
    WHERE account_id = ANY($1::bigint[]) AND ended_at IS NULL AND ($4 = 'anybody' OR (asked_by = account_id) = ($4 = 'oneself'))
    RETURNING account_id, new_email, request_id
  ), closed AS (
    UPDATE requests SET status = 'cancelled', cancelled_at = $3 FROM ended
    WHERE requests.id = ended.request_id AND requests.status = 'pending'
  )
  SELECT account_id AS "accountId", new_email AS "newEmail", request_id AS "requestId" FROM ended`;

// Made by an administrator of this very organism and never attached, never used, and nothing to take through it.
const JUST_MADE = `
  SELECT EXISTS (
    SELECT 1 FROM accounts a WHERE a.id = $1 AND a.organism_since = a.created_at AND a.last_sign_in_at IS NULL
      AND NOT EXISTS (SELECT 1 FROM credentials WHERE account_id = a.id)
      AND EXISTS (SELECT 1 FROM assignments s
        WHERE s.account_id = a.created_by AND s.role_kind = 'local_administrator' AND s.organism_id = a.organism_id
          AND s.granted_at <= a.created_at AND (s.ended_at IS NULL OR s.ended_at > a.created_at))
      AND NOT EXISTS (SELECT 1 FROM assignments s JOIN roles r ON r.id = s.role_id
        WHERE s.account_id = a.id AND ${HOLDS('s', '$2')}
          AND (s.role_kind <> 'ordinary' OR r.validator = 'ucanss'))
  ) AS just`;

/** A change that ended without taking effect. */
export type EndedChange = { accountId: number; newEmail: string; requestId: number | null };

/** Changes of address that were asked for. */
export function emailChangeRepository(db: Database) {
  return {
    /** True where one of these requests changes an address (P11). */
    async isAskedBy(requestIds: readonly number[]): Promise<boolean> {
      const found = db('requests').first('id').where({ kind: 'address' });
      return (await found.whereRaw('id = ANY(?::bigint[])', [[...requestIds]])) !== undefined;
    },

    /** Adds a change and returns its number. The one that waited before has to be ended first. */
    async add(change: {
      accountId: number;
      newEmail: string;
      askedBy: number;
      askedAt: Date;
      requestId: number | null;
      silenceAgrees: boolean;
    }): Promise<number> {
      const [row] = await db('email_changes')
        .insert({
          account_id: change.accountId,
          new_email: change.newEmail,
          asked_by: change.askedBy,
          asked_at: change.askedAt,
          request_id: change.requestId,
          silence_agrees: change.silenceAgrees,
        })
        .returning('id');
      return row.id;
    },

    /** @throws Error for a change that is not there: it was read under the same lock. */
    async get(id: number): Promise<EmailChange> {
      const [change] = await preparedQuery<EmailChange>(db, ONE, [id]);
      if (!change) throw new Error(`no change of address has the number ${id}`);
      return change;
    },

    /** Whose address this was until lately, and may be again; undefined for nobody's. */
    async findFormerOwner(email: string, now: Date): Promise<number | undefined> {
      const left = await db('email_changes')
        .first({ accountId: 'account_id' })
        .where({ former_email: email, outcome: 'changed' })
        .whereRaw(`ended_at > ?::timestamptz - ${KEPT}`, [now])
        .orderBy('id', 'desc');
      return left?.accountId;
    },

    /** The numbers of the changes that wait and that these people asked for others. */
    idsAskedBy: (askerIds: readonly number[]): Promise<number[]> =>
      db('email_changes')
        .whereNull('ended_at')
        .whereRaw('asked_by = ANY(?::bigint[]) AND account_id <> asked_by', [[...askerIds]])
        .orderBy('id')
        .pluck('id'),

    /** The number of the change that a request is of, whatever became of it. */
    async idOfRequest(requestId: number): Promise<number | undefined> {
      return (await db('email_changes').first('id').where({ request_id: requestId }))?.id;
    },

    /** The change that waits for this account, or undefined. */
    async findPending(accountId: number, now: Date): Promise<PendingEmailChange | undefined> {
      const young = new Date(now.getTime() - LINK_LIFETIMES.email_change);
      const [change] = await preparedQuery<PendingEmailChange>(db, PENDING, [accountId, young, now]);
      return change;
    },

    /** The change behind a link that is not used up, and what the link is for. Looking does not use it up. */
    async findByLink(hash: string, now: Date): Promise<(EmailChange & { link: EmailLink }) | undefined> {
      const [found] = await preparedQuery<EmailChange & { link: EmailLink }>(db, BY_LINK, [hash, LINKS, now]);
      return found;
    },

    /** The next changes asked for others that wait, in the order of their numbers: at most `limit` after `after`. */
    listWaiting: (after: number, limit: number): Promise<{ id: number; accountId: number }[]> =>
      db('email_changes')
        .select({ id: 'id', accountId: 'account_id' })
        .whereNull('ended_at')
        .whereRaw('asked_by <> account_id')
        .where('id', '>', after)
        .orderBy('id')
        .limit(limit),

    /** True for an account to be corrected at once (P11), on a day in Paris. */
    async isJustMade(accountId: number, today: string): Promise<boolean> {
      const [found] = await preparedQuery<{ just: boolean }>(db, JUST_MADE, [accountId, today]);
      return found?.just === true;
    },

    /** The new mailbox was confirmed, or somebody agreed. */
    async say(id: number, said: { confirmedAt: Date } | { agreedAt: Date; agreedBy: number }): Promise<void> {
      const columns =
        'confirmedAt' in said
          ? { confirmed_at: said.confirmedAt }
          : { agreed_at: said.agreedAt, agreed_by: said.agreedBy };
      await db('email_changes').where({ id }).whereNull('ended_at').update(columns);
    },

    /** Ends the changes that wait for these accounts, with their requests: all, or those of one's own or of others. */
    end: (
      accountIds: readonly number[],
      outcome: Exclude<EmailChangeOutcome, 'changed' | 'reverted'>,
      endedAt: Date,
      askedBy: 'anybody' | 'oneself' | 'others' = 'anybody',
    ): Promise<EndedChange[]> => preparedQuery<EndedChange>(db, END, [accountIds, outcome, endedAt, askedBy]),

    /** It took effect: what the address was is kept. */
    async markChanged(id: number, formerEmail: string, endedAt: Date): Promise<void> {
      await db('email_changes')
        .where({ id })
        .update({ outcome: 'changed', ended_at: endedAt, former_email: formerEmail });
    },

    /** Whether the address has changed since, and nobody has put it back. */
    hasChangedSince: async (accountId: number, instant: Date): Promise<boolean> =>
      (await db('email_changes')
        .first('id')
        .where({ account_id: accountId, outcome: 'changed' })
        .where('ended_at', '>=', instant)) !== undefined,

    /** Puts back what this change and those after it did to an account; their links lead nowhere any more. */
    async markReverted(accountId: number, fromId: number, now: Date): Promise<void> {
      const undone = () => db('email_changes').where({ account_id: accountId }).where('id', '>=', fromId);
      await undone().where({ outcome: 'changed' }).update({ outcome: 'reverted' });
      await db('tokens')
        .whereIn('email_change_id', undone().select('id'))
        .whereNull('used_at')
        .update({ used_at: now });
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
