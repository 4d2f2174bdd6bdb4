import { migrateDown } from '../database/migrate.ts';
import { requireLittleLoss } from '../database/undoing.ts';
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
  async ({ ownerUrl, url, environment }) => {
    const names = await migrateDown(
      { ownerUrl, portalUrl: url },
      environment.production ? requireLittleLoss(everything) : undefined,
    );
    for (const name of names) console.log(name);
    console.log(names.length === 0 ? 'There is nothing to undo.' : `${names.length} migrations undone.`);
  },
  { makes: false, tells: true },
);
