import type { Database } from '../../database/knex.ts';
import { preparedQuery } from '../../database/prepared.ts';
import { HOLDS } from '../../database/sql.ts';
import type { PersonRights } from '../../domain/acting-upon.ts';

/** A right on an account page, with where it comes from. */
interface RecordedAssignment {
  id: number;
  roleId: number;
  roleCode: string;
  roleLabel: string;
  roleKind: 'ordinary' | 'local_administrator' | 'national';
  applicationName: string;
  /** Of « Administrateur local » only. */
  organismId: number | null;
  organismName: string | null;
  grantedAt: Date;
  /** « Prénom NOM », or null where a job granted it. */
  grantedBy: string | null;
  grantReason: string;
  /** When it was asked for; null for a right given without a request. */
  requestedAt: Date | null;
  /** True where Ucanss validates the role (P3). */
  reserved: boolean;
  closed: boolean;
  /** Inclusive, 'YYYY-MM-DD'. */
  endsOn: string | null;
  /** The former organism, of a right « à revoir » (R63). */
  inheritedFrom: string | null;
}

/** What these rights come to beside the ordinary ones: whom one may act upon (P9). */
export const rightsOf = (id: number, rights: readonly RecordedAssignment[]): PersonRights => ({
  id,
  national: rights.some(({ roleKind }) => roleKind === 'national'),
  administers: rights.flatMap(({ roleKind, organismId }) =>
    roleKind === 'local_administrator' && organismId !== null ? [organismId] : [],
  ),
});

/** A request that waits, on an account page. */
interface RecordedRequest {
  id: number;
  roleId: number;
  roleLabel: string;
  submittedAt: Date;
  reserved: boolean;
}

const ASSIGNMENTS = `
  SELECT s.id, s.role_id AS "roleId", r.code AS "roleCode", r.label AS "roleLabel", r.kind AS "roleKind", p.name AS "applicationName",
    s.organism_id AS "organismId", o.name AS "organismName", s.granted_at AS "grantedAt", g.first_name || ' ' || g.last_name AS "grantedBy",
    s.grant_reason AS "grantReason", q.submitted_at AS "requestedAt", s.ends_on AS "endsOn", f.name AS "inheritedFrom",
    r.kind = 'ordinary' AND r.validator = 'ucanss' AS reserved, r.closed_at IS NOT NULL AS closed
  FROM assignments s
  JOIN roles r ON r.id = s.role_id
  JOIN applications p ON p.id = r.application_id
  LEFT JOIN organisms o ON o.id = s.organism_id
  LEFT JOIN organisms f ON f.id = s.inherited_from
  LEFT JOIN accounts g ON g.id = s.granted_by
  LEFT JOIN requests q ON q.id = s.request_id
  WHERE s.account_id = $1 AND ${HOLDS('s', '$2')}
  -- By application, first those of which something is to be reviewed (R63).
  ORDER BY bool_or(s.inherited_from IS NOT NULL) OVER (PARTITION BY p.id) DESC, p.position, p.id,
    s.inherited_from IS NULL, r.position, o.name_key
`;

const REQUESTS = `
  SELECT q.id, q.role_id AS "roleId", r.label AS "roleLabel", q.submitted_at AS "submittedAt", r.validator = 'ucanss' AS reserved
  FROM requests q JOIN roles r ON r.id = q.role_id
  WHERE q.account_id = $1 AND q.status = 'pending'
  ORDER BY q.submitted_at
`;

/** Since when an account gives no access, by whom and why. */
interface RecordedClosure {
  closedAt: Date;
  /** « Prénom NOM », or null where it was not a person. */
  closedBy: string | null;
  reason: string;
}

const CLOSURE = `
  SELECT a.deactivated_at AS "closedAt", b.first_name || ' ' || b.last_name AS "closedBy",
    coalesce(a.deactivation_reason, '') AS reason
  FROM accounts a LEFT JOIN accounts b ON b.id = a.deactivated_by
  WHERE a.id = $1 AND NOT a.active AND a.deactivated_at IS NOT NULL
`;

/** The rights that hold on `today` ('YYYY-MM-DD' in Paris, P8), the pending requests and the closure of an account. */
export async function readAccountRecord(db: Database, accountId: number, today: string) {
  const [assignments, requests, [closure = null]] = await Promise.all([
    preparedQuery<RecordedAssignment>(db, ASSIGNMENTS, [accountId, today]),
    preparedQuery<RecordedRequest>(db, REQUESTS, [accountId]),
    preparedQuery<RecordedClosure>(db, CLOSURE, [accountId]),
  ]);
  return { assignments, requests, closure };
}
