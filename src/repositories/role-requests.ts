import type { Database } from '../database/knex.ts';
import { preparedQuery } from '../database/prepared.ts';
import type { AccessRequest, RequestKind } from '../domain/request.ts';
import type { Role } from '../domain/role.ts';
import { beyondHere } from './request-deciders.ts';

/** A request for a role, made for someone by whoever manages them (P3). */
interface RequestForOthers {
  roleId: number;
  requestedBy: number;
  reason: string;
  at: Date;
}

interface PendingRequest {
  id: number;
  accountId: number;
  /** Null of a correction of one's own record. */
  roleId: number | null;
}

/** What a person takes along: an address is confirmed where it was asked for (P11). */
const FOLLOW: readonly RequestKind[] = ['role', 'correction'];

// Those who decide from now on were reminded of nothing.
const FOLLOWING = `
  UPDATE requests SET organism_id = accounts.organism_id, deciders_reminded_at = NULL,
    former_organism_ids = array_append(array_remove(former_organism_ids, requests.organism_id), requests.organism_id)
  FROM accounts
  WHERE accounts.id = requests.account_id AND accounts.id = ANY($1::bigint[]) AND status = 'pending'
    AND kind = ANY($2::text[]) AND requests.organism_id <> accounts.organism_id
  RETURNING requests.id, role_id AS "roleId", account_id AS "accountId"`;

const FOLLOWERS = `
  SELECT account_id AS "accountId", requested_by AS "requestedBy", there.kind, validator, ${beyondHere('there')} AS beyond
  FROM (
    SELECT account_id, requested_by, requests.kind, role_id, joins AS organism_id
    FROM requests JOIN jsonb_to_recordset($1::jsonb) AS moves ("accountId" bigint, joins int) ON "accountId" = account_id
    WHERE status = 'pending' AND requests.kind = ANY($2::text[]) AND organism_id <> joins
  ) AS there LEFT JOIN roles ON roles.id = role_id`;

/** A request that will follow its person, as far as who decides it depends on it. */
interface Follower extends Pick<AccessRequest, 'requestedBy' | 'kind' | 'beyond'> {
  accountId: number;
  /** Of its role, where it is for one. */
  validator: Role['validator'] | null;
}

/** Requests for a role that administrators make for others, and that follow people who leave. */
export function roleRequestRepository(db: Database) {
  return {
    /** Adds a pending request for each of these people; those who have one already get none. */
    async addForEach(
      accountIds: readonly number[],
      { roleId, requestedBy, reason, at }: RequestForOthers,
    ): Promise<{ id: number; accountId: number }[]> {
      const added = await db.raw(
        `INSERT INTO requests (kind, status, organism_id, account_id, requested_by, role_id, reason, last_name,
           first_name, email, function_title, phone, created_at, submitted_at)
         SELECT 'role', 'pending', organism_id, id, ?, ?, ?, last_name, first_name, email, function_title, phone, ?, ?
         FROM accounts WHERE id = ANY(?::bigint[]) ORDER BY last_key, first_key, id
         ON CONFLICT (account_id, role_id) WHERE status = 'pending' AND kind = 'role' DO NOTHING
         RETURNING id, account_id AS "accountId"`,
        [requestedBy, roleId, reason, at, at, [...accountIds]],
      );
      return added.rows;
    },

    /** What waits about a person, but a change of address, by its number. */
    async pendingOf(accountId: number): Promise<number[]> {
      const waiting = db('requests').where({ account_id: accountId, status: 'pending' });
      return waiting
        .whereIn('kind', [...FOLLOW])
        .orderBy('id')
        .pluck('id');
    },

    /**
     * Moves the pending requests of people to the organism that they have joined, and keeps which one they leave; returns
     * those that moved.
     */
    follow: (accountIds: readonly number[]): Promise<PendingRequest[]> =>
      preparedQuery<PendingRequest>(db, FOLLOWING, [accountIds, FOLLOW]),

    /** Those that will follow these people to the organisms that they join, as they will be there. */
    followersOf: (moves: readonly { accountId: number; joins: number | null }[]): Promise<Follower[]> =>
      preparedQuery<Follower>(db, FOLLOWERS, [JSON.stringify(moves), FOLLOW]),
  };
}
