/** One line of the table that `npm run bench` prints. */
export interface BenchLine {
  subject: string;
  measured: string;
  yardstick: string;
  met: boolean;
}

/** Something to time: its name, and what is done at each run. */
export interface Timed {
  name: string;
  run(): Promise<unknown>;
}

/**
 * Milliseconds of each run of each case, after one run that is not counted. Runs of all cases are mixed in random
 * order, so that a slow moment of the machine falls on none in particular.
 */
export async function timeAll(cases: readonly Timed[], runs: number): Promise<Map<string, number[]>> {
  const times = new Map(cases.map(({ name }) => [name, [] as number[]]));
  for (const { run } of cases) await run();
  const turns = cases.flatMap((timed) =>
    Array.from({ length: runs }, () => ({ timed, place: Math.random() })),
  );
  for (const { timed } of turns.sort((one, other) => one.place - other.place)) {
    const start = performance.now();
    await timed.run();
    times.get(timed.name)?.push(performance.now() - start);
  }
  return times;
}

export function median(times: readonly number[]): number {
  const sorted = times.toSorted((one, other) => one - other);
  const middle = sorted.length >> 1;
  const high = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? high : (high + (sorted[middle - 1] ?? Number.NaN)) / 2;
}

/** '0.84 ms', '12.3 ms', '2,540 ms'. */
export function inMilliseconds(time: number): string {
  const digits = time < 10 ? 2 : time < 100 ? 1 : 0;
  return `${time.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits })} ms`;
}

/** Prints the lines as a table; a goal that was missed says so. */
export function printLines(lines: readonly BenchLine[]): void {
  for (const { subject, measured, yardstick, met } of lines) {
    console.log(`${met ? 'met   ' : 'MISSED'}  ${subject}\n        ${measured}\n        ${yardstick}`);
  }
}
