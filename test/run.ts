import { randomInt } from 'node:crypto';
import { accessSync, chmodSync, constants, globSync, mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from 'node:test';
import { prepareTemplates } from './tools/database.ts';
import { createReport } from './tools/report.ts';
import { startTestServer } from './tools/server.ts';

// A file that hangs fails rather than stops everything; a slow machine alone is no reason.
const LONGEST_FILE = 900_000;

/** Bytes: what the templates, the copies at work and the journal come to, and twice that. */
const ROOM = 3 * 2 ** 30;

const root = join(import.meta.dirname, '..');
const wanted = process.argv.slice(2);
const all = globSync('test/**/*.test.ts', { cwd: root }).sort();
const unknown = wanted.filter((part) => !all.some((file) => file.includes(part)));
const found = all.filter((file) => wanted.length === 0 || wanted.some((part) => file.includes(part)));
// The longest first, so that none ends alone.
const LONGEST = /malformed|access-matrix|tampering|browser/;
const files = [true, false]
  .flatMap((isLong) => found.filter((file) => LONGEST.test(file) === isLong))
  .map((file) => join(root, file));
// Many tests wait: for a limit to pass, a process to die, a browser to draw. One more file than cores fills the gaps.
const AT_ONCE = availableParallelism() + 2;

// Drawn here, so that a failure can be drawn again (test/tools/sample.ts).
process.env.TEST_SEED ??= String(randomInt(2 ** 31));

const report = createReport(root, process.env.TEST_SEED);
for (const part of unknown)
  report.fail(`no test file has « ${part} » in its path`, `Close ones: ${closeTo(part, all).join(', ')}`);
if (unknown.length === 0) await runAll();
report.close();
process.exit(report.succeeded() ? 0 : 1);

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

async function runAll(): Promise<void> {
  const data = mkdtempSync(join(fastestFolder(), 'portail-tests-'));
  // Open to the database's user, or root's run would keep its data elsewhere, and leave it there.
  chmodSync(data, 0o755);
  const server = await startTestServer(data);
  const interrupted = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interrupted.abort());
  try {
    process.env.TEST_SERVER_URL = server.adminUrl;
    process.env.NODE_COMPILE_CACHE ??= join(root, 'node_modules/.cache/node');
    await prepareTemplates();
    const events = run({
      files,
      concurrency: AT_ONCE,
      timeout: LONGEST_FILE,
      execArgv: ['--disable-warning=ExperimentalWarning'],
      signal: interrupted.signal,
    });
    for await (const event of events) report.take(event);
  } catch (error) {
    report.fail('the run itself', error);
  } finally {
    await server.stop();
    rmSync(data, { recursive: true, force: true, maxRetries: 10 });
  }
}
