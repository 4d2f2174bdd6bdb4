import { globSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { loadDemonstration } from '../../seeds/demonstration.ts';
import { loadReference } from '../../seeds/reference.ts';
import { emptySchema } from '../database/empty-schema.ts';
import { migrateUp } from '../database/migrate.ts';
import { systemClock } from '../domain/clock.ts';
import { hashPassword } from '../security/passwords.ts';
import { readArguments, refuse } from './arguments.ts';
import { withDatabase } from './with-database.ts';

readArguments({
  name: 'npm run demo:reset',
  about: 'The demonstration anew: everything in the embedded database, and every captured message, is lost.',
});

await withDatabase(async ({ db, url, environment }) => {
  if (environment.databaseUrl !== null)
    refuse(
      'The demonstration is in the embedded database: DATABASE_URL names another, where nothing is reset.',
    );
  if (!(await emptySchema(db))) refuse('Something still uses this database: stop the portal first.');
  await migrateUp(url);
  for (const message of globSync('mail/*.eml', { cwd: environment.dataDirectory }))
    rmSync(join(environment.dataDirectory, message));
  await loadReference(db, { clock: systemClock });
  const { accounts } = await loadDemonstration(db, { clock: systemClock, hashPassword });
  console.log(`The demonstration is as on its first day: ${accounts} accounts.`);
});
