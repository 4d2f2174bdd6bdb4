import type { Database } from '../database/knex.ts';
import { migrateDown } from '../database/migrate.ts';
import { countRunners } from '../database/runner-names.ts';
import { doneMigrations, InstallationError } from '../database/schema.ts';
import { readArguments } from './arguments.ts';
import { withDatabase } from './with-database.ts';

const { everything } = readArguments({
  name: 'npm run db:rollback',
  about: 'Undoes the last batch of migrations: what was written in what it made is lost.',
  options: {
    everything: {
      type: 'boolean',
      default: false,
      about: 'in production too, where the batch is the whole schema',
    },
  },
});

await withDatabase(
  async ({ ownerUrl, environment }) => {
    const names = await migrateDown(ownerUrl, environment.production ? refuseLoss : undefined);
    for (const name of names) console.log(name);
    console.log(names.length === 0 ? 'There is nothing to undo.' : `${names.length} migrations undone.`);
  },
  { makes: false, tells: true },
);

/** Production is not undone under those who use it, nor as a whole without a word. */
async function refuseLoss(db: Database, batch: readonly string[]): Promise<void> {
  if ((await countRunners(db)) > 0)
    throw new InstallationError('A portal or a worker uses this database: stop every one of them first.');
  if (everything || batch.length === 0 || batch.length < (await doneMigrations(db)).length) return;
  const { rows } = await db.raw('SELECT count(*)::int AS accounts FROM accounts');
  throw new InstallationError(
    `The last batch is the whole schema: ${rows[0].accounts} accounts and the audit trail would be lost. Nothing was undone; -- --everything undoes it.`,
  );
}
