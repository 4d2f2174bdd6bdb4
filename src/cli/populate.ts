import { loadDemonstration } from '../../seeds/demonstration.ts';
import { FEWEST_ACCOUNTS, MOST_ACCOUNTS, populate } from '../../seeds/population.ts';
import { loadReference } from '../../seeds/reference.ts';
import { openDatabase } from '../database/knex.ts';
import { migrateUp } from '../database/migrate.ts';
import { systemClock } from '../domain/clock.ts';
import { hashPassword } from '../security/passwords.ts';
import { readArguments, refuse, wholeNumber } from './arguments.ts';
import { createProgress } from './progress.ts';
import { withDatabase } from './with-database.ts';

const MOST_REQUESTS = 1_000_000;

const options = readArguments({
  name: 'npm run populate',
  about: 'Adds a large fictional population, the same each time. Production refuses it.',
  options: {
    accounts: {
      type: 'string',
      value: 'N',
      about: `how many accounts, from ${FEWEST_ACCOUNTS}: it has to be told`,
    },
    requests: { type: 'string', value: 'N', default: '0', about: 'how many requests more' },
  },
});
const requests = wholeNumber('requests', options.requests, [0, MOST_REQUESTS]);
const accounts = wholeNumber('accounts', options.accounts ?? '', [FEWEST_ACCOUNTS, MOST_ACCOUNTS]);

await withDatabase(async ({ db, url, ownerUrl, environment }) => {
  if (environment.production) refuse('Production refuses fictional people.');
  await migrateUp(ownerUrl, url);
  await loadReference(db, { clock: systemClock });
  // In an embedded database nobody could sign in otherwise: the portal adds the demonstration to an empty one only.
  if (environment.databaseUrl === null) await loadDemonstration(db, { clock: systemClock, hashPassword });

  const progress = createProgress();
  const owner = openDatabase(ownerUrl, { kind: 'commands', connections: 1 });
  try {
    const added = await populate(owner, { accounts, requests, onProgress: progress.show });
    const seconds = progress.end().toFixed(1);
    console.log(
      `${added.accounts} accounts, ${added.assignments} assignments, ${added.requests} requests and ` +
        `${added.events} events of the trail added in ${seconds} s.`,
    );
  } finally {
    await owner.destroy();
  }
});
