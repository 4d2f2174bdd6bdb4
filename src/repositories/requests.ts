import type { Knex } from 'knex';
import type { Database } from '../database/knex.ts';
import { preparedQuery } from '../database/prepared.ts';
import type { Changes } from '../domain/changes.ts';
import { NotFound } from '../domain/errors.ts';
import type { AccessRequest } from '../domain/request.ts';
import { beyondHere } from './request-deciders.ts';

/** A request with all that is stored of it. */
export interface StoredRequest extends AccessRequest {
  roleId: number | null;
  reason: string;
  lastName: string;
  firstName: string;
  email: string;
  functionTitle: string;
  phone: string;
  outsideMailDomain: boolean;
  createdAt: Date;
  submittedAt: Date | null;
  decidedAt: Date | null;
  decidedBy: number | null;
  decisionReason: string | null;
  /** Of a change of address (P11). */
  newEmail: string | null;
  /** Of a correction, what it changes, by the French name of each field (R78). */
  changes: Changes | null;
  /** True of one that was closed because nobody decided it (R80). */
  lapsed: boolean;
}

/** What a new request is made of. */
type NewRequest = Pick<
  StoredRequest,
  | 'organismId'
  | 'reason'
  | 'lastName'
  | 'firstName'
  | 'email'
  | 'functionTitle'
  | 'phone'
  | 'outsideMailDomain'
> & { createdAt: Date };

const COLUMNS = {
  id: 'id',
  kind: 'kind',
  status: 'status',
  organismId: 'organism_id',
  accountId: 'account_id',
  requestedBy: 'requested_by',
  roleId: 'role_id',
  reason: 'reason',
  lastName: 'last_name',
  firstName: 'first_name',
  email: 'email',
  functionTitle: 'function_title',
  phone: 'phone',
  outsideMailDomain: 'outside_mail_domain',
  createdAt: 'created_at',
  submittedAt: 'submitted_at',
  decidedAt: 'decided_at',
  decidedBy: 'decided_by',
  decisionReason: 'decision_reason',
  newEmail: 'new_email',
  changes: 'changes',
  lapsed: 'lapsed',
};

function toRow(request: NewRequest) {
  return {
    organism_id: request.organismId,
    reason: request.reason,
    last_name: request.lastName,
    first_name: request.firstName,
    email: request.email,
    function_title: request.functionTitle,
    phone: request.phone,
    outside_mail_domain: request.outsideMailDomain,
    created_at: request.createdAt,
  };
}

interface Decision {
  status: 'accepted' | 'refused';
  decidedAt: Date;
  decidedBy: number;
  reason: string | null;
}

/** Of this organism (null: any), or so before their person went to another one. */
const knownTo = (organismId: number | null) => (requests: Knex.QueryBuilder) => {
  if (organismId !== null)
    requests.whereRaw('? IN (SELECT unnest(organism_id || former_organism_ids))', [organismId]);
};

type AskedAgain = Pick<StoredRequest, 'id' | 'kind' | 'organismId'> & { formerId: number };

// Whom a request is for is what tells one that is added from the next: no two of them wait for the same.
const ASK_AGAIN = `
  WITH former AS (
    SELECT DISTINCT ON (kind, coalesce(account_id::text, requests.email), role_id) requests.*, accounts.email AS address
    FROM requests LEFT JOIN accounts ON accounts.id = account_id WHERE requests.id = ANY($1::bigint[])
    ORDER BY kind, coalesce(account_id::text, requests.email), role_id, requests.id DESC
  ), added AS (
    INSERT INTO requests (kind, status, organism_id, account_id, requested_by, role_id, reason, last_name, first_name,
      email, function_title, phone, outside_mail_domain, created_at, submitted_at)
    SELECT former.kind, 'pending', coalesce(accounts.organism_id, former.organism_id), account_id, requested_by, role_id,
      concat_ws('. ', $2::text, nullif(reason, '')), coalesce(accounts.last_name, former.last_name),
      coalesce(accounts.first_name, former.first_name), coalesce(address, former.email),
      coalesce(accounts.function_title, former.function_title), coalesce(accounts.phone, former.phone),
      outside_mail_domain, $3, $3
    FROM former LEFT JOIN accounts ON accounts.id = account_id ORDER BY former.id
    ON CONFLICT DO NOTHING
    RETURNING id, kind, organism_id, account_id, role_id, email
  )
  SELECT added.id, added.kind, added.organism_id AS "organismId", former.id AS "formerId"
  FROM added JOIN former ON former.kind = added.kind AND former.role_id IS NOT DISTINCT FROM added.role_id
    AND former.account_id IS NOT DISTINCT FROM added.account_id AND coalesce(address, former.email) = added.email`;

