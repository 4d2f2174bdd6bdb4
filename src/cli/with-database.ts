import { type Environment, readEnvironment } from '../config/environment.ts';
import { startEmbeddedServer } from '../database/embedded/server.ts';
import { type Database, openDatabase } from '../database/knex.ts';
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
 */
export async function withDatabase(work: (context: CommandContext) => Promise<void>): Promise<void> {
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
