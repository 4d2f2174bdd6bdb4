import { createLogger } from '../config/logger.ts';
import { isMigrated } from '../database/migrate.ts';
import { systemClock } from '../domain/clock.ts';
import { startWorker } from '../jobs/index.ts';
import { createServices } from '../services/index.ts';
import { readArguments } from './arguments.ts';
import { withDatabase } from './with-database.ts';

readArguments({});

// Jobs in a process of their own, beside those that the portal does in its own.
await withDatabase(async ({ db, url, environment }) => {
  if (!(await isMigrated(db))) throw new Error('The schema is not up to date: run npm run db:migrate first.');
  const logger = createLogger(environment.logLevel);
  const services = createServices({ db, clock: systemClock });
  const worker = startWorker({ db, url, services, clock: systemClock, environment, logger });
  console.log('Doing jobs, until SIGTERM or Ctrl+C.');
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve());
  });
  await worker.stop();
});
