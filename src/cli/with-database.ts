import { type Environment, EnvironmentError, readEnvironment } from '../config/environment.ts';
import { startEmbeddedServer } from '../database/embedded-server.ts';
import { explainFailure } from '../database/failure.ts';
import { type Database, openDatabase } from '../database/knex.ts';

export interface CommandContext {
  db: Database;
  /** The portal's own role, and the owner of the schema: often the same. */
  url: string;
  ownerUrl: string;
  environment: Environment;
}

/** Runs a command on the database that the settings name (the embedded one without DATABASE_URL), then closes it. */
export async function withDatabase(work: (context: CommandContext) => Promise<void>): Promise<void> {
  try {
    const environment = readEnvironment();
    const embedded =
      environment.databaseUrl === null
        ? await startEmbeddedServer({ dataDirectory: environment.dataDirectory })
        : null;
    const url = environment.databaseUrl ?? embedded?.url ?? '';
    const db = openDatabase(url, { kind: 'commands' });
    try {
      await work({ db, url, ownerUrl: environment.databaseOwnerUrl ?? url, environment });
    } finally {
      await db.destroy();
      await embedded?.stop();
    }
  } catch (error) {
    if (error instanceof EnvironmentError) {
      for (const fault of error.faults) console.error(fault);
      process.exit(2);
    }
    console.error(explainFailure(error) ?? (error instanceof Error ? error.message : error));
    process.exit(1);
  }
}
