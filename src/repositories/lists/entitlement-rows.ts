import type { Database } from '../../database/knex.ts';
import { preparedQuery } from '../../database/prepared.ts';
import type { Labels } from '../labels.ts';
import type { StatementValues } from './person-search.ts';

/** One right of a person that holds on the day asked for. */
export interface HeldAssignment {
  roleId: number;
  /** The organism administered, of « Administrateur local »; null for any other role. */
  organismId: number | null;
  /** Last day, inclusive, as 'YYYY-MM-DD' (P8); null without end. */
  endsOn: string | null;
  grantedAt: Date;
  /** « Prénom NOM »; null when a job granted it. */
  grantedBy: string | null;
}

/** One line of « État des habilitations » (R14). */
export interface EntitlementRow {
  id: number;
  lastName: string;
  firstName: string;
  email: string;
  functionTitle: string;
  isExecutive: boolean;
  active: boolean;
  organismId: number;
  /** By application, then role. */
  assignments: HeldAssignment[];
}

/** A line as PostgreSQL gives it: rights in one JSON array. `G` tells who granted: by name, or by identifier. */
export interface StoredEntitlement<G = string> extends Omit<EntitlementRow, 'assignments'> {
  assignments: [number, number | null, string | null, number, G | null][] | null;
}

const GRANTER = {
  name: {
    column: `granter.first_name || ' ' || upper(granter.last_name)`,
    join: 'LEFT JOIN accounts AS granter ON granter.id = granted_by',
  },
  id: { column: 'granted_by', join: '' },
};

/**
 * The columns and joins that make lines of a list of accounts `page` (id), with the rights that hold on `today`
 * ('YYYY-MM-DD' in Paris): neither ended nor past their last day (P8). Names of granters cost as much as all the
 * rest: a page has them, a whole export reads each once (granterNames).
 */
export function entitlementLines(
  page: string,
  today: string,
  granter: keyof typeof GRANTER,
  values: StatementValues,
): string {
  const { column, join } = GRANTER[granter];
  return `
    SELECT page.*, last_name AS "lastName", first_name AS "firstName", email, function_title AS "functionTitle",
      is_executive AS "isExecutive", active, organism_id AS "organismId", held.assignments
    FROM ${page} JOIN accounts USING (id)
    LEFT JOIN LATERAL (
      SELECT json_agg(json_build_array(role_id, assignments.organism_id, ends_on,
        date_part('epoch', granted_at) * 1000, ${column})) AS assignments
      FROM assignments ${join}
      WHERE account_id = accounts.id AND ended_at IS NULL AND (ends_on IS NULL OR ends_on >= ${values.add(today)})
    ) AS held ON true`;
}

/** Replaces the identifiers of granters by « Prénom NOM »; `known` keeps the names from one batch to the next. */
export async function nameGranters(
  db: Database,
  rows: StoredEntitlement<number>[],
  known: Map<number, string>,
): Promise<StoredEntitlement[]> {
  const unknown = new Set<number>();
  for (const { assignments } of rows) {
    for (const [, , , , id] of assignments ?? []) if (id !== null && !known.has(id)) unknown.add(id);
  }
  if (unknown.size > 0) {
    const text = `SELECT id, ${GRANTER.name.column} AS name FROM accounts AS granter WHERE id = ANY($1)`;
    for (const { id, name } of await preparedQuery<{ id: number; name: string }>(db, text, [[...unknown]])) {
      known.set(id, name);
    }
  }
  const named = (id: number | null) => (id === null ? null : (known.get(id) ?? null));
  return rows.map((row) => ({
    ...row,
    assignments:
      row.assignments?.map(([role, organism, end, at, id]) => [role, organism, end, at, named(id)]) ?? null,
  }));
}

/** Turns a stored line into the one that screens and exports show. */
export function toEntitlement(stored: StoredEntitlement, labels: Labels): EntitlementRow {
  const assignments = (stored.assignments ?? []).map(
    ([roleId, organismId, endsOn, grantedAt, grantedBy]): HeldAssignment => ({
      roleId,
      organismId,
      endsOn,
      grantedAt: new Date(grantedAt),
      grantedBy,
    }),
  );
  return {
    id: stored.id,
    lastName: stored.lastName,
    firstName: stored.firstName,
    email: stored.email,
    functionTitle: stored.functionTitle,
    isExecutive: stored.isExecutive,
    active: stored.active,
    organismId: stored.organismId,
    assignments: assignments.sort((one, other) => compareAssignments(one, other, labels)),
  };
}

function compareAssignments(one: HeldAssignment, other: HeldAssignment, labels: Labels): number {
  const rank = (held: HeldAssignment) => labels.roles.get(held.roleId)?.rank ?? labels.roles.size;
  return rank(one) - rank(other) || (one.organismId ?? 0) - (other.organismId ?? 0);
}
