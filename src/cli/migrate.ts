import { migrateUp } from '../database/migrate.ts';
import { schemaState } from '../database/schema.ts';
import { readArguments } from './arguments.ts';
import { withDatabase } from './with-database.ts';

readArguments({
  name: 'npm run db:migrate',
  about: 'Brings the schema up to this version, by the owner of the schema.',
});

await withDatabase(
  async ({ db, url, ownerUrl }) => {
    const names = await migrateUp(ownerUrl, url);
    for (const name of names) console.log(name);
    console.log(names.length === 0 ? 'The schema is up to date.' : `${names.length} migrations done.`);
    const { unknown } = await schemaState(db);
    if (unknown.length > 0)
      console.log(`It is newer than this version, which does not know: ${unknown.join(', ')}`);
  },
  { tells: true },
);
