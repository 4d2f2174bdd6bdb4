import { HOLDS, type StatementValues } from '../../database/sql.ts';
import type { Changes } from '../../domain/changes.ts';
import type { RequestKind } from '../../domain/request.ts';
import { lastReminder } from '../reminders.ts';
import { beyondHere, localDeciders } from '../request-deciders.ts';

/** A line of « Demandes d'habilitations » (R20), with what one needs to decide knowing. */
export interface RequestRow {
  id: number;
  kind: RequestKind;
  lastName: string;
  firstName: string;
  email: string;
  functionTitle: string;
  phone: string;
  organismId: number;
  roleId: number | null;
  accountId: number | null;
  /** Where that account is now: it may have left since. */
  accountOrganismId: number | null;
  /** Whether that account is active; null where there is none yet. */
  accountActive: boolean | null;
  requestedBy: number | null;
  /** « Prénom NOM » of who asked for somebody else; null for one's own request. */
  requester: string | null;
  reason: string;
  outsideMailDomain: boolean;
  submittedAt: Date;
  decidedAt: Date | null;
  /** « Prénom NOM ». */
  decidedBy: string | null;
  decisionReason: string | null;
  /** Of a change of address: the new one, when its mailbox was confirmed, when somebody agreed (P11). */
  newEmail: string | null;
  /** Of a correction of one's own record (R78), and whether Ucanss alone decides it (P9). */
  changes: Changes | null;
  beyond: boolean;
  /** Its organism was closed since. */
  organismClosed: boolean;
  /** What a correction would change was changed otherwise since. */
  overtaken: boolean;
  confirmedAt: Date | null;
  agreedAt: Date | null;
  /** Roles that the person holds today. */
  heldRoleIds: number[];
  /** « Prénom NOM » of the local administrators who may decide it, where the page asks (P1). */
  deciders: string[];
  /** When Ucanss last reminded the local administrators of its organism, where the page asks. */
  remindedAt: Date | null;
}

const NAMES = (day: string): string =>
  `ARRAY(SELECT a.first_name || ' ' || a.last_name ${localDeciders('r', day)} ORDER BY a.last_key, a.first_key, a.id)`;

/** A correction `r` of the account `a`: a field is no longer what it was, nor what it would become. */
const OVERTAKEN = `EXISTS (
  SELECT FROM jsonb_each(r.changes) AS change (field, said)
  WHERE CASE field WHEN 'nom' THEN a.last_name WHEN 'prénom' THEN a.first_name ELSE a.function_title END
    NOT IN (said ->> 'from', said ->> 'to')
)`;

/** Their lines, for whoever has `page` (id, place); who may decide each, and when they were reminded, where asked for. */
export function requestLines(
  page: string,
  today: string,
  values: StatementValues,
  withDeciders: boolean,
): string {
  const day = values.add(today);
  return `
    SELECT page.place, r.id, r.kind, r.last_name AS "lastName", r.first_name AS "firstName", r.email,
      r.function_title AS "functionTitle", r.phone, r.organism_id AS "organismId", r.role_id AS "roleId",
      r.account_id AS "accountId", a.organism_id AS "accountOrganismId", a.active AS "accountActive", r.requested_by AS "requestedBy",
      n.first_name || ' ' || n.last_name AS requester, r.reason,
      r.outside_mail_domain AS "outsideMailDomain", r.submitted_at AS "submittedAt", r.decided_at AS "decidedAt",
      d.first_name || ' ' || d.last_name AS "decidedBy", r.decision_reason AS "decisionReason",
      r.new_email AS "newEmail", r.changes, ${beyondHere('r')} AS beyond, ${OVERTAKEN} AS overtaken,
      EXISTS (SELECT FROM organisms o WHERE o.id = r.organism_id AND o.closed_at IS NOT NULL) AS "organismClosed", c.confirmed_at AS "confirmedAt", c.agreed_at AS "agreedAt",
      coalesce(held.role_ids, '{}') AS "heldRoleIds", ${withDeciders ? NAMES(day) : `'{}'::text[]`} AS deciders,
      ${withDeciders ? lastReminder('r.organism_id') : 'NULL::timestamptz'} AS "remindedAt"
    FROM ${page} JOIN requests r USING (id)
    LEFT JOIN accounts a ON a.id = r.account_id
    LEFT JOIN email_changes c ON c.request_id = r.id
    LEFT JOIN accounts d ON d.id = r.decided_by
    LEFT JOIN accounts n ON n.id = r.requested_by AND n.id <> r.account_id
    LEFT JOIN LATERAL (
      SELECT array_agg(role_id ORDER BY role_id) AS role_ids FROM assignments
      WHERE account_id = r.account_id AND ${HOLDS('assignments', day)}
    ) AS held ON true`;
}
