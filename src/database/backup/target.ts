import type { Database } from '../knex.ts';
import { requireUnused } from '../runner-names.ts';
import { doneMigrations, InstallationError, unknownMigrations } from '../schema.ts';
import { BackupFault, type BackupHeader } from './file.ts';

const AGAIN = 'restore into a database that was never migrated';

/**
 * Looks whether a backup may be restored here, and changes nothing.
 * @throws BackupFault where the file is of a newer version; InstallationError where the database is in use
 */
export async function requireTarget(
  db: Database,
  { header, replace }: { header: BackupHeader; replace: boolean },
): Promise<void> {
  await requireUnused(db);
  const names = header.migrations.map(([name]) => name);
  const [unknown] = unknownMigrations(names);
  if (unknown !== undefined)
    throw new BackupFault(
      `was made by a newer version of the portal, which has ${unknown}: restore it with that version`,
    );
  const done = (await doneMigrations(db)).map(({ name }) => name);
  if (done.length === 0) return requireNothing(db);
  const [other] = done.filter((name) => !names.includes(name));
  if (!replace) await requireEmpty(db);
  if (other !== undefined)
    throw new InstallationError(
      `The schema of the database is newer than that of the backup, which has no ${other}: ${AGAIN}, then the portal brings it up to date.`,
    );
}

async function requireNothing(db: Database): Promise<void> {
  const { rows } = await db.raw(`
    SELECT string_agg(relname, ', ' ORDER BY relname) AS names FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'm', 'f')
      AND relname NOT IN ('migrations', 'migrations_lock')
      AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = pg_class.oid AND deptype = 'e')
  `);
  const [{ names }] = rows;
  if (names !== null)
    throw new InstallationError(`The database holds tables that are not the portal's (${names}): ${AGAIN}.`);
}

async function requireEmpty(db: Database): Promise<void> {
  if (!(await db.schema.hasTable('audit_head'))) return;
  const { rows } = await db.raw(
    'SELECT (SELECT count(*) FROM accounts) AS accounts, (SELECT last_id FROM audit_head) AS events',
  );
  const [{ accounts, events }] = rows;
  if (accounts === 0 && events === 0) return;
  throw new InstallationError(
    `The database is in use: it holds ${accounts} accounts and a trail of ${events} events. ` +
      'Restore into an empty one, or replace all that it holds with --replace.',
  );
}
