import type { Database } from '../../database/knex.ts';
import { preparedQuery } from '../../database/prepared.ts';

/** A right that the signed-in person holds today (R3). */
export interface OwnAssignment {
  roleLabel: string;
  applicationName: string;
  theme: string;
  /** Of « Administrateur local » only. */
  organismName: string | null;
  grantedAt: Date;
  /** « Prénom NOM », or null where a job granted it. */
  grantedBy: string | null;
  /** Inclusive, 'YYYY-MM-DD'. */
  endsOn: string | null;
}

/** A request of the signed-in person, or for them (R3). */
export interface OwnRequest {
  id: number;
  kind: 'account' | 'role';
  status: 'unconfirmed' | 'pending' | 'accepted' | 'refused' | 'cancelled';
  roleLabel: string | null;
  applicationName: string | null;
  validator: 'local_administrator' | 'ucanss' | 'free' | null;
  organismName: string;
  reason: string;
  createdAt: Date;
  submittedAt: Date | null;
  decidedAt: Date | null;
  decidedBy: string | null;
  decisionReason: string | null;
  cancelledAt: Date | null;
}

const ASSIGNMENTS = `
  SELECT r.label AS "roleLabel", p.name AS "applicationName", p.theme, o.name AS "organismName",
    s.granted_at AS "grantedAt", g.first_name || ' ' || g.last_name AS "grantedBy", s.ends_on AS "endsOn"
  FROM assignments s
  JOIN roles r ON r.id = s.role_id
  JOIN applications p ON p.id = r.application_id
  LEFT JOIN organisms o ON o.id = s.organism_id
  LEFT JOIN accounts g ON g.id = s.granted_by
  WHERE s.account_id = $1 AND s.ended_at IS NULL AND (s.ends_on IS NULL OR s.ends_on >= $2::date)
  ORDER BY p.theme, p.position, r.position, o.name_key
`;

const REQUESTS = `
  SELECT q.id, q.kind, q.status, r.label AS "roleLabel", p.name AS "applicationName", r.validator,
    o.name AS "organismName", q.reason, q.created_at AS "createdAt", q.submitted_at AS "submittedAt",
    q.decided_at AS "decidedAt", d.first_name || ' ' || d.last_name AS "decidedBy",
    q.decision_reason AS "decisionReason", q.cancelled_at AS "cancelledAt"
  FROM requests q
  JOIN organisms o ON o.id = q.organism_id
  LEFT JOIN roles r ON r.id = q.role_id
  LEFT JOIN applications p ON p.id = r.application_id
  LEFT JOIN accounts d ON d.id = q.decided_by
  WHERE q.account_id = $1
  ORDER BY q.created_at DESC, q.id DESC
  LIMIT 200
`;

/** What « Mes informations » shows of the person: rights that hold on `today`, and the last 200 requests. */
export async function readOwnRecord(db: Database, accountId: number, today: string) {
  const [assignments, requests] = await Promise.all([
    preparedQuery<OwnAssignment>(db, ASSIGNMENTS, [accountId, today]),
    preparedQuery<OwnRequest>(db, REQUESTS, [accountId]),
  ]);
  return { assignments, requests };
}
