import { runMigrations } from 'graphile-worker';
import pg from 'pg';
import type { Database } from './knex.ts';

const SCHEMA = 'graphile_worker';

/** Brings the tables of the jobs up to date; graphile-worker brings its own migrations. */
export async function migrateJobs(ownerUrl: string): Promise<void> {
  // A pool of our own, so that no connection outlives this call.
  const pool = new pg.Pool({ connectionString: ownerUrl, max: 1, connectionTimeoutMillis: 5_000 });
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));
  try {
    await runMigrations({ pgPool: pool, schema: SCHEMA });
  } finally {
    await pool.end();
  }
}

/** Lets the portal's own role add and do jobs, where the schema belongs to another. */
export async function grantJobs(db: Database, portal: string): Promise<void> {
  await db.raw('GRANT USAGE ON SCHEMA ?? TO ??', [SCHEMA, portal]);
  await db.raw('GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ?? TO ??', [SCHEMA, portal]);
  await db.raw('GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA ?? TO ??', [SCHEMA, portal]);
  await db.raw('GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA ?? TO ??', [SCHEMA, portal]);
  // graphile-worker turns row security on without a policy: the tables would look empty to all but their owner.
  const { rows } = await db.raw(
    `SELECT relname FROM pg_class WHERE relnamespace = ?::regnamespace AND relrowsecurity`,
    [SCHEMA],
  );
  for (const { relname } of rows)
    await db.raw('ALTER TABLE ??.?? DISABLE ROW LEVEL SECURITY', [SCHEMA, relname]);
}
