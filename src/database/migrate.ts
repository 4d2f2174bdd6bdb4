import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Knex } from 'knex';
import { migrateJobs } from './job-schema.ts';
import { type Database, openDatabase } from './knex.ts';
import { grantToPortal, refuseTooMuch } from './portal-rights.ts';
import { sameDatabase } from './same-database.ts';
import { InstallationError, lastBatch, MIGRATIONS_FOLDER, MIGRATIONS_TABLE, schemaState } from './schema.ts';

const MIGRATIONS: Knex.MigratorConfig = {
  directory: MIGRATIONS_FOLDER,
  loadExtensions: ['.ts'],
  extension: 'ts',
  tableName: MIGRATIONS_TABLE,
  // What a newer version has done is no obstacle: `schemaState` tells it.
  disableMigrationsListValidation: true,
};

// Any number that nothing else locks on: several processes that start at once migrate one after the other.
const MIGRATION_LOCK = 7_310_391;

/**
 * Brings the schema up to date and returns the names of the migrations that ran. On a schema that a newer version
 * has made of all of ours, nothing is done: its rights are that version's.
 * @throws InstallationError when a role has too few rights, or the portal's own too many
 */
export function migrateUp(ownerUrl: string, portalUrl: string = ownerUrl): Promise<string[]> {
  return underLock({ ownerUrl, portalUrl }, async (db) => {
    const { missing, unknown } = await schemaState(db);
    const portal = await portalRole(db, { ownerUrl, portalUrl });
    const isNewer = missing.length === 0 && unknown.length > 0;
    const names = isNewer ? [] : await bringUp(db, { ownerUrl, portal });
    if (portal !== null) await refuseTooMuch(db, portal);
    return names;
  });
}

function bringUp(
  db: Database,
  { ownerUrl, portal }: { ownerUrl: string; portal: string | null },
): Promise<string[]> {
  return orExplained({ db, portal }, async () => {
    const names = await runUnderOurLock(db, (migrator) => migrator.latest(MIGRATIONS));
    await migrateJobs(ownerUrl);
    await ensurePartitions(db);
    if (portal !== null) await grantToPortal(db, portal);
    return names;
  });
}

/** @throws InstallationError where the role may not do it */
async function orExplained<T>(
  { db, portal }: { db: Database; portal: string | null },
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === '42501')) throw error;
    // knex puts the whole statement before the server's own words.
    const reason = error.message.split(' - ').at(-1);
    const may = `its role ${await currentRole(db)} may not change the schema (${reason}): `;
    throw new InstallationError(
      portal === null
        ? `DATABASE_URL: ${may}set DATABASE_OWNER_URL to the address of the schema's owner, or run npm run db:migrate with it first`
        : `DATABASE_OWNER_URL: ${may}it must own the database, as scripts/create-roles.sh makes it`,
    );
  }
}

/**
 * Runs these migrations of ours where they have not run, and no other: the schema that a backup comes from. Rights are
 * given once the schema is up to date.
 * @throws InstallationError where the role may not do it, or where the portal's address leads elsewhere
 */
export function migrateTo(
  { ownerUrl, portalUrl }: { ownerUrl: string; portalUrl: string },
  names: readonly string[],
): Promise<void> {
  return underLock({ ownerUrl, portalUrl }, async (db) => {
    const portal = await portalRole(db, { ownerUrl, portalUrl });
    return orExplained({ db, portal }, async () => {
      const source: Knex.MigrationSource<string> = {
        getMigrations: async () => [...names],
        getMigrationName: (name) => name,
        getMigration: (name) => import(pathToFileURL(join(MIGRATIONS_FOLDER, name)).href),
      };
      const some = {
        migrationSource: source,
        tableName: MIGRATIONS_TABLE,
        disableMigrationsListValidation: true,
      };
      await db.migrate.forceFreeMigrationsLock(some);
      await db.migrate.latest(some);
      await migrateJobs(ownerUrl);
    });
  });
}

/**
 * Undoes the last batch and returns the names of its migrations.
 * @param judge looks at them first, and throws where they are not to be undone
 * @throws InstallationError when a newer version has made that batch
 */
export function migrateDown(
  { ownerUrl, portalUrl = ownerUrl }: { ownerUrl: string; portalUrl?: string },
  judge: (db: Database, names: readonly string[]) => Promise<void> = async () => {},
): Promise<string[]> {
  return underLock({ ownerUrl, portalUrl }, async (db) => {
    const { unknown } = await schemaState(db);
    const batch = await lastBatch(db);
    await judge(db, batch);
    const [foreign] = batch.filter((name) => unknown.includes(name));
    if (foreign !== undefined) {
      throw new InstallationError(
        `The last batch holds ${foreign}, which this version does not have: undo it with the version that made it`,
      );
    }
    return runUnderOurLock(db, (migrator) => migrator.rollback(MIGRATIONS));
  });
}

/** The lock of knex itself stays taken where a process died in the middle; ours, which the database lets go, is enough. */
async function runUnderOurLock(
  { migrate: migrator }: Database,
  work: (migrator: Knex.Migrator) => Promise<[number, string[]]>,
): Promise<string[]> {
  await migrator.forceFreeMigrationsLock(MIGRATIONS);
  const [, names] = await work(migrator);
  return names;
}

/** True when every migration of this version has run; those of a newer version change nothing to it. */
export async function isMigrated(db: Database): Promise<boolean> {
  return (await schemaState(db)).missing.length === 0;
}

async function underLock<T>(
  urls: { ownerUrl: string; portalUrl: string },
  work: (db: Database) => Promise<T>,
): Promise<T> {
  const db = openOwned(urls, 3);
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

/** A pool of the owner of the schema; where its address leads nowhere, the right setting is told. */
export function openOwned(
  { ownerUrl, portalUrl }: { ownerUrl: string; portalUrl: string },
  connections: number,
): Database {
  const setting = ownerUrl === portalUrl ? undefined : 'DATABASE_OWNER_URL';
  return openDatabase(ownerUrl, { kind: 'commands', connections, setting });
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

/**
 * The role that the portal's address leads to; null where it is the owner.
 * @throws InstallationError where it leads to another database: what is done as the owner would not be done to its own
 */
async function portalRole(
  owner: Database,
  { ownerUrl, portalUrl }: { ownerUrl: string; portalUrl: string },
): Promise<string | null> {
  if (portalUrl === ownerUrl) return null;
  const db = openDatabase(portalUrl, { connections: 1 });
  try {
    if (!(await sameDatabase(owner, db)))
      throw new InstallationError(
        'DATABASE_URL and DATABASE_OWNER_URL lead to two different databases: nothing was done.',
      );
    // Asked of the server, because an address may leave it to a service file.
    const role = await currentRole(db);
    return role === (await currentRole(owner)) ? null : role;
  } finally {
    await db.destroy();
  }
}

async function currentRole(db: Database): Promise<string> {
  const { rows } = await db.raw('SELECT current_user AS role');
  return rows[0].role;
}
