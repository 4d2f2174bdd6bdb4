import { setTimeout as sleep } from 'node:timers/promises';
import { createClient, type Person } from './client.ts';

/** What people who only read got, in a span of time. */
interface Reading {
  pages: number;
  /** Pages that were not served: each with its status or why, and when. */
  refused: string[];
  /** Milliseconds. */
  p95: number;
  worst: number;
}

/** Somebody who reads a page again and again. */
export interface Reader {
  /** Nobody: a visitor. */
  person?: Person | undefined;
  path: string;
}

/**
 * The promise: 95 % of other people's pages come within so many milliseconds. Where the machine is too busy to give
 * them in a third of that when nothing happens, within three times what it gives then.
 */
const P95_WITHIN = 100;
const TIMES_ALONE = 3;
/** Milliseconds between an answer and the next page. */
const REST = 60;
/** Milliseconds of reading while nothing happens. */
const ALONE = 3_000;

/** Everyone of these reads until `stop`, which tells what they got. */
export function startReaders(url: string, readers: readonly Reader[]): { stop(): Promise<Reading> } {
  const times: number[] = [];
  const refused: string[] = [];
  const start = performance.now();
  let reading = true;
  const running = readers.map(async ({ person, path }) => {
    const client = createClient(url);
    while (reading) {
      const { status, took, error } = await client.get(path, person);
      if (status === 200) times.push(took);
      else {
        const at = ((performance.now() - start) / 1000).toFixed(1);
        refused.push(
          `${path} of ${person?.email ?? 'a visitor'}: ${status || error} at ${at} s after ${took.toFixed(0)} ms`,
        );
      }
      await sleep(REST);
    }
    client.close();
  });
  return {
    async stop() {
      reading = false;
      await Promise.all(running);
      times.sort((one, other) => one - other);
      const p95 = times[Math.floor(times.length * 0.95)] ?? Number.NaN;
      return { pages: times.length, refused, p95, worst: times.at(-1) ?? Number.NaN };
    },
  };
}

/** What the same readers get while nothing happens. */
export async function readAlone(url: string, readers: readonly Reader[]): Promise<Reading> {
  const watch = startReaders(url, readers);
  await sleep(ALONE);
  return watch.stop();
}

/** What is wrong with what others got, beside what they get alone, where they are promised their pages in good time. */
export function readingFaults({ pages, refused, p95 }: Reading, alone: Reading): string[] {
  const limit = Math.max(P95_WITHIN, TIMES_ALONE * alone.p95);
  return [
    ...refused.map((page) => `others: refused ${page}`),
    ...(pages === 0 ? ['others: not one page was served'] : []),
    ...(p95 > limit
      ? [`others: p95 ${p95.toFixed(0)} ms over ${pages} pages, ${limit.toFixed(0)} at most`]
      : []),
  ];
}

export const saidReading = ({ pages, refused, p95, worst }: Reading): string =>
  `${pages} pages, ${refused.length} refused, p95 ${p95.toFixed(0)} ms, worst ${worst.toFixed(0)} ms`;
