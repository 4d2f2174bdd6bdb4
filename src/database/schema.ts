import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Logger } from './embedded/folder.ts';
import type { Database } from './knex.ts';

/** Something that who installs the portal has to change: the message is for them. */
export class InstallationError extends Error {}

export const MIGRATIONS_FOLDER = fileURLToPath(new URL('../../migrations', import.meta.url));
export const MIGRATIONS_TABLE = 'migrations';

/** The migrations of this version of the portal, by the names that the table of migrations keeps. */
const OWN = readdirSync(MIGRATIONS_FOLDER).filter((name) => name.endsWith('.ts'));

/** How the schema stands to this version of the portal: names of migrations. */
interface SchemaState {
  /** Ours, that have not run. */
  missing: string[];
  /** Done by another version, as a rule a newer one. */
  unknown: string[];
}

/** Compares the migrations that the database has had with those of this version. */
export async function schemaState(db: Database): Promise<SchemaState> {
  const done = new Set((await doneMigrations(db)).map(({ name }) => name));
  return {
    missing: OWN.filter((name) => !done.has(name)),
    unknown: unknownMigrations([...done]),
  };
}

/** Those that this version of the portal does not have. */
export const unknownMigrations = (names: readonly string[]): string[] =>
  names.filter((name) => !OWN.includes(name));

/** Says once, at a start, that another version has changed the schema since. */
export async function tellNewerSchema(db: Database, logger: Logger): Promise<void> {
  const { unknown } = await schemaState(db);
  if (unknown.length === 0) return;
  logger.warn({ migrations: unknown }, 'the schema is newer than this version of the portal');
}

/** The migrations that the next rollback undoes. */
export async function lastBatch(db: Database): Promise<string[]> {
  const done = await doneMigrations(db);
  const last = Math.max(...done.map(({ batch }) => batch));
  return done.filter(({ batch }) => batch === last).map(({ name }) => name);
}

/** None in a database that has never been migrated. */
export async function doneMigrations(db: Database): Promise<{ name: string; batch: number }[]> {
  try {
    return await db(MIGRATIONS_TABLE).select('name', 'batch');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === '42P01') return [];
    throw error;
  }
}
