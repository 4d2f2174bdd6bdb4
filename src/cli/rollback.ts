import { migrateDown } from '../database/migrate.ts';
import { readArguments } from './arguments.ts';
import { withDatabase } from './with-database.ts';

readArguments({});

await withDatabase(async ({ ownerUrl }) => {
  const names = await migrateDown(ownerUrl);
  for (const name of names) console.log(name);
  console.log(names.length === 0 ? 'There is nothing to undo.' : `${names.length} migrations undone.`);
});
