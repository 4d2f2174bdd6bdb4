import { lastId } from '../identities.ts';
import { ACCOUNT_ASKED, ASKED, REFUSED } from '../people/reasons.ts';
import {
  fraction,
  hash,
  officeHours,
  oneOf,
  PRESENT,
  type Progress,
  slot,
  TRAIL_START,
  type Trx,
} from './draw.ts';
import type { Plan } from './plan.ts';

// Shares of the accounts: together, one pending request for 75 of them.
const PENDING_ROLE = 1 / 150;
const PENDING_ACCOUNT = 1 / 150;
const ACCEPTED = 1 / 50;
const REFUSED_SHARE = 1 / 150;

const COLUMNS = `kind, status, organism_id, account_id, requested_by, role_id, reason, last_name, first_name, email,
  function_title, phone, outside_mail_domain, created_at, submitted_at, decided_at, decided_by, decision_reason`;
const PERSON = `account.last_name, account.first_name, account.email, account.function_title, account.phone`;
const recently = (key: string, after: string): string =>
  officeHours(
    `${PRESENT} - (1 + 60 * power(${fraction(key, 'submitted')}, 2)) * interval '1 day'`,
    key,
    after,
  );
const SOME_DAY = `greatest(account.created_at, ${TRAIL_START})
  + (${PRESENT} - interval '8 days' - greatest(account.created_at, ${TRAIL_START})) * ${fraction('account.id', 'submitted')}`;

/**
 * Inserts requests: pending ones over all organisms in proportion to their people, accepted and refused ones over
 * two years, and `extra` pending ones more in the largest organism.
 */
export async function insertRequests(trx: Trx, plan: Plan, extra: number, progress: Progress): Promise<void> {
  const population = `account.id > ${plan.base} AND account.active`;
  const drawn = (from: number, share: number) =>
    `${fraction('account.id', 'request')} >= ${from} AND ${fraction('account.id', 'request')} < ${from + share}`;

  await insertPendingRoles(trx, `${population} AND ${drawn(0, PENDING_ROLE)}`);
  progress(0.3);
  await insertDecided(trx, 'accepted', `${population} AND ${drawn(0.1, ACCEPTED)}`);
  progress(0.6);
  await insertDecided(trx, 'refused', `${population} AND ${drawn(0.2, REFUSED_SHARE)}`);
  progress(0.8);
  const everywhere = `width_bucket(floor(${plan.accounts} * ${fraction('draw.key', 'request')})::bigint,
    ARRAY[${plan.starts.join(',')}]::bigint[]) = organism.number`;
  await insertPendingAccounts(trx, Math.round(plan.accounts * PENDING_ACCOUNT), everywhere);

  if (extra > 0) {
    const { organism } = plan.largest;
    const members = `${population} AND account.organism_id = ${organism}
      AND NOT (${drawn(0, PENDING_ROLE)}) AND account.id <> ALL(organism.administrators)`;
    const roles = await insertPendingRoles(trx, members, Math.ceil(extra / 2));
    await insertPendingAccounts(trx, extra - roles, `organism.id = ${organism}`);
  }
  progress(1);
}

/** A role that the person does not have, asked for these last weeks. Returns how many. */
async function insertPendingRoles(trx: Trx, where: string, limit: number | null = null): Promise<number> {
  const result = await trx.raw(
    `INSERT INTO requests (${COLUMNS})
     SELECT 'role', 'pending', account.organism_id, account.id, account.id, role.id,
       ${oneOf(ASKED, 'account.id', 'reason')}, ${PERSON}, false, asked.at, asked.at, NULL, NULL, NULL
     FROM accounts AS account
     JOIN population_organisms AS organism ON organism.id = account.organism_id
     CROSS JOIN LATERAL (SELECT ${recently('account.id', 'account.created_at')} AS at) AS asked
     CROSS JOIN LATERAL (
       SELECT id FROM roles
       WHERE kind = 'ordinary' AND request_mode = 'online' AND id <> ALL(account.role_ids)
       ORDER BY ${hash('account.id * 1000 + id', 'requestRole')} LIMIT 1
     ) AS role
     WHERE ${where}
     ORDER BY account.id LIMIT ?`,
    [limit],
  );
  return result.rowCount ?? 0;
}

/** Requests that a local administrator decided; the assignment of an accepted one names it later. */
async function insertDecided(trx: Trx, status: 'accepted' | 'refused', where: string): Promise<void> {
  const reason = status === 'refused' ? oneOf(REFUSED, 'account.id', 'granted') : 'NULL';
  const held = status === 'accepted' ? 'id = ANY(account.role_ids)' : 'id <> ALL(account.role_ids)';
  await trx.raw(
    `INSERT INTO requests (${COLUMNS})
     SELECT 'role', '${status}', account.organism_id, account.id, account.id, role.id,
       ${oneOf(ASKED, 'account.id', 'reason')}, ${PERSON}, false, asked.at, asked.at,
       asked.at + (1 + 4 * ${fraction('account.id', 'decided')}) * interval '1 day', decider.id, ${reason}
     FROM accounts AS account
     JOIN population_organisms AS organism ON organism.id = account.organism_id
     CROSS JOIN LATERAL (SELECT ${officeHours(SOME_DAY, 'account.id', 'account.created_at')} AS at) AS asked
     CROSS JOIN LATERAL (
       SELECT administrators[1 + mod(${slot('account.id', 'granter')}, cardinality(administrators))] AS id
       WHERE administrators <> '{}'
     ) AS decider
     CROSS JOIN LATERAL (
       SELECT id FROM roles
       WHERE kind = 'ordinary' AND validator = 'local_administrator' AND ${held}
       ORDER BY ${hash('account.id * 1000 + id', 'requestRole')} LIMIT 1
     ) AS role
     WHERE ${where} AND decider.id <> account.id
     ORDER BY account.id`,
  );
}

/** People without an account who ask for one; one in twenty from an address outside the organism's domain. */
async function insertPendingAccounts(trx: Trx, count: number, home: string): Promise<void> {
  const first = await lastId(trx, 'requests');
  await trx.raw(
    `INSERT INTO requests (${COLUMNS})
     SELECT 'account', 'pending', organism.id, NULL, NULL, NULL, ${oneOf(ACCOUNT_ASKED, 'draw.key', 'reason')},
       last_name.name, first_name.name,
       first_name.mail || '.' || last_name.mail || '.d' || draw.key || '@'
         || CASE WHEN draw.outside THEN 'courriel.example' ELSE organism.domain END,
       CASE first_name.civility WHEN 'M.' THEN man ELSE woman END,
       organism.phone || ' 00 00', draw.outside, asked.at, asked.at, NULL, NULL, NULL
     FROM (
       SELECT ${first} + number AS key, ${fraction(`${first} + number`, 'compound')} < 0.05 AS outside
       FROM generate_series(1, ?::bigint) AS number
     ) AS draw
     JOIN population_organisms AS organism ON ${home}
     JOIN population_last_names AS last_name ON last_name.slot = ${slot('draw.key', 'lastName')}
     JOIN population_first_names AS first_name ON first_name.slot = ${slot('draw.key', 'firstName')}
     JOIN population_functions AS post ON post.slot = ${slot('draw.key', 'functionTitle')}
     CROSS JOIN LATERAL (SELECT ${recently('draw.key', TRAIL_START)} AS at) AS asked
     ORDER BY draw.key`,
    [count],
  );
}
