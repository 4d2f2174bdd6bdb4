import type { Database } from '../database/knex.ts';
import { preparedQuery } from '../database/prepared.ts';
import type { Actor, NationalProfile, OrganismName } from '../domain/actor.ts';

interface ActorRow {
  id: number;
  email: string;
  last_name: string;
  first_name: string;
  organism_id: number;
  is_executive: boolean;
  administers: (OrganismName & { pending: number })[];
  national: NationalProfile | null;
  national_pending: number;
}

// One round trip for all that a request needs to know of the person. Rights are read from the assignments that
// hold on the given day (P8), never from the read model. Pending requests are counted up to what the badge shows.
const ACTOR = `
  SELECT a.id, a.email, a.last_name, a.first_name, a.organism_id, a.is_executive,
    coalesce(held.administers, '[]'::json) AS administers,
    held.national,
    CASE WHEN held.national IS NULL THEN 0 ELSE (
      SELECT count(*)::int FROM (SELECT 1 FROM requests WHERE status = 'pending' LIMIT 1000) AS counted
    ) END AS national_pending
  FROM accounts a
  CROSS JOIN LATERAL (
    SELECT
      json_agg(json_build_object('id', o.id, 'code', o.code, 'name', o.name, 'pending', (
        SELECT count(*) FROM (
          SELECT 1 FROM requests WHERE organism_id = o.id AND status = 'pending' LIMIT 1000
        ) AS counted
      )) ORDER BY o.name_key, o.id) FILTER (WHERE s.role_kind = 'local_administrator') AS administers,
      CASE
        WHEN bool_or(r.code = 'administrateur-ucanss') THEN 'administrator'
        WHEN bool_or(r.code = 'auditeur') THEN 'auditor'
      END AS national
    FROM assignments s
    JOIN roles r ON r.id = s.role_id
    LEFT JOIN organisms o ON o.id = s.organism_id
    WHERE s.account_id = a.id AND s.role_kind <> 'ordinary' AND s.ended_at IS NULL
      AND (s.ends_on IS NULL OR s.ends_on >= $2::date)
  ) AS held
  WHERE a.id = $1 AND a.active
`;

/** The active account with this identifier as it stands today ('YYYY-MM-DD' in Paris), or undefined. */
export async function findActor(db: Database, accountId: number, today: string): Promise<Actor | undefined> {
  const [row] = await preparedQuery<ActorRow>(db, ACTOR, [accountId, today]);
  if (!row) return undefined;
  return {
    id: row.id,
    email: row.email,
    lastName: row.last_name,
    firstName: row.first_name,
    organismId: row.organism_id,
    isExecutive: row.is_executive,
    administers: row.administers.map(({ pending, ...organism }) => ({
      ...organism,
      pendingRequests: pending,
    })),
    national: row.national,
    nationalPendingRequests: row.national_pending,
  };
}
