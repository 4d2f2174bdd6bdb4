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

/** A line as PostgreSQL gives it: rights in one JSON array, each granted by a name or an account's identifier. */
export interface StoredEntitlement extends Omit<EntitlementRow, 'assignments'> {
  assignments: [number, number | null, string | null, number, string | number | null][] | null;
}

/** « Prénom NOM » of granters, by account. */
export type GranterNames = Map<number, string>;

const GRANTER = {
  name: {
    column: `granter.first_name || ' ' || upper(granter.last_name)`,
    join: 'LEFT JOIN accounts AS granter ON granter.id = granted_by',
  },
  id: { column: 'granted_by', join: '' },
};

/**
 * The columns and joins that make lines of a list of accounts `page` (id), with the rights that hold on `today`
 * ('YYYY-MM-DD' in Paris): neither ended nor past their last day (P8). To join the names of granters costs as much
 * as all the rest: where lines are many, read their identifiers and then each name once (learnGranters).
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

/** Adds to `names` those of the granters that these lines tell by identifier, and that it does not hold yet. */
export async function learnGranters(
  db: Database,
  lines: Pick<StoredEntitlement, 'assignments'>[],
  names: GranterNames,
): Promise<void> {
  const unknown = new Set<number>();
  for (const { assignments } of lines) {
    for (const [, , , , granter] of assignments ?? []) {
      if (typeof granter === 'number' && !names.has(granter)) unknown.add(granter);
    }
  }
  if (unknown.size === 0) return;
  const text = `SELECT id, ${GRANTER.name.column} AS name FROM accounts AS granter WHERE id = ANY($1)`;
  for (const { id, name } of await preparedQuery<{ id: number; name: string }>(db, text, [[...unknown]])) {
    names.set(id, name);
  }
}

/** Turns a stored line into the one that screens and exports show. */
export function toEntitlement(
  { assignments, ...person }: StoredEntitlement,
  labels: Labels,
  names: GranterNames,
): EntitlementRow {
  const held = (assignments ?? []).map(
    ([roleId, organismId, endsOn, grantedAt, granter]): HeldAssignment => ({
      roleId,
      organismId,
      endsOn,
      grantedAt: new Date(grantedAt),
      grantedBy: typeof granter === 'number' ? (names.get(granter) ?? null) : granter,
    }),
  );
  return {
    id: person.id,
    lastName: person.lastName,
    firstName: person.firstName,
    email: person.email,
    functionTitle: person.functionTitle,
    isExecutive: person.isExecutive,
    active: person.active,
    organismId: person.organismId,
    assignments: held.sort((one, other) => compareAssignments(one, other, labels)),
  };
}

function compareAssignments(one: HeldAssignment, other: HeldAssignment, labels: Labels): number {
  const rank = (held: HeldAssignment) => labels.roles.get(held.roleId)?.rank ?? labels.roles.size;
  return rank(one) - rank(other) || (one.organismId ?? 0) - (other.organismId ?? 0);
}
