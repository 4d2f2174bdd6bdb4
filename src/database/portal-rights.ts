import { grantJobs } from './job-schema.ts';
import type { Database } from './knex.ts';
import { InstallationError } from './schema.ts';

/** The tables that the portal deletes from, and no other: what people did is kept (P7). */
const DELETES = [
  // What has ended, or was used up: sign-ins, forms kept meanwhile, links, counters, changes of address.
  ...['sessions', 'known_devices', 'kept_forms', 'tokens', 'rate_limits', 'email_changes'],
  // What was sent long ago, announced by a version before, or done by a form a day ago.
  ...['messages', 'batch_announcements', 'form_keys'],
  // Lines of files of nominations that changed nobody, a month after.
  'nomination_lines',
  // Second factors that have ended, a week after; challenges that were answered.
  ...['authenticators', 'passkeys', 'recovery_codes', 'used_challenges'],
  // Requests whose address nobody confirmed (F1); ready-made sentences, which their owners remove.
  ...['requests', 'refusal_reasons'],
  // knex empties it at each start, even where nothing is to be run.
  'migrations_lock',
];

/** The only ways into the trail, which are nobody else's. */
const TRAIL = 'audit_append(jsonb), audit_ensure_partition(timestamptz)';

/**
 * Where the portal has a role of its own, it may read, add and change everything but the trail and the list of
 * migrations, and delete where it has to.
 */
export async function grantToPortal(db: Database, portal: string): Promise<void> {
  // In one transaction: a portal that is running never sees the rights between their gift and their removal.
  await db.transaction(async (trx) => {
    await trx.raw('GRANT USAGE ON SCHEMA public TO ??', [portal]);
    await trx.raw('GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA public TO ??', [portal]);
    await trx.raw('REVOKE DELETE ON ALL TABLES IN SCHEMA public FROM ??', [portal]);
    for (const table of DELETES) await trx.raw('GRANT DELETE ON ?? TO ??', [table, portal]);
    await trx.raw(`GRANT EXECUTE ON FUNCTION ${TRAIL} TO ??`, [portal]);
    await trx.raw('GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO ??', [portal]);
    // Not migrations_lock, taken even where nothing is to be run: the portal starts alone on a migrated database.
    const kept = await trx.raw(`
      SELECT relname FROM pg_class
      WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND relname ~ '^(audit_|migrations$)'
    `);
    for (const { relname } of kept.rows) {
      await trx.raw('REVOKE ALL ON ?? FROM ??', [relname, portal]);
      await trx.raw('GRANT SELECT ON ?? TO ??', [relname, portal]);
    }
    await grantJobs(trx, portal);
  });
}

/**
 * A superuser, a member of the owner or the owner of the schema could still rewrite or drop the trail.
 * @throws InstallationError when the portal's role has more rights than can be taken from it
 */
export async function refuseTooMuch(db: Database, portal: string): Promise<void> {
  const result = await db.raw(
    `SELECT has_table_privilege(:portal, trail.oid, 'INSERT, UPDATE, DELETE, TRUNCATE, TRIGGER')
       OR pg_has_role(:portal, trail.relowner, 'MEMBER')
       OR pg_has_role(:portal, schema.nspowner, 'MEMBER') AS too_much
     FROM pg_class trail JOIN pg_namespace schema ON schema.oid = trail.relnamespace
     WHERE trail.oid = 'public.audit_events'::regclass`,
    { portal },
  );
  if (!result.rows[0].too_much) return;
  throw new InstallationError(
    `DATABASE_URL: its role ${portal} could change the audit trail; it must not be a superuser, nor own the database or the schema, nor be a member of their owner`,
  );
}

/** What the role of this connection may do beyond what it needs, and what it may not although it needs it. */
export async function rightsFaults(db: Pick<Database, 'raw'>): Promise<{ wide: string[]; narrow: string[] }> {
  const { rows } = await db.raw(
    `WITH tables AS (
       SELECT relname AS name, oid, relname ~ '^(audit_|migrations$)' AS kept, relname = ANY (:deletes) AS emptied,
         relispartition AS within
       FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
     ), faults AS (
       -- A month that was made since is read through the whole trail, whose rights are enough.
       SELECT 'SELECT on ' || name AS told, false AS wide FROM tables
         WHERE NOT within AND NOT has_table_privilege(oid, 'SELECT')
       UNION ALL SELECT 'INSERT, UPDATE on ' || name, false FROM tables WHERE NOT kept
         AND NOT (has_table_privilege(oid, 'INSERT') AND has_table_privilege(oid, 'UPDATE'))
       UNION ALL SELECT 'DELETE on ' || name, false FROM tables
         WHERE emptied AND NOT has_table_privilege(oid, 'DELETE')
       UNION ALL SELECT 'DELETE on ' || name, true FROM tables
         WHERE NOT emptied AND has_table_privilege(oid, 'DELETE')
       UNION ALL SELECT 'changes of ' || name, true FROM tables
         WHERE kept AND has_table_privilege(oid, 'INSERT, UPDATE, TRUNCATE, TRIGGER')
       UNION ALL SELECT 'EXECUTE on ' || oid::regprocedure, false FROM pg_proc
         WHERE pronamespace = 'public'::regnamespace AND proname IN ('audit_append', 'audit_ensure_partition')
           AND NOT has_function_privilege(oid, 'EXECUTE')
       UNION ALL SELECT 'EXECUTE on ' || oid::regprocedure, true FROM pg_proc
         WHERE pronamespace = 'public'::regnamespace AND proname = 'audit_append_at'
           AND has_function_privilege(oid, 'EXECUTE')
       UNION ALL SELECT 'USAGE on the sequence ' || relname, false FROM pg_class
         WHERE relnamespace = 'public'::regnamespace AND relname !~ '^migrations'
           AND CASE relkind WHEN 'S' THEN NOT has_sequence_privilege(oid, 'USAGE') END
       UNION ALL SELECT 'the tables of jobs', false FROM pg_class
         WHERE relnamespace = to_regnamespace('graphile_worker') AND relname = '_private_jobs'
           AND (relrowsecurity OR NOT has_table_privilege(oid, 'DELETE'))
     )
     SELECT told, wide FROM faults ORDER BY told`,
    { deletes: DELETES },
  );
  const faults = rows as { told: string; wide: boolean }[];
  const those = (isWide: boolean) => faults.filter(({ wide }) => wide === isWide).map(({ told }) => told);
  return { wide: those(true), narrow: those(false) };
}

/** True for a role that could rewrite the trail, and date its events: one role for everything. */
export async function ownsTrail(db: Database): Promise<boolean> {
  const result = await db.raw(`
    SELECT pg_has_role(session_user, relowner, 'MEMBER') AS owns
    FROM pg_class WHERE oid = 'public.audit_events'::regclass
  `);
  return result.rows[0].owns;
}
