import { factorsOf } from '../config/factors.ts';
import { watchClock } from '../database/clock-watch.ts';
import { openDatabase } from '../database/knex.ts';
import { isMigrated } from '../database/migrate.ts';
import { tellNewerSchema } from '../database/schema.ts';
import { settles } from '../database/settling.ts';
import { systemClock } from '../domain/clock.ts';
import { createWorker } from '../jobs/index.ts';
import { snapshotOf } from '../repositories/snapshot.ts';
import { createServices } from '../services/index.ts';
import { readArguments } from './arguments.ts';
import { startProbes } from './probes.ts';
import { processLog } from './process-log.ts';
import { type CommandContext, withDatabase } from './with-database.ts';

/** Connections for the short statements of jobs, four at once, and of the probes; for what is done at night. */
const CONNECTIONS = { pages: 5, batches: 3 };
/** Milliseconds for what is left to close, once the jobs have ended. */
const CLOSING = 5_000;

readArguments({
  name: 'npm run worker',
  about: 'Does the jobs (messages, the work of the night) in a process of its own, until it is stopped.',
});

// Jobs in a process of their own, beside those that the portal does in its own.
await withDatabase(doJobs);
// A database that says nothing must not keep the process.
process.exit();

async function doJobs({ url, environment, untilStopped }: CommandContext): Promise<void> {
  const logger = processLog(environment);
  const clock = systemClock;
  const db = openDatabase(url, { connections: CONNECTIONS.pages });
  const batchDb = openDatabase(url, { kind: 'batches', connections: CONNECTIONS.batches });
  if (!(await isMigrated(db))) throw new Error('The schema is not up to date: run npm run db:migrate first.');
  await tellNewerSchema(db, logger);
  const clockWatch = await watchClock({ db, logger });
  const services = createServices({ db, batchDb, clock, factors: factorsOf(environment) });
  const worker = createWorker({ url, services, snapshot: snapshotOf(db), clock, environment, logger });
  const probes = await startProbes({ db, clock, clockWatch, worker, environment });
  worker.start();
  console.log('Doing jobs, until SIGTERM or Ctrl+C.');
  await Promise.race([untilStopped(), worker.down.then(() => (process.exitCode = 1))]);
  logger.info({}, 'stopping');
  await worker.stop();
  probes.stop();
  clockWatch.stop();
  await settles(Promise.all([db.destroy(), batchDb.destroy()]), CLOSING);
}
