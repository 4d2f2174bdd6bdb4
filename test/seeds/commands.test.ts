import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { extname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { createTestDatabase, type TestDatabase } from '../tools/database.ts';
import { bareEnvironment } from '../tools/process.ts';

let tested: TestDatabase;
before(async () => {
  tested = await createTestDatabase({ template: 'reference' });
});
after(() => tested.drop());

const PRODUCTION = {
  NODE_ENV: 'production',
  SESSION_SECRET: 'for this test and nothing else, 38 letters',
  FACTOR_KEY: 'for this test and nothing else, 38 letters',
  SMTP_URL: 'smtp://127.0.0.1',
  BASE_URL: 'https://portail.example',
};

/** Runs a command of src/cli on the test's database. */
function run(command: string, words: string[] = [], environment: Record<string, string> = {}) {
  const file = join(import.meta.dirname, '../../src/cli', extname(command) ? command : `${command}.ts`);
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', file, ...words],
    {
      encoding: 'utf8',
      env: { ...bareEnvironment(), DATABASE_URL: tested.url, ...environment },
    },
  );
  return { status, stdout, stderr };
}

test('unknown options and bad values stop a command with a sentence and exit code 2', () => {
  const cases: [string, string[], RegExp][] = [
    ['migrate', ['--now'], /--now/],
    ['seed', ['--demonstration'], /--demonstration/],
    ['populate', ['--accounts', 'many'], /--accounts must be a whole number from 1000 to 5000000/],
    ['populate', ['--accounts', '999'], /--accounts must be/],
    ['populate', ['--requests', '0.5'], /--requests must be/],
    ['populate', [], /--accounts must be/],
    ['routes', ['--yaml'], /--yaml/],
    ['migrate', ['now'], /now/],
    ['rollback', ['--all'], /--all/],
    ['worker', ['--queue', 'mail'], /--queue/],
    ['verify-trail', ['--deep'], /--deep/],
    ['checkpoint-trail', ['--fast'], /--fast/],
    ['checkpoint-trail', [], /Usage/],
    ['../../scripts/watch.ts', ['--port', '3001'], /--port/],
    ['../server', ['--port', '3001'], /--port/],
  ];
  for (const [command, words, sentence] of cases) {
    const { status, stdout, stderr } = run(command, words);
    assert.equal(status, 2, `${command} ${words.join(' ')}`);
    assert.match(stderr, sentence);
    assert.equal(stdout, '');
  }
});

test('production refuses fictional people', async () => {
  for (const [command, words] of [
    ['seed', ['--demo']],
    ['populate', ['--accounts', '1000']],
  ] as const) {
    const { status, stderr } = run(command, [...words], PRODUCTION);
    assert.equal(status, 2);
    assert.match(stderr, /^Production refuses/);
  }
  assert.deepEqual(await tested.db('accounts').count().first(), { count: 0 });
});

test('wrong settings stop a command with one line a fault and exit code 2', () => {
  const { status, stderr } = run('migrate', [], { DATABASE_URL: 'mysql://here', PORT: 'x' });
  assert.equal(status, 2);
  assert.deepEqual(
    stderr
      .trim()
      .split('\n')
      .map((line) => line.split(':')[0])
      .sort(),
    ['DATABASE_URL', 'PORT'],
  );
});

test('a database away stops a command with a sentence and exit code 1', () => {
  const { status, stderr } = run('migrate', [], { DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' });
  assert.equal(status, 1);
  assert.match(stderr, /ECONNREFUSED/);
});

test('the schema goes down and up again, and the data is loaded where it is missing', () => {
  assert.match(run('rollback').stdout, /migrations undone/);
  assert.deepEqual(pick(run('seed')), [1, 'The schema is not up to date: run npm run db:migrate first.\n']);
  assert.match(run('migrate').stdout, /migrations done/);
  assert.match(run('seed').stdout, /287 organisms and 55 roles added/);
  assert.match(run('seed').stdout, /complete already/);
  assert.match(run('seed', ['--demo']).stdout, /demonstration accounts added/);
  const population = run('populate', ['--accounts', '1000']);
  assert.match(
    population.stdout,
    /^1000 accounts, \d+ assignments, \d+ requests and \d+ events .* added in [\d.]+ s\.\n$/,
  );
  assert.match(population.stderr, /^ +0 % {2}accounts\n[\s\S]*100 % {2}vacuum\n$/);
});

function pick({ status, stderr }: { status: number | null; stderr: string }) {
  return [status, stderr];
}
