import { EventEmitter } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import {
  Logger as GraphileLogger,
  parseCronItems,
  type Runner,
  run,
  type Task,
  type TaskList,
  type WorkerEvents,
} from 'graphile-worker';
import pg from 'pg';
import type { Logger } from 'pino';
import { measure, stopwatch } from '../database/measures.ts';
import type { Attempt } from './context.ts';
import type { NightlyJob } from './nightly.ts';
import { startPresence } from './presence.ts';

const CONCURRENCY = 4;
const RESTART_AFTER = 1_000;
const DAY = 86_400_000;

interface RunnerOptions {
  url: string;
  logger: Logger;
  /** What each job does; its payload is what was given to jobRepository. */
  handlers: Record<string, (payload: never, attempt: Attempt) => Promise<void>>;
  nightly: readonly NightlyJob[];
}

/** Runs graphile-worker until it is stopped, and again when it gives up because the database went away. */
export function startRunner(options: RunnerOptions): { stop(): Promise<void> } {
  const { url, logger } = options;
  const pool = openPool(url, logger);
  const presence = startPresence({ url, logger });
  let runner: Runner | null = null;
  let stopping = false;

  const events: WorkerEvents = new EventEmitter();
  events.on('pool:create', ({ workerPool }) => {
    presence
      .takeName(workerPool.id)
      .catch((error: unknown) => logger.warn({ err: error }, 'presence not told'));
  });

  async function keepRunning(): Promise<void> {
    while (!stopping) {
      try {
        runner = await run({
          pgPool: pool,
          events,
          concurrency: CONCURRENCY,
          noHandleSignals: true,
          logger: graphileLogger(logger),
          taskList: taskListOf(options),
          parsedCronItems: cronItemsOf(options.nightly),
          // Batched, even by nothing: the only way in which an answer lost with the database is not an unhandled
          // rejection, which would end the process.
          preset: { worker: { completeJobBatchDelay: 0, failJobBatchDelay: 0 } },
        });
        if (stopping) await runner.stop();
        await runner.promise;
      } catch (error) {
        logger.warn({ err: error }, 'the worker gave up');
      }
      runner = null;
      if (!stopping) await pause(RESTART_AFTER);
    }
  }
  const ended = keepRunning();

  return {
    async stop() {
      stopping = true;
      await runner?.stop().catch(() => {});
      await ended;
      await presence.stop();
      await pool.end();
    },
  };
}

/** Connections of graphile-worker's own; without these listeners the process would die with the database. */
function openPool(url: string, logger: Logger): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url,
    max: CONCURRENCY + 2,
    connectionTimeoutMillis: 5_000,
    keepAlive: true,
    application_name: 'portail-jobs',
  });
  const told = (error: Error) => {
    // At the end, the database may close what is being closed.
    if (!pool.ending) logger.warn({ err: error }, 'a connection of the worker was lost');
  };
  pool.on('error', told);
  pool.on('connect', (client) => client.on('error', told));
  return pool;
}

function taskListOf({ handlers, nightly }: RunnerOptions): TaskList {
  const tasks: TaskList = {};
  for (const [name, handler] of Object.entries(handlers)) {
    tasks[name] = measured(name, (payload, { job }) =>
      handler(payload as never, { isLast: job.attempts >= job.max_attempts }),
    );
  }
  for (const { name, run: work } of nightly) {
    tasks[name] = measured(name, async () => {
      await work();
    });
  }
  return tasks;
}

/** The same job, which tells how long it took and whether it was done. */
function measured(job: string, task: (...given: Parameters<Task>) => Promise<void>): Task {
  return async (...given) => {
    const elapsed = stopwatch();
    const told = (outcome: 'done' | 'failed') => measure({ kind: 'job', job, outcome, seconds: elapsed() });
    try {
      await task(...given);
    } catch (error) {
      told('failed');
      throw error;
    }
    told('done');
  };
}

function cronItemsOf(nightly: readonly NightlyJob[]) {
  return parseCronItems(
    nightly.map(({ name, at }) => ({
      task: name,
      match: `${at} * * *`,
      options: { backfillPeriod: DAY, maxAttempts: 5, jobKey: name },
    })),
  );
}

/** What graphile-worker says, in the portal's log. Its daily « completed » lines are only of use when debugging. */
function graphileLogger(logger: Logger): GraphileLogger {
  const levels = { error: 'error', warning: 'warn', info: 'debug', debug: 'trace' } as const;
  return new GraphileLogger(() => (level, message) => logger[levels[level]]({}, message));
}
