import type { Database } from '../../database/knex.ts';
import { preparedQuery } from '../../database/prepared.ts';
import { HOLDS } from '../../database/sql.ts';
import type { Changes } from '../../domain/changes.ts';
import type { RequestKind, RequestStatus } from '../../domain/request.ts';
import type { Role } from '../../domain/role.ts';
import { beyondHere } from '../request-deciders.ts';

/** A right that the signed-in person holds today (R3). */
export interface OwnAssignment {
  roleId: number;
  roleLabel: string;
  applicationCode: string;
  applicationName: string;
  theme: string;
  /** Where the application opens; null where it has no address. */
  applicationAddress: string | null;
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
  kind: RequestKind;
  status: RequestStatus;
  roleId: number | null;
  /** Of a change of address (P11). */
  newEmail: string | null;
  /** Of a correction (R78), and whether Ucanss alone decides it (P9). */
  changes: Changes | null;
  beyond: boolean;
  agreedAt: Date | null;
  roleLabel: string | null;
  applicationName: string | null;
  validator: Role['validator'] | null;
  closed: boolean;
  organismId: number;
  organismName: string;
  reason: string;
  /** Null for an account request: nobody was signed in. */
  requestedBy: number | null;
  /** « Prénom NOM », or null where nobody was signed in. */
  requester: string | null;
  createdAt: Date;
  submittedAt: Date | null;
  /** When its requester last reminded who decides it. */
  remindedAt: Date | null;
  decidedAt: Date | null;
  decidedBy: string | null;
  decisionReason: string | null;
  cancelledAt: Date | null;
  /** True of one that was closed because nobody decided it (R80). */
  lapsed: boolean;
}

/** Requests that « Mes informations » shows at most, the latest first. */
const OWN_REQUESTS = 200;

const ASSIGNMENTS = `
  SELECT s.role_id AS "roleId", r.label AS "roleLabel", p.code AS "applicationCode", p.name AS "applicationName",
    p.theme, p.address AS "applicationAddress", o.name AS "organismName", s.granted_at AS "grantedAt",
    g.first_name || ' ' || g.last_name AS "grantedBy", s.ends_on AS "endsOn"
  FROM assignments s
  JOIN roles r ON r.id = s.role_id
  JOIN applications p ON p.id = r.application_id
  LEFT JOIN organisms o ON o.id = s.organism_id
  LEFT JOIN accounts g ON g.id = s.granted_by
  WHERE s.account_id = $1 AND ${HOLDS('s', '$2')}
  ORDER BY p.position, r.position, o.name_key
`;

const REQUESTS = `
  SELECT q.id, q.kind, q.status, q.role_id AS "roleId", r.label AS "roleLabel", p.name AS "applicationName",
    q.new_email AS "newEmail", q.changes, ${beyondHere('q')} AS beyond, c.agreed_at AS "agreedAt", r.validator, r.closed_at IS NOT NULL AS closed,
    q.organism_id AS "organismId", o.name AS "organismName", q.reason,
    q.requested_by AS "requestedBy", n.first_name || ' ' || n.last_name AS requester,
    q.created_at AS "createdAt", q.submitted_at AS "submittedAt", q.reminded_at AS "remindedAt", q.decided_at AS "decidedAt",
    d.first_name || ' ' || d.last_name AS "decidedBy", q.decision_reason AS "decisionReason",
    q.cancelled_at AS "cancelledAt", q.lapsed
  FROM requests q
  JOIN organisms o ON o.id = q.organism_id
  LEFT JOIN email_changes c ON c.request_id = q.id
  LEFT JOIN roles r ON r.id = q.role_id
  LEFT JOIN applications p ON p.id = r.application_id
  LEFT JOIN accounts d ON d.id = q.decided_by
  LEFT JOIN accounts n ON n.id = q.requested_by
  WHERE q.account_id = $1
  ORDER BY q.created_at DESC, q.id DESC
  LIMIT ${OWN_REQUESTS}
`;

/** What « Mes informations » shows of the person: rights that hold on `today`, and the last requests. */
export async function readOwnRecord(db: Database, accountId: number, today: string) {
  const [assignments, requests] = await Promise.all([
    preparedQuery<OwnAssignment>(db, ASSIGNMENTS, [accountId, today]),
    readOwnRequests(db, accountId),
  ]);
  return { assignments, requests };
}

/** The last requests of a person, or for them. */
export const readOwnRequests = (db: Database, accountId: number): Promise<OwnRequest[]> =>
  preparedQuery<OwnRequest>(db, REQUESTS, [accountId]);

export type BriefRequest = Pick<OwnRequest, 'id' | 'kind' | 'status' | 'lapsed' | 'roleId' | 'createdAt'>;

const BRIEFLY = `
  SELECT id, kind, status, lapsed, role_id AS "roleId", created_at AS "createdAt" FROM requests
  WHERE account_id = $1 ORDER BY created_at DESC, id DESC LIMIT ${OWN_REQUESTS}
`;

/** The same, as a search looks through them. */
export const readOwnRequestsBriefly = (db: Database, accountId: number): Promise<BriefRequest[]> =>
  preparedQuery<BriefRequest>(db, BRIEFLY, [accountId]);

/** What the catalogue says of a person beside each role. */
export interface OwnEntitlement {
  roleId: number;
  kind: 'held' | 'pending';
  /** When it was granted, or asked. */
  since: Date;
  /** Inclusive, 'YYYY-MM-DD'; of a right. */
  endsOn: string | null;
}

const ENTITLEMENTS = `
  SELECT role_id AS "roleId", 'held' AS kind, granted_at AS since, ends_on AS "endsOn" FROM assignments
  WHERE account_id = $1 AND ${HOLDS('assignments', '$2')}
  UNION ALL
  SELECT role_id, 'pending', submitted_at, NULL FROM requests
  WHERE account_id = $1 AND status = 'pending' AND kind = 'role'
`;

/** The roles that a person holds on `today`, and those that they asked for and wait. */
export function readOwnEntitlements(
  db: Database,
  accountId: number,
  today: string,
): Promise<OwnEntitlement[]> {
  return preparedQuery<OwnEntitlement>(db, ENTITLEMENTS, [accountId, today]);
}