/** Requests for a first account, for a role, or for another address. */
export function requestRepository(db: Database) {
  const insert = async (row: object, conflict: string): Promise<number | undefined> => {
    const inserted = await db('requests').insert(row).onConflict(db.raw(conflict)).ignore().returning('id');
    return inserted[0]?.id;
  };

  const columns = { ...COLUMNS, beyond: db.raw(beyondHere('requests')) };

  return {
    /**
     * The request, if it belongs to this organism (null: any).
     * @throws NotFound, as if it did not exist, outside the organism (P5).
     */
    async getManaged(id: number, organismId: number | null): Promise<StoredRequest> {
      const scope = organismId === null ? {} : { organism_id: organismId };
      const request: StoredRequest | undefined = await db('requests')
        .first(columns)
        .where({ id, ...scope })
        .whereNot({ status: 'unconfirmed' });
      if (!request) throw new NotFound();
      return request;
    },

    /** True where one of these requests at least is, or was before its person left, of this organism (null: any). */
    async knowsOne(ids: readonly number[], organismId: number | null): Promise<boolean> {
      const found = await db('requests')
        .first('id')
        .whereIn('id', ids)
        .whereNot({ status: 'unconfirmed' })
        .modify(knownTo(organismId));
      return found !== undefined;
    },

    /** The accounts that these requests of an organism (null: any) are about, where they are about one. */
    async accountsOf(ids: readonly number[], organismId: number | null): Promise<number[]> {
      const scope = organismId === null ? {} : { organism_id: organismId };
      return db('requests').whereIn('id', ids).where(scope).whereNotNull('account_id').pluck('account_id');
    },

    /** The account requests that made this account: one, or none. */
    async madeAccount(accountId: number): Promise<number[]> {
      return db('requests').where({ account_id: accountId, kind: 'account' }).pluck('id');
    },

    /**
     * The same, and those that the organism had before their person went to another one.
     * @throws NotFound (P5)
     */
    async getKnownTo(id: number, organismId: number | null): Promise<StoredRequest> {
      const request: StoredRequest | undefined = await db('requests')
        .first(columns)
        .where({ id })
        .whereNot({ status: 'unconfirmed' })
        .modify(knownTo(organismId));
      if (!request) throw new NotFound();
      return request;
    },

    /** Adds a request for a role, pending at once; undefined when the same one is already pending. */
    addForRole(request: NewRequest, ids: { accountId: number; requestedBy: number; roleId: number }) {
      return insert(
        {
          ...toRow(request),
          kind: 'role',
          status: 'pending',
          account_id: ids.accountId,
          requested_by: ids.requestedBy,
          role_id: ids.roleId,
          submitted_at: request.createdAt,
        },
        `(account_id, role_id) WHERE status = 'pending' AND kind = 'role'`,
      );
    },

    /** Adds a change of address, pending at once (P11). The one that waited before has to be ended first. */
    async addForAddress(
      request: NewRequest,
      ids: { accountId: number; requestedBy: number; newEmail: string },
    ): Promise<number> {
      const [row] = await db('requests')
        .insert({
          ...toRow(request),
          kind: 'address',
          status: 'pending',
          submitted_at: request.createdAt,
          account_id: ids.accountId,
          requested_by: ids.requestedBy,
          new_email: ids.newEmail,
        })
        .returning('id');
      return row.id;
    },

    /** Adds a correction of one's own record, pending at once; undefined while another one is (R78). */
    addForCorrection(request: NewRequest, { accountId, changes }: { accountId: number; changes: Changes }) {
      return insert(
        {
          ...toRow(request),
          kind: 'correction',
          status: 'pending',
          account_id: accountId,
          requested_by: accountId,
          changes: JSON.stringify(changes),
          submitted_at: request.createdAt,
        },
        `(account_id) WHERE status = 'pending' AND kind = 'correction'`,
      );
    },

    /** Adds a request for an account, seen by nobody until its address is confirmed (F1). */
    async addForAccount(request: NewRequest): Promise<number> {
      const [row] = await db('requests')
        .insert({ ...toRow(request), kind: 'account', status: 'unconfirmed' })
        .returning('id');
      return row.id;
    },

    /**
     * Decides a pending request; false when it no longer is one. One guarded UPDATE: of two deciders at once, one
     * decision stands (rule 4).
     */
    async decide(id: number, { status, decidedAt, decidedBy, reason }: Decision): Promise<boolean> {
      const updated = await db('requests')
        .where({ id, status: 'pending' })
        .update({ status, decided_at: decidedAt, decided_by: decidedBy, decision_reason: reason });
      return updated === 1;
    },

    /** Adds to why a request was decided what became of it afterwards. */
    async addToReason(id: number, more: string): Promise<void> {
      await db('requests')
        .where({ id })
        .update({ decision_reason: db.raw(`concat_ws(' ', decision_reason, ?::text)`, [more]) });
    },

    /** Ties an accepted account request to the account it made. */
    async setAccount(id: number, accountId: number): Promise<void> {
      await db('requests').where({ id }).update({ account_id: accountId });
    },

    /** Keeps that its requester has just reminded who decides it; false when it is pending no more. */
    async markReminded(id: number, at: Date): Promise<boolean> {
      const marked = await db('requests').where({ id, status: 'pending' }).update({ reminded_at: at });
      return marked === 1;
    },

    /** Cancels those of these requests that are pending; returns which. */
    async cancelEach(ids: readonly number[], cancelledAt: Date): Promise<number[]> {
      const cancelled = await db('requests')
        .whereIn('id', ids)
        .where({ status: 'pending' })
        .update({ status: 'cancelled', cancelled_at: cancelledAt })
        .returning('id');
      return cancelled.map(({ id }) => id);
    },

    /** Adds a pending request like each of these that ended, for the person as they are now, unless one waits already. */
    async askAgain(ids: readonly number[], terms: { reason: string; at: Date }): Promise<AskedAgain[]> {
      if (ids.length === 0) return [];
      return preparedQuery<AskedAgain & { [column: string]: unknown }>(db, ASK_AGAIN, [
        ids,
        terms.reason,
        terms.at,
      ]);
    },

    /** Cancels a pending request; false when it no longer is one. */
    async cancel(id: number, cancelledAt: Date): Promise<boolean> {
      const updated = await db('requests')
        .where({ id, status: 'pending' })
        .update({ status: 'cancelled', cancelled_at: cancelledAt });
      return updated === 1;
    },
  };
}
