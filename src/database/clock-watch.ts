import type { Logger } from './embedded/folder.ts';
import type { Database } from './knex.ts';
import { InstallationError } from './schema.ts';

/** Milliseconds from one comparison to the next. */
const EVERY = 5_000;
/** Milliseconds of difference that are told, and above which the portal refuses to work; and until it is told again. */
export const TOLD = 60_000;
export const WRONG = 600_000;
const TOLD_AGAIN = 3_600_000;
/** Milliseconds: an answer that took longer says nothing of the clocks. */
const SLOWEST = 10_000;

const STATES = {
  right: 'the clock of this machine and that of the database agree again',
  late: 'the clock of this machine and that of the database differ',
  wrong:
    'the clock of this machine and that of the database differ by more than ten minutes: acts are refused',
};

/**
 * The clock of this machine beside the database's. Sessions end by the one and begin by the other, and the trail is
 * dated: where they differ by more than ten minutes nobody could stay signed in, and what is written would be false.
 */
export interface ClockWatch {
  /** Seconds by which this machine is ahead of the database, as last compared; below zero: behind. */
  difference(): number;
  /** True above ten minutes: nothing may be written. */
  isWrong(): boolean;
}

/**
 * Compares the clocks now, and every few seconds from then on.
 * @throws InstallationError where they differ by more than ten minutes
 */
export async function watchClock(
  { db, logger }: { db: Database; logger: Logger },
  every = EVERY,
): Promise<ClockWatch & { stop(): void }> {
  let state: keyof typeof STATES = 'right';
  let last = 0;
  let toldAt = 0;
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;

  function judge(difference: number): void {
    last = difference / 1_000;
    const before = state;
    const gap = Math.abs(difference);
    state = gap > WRONG ? 'wrong' : gap > TOLD ? 'late' : 'right';
    const isOld = state !== 'right' && performance.now() - toldAt > TOLD_AGAIN;
    if (state === before && !isOld) return;
    toldAt = performance.now();
    logger.warn({ seconds: Math.round(last) }, STATES[state]);
  }

  async function compareAgain(): Promise<void> {
    try {
      const difference = await compareClocks(db);
      if (difference !== undefined) judge(difference);
    } catch (error) {
      if (!stopped) logger.warn({ err: error }, 'the clocks were not compared');
    }
    if (!stopped) timer = setTimeout(compareAgain, every).unref();
  }

  const first = (await compareClocks(db)) ?? 0;
  if (Math.abs(first) > WRONG) throw new InstallationError(refusalOf(first));
  judge(first);
  timer = setTimeout(compareAgain, every).unref();
  return {
    difference: () => last,
    isWrong: () => state === 'wrong',
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
  };
}

/** Milliseconds by which this machine is ahead of the database, to half the time of an answer; undefined: not known. */
export async function compareClocks(db: Pick<Database, 'raw'>): Promise<number | undefined> {
  const [sent, start] = [Date.now(), performance.now()];
  const { rows } = await db.raw('SELECT extract(epoch FROM clock_timestamp())::float8 * 1000 AS now');
  const took = performance.now() - start;
  return took > SLOWEST ? undefined : sent + took / 2 - rows[0].now;
}

function refusalOf(difference: number): string {
  const minutes = Math.round(Math.abs(difference) / 60_000);
  return `The clock of this machine is ${minutes} minutes ${difference < 0 ? 'behind' : 'ahead of'} the database's: set the one that is wrong, then start again.`;
}
