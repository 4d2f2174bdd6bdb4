import { setTimeout as pause } from 'node:timers/promises';
import type { Logger } from 'pino';
import { settles } from '../database/settling.ts';
import type { Clock } from '../domain/clock.ts';
import { type Life, startLife } from './life.ts';
import type { NightlyJob } from './nightly.ts';
import { connectPresence, type Presence } from './presence.ts';
import { cronItemsOf, type Handlers, taskListOf } from './tasks.ts';

/** Times that the runner may fail to come back, while the database answers, before it is said to be down. */
const TRIES = 3;
/** Milliseconds from one try to the next, before and after that. */
const NEXT_TRY = 1_000;
const NEXT_TRY_WHEN_DOWN = 60_000;
/** Milliseconds of life after which a runner counts as one that came back. */
const CAME_BACK = 60_000;
/** Milliseconds for the jobs under way when the process stops: more than the longest sending of a message. */
const LAST_JOBS = 25_000;

interface RunnerOptions {
  url: string;
  logger: Logger;
  clock: Clock;
  handlers: Handlers;
  nightly: readonly NightlyJob[];
  /** Milliseconds between two tries once it is down. */
  nextTryWhenDown?: number;
}

/** Whether jobs are done by this process. */
interface RunnerStatus {
  alive: boolean;
  /** Since when they are not; null while they are, and until the first try has failed. */
  downSince: Date | null;
}

export interface JobRunner {
  start(): void;
  status(): RunnerStatus;
  /** Resolves once the runner has not come back after three tries although the database answers. */
  down: Promise<void>;
  /** Ends within 30 seconds, whatever the database does; jobs under way are finished first. */
  stop(): Promise<void>;
}

/**
 * Runs graphile-worker from its start until it is stopped, watched from outside: whatever becomes of it, and of the
 * database, a new one with new connections follows.
 */
export function createRunner(options: RunnerOptions): JobRunner {
  const { url, logger, clock, nextTryWhenDown = NEXT_TRY_WHEN_DOWN } = options;
  const stopping = new AbortController();
  const stopped = new Promise<void>((resolve) => stopping.signal.addEventListener('abort', () => resolve()));
  const { promise: down, resolve: tellDown } = Promise.withResolvers<void>();
  const underWay = new Set<Promise<void>>();
  const parts = {
    url,
    logger,
    taskList: taskListOf(options, underWay),
    parsedCronItems: cronItemsOf(options.nightly),
  };
  const status: RunnerStatus = { alive: false, downSince: null };
  let tries = 0;

  function isUp(): void {
    if (status.downSince !== null) logger.info({ since: status.downSince }, 'the job runner is back');
    Object.assign(status, { alive: true, downSince: null });
  }

  function isDown(error: unknown): void {
    // An outage is told when it begins, then by what each minute's try finds.
    if (status.downSince === null || tries >= TRIES) logger.warn({ err: error }, 'the job runner is down');
    Object.assign(status, { alive: false, downSince: status.downSince ?? clock.now() });
  }

  async function live(): Promise<void> {
    let presence: Presence | undefined;
    let life: Life | undefined;
    const began = performance.now();
    try {
      presence = await connectPresence(parts);
      life = await startLife(presence, parts);
      isUp();
      const cause = await Promise.race([life.lost, stopped]);
      if (!stopping.signal.aborted) throw cause;
      await life.end(LAST_JOBS);
    } catch (error) {
      isDown(error);
      const cameBack = performance.now() - began > CAME_BACK;
      tries = !cameBack && (await presence?.answers()) ? tries + 1 : 0;
      await life?.abandon();
    } finally {
      presence?.close();
    }
  }

  async function keepRunning(): Promise<void> {
    while (!stopping.signal.aborted) {
      await live();
      if (tries === TRIES) {
        logger.error({ tries }, 'the job runner does not come back although the database answers');
        tellDown();
      }
      const until = tries < TRIES ? NEXT_TRY : nextTryWhenDown;
      await pause(until, undefined, { signal: stopping.signal }).catch(() => {});
    }
  }
  let ended: Promise<void> | null = null;

  return {
    start() {
      ended ??= keepRunning();
    },
    status: () => ({ ...status }),
    down,
    async stop() {
      stopping.abort();
      // Those of a runner that was lost go on without it.
      await settles(Promise.all([ended, ...underWay]), LAST_JOBS + 3_000);
    },
  };
}
