import type { Database } from '../src/database/knex.ts';

/** A database with a population: without limits for who prepares, and with those of the portal for what is measured. */
export interface Measured {
  db: Database;
  pages: Database;
  batches: Database;
}

/** One line of the table that `npm run bench` prints. */
export interface BenchLine {
  subject: string;
  measured: string;
  yardstick: string;
  /** null where the yardstick is missing, or where there is no goal: nothing can be said. */
  met: boolean | null;
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

/** A group of cases on one line: its goal, in milliseconds, is met when the slowest median is below it. */
export function slowestOf(
  subject: string,
  times: ReadonlyMap<string, number[]>,
  goal: number,
  yardstick = `goal ≤ ${goal} ms each`,
): BenchLine {
  const medians = [...times].map(([name, each]) => ({ name, time: median(each) }));
  const [slowest] = medians.toSorted((one, other) => other.time - one.time);
  const worst = slowest?.time ?? Number.NaN;
  const typical = inMilliseconds(median(medians.map(({ time }) => time)));
  const over = medians.filter(({ time }) => time > goal).length;
  const measured =
    medians.length === 1
      ? inMilliseconds(worst)
      : `${typical} typical, ${inMilliseconds(worst)} at worst (${slowest?.name}), ${over} of ${medians.length} over`;
  return { subject, measured, yardstick, met: worst <= goal };
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

const verdictOf = ({ met }: BenchLine) => (met === null ? '—' : met ? 'met' : 'MISSED');

/** Prints a line as soon as it is measured: a bench lasts. */
export function printLine(line: BenchLine): void {
  console.log(
    `${verdictOf(line).padEnd(6)}  ${line.subject}\n        ${line.measured}\n        ${line.yardstick}`,
  );
}

/** Prints all the lines as a Markdown table, each figure beside its yardstick. */
export function printTable(lines: readonly BenchLine[]): void {
  const cells = (texts: readonly string[]) =>
    `| ${texts.map((text) => text.replaceAll('|', '\\|')).join(' | ')} |`;
  console.log(cells(['subject', 'measured', 'yardstick', '']));
  console.log('|---|---|---|---|');
  for (const line of lines)
    console.log(cells([line.subject, line.measured, line.yardstick, verdictOf(line)]));
}
