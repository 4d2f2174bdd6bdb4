import { setTimeout as sleep } from 'node:timers/promises';
import { createClient, type Person } from './client.ts';

/** What people who only read got, in a span of time. */
export interface Reading {
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

/** The promise: 95 % of other people's pages come within so many milliseconds. */
export const P95_WITHIN = 100;
/** Milliseconds between an answer and the next page. */
const REST = 60;

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

/** What is wrong with it, where everyone is promised their pages in good time. */
export function readingFaults(who: string, { pages, refused, p95 }: Reading): string[] {
  return [
    ...refused.map((page) => `${who}: refused ${page}`),
    ...(pages === 0 ? [`${who}: not one page was served`] : []),
    ...(p95 > P95_WITHIN
      ? [`${who}: p95 ${p95.toFixed(0)} ms over ${pages} pages, ${P95_WITHIN} promised`]
      : []),
  ];
}

export const saidReading = ({ pages, refused, p95, worst }: Reading): string =>
  `${pages} pages, ${refused.length} refused, p95 ${p95.toFixed(0)} ms, worst ${worst.toFixed(0)} ms`;
