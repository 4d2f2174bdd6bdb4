import type { SessionData } from 'express-session';
import type { Database } from '../database/knex.ts';
import { preparedQuery } from '../database/prepared.ts';
import type { Actor, NationalProfile, OrganismName } from '../domain/actor.ts';

interface ActorRow {
  id: number;
  email: string;
  last_name: string;
  first_name: string;
  organism_id: number;
  organism_name: string;
  is_executive: boolean;
  administers: (OrganismName & { pending: number })[];
  national: NationalProfile | null;
  national_pending: number;
  failed_messages: number;
}

// One statement for all that a request needs to know of the person. Rights are read from the assignments that hold on
// the given day (P8), never from the read model. Pending requests are counted up to what the badge shows.
const actorWhere = (account: string, today: string) => `
  SELECT a.id, a.email, a.last_name, a.first_name, a.organism_id, a.is_executive,
    (SELECT name FROM organisms WHERE id = a.organism_id) AS organism_name,
    coalesce(held.administers, '[]'::json) AS administers,
    held.national,
    CASE WHEN held.national IS NULL THEN 0 ELSE (
      SELECT count(*)::int FROM (SELECT 1 FROM requests WHERE status = 'pending' LIMIT 1000) AS counted
    ) END AS national_pending,
    CASE WHEN held.national IS NULL THEN 0 ELSE (
      SELECT count(*)::int FROM (SELECT FROM messages WHERE last_error IS NOT NULL LIMIT 1000) AS counted
    ) END AS failed_messages
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
      AND (s.ends_on IS NULL OR s.ends_on >= ${today}::date)
  ) AS held
  WHERE a.id = ${account} AND a.active`;

const ACTOR = actorWhere('$1', '$2');

/** The active account with this identifier as it stands today ('YYYY-MM-DD' in Paris), or undefined. */
export async function findActor(db: Database, accountId: number, today: string): Promise<Actor | undefined> {
  const [row] = await preparedQuery<ActorRow>(db, ACTOR, [accountId, today]);
  return row && toActor(row);
}

const SESSION = `
  SELECT sess, actor.* FROM sessions
  LEFT JOIN LATERAL (${actorWhere('sessions.account_id', '$2')}) AS actor ON true
  WHERE sid = $1 AND expire >= now()
`;

/** The open session with this digest, with its person as findActor() reads them: one round trip for both. */
export async function findSession(
  db: Database,
  sid: string,
  today: string,
): Promise<{ data: SessionData; actor: Actor | undefined } | undefined> {
  type SessionRow = { sess: SessionData } & (ActorRow | { id: null });
  const [row] = await preparedQuery<SessionRow>(db, SESSION, [sid, today]);
  return row && { data: row.sess, actor: row.id === null ? undefined : toActor(row) };
}

function toActor(row: ActorRow): Actor {
  return {
    id: row.id,
    email: row.email,
    lastName: row.last_name,
    firstName: row.first_name,
    organismId: row.organism_id,
    organismName: row.organism_name,
    isExecutive: row.is_executive,
    administers: row.administers.map(({ pending, ...organism }) => ({
      ...organism,
      pendingRequests: pending,
    })),
    national: row.national,
    nationalPendingRequests: row.national_pending,
    failedMessages: row.failed_messages,
  };
}
