import type { SessionData } from 'express-session';
import type { Database } from '../database/knex.ts';
import { preparedQuery } from '../database/prepared.ts';
import { HAS_FACTOR, HOLDS } from '../database/sql.ts';
import { Unanswered } from '../database/statements.ts';
import type { Actor, NationalProfile, OrganismName } from '../domain/actor.ts';
import { pendingOf, peopleToReview, upToShown } from './request-deciders.ts';

interface ActorRow {
  id: number;
  email: string;
  last_name: string;
  first_name: string;
  organism_id: number;
  organism_name: string;
  is_executive: boolean;
  administers: (OrganismName & { pending: number; ucanss: number; review: number })[];
  national: NationalProfile | null;
  national_pending: number;
  national_others: number;
  failed_messages: number;
  has_factor: boolean;
  factor_asked_at: Date | null;
  factor_reset_at: Date | null;
}

const nationally = (rows: string) => `CASE WHEN held.national IS NULL THEN 0 ELSE ${upToShown(rows)} END`;

// One statement for all that a request needs to know of the person. Rights are read from the assignments that hold on
// the given day (P8), never from the read model. Pending requests are counted up to what the badge shows, those that
// the person decides and the others; `counted` is false where they are not, because their table does not answer.
const actorWhere = (account: string, today: string, counted: boolean) => `
  SELECT a.id, a.email, a.last_name, a.first_name, a.organism_id, a.is_executive,
    (SELECT name FROM organisms WHERE id = a.organism_id) AS organism_name,
    ${HAS_FACTOR('a.id')} AS has_factor,
    (SELECT factor_asked_at FROM credentials WHERE account_id = a.id) AS factor_asked_at,
    (SELECT effective_at FROM factor_resets WHERE account_id = a.id AND state = 'waiting') AS factor_reset_at,
    coalesce(held.administers, '[]'::json) AS administers,
    held.national,
    ${counted ? nationally(pendingOf.ucanss('a.id', today)) : 0} AS national_pending,
    ${counted ? nationally(pendingOf.localOfAll(today)) : 0} AS national_others,
    ${counted ? nationally('messages WHERE last_error IS NOT NULL') : 0} AS failed_messages
  FROM accounts a
  CROSS JOIN LATERAL (
    SELECT
      json_agg(json_build_object('id', o.id, 'code', o.code, 'name', o.name, 'pending', ${
        counted ? upToShown(pendingOf.local('o.id', 'a.id')) : 0
      }, 'ucanss', ${
        counted ? upToShown(pendingOf.ofUcanss('o.id', 'a.id', today)) : 0
      }, 'review', ${counted ? upToShown(peopleToReview('o.id')) : 0}) ORDER BY o.name_key, o.id) FILTER (WHERE s.role_kind = 'local_administrator') AS administers,
      CASE
        WHEN bool_or(r.code = 'administrateur-ucanss') THEN 'administrator'
        WHEN bool_or(r.code = 'auditeur') THEN 'auditor'
      END AS national
    FROM assignments s
    JOIN roles r ON r.id = s.role_id
    LEFT JOIN organisms o ON o.id = s.organism_id
    WHERE s.account_id = a.id AND s.role_kind <> 'ordinary' AND ${HOLDS('s', today)}
  ) AS held
  WHERE a.id = ${account} AND a.active`;

const ACTOR = actorWhere('$1', '$2', false);

/** The active account with this identifier as it stands today ('YYYY-MM-DD' in Paris), badges left out; or undefined. */
export async function findActor(db: Database, accountId: number, today: string): Promise<Actor | undefined> {
  const [row] = await preparedQuery<ActorRow>(db, ACTOR, [accountId, today]);
  return row && toActor(row);
}

const sessionWhere = (counted: boolean) => `
  SELECT sess, actor.* FROM sessions
  LEFT JOIN LATERAL (${actorWhere('sessions.account_id', '$2', counted)}) AS actor ON true
  WHERE sid = $1 AND expire >= now()
`;
const SESSION = sessionWhere(true);
const SESSION_UNCOUNTED = sessionWhere(false);

/** Milliseconds that badges may keep a page waiting, and after which they are counted again where they did. */
const BADGES_WITHIN = 1_000;
const BADGES_BACK_AFTER = 3_000;

// When badges are counted again: a locked table of requests or messages takes them away, and no page with them.
const countedAgainAt = new WeakMap<Database, number>();

/** The open session with this digest, with its person as findActor() reads them: one round trip for both. */
export async function findSession(
  db: Database,
  sid: string,
  today: string,
): Promise<{ data: SessionData; actor: Actor | undefined } | undefined> {
  const [row] = await readSession(db, [sid, today]);
  return row && { data: row.sess, actor: row.id === null ? undefined : toActor(row) };
}

type SessionRow = { sess: SessionData } & (ActorRow | { id: null });

async function readSession(db: Database, values: [sid: string, today: string]): Promise<SessionRow[]> {
  const again = countedAgainAt.get(db);
  const now = performance.now();
  if (again !== undefined && now < again) return preparedQuery<SessionRow>(db, SESSION_UNCOUNTED, values);
  // The others go on without, until this request has found out.
  if (again !== undefined) countedAgainAt.set(db, now + BADGES_BACK_AFTER);
  try {
    const rows = await preparedQuery<SessionRow>(db, SESSION, values, BADGES_WITHIN);
    countedAgainAt.delete(db);
    return rows;
  } catch (error) {
    if (!isHeldUp(error)) throw error;
    countedAgainAt.set(db, performance.now() + BADGES_BACK_AFTER);
    return preparedQuery<SessionRow>(db, SESSION_UNCOUNTED, values);
  }
}

/** True for a statement that waited too long, or gave way to others: of all the tables it reads, one may be locked. */
const isHeldUp = (error: unknown): boolean =>
  error instanceof Unanswered || ['57014', '55P03'].includes(String((error as { code?: unknown }).code));

function toActor(row: ActorRow): Actor {
  return {
    id: row.id,
    email: row.email,
    lastName: row.last_name,
    firstName: row.first_name,
    organismId: row.organism_id,
    organismName: row.organism_name,
    isExecutive: row.is_executive,
    administers: row.administers.map(({ pending, ucanss, review, ...organism }) => ({
      ...organism,
      pendingRequests: pending,
      ucanssRequests: ucanss,
      peopleToReview: review,
    })),
    national: row.national,
    nationalPendingRequests: row.national_pending,
    nationalOtherRequests: row.national_others,
    factor: { has: row.has_factor, askedAt: row.factor_asked_at, resetAt: row.factor_reset_at },
    failedMessages: row.failed_messages,
  };
}
