import { randomInt } from 'node:crypto';
import { accessSync, chmodSync, constants, mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from 'node:test';
import type { TestEvent } from 'node:test/reporters';
import { prepareTemplates } from './database.ts';
import { createReport } from './report.ts';
import { startTestServer } from './server.ts';
import { files as filesOf, root } from './sources.ts';

type Report = ReturnType<typeof createReport>;
type Covered = Extract<TestEvent, { type: 'test:coverage' }>['data']['summary'];

// A file that hangs fails rather than stops everything; a slow machine alone is no reason.
const LONGEST_FILE = 900_000;

/** Bytes: what the templates, the copies at work and the journal come to, and twice that. */
const ROOM = 3 * 2 ** 30;

// The longest first, so that none ends alone.
const LONGEST = /malformed|access-matrix|tampering|browser/;
// Many tests wait: for a limit to pass, a process to die, a browser to draw. One more file than cores fills the gaps.
const AT_ONCE = availableParallelism() + 2;

interface Outcome {
  /** True when something ran and nothing failed. */
  succeeded: boolean;
  /** What was run of the files that were asked for. */
  covered?: Covered;
}

interface Asked {
  /** A glob of sources: what the tests run of them is told, the processes that they start included. */
  cover?: string;
  /** Writes the snapshots anew instead of comparing with them. */
  update?: boolean | undefined;
}

/** The test files whose path has one of these words in it, all of them without any, told as they end. */
export async function runTests(words: readonly string[], asked: Asked = {}): Promise<Outcome> {
  // Drawn here, so that a failure can be drawn again (test/tools/sample.ts).
  process.env.TEST_SEED ??= String(randomInt(2 ** 31));
  const report = createReport(root, process.env.TEST_SEED);
  const all = filesOf('test/**/*.test.ts');
  const unknown = words.filter((part) => !all.some((file) => file.includes(part)));
  for (const part of unknown)
    report.fail(`no test file has « ${part} » in its path`, `Close ones: ${closeTo(part, all).join(', ')}`);
  const found = all.filter((file) => words.length === 0 || words.some((part) => file.includes(part)));
  const covered = unknown.length === 0 ? await runFiles(found, report, asked) : undefined;
  report.close();
  return { succeeded: report.succeeded(), ...(covered && { covered }) };
}

/** The paths that share the most pairs of letters with what was asked for. */
function closeTo(part: string, paths: readonly string[]): string[] {
  const pairs = (text: string) => new Set([...text].map((letter, at) => letter + (text[at + 1] ?? '')));
  const asked = pairs(part.split('/').at(-1) ?? part);
  const shared = (path: string) =>
    [...pairs(path.split('/').at(-1) ?? '')].filter((pair) => asked.has(pair)).length;
  return paths.toSorted((one, other) => shared(other) - shared(one)).slice(0, 3);
}

/** Where databases are copied by the hundred: in memory, a tenth of the work, where there is room for them. */
function fastestFolder(): string {
  const memory = '/dev/shm';
  try {
    const { bavail, bsize } = statfsSync(memory);
    accessSync(memory, constants.W_OK);
    return bavail * bsize > ROOM ? memory : tmpdir();
  } catch {
    return tmpdir();
  }
}

async function runFiles(found: readonly string[], report: Report, { cover, update }: Asked) {
  const data = mkdtempSync(join(fastestFolder(), 'portail-tests-'));
  // Open to the database's user, or root's run would keep its data elsewhere, and leave it there.
  chmodSync(data, 0o755);
  const server = await startTestServer(data);
  const interrupted = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interrupted.abort());
  let covered: Covered | undefined;
  try {
    process.env.TEST_SERVER_URL = server.adminUrl;
    process.env.NODE_COMPILE_CACHE ??= join(root, 'node_modules/.cache/node');
    await prepareTemplates();
    const events = run({
      files: [true, false]
        .flatMap((isLong) => found.filter((file) => LONGEST.test(file) === isLong))
        .map((file) => join(root, file)),
      concurrency: AT_ONCE,
      timeout: LONGEST_FILE,
      execArgv: ['--disable-warning=ExperimentalWarning', ...(update ? ['--test-update-snapshots'] : [])],
      signal: interrupted.signal,
      ...(cover === undefined ? {} : { coverage: true, coverageIncludeGlobs: cover }),
    });
    for await (const event of events) {
      report.take(event);
      if (event.type === 'test:coverage') covered = event.data.summary;
    }
  } catch (error) {
    report.fail('the run itself', error);
  } finally {
    await server.stop();
    rmSync(data, { recursive: true, force: true, maxRetries: 10 });
  }
  return covered;
}
