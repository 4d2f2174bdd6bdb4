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
  accounts: { type: 'string', default: '150000' },
  requests: { type: 'string', default: '0' },
});
const accounts = wholeNumber('accounts', options.accounts, [FEWEST_ACCOUNTS, MOST_ACCOUNTS]);
const requests = wholeNumber('requests', options.requests, [0, MOST_REQUESTS]);

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
