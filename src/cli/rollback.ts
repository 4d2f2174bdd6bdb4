import { migrateDown } from '../database/migrate.ts';
import { readArguments } from './arguments.ts';
import { withDatabase } from './with-database.ts';

readArguments({
  name: 'npm run db:rollback',
  about: 'Undoes the last batch of migrations: what was written in what it made is lost.',
});

await withDatabase(async ({ ownerUrl }) => {
  const names = await migrateDown(ownerUrl);
  for (const name of names) console.log(name);
  console.log(names.length === 0 ? 'There is nothing to undo.' : `${names.length} migrations undone.`);
});
