import type { Knex } from 'knex';
import { createProgress } from '../src/cli/progress.ts';
import { dropIndexes } from '../src/database/aside.ts';
import type { Database } from '../src/database/knex.ts';
import { ORIGIN } from '../src/repositories/audit-trail.ts';

type Trx = Knex.Transaction;
type Progress = ReturnType<typeof createProgress>;

/**
 * Makes the trail as long as that of a busier portal, once: each event of the population comes back some minutes
 * later as often as is needed, one time in two as the sign-in of the person whom it is about. In order of time,
 * numbered and chained as audit_append does it, so that audit:verify finds it intact.
 */
export async function lengthenTrail(db: Database, wanted: number): Promise<void> {
  const { rows: heads } = await db.raw('SELECT last_id FROM audit_head');
  const events: number = heads[0].last_id;
  if (events >= wanted) return;
  const progress = createProgress();
  await db.transaction(async (trx) => {
    for (const setting of SETTINGS) await trx.raw(`SET LOCAL ${setting}`);
    await trx.raw('CREATE TEMPORARY TABLE told ON COMMIT DROP AS SELECT * FROM audit_events');
    await trx.raw('CREATE INDEX ON told (occurred_at)');
    await trx.raw('TRUNCATE audit_events');
    // What the indexes would cost row by row, they cost once at the end.
    const indexes = await dropIndexes(trx, ['audit_events']);
    await tellMonths(trx, Math.ceil(wanted / events), progress);
    await indexes.restore((done) => progress.show('indexes of the trail', done));
  });
  progress.end();
  await db.raw('VACUUM (ANALYZE) audit_events');
}

// The triggers of the table refuse what is done here; its owner may set them aside.
const SETTINGS = [
  'session_replication_role = replica',
  `work_mem = '256MB'`,
  `maintenance_work_mem = '512MB'`,
];

async function tellMonths(trx: Trx, copies: number, progress: Progress): Promise<void> {
  const { rows: months } = await trx.raw(
    `SELECT month, month + interval '1 month' AS next FROM generate_series(
       (SELECT date_trunc('month', min(occurred_at), 'UTC') FROM told),
       (SELECT max(occurred_at) FROM told), interval '1 month', 'UTC') AS month`,
  );
  let head = { id: 0, hash: ORIGIN };
  for (const [index, { month, next }] of months.entries()) {
    await trx.raw('SELECT audit_ensure_partition(?::timestamptz)', [month]);
    // Each month begins with the hash of the event before it.
    await trx.raw(
      `CREATE OR REPLACE AGGREGATE pg_temp.chained (text) (SFUNC = audit_chain, STYPE = text, INITCOND = '${head.hash}')`,
    );
    await trx.raw(MONTH, { last: copies - 1, month, next, ...head });
    const last = await trx.raw('SELECT id, hash FROM audit_events ORDER BY id DESC LIMIT 1');
    head = last.rows[0] ?? head;
    progress.show('longer trail', (index + 1) / months.length);
  }
  await trx.raw('UPDATE audit_head SET last_id = ?, last_hash = ?', [head.id, head.hash]);
}

const MONTH = `
  WITH copied AS (
    SELECT told.*, copy, occurred_at + copy * interval '47 minutes' AS at,
      copy % 2 = 1 AND subject_account_id IS NOT NULL AS signs_in
    FROM told CROSS JOIN generate_series(0, :last::integer) AS copy
    WHERE occurred_at > :month::timestamptz - :last::integer * interval '47 minutes' AND occurred_at < :next
  ), numbered AS (
    SELECT row_number() OVER (ORDER BY at, id, copy) + :id::bigint AS number, *
    FROM copied WHERE at >= :month AND at < :next
  ), shaped AS (
    SELECT CASE WHEN signs_in
      THEN ROW(number, at, 'account', subject_account_id, NULL, 'sign_in.succeeded', NULL, subject_account_id, NULL,
        NULL, NULL, '{}', NULL, NULL)::audit_events
      ELSE ROW(number, at, actor_kind, actor_account_id, actor_job, action, organism_id, subject_account_id, role_id,
        request_id, batch_id, details, NULL, NULL)::audit_events END AS event
    FROM numbered
  ), chained AS (
    SELECT event, pg_temp.chained(audit_content(event)) OVER (ORDER BY (event).id) AS hash FROM shaped
  )
  INSERT INTO audit_events
  SELECT (event).id, (event).occurred_at, (event).actor_kind, (event).actor_account_id, (event).actor_job,
    (event).action, (event).organism_id, (event).subject_account_id, (event).role_id, (event).request_id,
    (event).batch_id, (event).details, lag(hash, 1, :hash::text) OVER (ORDER BY (event).id), hash
  FROM chained`;
