import type { Database } from './knex.ts';
import { requireUnused } from './runner-names.ts';
import { doneMigrations, InstallationError } from './schema.ts';

/**
 * Production is not undone under those who use it, nor as a whole unless that is asked for.
 * @throws InstallationError with nothing undone
 */
export const requireLittleLoss =
  (everything: boolean) =>
  async (db: Database, batch: readonly string[]): Promise<void> => {
    await requireUnused(db);
    if (everything || batch.length === 0 || batch.length < (await doneMigrations(db)).length) return;
    const { rows } = await db.raw('SELECT count(*)::int AS accounts FROM accounts');
    throw new InstallationError(
      `The last batch is the whole schema: ${rows[0].accounts} accounts and the audit trail would be lost. Nothing was undone; -- --everything undoes it.`,
    );
  };
