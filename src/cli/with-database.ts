import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Environment, readEnvironment } from '../config/environment.ts';
import { startEmbeddedServer } from '../database/embedded/server.ts';
import { type Database, openDatabase } from '../database/knex.ts';
import { InstallationError } from '../database/schema.ts';
import { end, fail, onStop } from './ending.ts';

export interface CommandContext {
  db: Database;
  /** The portal's own role, and the owner of the schema: often the same. */
  url: string;
  ownerUrl: string;
  environment: Environment;
  /** From its call on, a signal fulfils it, and the command ends in its own way. */
  untilStopped(): Promise<void>;
}

/**
 * Runs a command on the database that the settings name (the embedded one without DATABASE_URL), then closes it. A
 * signal ends it at once, its transactions undone, with the exit code of the signal.
 * @param makes false for what has nothing to do in an embedded database that is not there
 * @param tells true for what changes the database as a whole: it says first which one
 */
export async function withDatabase(
  work: (context: CommandContext) => Promise<void>,
  { makes = true, tells = false }: { makes?: boolean; tells?: boolean } = {},
): Promise<void> {
  let stopped: (() => void) | undefined;
  onStop((_signal, code) => {
    if (stopped) stopped();
    else void end(code);
  });
  const untilStopped = () =>
    new Promise<void>((resolve) => {
      stopped = resolve;
    });
  try {
    const environment = readEnvironment();
    if (!makes && !hasDatabase(environment))
      throw new InstallationError(
        `There is no database: DATABASE_URL is not set, and ${environment.dataDirectory} has no embedded one.`,
      );
    if (tells) console.log(`Database: ${placeOf(environment)}`);
    const embedded =
      environment.databaseUrl === null
        ? await startEmbeddedServer({ dataDirectory: environment.dataDirectory })
        : null;
    const url = environment.databaseUrl ?? embedded?.url ?? '';
    const db = openDatabase(url, { kind: 'commands' });
    try {
      const ownerUrl = environment.databaseOwnerUrl ?? url;
      await work({ db, url, ownerUrl, environment, untilStopped });
    } finally {
      await db.destroy();
      await embedded?.stop();
    }
  } catch (error) {
    await fail(error, error instanceof Error ? error.message : error);
  }
}

/** Whether there is a database to look into: an embedded one is made at its first use. */
export const hasDatabase = ({ databaseUrl, dataDirectory }: Environment): boolean =>
  databaseUrl !== null || existsSync(join(dataDirectory, 'postgresql', 'cluster'));

/** Where the data is, without who or by which password. */
function placeOf({ databaseUrl, dataDirectory }: Environment): string {
  if (databaseUrl === null) return `the embedded one, in ${dataDirectory}`;
  const url = URL.parse(databaseUrl);
  return url?.host ? `${url.pathname.slice(1)} on ${url.host}` : 'that of DATABASE_URL';
}
