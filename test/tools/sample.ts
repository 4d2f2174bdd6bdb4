import { createHash } from 'node:crypto';
import type { TestContext } from 'node:test';

/** True where every case is wanted: TEST_CASES=all, which `npm run prove` sets. `npm test` takes a sample. */
export const isWhole = process.env.TEST_CASES === 'all';

/** What the sample is drawn by: another one at each `npm test`, which says it beside a failure; TEST_SEED draws it again. */
export const seed = Number(process.env.TEST_SEED ?? 1);

const rank = (of: string, index: number) =>
  createHash('sha256').update(`${seed} ${of} ${index}`).digest('hex');

/** Some of the cases, in the order they have; all of them in a proof. `of` makes each family draw others. */
export function sample<T>(cases: readonly T[], few: number, of: string): readonly T[] {
  if (isWhole || cases.length <= few) return cases;
  const drawn = cases
    .map((_, index) => ({ index, rank: rank(of, index) }))
    .sort((one, other) => (one.rank < other.rank ? -1 : 1))
    .slice(0, few);
  return drawn
    .map(({ index }) => index)
    .sort((one, other) => one - other)
    .map((index) => cases[index] as T);
}

/** How many cases of a family that is made as it goes: few of them, or all in a proof. */
export const howMany = (few: number, all: number): number => (isWhole ? all : few);

/** The same for a property of fast-check, drawn by the seed of the run. */
export const runs = (few: number, all: number) => ({ numRuns: howMany(few, all), seed });

const CASES = /^cases: (\d+)$/;

/** Tells how many cases the test tried; `npm run prove` sums them by family. */
export const tellCases = (context: TestContext, count: number): void => context.diagnostic(`cases: ${count}`);

/** What `tellCases` told, from the message of a `test:diagnostic`; 0 where it is another message. */
export const casesTold = (message: string): number => Number(CASES.exec(message)?.[1] ?? 0);
