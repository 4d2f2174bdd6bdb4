import { parseCronItems, type Task, type TaskList } from 'graphile-worker';
import { measure, stopwatch } from '../database/measures.ts';
import { DAY } from '../domain/duration.ts';
import type { Attempt } from './context.ts';
import type { NightlyJob } from './nightly.ts';

/** What each job does, by its name; its payload is what was given to jobRepository. */
export type Handlers = Record<string, (payload: never, attempt: Attempt) => Promise<void>>;

/** Every job as graphile-worker calls it. `underWay` holds those that have begun and not ended. */
export function taskListOf(
  { handlers, nightly }: { handlers: Handlers; nightly: readonly NightlyJob[] },
  underWay: Set<Promise<void>>,
): TaskList {
  const tasks: TaskList = {};
  for (const [name, handler] of Object.entries(handlers)) {
    tasks[name] = followed(name, underWay, (payload, { job }) =>
      handler(payload as never, { isLast: job.attempts >= job.max_attempts }),
    );
  }
  for (const { name, run } of nightly) {
    tasks[name] = followed(name, underWay, async () => {
      await run();
    });
  }
  return tasks;
}

/** The same job, which tells how long it took and whether it was done. */
function followed(
  job: string,
  underWay: Set<Promise<void>>,
  task: (...given: Parameters<Task>) => Promise<void>,
): Task {
  return async (...given) => {
    const elapsed = stopwatch();
    const told = (outcome: 'done' | 'failed') => measure({ kind: 'job', job, outcome, seconds: elapsed() });
    const work = task(...given);
    underWay.add(work);
    try {
      await work;
    } catch (error) {
      told('failed');
      throw error;
    } finally {
      underWay.delete(work);
    }
    told('done');
  };
}

/** When the nightly jobs are due; a night that was missed is made up for. */
export function cronItemsOf(nightly: readonly NightlyJob[]) {
  return parseCronItems(
    nightly.map(({ name, at }) => ({
      task: name,
      match: `${at} * * *`,
      options: { backfillPeriod: DAY, maxAttempts: 5, jobKey: name },
    })),
  );
}
