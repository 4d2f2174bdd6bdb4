import { type Progress, TRAIL_END, TRAIL_START, type Trx } from './draw.ts';

/** The last identifiers before the population: the trail tells only what came after. */
interface Before {
  accounts: number;
  assignments: number;
  requests: number;
}

const JOB = 'populate';
const AT_ONCE = 10_000;
// Part of the time that goes into gathering the events, before they are appended.
const GATHERING = 0.2;

/**
 * Appends the events of the population's last two years, in the order of time, by the trail's own function, and
 * returns how many they are.
 */
export async function appendTrail(trx: Trx, before: Before, progress: Progress): Promise<number> {
  const sources = [...accountEvents(before), ...assignmentEvents(before), ...requestEvents(before)];
  await trx.raw(`CREATE TEMPORARY TABLE population_events (${COLUMNS}) ON COMMIT DROP`);
  for (const [index, source] of sources.entries()) {
    await trx.raw(`INSERT INTO population_events ${source}`);
    progress((GATHERING * (index + 1)) / sources.length);
  }
  await trx.raw(`
    CREATE TEMPORARY TABLE population_trail ON COMMIT DROP AS
    SELECT row_number() OVER (
      ORDER BY occurred_at, subject_account_id, request_id, role_id, action, actor_account_id, actor_job, organism_id,
        details::text
    ) AS rank, *
    FROM population_events ORDER BY rank`);
  await trx.raw('CREATE UNIQUE INDEX ON population_trail (rank)');
  await trx.raw('ANALYZE population_trail');
  const { rows } = await trx.raw('SELECT count(*) AS count FROM population_trail');
  const count: number = rows[0].count;
  for (let first = 1; first <= count; first += AT_ONCE) {
    await trx.raw(
      `SELECT audit_append_at((SELECT jsonb_agg(to_jsonb(event) - 'rank' ORDER BY rank)
                               FROM population_trail AS event WHERE rank >= ? AND rank < ?))`,
      [first, first + AT_ONCE],
    );
    progress(GATHERING + (1 - GATHERING) * Math.min((first + AT_ONCE) / count, 1));
  }
  return count;
}

const COLUMNS = `occurred_at timestamptz, actor_kind text, actor_account_id bigint, actor_job text, action text,
  organism_id integer, subject_account_id bigint, role_id integer, request_id bigint, details jsonb`;

/** The three columns of the actor: an account, or this job where nobody is known. */
const actor = (account: string) =>
  `CASE WHEN ${account} IS NULL THEN 'job' ELSE 'account' END, ${account}, CASE WHEN ${account} IS NULL THEN '${JOB}' END`;
const within = (instant: string) => `${instant} >= ${TRAIL_START} AND ${instant} < ${TRAIL_END}`;

function accountEvents({ accounts }: Before): string[] {
  return [
    `SELECT created_at, ${actor('created_by')}, 'account.created', organism_id, id, NULL, NULL,
       jsonb_build_object('email', email) || CASE WHEN is_executive THEN '{"executive": true}' ELSE '{}' END::jsonb
     FROM accounts WHERE id > ${accounts} AND ${within('created_at')}`,
    `SELECT deactivated_at, ${actor('deactivated_by')}, 'account.deactivated', organism_id, id, NULL, NULL,
       jsonb_build_object('reason', deactivation_reason)
     FROM accounts WHERE id > ${accounts} AND ${within('deactivated_at')}`,
  ];
}

function assignmentEvents({ assignments }: Before): string[] {
  const source = `FROM assignments
     JOIN roles ON roles.id = assignments.role_id
     JOIN accounts ON accounts.id = assignments.account_id
     WHERE assignments.id > ${assignments}`;
  return [
    `SELECT granted_at, ${actor('granted_by')}, 'assignment.granted', accounts.organism_id, account_id, role_id, request_id,
       jsonb_strip_nulls(jsonb_build_object('label', label, 'reason', grant_reason, 'ends_on', ends_on))
     ${source} AND role_kind = 'ordinary' AND ${within('granted_at')}`,
    `SELECT ended_at, ${actor('ended_by')}, 'assignment.removed', accounts.organism_id, account_id, role_id, NULL,
       jsonb_build_object('label', label, 'reason', end_reason)
     ${source} AND ${within('ended_at')}`,
  ];
}

function requestEvents({ requests }: Before): string[] {
  const source = `FROM requests LEFT JOIN roles ON roles.id = requests.role_id WHERE requests.id > ${requests}`;
  const detail = `jsonb_build_object('kind', requests.kind, 'label', label)`;
  const anonymous = `'anonymous', NULL, NULL`;
  return [
    `SELECT submitted_at, ${actor('requested_by')}, 'request.submitted', organism_id, account_id, role_id, requests.id,
       ${detail}
     ${source} AND requests.kind = 'role' AND ${within('submitted_at')}`,
    `SELECT submitted_at - interval '9 minutes', ${anonymous}, 'request.submitted', organism_id, NULL, NULL,
       requests.id, jsonb_build_object('kind', requests.kind, 'email', email)
     ${source} AND requests.kind = 'account' AND ${within('submitted_at')}`,
    `SELECT submitted_at, ${anonymous}, 'request.confirmed', organism_id, NULL, NULL, requests.id, '{}'
     ${source} AND requests.kind = 'account' AND ${within('submitted_at')}`,
    `SELECT decided_at, ${actor('decided_by')}, 'request.' || status, organism_id, account_id, role_id, requests.id,
       jsonb_strip_nulls(${detail} || jsonb_build_object('reason', decision_reason))
     ${source} AND ${within('decided_at')}`,
  ];
}
