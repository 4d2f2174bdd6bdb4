import { EventEmitter } from 'node:events';
import {
  Logger as GraphileLogger,
  type ParsedCronItem,
  type Runner,
  run,
  type TaskList,
  type WorkerEvents,
} from 'graphile-worker';
import type { Logger } from 'pino';
import { settles } from '../database/settling.ts';
import { RunnerPool } from './pool.ts';
import type { Presence } from './presence.ts';

/** Jobs done at once by a process. */
const CONCURRENCY = 4;
/** For graphile-worker: one to be told of new jobs, and those that take jobs and say that they are done. */
const CONNECTIONS = CONCURRENCY + 2;

/** Milliseconds for the statements under way at the end. */
const LAST_STATEMENTS = 1_000;

interface LifeOptions {
  url: string;
  logger: Logger;
  taskList: TaskList;
  parsedCronItems: ParsedCronItem[];
}

/** One life of graphile-worker, with connections and a name of its own. */
export interface Life {
  /** Resolves with why it does its work no more, or cannot be trusted to. */
  lost: Promise<unknown>;
  /** Takes no other job, and lets those under way end, for so many milliseconds at most. */
  end(patience: number): Promise<void>;
  /** Ends it once it is lost: its connections are closed, what it was doing goes on without it. */
  abandon(): Promise<void>;
}

/** Starts graphile-worker under the name that `presence` holds for it. @throws where it does not start. */
export async function startLife(presence: Presence, options: LifeOptions): Promise<Life> {
  const { url, logger, taskList, parsedCronItems } = options;
  const { promise: lost, resolve: lose } = Promise.withResolvers<unknown>();
  let isOver = false;
  const pool = new RunnerPool(url, { max: CONNECTIONS, onLoss: lose });
  presence.lost.then((cause) => {
    lose(cause);
    // Whatever waits for the database need not wait for its own limit.
    pool.break();
  });

  const events: WorkerEvents = new EventEmitter();
  const named = new Promise<void>((resolve, reject) => {
    events.once('pool:create', ({ workerPool }) => presence.takeName(workerPool.id).then(resolve, reject));
  });
  // A first reading of its tasks that failed is never tried again (0.18, dist/taskIdentifiers.js).
  events.on('worker:getJob:error', ({ error }) => lose(error));

  let runner: Runner | undefined;
  const abandon = async () => {
    isOver = true;
    pool.break();
    await pool.close(LAST_STATEMENTS);
    // Not waited for: jobs under way may last.
    runner?.stop().catch(() => {});
  };

  try {
    runner = await run({
      pgPool: pool,
      events,
      taskList,
      parsedCronItems,
      concurrency: CONCURRENCY,
      noHandleSignals: true,
      logger: graphileLogger(logger, () => isOver),
    });
    runner.promise.then(() => lose(new Error('The runner ended')), lose);
    await named;
  } catch (error) {
    await abandon();
    throw error;
  }

  const started = runner;
  return {
    lost,
    async end(patience) {
      await settles(started.stop(), patience);
      isOver = true;
      await pool.close(LAST_STATEMENTS);
    },
    abandon,
  };
}

const NOT_LEFT = /^Failed task \d+ \(mail,.* did not leave:/;

/**
 * What graphile-worker says, in the portal's log, until its life is over: then it complains of connections that were
 * taken from it. Its « completed » lines are only of use when debugging; a message that did not leave is told by its
 * job, in a line without a stack.
 */
function graphileLogger(logger: Logger, isOver: () => boolean): GraphileLogger {
  const levels = { error: 'error', warning: 'warn', info: 'debug', debug: 'trace' } as const;
  return new GraphileLogger(() => (level, message) => {
    if (isOver()) return;
    logger[NOT_LEFT.test(message) ? 'debug' : levels[level]]({}, message);
  });
}
