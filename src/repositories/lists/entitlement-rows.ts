import type { Database } from '../../database/knex.ts';
import { preparedQuery } from '../../database/prepared.ts';
import { HOLDS, type StatementValues } from '../../database/sql.ts';
import { departureOf, LEAVES_ON } from '../departures.ts';
import type { Snapshot } from '../snapshot.ts';

/** One right of a person that holds on the day asked for. */
interface HeldAssignment {
  roleId: number;
  /** The organism administered, of « Administrateur local »; null for any other role. */
  organismId: number | null;
  /** Last day, inclusive, as 'YYYY-MM-DD' (P8); null without end. */
  endsOn: string | null;
}

/** The same, with when and by whom it was granted. */
export interface GrantedAssignment extends HeldAssignment {
  grantedAt: Date;
  /** « Prénom NOM »; null when a job granted it. */
  grantedBy: string | null;
}

/** One line of « État des habilitations » (R14). */
export interface EntitlementRow<A extends HeldAssignment = HeldAssignment> {
  id: number;
  lastName: string;
  firstName: string;
  email: string;
  functionTitle: string;
  isExecutive: boolean;
  active: boolean;
  organismId: number;
  /** The day of a departure that is planned (R76); null for none. */
  leavesOn: string | null;
  /** By application, then role. */
  assignments: A[];
}

type StoredAssignment = [roleId: number, organismId: number | null, endsOn: string | null];
type StoredGrant = [...StoredAssignment, grantedAt: number, granter: number | null];

/** A line as PostgreSQL gives it: rights in one JSON array. */
export interface StoredEntitlement<S extends StoredAssignment | StoredGrant = StoredAssignment>
  extends Omit<EntitlementRow, 'assignments'> {
  assignments: S[] | null;
}

/** A line whose rights tell when they were granted, and by which account. */
export type StoredGrants = StoredEntitlement<StoredGrant>;

/** « Prénom NOM » of granters, by account. */
export type GranterNames = Map<number, string>;

const RIGHT = 'role_id, organism_id, ends_on';
const COLUMNS = { rights: RIGHT, grants: `${RIGHT}, date_part('epoch', granted_at) * 1000, granted_by` };

/**
 * The columns and joins that make lines of a list of accounts `page` (id), with the rights that hold on `today`
 * ('YYYY-MM-DD' in Paris): neither ended nor past their last day (P8). `grants` adds when and by which account; to
 * join the names of granters costs as much as all the rest, so each is read once (learnGranters).
 */
export function entitlementLines(
  page: string,
  today: string,
  detail: keyof typeof COLUMNS,
  values: StatementValues,
): string {
  return `
    SELECT page.*, last_name AS "lastName", first_name AS "firstName", email, function_title AS "functionTitle",
      is_executive AS "isExecutive", active, accounts.organism_id AS "organismId", ${LEAVES_ON} AS "leavesOn", held.assignments
    FROM ${page} JOIN accounts USING (id)
    LEFT JOIN LATERAL (
      SELECT json_agg(json_build_array(${COLUMNS[detail]})) AS assignments
      FROM assignments
      WHERE account_id = accounts.id AND ${HOLDS('assignments', values.add(today))}
    ) AS held ON true ${departureOf('accounts')}`;
}

/** Adds to `names` those of the granters that these lines tell by identifier, and that it does not hold yet. */
export async function learnGranters(db: Database, lines: StoredGrants[], names: GranterNames): Promise<void> {
  const unknown = new Set<number>();
  for (const { assignments } of lines) {
    for (const [, , , , granter] of assignments ?? []) {
      if (granter !== null && !names.has(granter)) unknown.add(granter);
    }
  }
  if (unknown.size === 0) return;
  const text = `SELECT id, first_name || ' ' || upper(last_name) AS name FROM accounts WHERE id = ANY($1)`;
  for (const { id, name } of await preparedQuery<{ id: number; name: string }>(db, text, [[...unknown]])) {
    names.set(id, name);
  }
}

/** Turns a stored line into the one that screens and most exports show. */
export function toEntitlement(line: StoredEntitlement, snapshot: Snapshot): EntitlementRow {
  return toRow(line, snapshot, ([roleId, organismId, endsOn]) => ({ roleId, organismId, endsOn }));
}

/** The same, with when and by whom each right was granted. */
export function toGrants(
  line: StoredGrants,
  snapshot: Snapshot,
  names: GranterNames,
): EntitlementRow<GrantedAssignment> {
  return toRow(line, snapshot, ([roleId, organismId, endsOn, grantedAt, granter]) => ({
    roleId,
    organismId,
    endsOn,
    grantedAt: new Date(grantedAt),
    grantedBy: granter === null ? null : (names.get(granter) ?? null),
  }));
}

function toRow<S extends StoredAssignment | StoredGrant, A extends HeldAssignment>(
  line: StoredEntitlement<S>,
  snapshot: Snapshot,
  read: (stored: S) => A,
): EntitlementRow<A> {
  return {
    id: line.id,
    leavesOn: line.leavesOn,
    lastName: line.lastName,
    firstName: line.firstName,
    email: line.email,
    functionTitle: line.functionTitle,
    isExecutive: line.isExecutive,
    active: line.active,
    organismId: line.organismId,
    assignments: (line.assignments ?? []).map(read).sort((one, other) => compare(one, other, snapshot)),
  };
}

function compare(one: HeldAssignment, other: HeldAssignment, snapshot: Snapshot): number {
  const rank = (held: HeldAssignment) => snapshot.roles.get(held.roleId)?.rank ?? snapshot.roles.size;
  return rank(one) - rank(other) || (one.organismId ?? 0) - (other.organismId ?? 0);
}
