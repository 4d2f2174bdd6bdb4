import { relative } from 'node:path';
import type { TestEvent } from 'node:test/reporters';
import { inspect } from 'node:util';

interface FileTally {
  passed: number;
  failed: number;
}

interface Failure {
  where: string;
  error: unknown;
}

type Completed = Extract<TestEvent, { type: 'test:complete' }>['data'];

// A parent fails with its children: they alone are counted.
const ECHO = 'subtestsFailed';

/**
 * Counts and prints what node:test tells: a line a file as it ends, the failures in full, and as the very last line
 * `N passed, N failed`. A skipped or todo test, and a file without any test, are failures. The seed of the samples is
 * told with the failures: TEST_SEED draws the same again.
 */
export function createReport(root: string, seed: string) {
  const tallies = new Map<string, FileTally>();
  const failures: Failure[] = [];
  const began = performance.now();

  const say = (text: string) => process.stdout.write(`${text}\n`);
  const tallyOf = (file: string): FileTally => {
    const tally = tallies.get(file) ?? { passed: 0, failed: 0 };
    tallies.set(file, tally);
    return tally;
  };

  function fail(where: string, error: unknown, tally: FileTally = tallyOf('')): void {
    tally.failed += 1;
    failures.push({ where, error });
    say(`✖ ${where}`);
  }

  function completeFile(name: string, fault: unknown, tally: FileTally, milliseconds: number): void {
    if (fault !== undefined) fail(name, fault, tally);
    else if (tally.passed + tally.failed === 0) fail(name, 'holds no test', tally);
    const mark = tally.failed > 0 ? '✖' : '✔';
    const seconds = (milliseconds / 1000).toFixed(1);
    say(`${mark} ${name} (${tally.passed} passed, ${tally.failed} failed, ${seconds} s)`);
  }

  function complete({ name, file = '', details, skip, todo }: Completed): void {
    const tally = tallyOf(file);
    const path = relative(root, file);
    const error = 'error' in details ? details.error : undefined;
    const echo = (error as { failureType?: string } | undefined)?.failureType === ECHO;
    if (name === file) {
      completeFile(path, echo ? undefined : error, tally, details.duration_ms);
    } else if (skip !== undefined || todo !== undefined) {
      fail(`${path} › ${name}`, 'skipped or left to do: a test is written and runs, or is not there', tally);
    } else if (error !== undefined) {
      if (!echo) fail(`${path} › ${name}`, error, tally);
    } else if (details.type !== 'suite') {
      tally.passed += 1;
    }
  }

  const total = (key: keyof FileTally) => [...tallies.values()].reduce((sum, tally) => sum + tally[key], 0);

  return {
    say,
    fail,

    take(event: TestEvent): void {
      if (event.type === 'test:complete') complete(event.data);
      else if (event.type === 'test:stdout' || event.type === 'test:stderr')
        process.stdout.write(event.data.message);
    },

    /** True when something ran and nothing failed. */
    succeeded: () => total('failed') === 0 && total('passed') > 0,

    /** Prints the failures again, in full, and the closing line. */
    close(): void {
      for (const { where, error } of failures) {
        const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
        say(`\n✖ ${where}\n${typeof cause === 'string' ? cause : inspect(cause, { depth: 4 })}`);
      }
      if (failures.length > 0) say(`\nThe samples were drawn with TEST_SEED=${seed}`);
      say(`\n${tallies.size} files, ${((performance.now() - began) / 1000).toFixed(1)} s`);
      say(`${total('passed')} passed, ${total('failed')} failed`);
    },
  };
}
