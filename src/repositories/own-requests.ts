import type { Database } from '../database/knex.ts';
import { preparedQuery } from '../database/prepared.ts';
import { NotFound } from '../domain/errors.ts';
import { type RequestKind, type RequestStatus, requestLabel } from '../domain/request.ts';

/** A request, as the person who made it may follow it. */
export interface OwnRequestState {
  id: number;
  status: RequestStatus;
  organismId: number;
  accountId: number;
  roleId: number | null;
  /** « Rôle concerné ». */
  label: string;
  reason: string;
  submittedAt: Date;
  /** When its requester last reminded who decides it. */
  remindedAt: Date | null;
  decidedAt: Date | null;
  /** « Prénom NOM ». */
  decidedBy: string | null;
  /** True of one that was closed because nobody decided it (R80). */
  lapsed: boolean;
}

// A change of address is followed, and given up, where it is asked for (P11).
const OWN_REQUEST = `
  SELECT q.id, q.kind, q.status, q.organism_id AS "organismId", q.account_id AS "accountId", q.role_id AS "roleId",
    r.label AS "roleLabel", q.reason, q.submitted_at AS "submittedAt", q.reminded_at AS "remindedAt", q.decided_at AS "decidedAt",
    d.first_name || ' ' || d.last_name AS "decidedBy", q.lapsed
  FROM requests q
  LEFT JOIN roles r ON r.id = q.role_id
  LEFT JOIN accounts d ON d.id = q.decided_by
  WHERE q.id = $1 AND q.requested_by = $2 AND q.kind <> 'address'
`;

type Stored = Omit<OwnRequestState, 'label'> & { kind: RequestKind; roleLabel: string | null };

/** Requests as their requester follows them. */
export function ownRequestRepository(db: Database) {
  return {
    /** @throws NotFound, as if it did not exist, for a request that somebody else made (P5). */
    async get(id: number, requesterId: number): Promise<OwnRequestState> {
      const [found] = await preparedQuery<Stored>(db, OWN_REQUEST, [id, requesterId]);
      if (!found) throw new NotFound();
      const { kind, roleLabel, ...request } = found;
      return { ...request, label: requestLabel(kind, roleLabel) };
    },

    /** Whether a correction of this person's record waits (R78). */
    async hasPendingCorrection(accountId: number): Promise<boolean> {
      const pending = { account_id: accountId, kind: 'correction', status: 'pending' };
      return (await db('requests').first('id').where(pending)) !== undefined;
    },

    /** How many requests about this person were made since this instant. */
    async countSince(accountId: number, instant: Date): Promise<number> {
      const counted = await db('requests')
        .count({ count: '*' })
        .where({ account_id: accountId })
        .where('created_at', '>', instant)
        .first();
      return Number(counted?.count);
    },
  };
}
