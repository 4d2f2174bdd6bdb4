import { fileURLToPath } from 'node:url';
import type { Knex } from 'knex';
import { grantJobs, migrateJobs } from './job-schema.ts';
import { type Database, openDatabase } from './knex.ts';

const MIGRATIONS: Knex.MigratorConfig = {
  directory: fileURLToPath(new URL('../../migrations', import.meta.url)),
  loadExtensions: ['.ts'],
  extension: 'ts',
  tableName: 'migrations',
};

/** The role of DATABASE_URL has more rights than DATABASE_OWNER_URL can take from it; the message is for who installs. */
export class PortalRoleError extends Error {}

// Any number that nothing else locks on: several processes that start at once migrate one after the other.
const MIGRATION_LOCK = 7_310_391;

/** Brings the schema up to date and returns the names of the migrations that ran. */
export function migrateUp(ownerUrl: string, portalUrl: string = ownerUrl): Promise<string[]> {
  return underLock(ownerUrl, async (db) => {
    const [, names] = (await db.migrate.latest(MIGRATIONS)) as [number, string[]];
    await migrateJobs(ownerUrl);
    await ensurePartitions(db);
    if (portalUrl !== ownerUrl) await grantToPortal(db, await roleOf(portalUrl));
    return names;
  });
}

/** Undoes the last batch and returns the names of its migrations. */
export function migrateDown(ownerUrl: string): Promise<string[]> {
  return underLock(ownerUrl, async (db) => {
    const [, names] = (await db.migrate.rollback(MIGRATIONS)) as [number, string[]];
    return names;
  });
}

/** True when every migration of this version of the portal has run. */
export async function isMigrated(db: Database): Promise<boolean> {
  const [, pending] = (await db.migrate.list(MIGRATIONS)) as [unknown[], unknown[]];
  return pending.length === 0;
}

async function underLock<T>(url: string, work: (db: Database) => Promise<T>): Promise<T> {
  const db = openDatabase(url, { kind: 'commands', connections: 3 });
  try {
    // A transaction of its own holds the lock, and lets it go even if the process dies.
    return await db.transaction(async (lock) => {
      await lock.raw('SELECT pg_advisory_xact_lock(?)', [MIGRATION_LOCK]);
      return work(db);
    });
  } finally {
    await db.destroy();
  }
}

/** The trail's partitions of this month and of the coming year. */
async function ensurePartitions(db: Database): Promise<void> {
  const table = await db.raw(`SELECT to_regclass('public.audit_events') AS name`);
  if (table.rows[0].name === null) return;
  await db.raw(`
    SELECT audit_ensure_partition(month)
    FROM generate_series(now(), now() + interval '12 months', interval '1 month') AS month
  `);
}

/** The role that an address leads to: asked of the server, because an address may leave it to a service file. */
async function roleOf(url: string): Promise<string> {
  const db = openDatabase(url, { connections: 1 });
  try {
    const result = await db.raw('SELECT current_user AS role');
    return result.rows[0].role;
  } finally {
    await db.destroy();
  }
}

/**
 * Where the portal has a role of its own, it may do everything but change the trail and the list of migrations.
 * @throws PortalRoleError when that role has more rights than can be taken from it
 */
async function grantToPortal(db: Database, portal: string): Promise<void> {
  const owner = await db.raw('SELECT current_user AS role');
  if (owner.rows[0].role === portal) return;
  // In one transaction: a portal that is running never sees the rights between their gift and their removal.
  await db.transaction(async (trx) => {
    await trx.raw('GRANT USAGE ON SCHEMA public TO ??', [portal]);
    await trx.raw('GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO ??', [portal]);
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
  await refuseTooMuch(db, portal);
}

/** A superuser, a member of the owner or the owner of the schema could still rewrite or drop the trail. */
async function refuseTooMuch(db: Database, portal: string): Promise<void> {
  const result = await db.raw(
    `SELECT has_table_privilege(:portal, trail.oid, 'INSERT, UPDATE, DELETE, TRUNCATE, TRIGGER')
       OR pg_has_role(:portal, trail.relowner, 'MEMBER')
       OR pg_has_role(:portal, schema.nspowner, 'MEMBER') AS too_much
     FROM pg_class trail JOIN pg_namespace schema ON schema.oid = trail.relnamespace
     WHERE trail.oid = 'public.audit_events'::regclass`,
    { portal },
  );
  if (!result.rows[0].too_much) return;
  throw new PortalRoleError(
    `DATABASE_URL: its role ${portal} could change the audit trail; it must not be a superuser, nor own the database or the schema, nor be a member of their owner`,
  );
}
