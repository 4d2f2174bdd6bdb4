import { migrateUp } from '../database/migrate.ts';
import { readArguments } from './arguments.ts';
import { withDatabase } from './with-database.ts';

readArguments({});

await withDatabase(async ({ url, ownerUrl }) => {
  const names = await migrateUp(ownerUrl, url);
  for (const name of names) console.log(name);
  console.log(names.length === 0 ? 'The schema is up to date.' : `${names.length} migrations done.`);
});
