import { loadDemonstration } from '../../seeds/demonstration.ts';
import { loadReference } from '../../seeds/reference.ts';
import { isMigrated } from '../database/migrate.ts';
import { systemClock } from '../domain/clock.ts';
import { hashPassword } from '../security/passwords.ts';
import { readArguments, refuse } from './arguments.ts';
import { withDatabase } from './with-database.ts';

const { demo } = readArguments({
  name: 'npm run db:seed',
  about: 'Loads the reference data: organisms, applications, roles.',
  options: {
    demo: {
      type: 'boolean',
      default: false,
      about: 'the demonstration data too, in a database without accounts',
    },
  },
});

await withDatabase(
  async ({ db, environment }) => {
    if (demo && environment.production)
      refuse('Production refuses demonstration data: its password is public.');
    if (!(await isMigrated(db)))
      throw new Error('The schema is not up to date: run npm run db:migrate first.');
    const { organisms, roles, changed } = await loadReference(db, { clock: systemClock });
    console.log(
      changed
        ? `${organisms} organisms and ${roles} roles added.`
        : 'The reference data is complete already.',
    );
    if (!demo) return;
    const demonstration = await loadDemonstration(db, { clock: systemClock, hashPassword });
    console.log(
      demonstration.changed
        ? `${demonstration.accounts} demonstration accounts added.`
        : 'There are accounts already: no demonstration data was added.',
    );
  },
  { tells: true },
);
