import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { createTestDatabase, type TestDatabase } from '../tools/database.ts';
import { examined } from '../tools/examined.ts';
import { spawnPortal } from '../tools/process.ts';

let demonstration: TestDatabase;
let folder: string;
before(async () => {
  demonstration = await createTestDatabase({ template: 'demonstration' });
  folder = mkdtempSync(join(tmpdir(), 'portail-doctor-'));
});
after(async () => {
  await demonstration.drop();
  rmSync(folder, { recursive: true, force: true });
});

const PRODUCTION = {
  ...{ NODE_ENV: 'production', BASE_URL: 'https://portail.exemple.fr', SMTP_URL: 'smtp://127.0.0.1:1' },
  SESSION_SECRET: 'un-secret-de-trente-deux-caracteres',
  FACTOR_KEY: 'une-clef-de-trente-deux-caracteres',
};

for (const [name, settings, told] of [
  ['production', PRODUCTION, /holds demonstration data, which production refuses/],
  ['a public address', { BASE_URL: 'https://portail.exemple.fr' }, /BASE_URL: .* is not loopback/],
] as const)
  test(`demonstration data with ${name}: the start refuses it, and the doctor fails with the same words`, async () => {
    const environment = { ...settings, DATABASE_URL: demonstration.url, DATA_DIR: folder };
    const { code, lines } = await examined(environment);
    assert.match(lines.get('demonstration') ?? '', told);
    assert.match(lines.get('demonstration') ?? '', /^FAIL /);
    assert.equal(code, 1);
    const start = spawnPortal({ ...environment, PORT: '1' });
    assert.equal(await start.ended, 2);
    assert.match(start.output().err, told);
  });

test('demonstration data on this machine alone: nothing is said', async () => {
  const { lines } = await examined({ DATABASE_URL: demonstration.url, DATA_DIR: folder });
  assert.equal(lines.get('demonstration'), undefined);
});

test('a list of breached passwords that is not there: neither starts, and both say so', async () => {
  const BREACHED_PASSWORDS_FILE = join(folder, 'none.txt');
  const told = `BREACHED_PASSWORDS_FILE: ${BREACHED_PASSWORDS_FILE} cannot be read`;
  const environment = { DATABASE_URL: demonstration.url, DATA_DIR: folder, BREACHED_PASSWORDS_FILE };
  const { code, lines } = await examined(environment);
  assert.equal(lines.get('settings'), `FAIL ${told} → correct the variable`);
  assert.equal(code, 1);
  const start = spawnPortal({ ...environment, PORT: '1' });
  assert.equal(await start.ended, 2);
  assert.ok(start.output().err.includes(told));
});

test('the embedded demonstration is refused by the same settings before it is made', async () => {
  const { lines } = await examined({ HOST: '0.0.0.0', DATA_DIR: folder });
  assert.match(lines.get('demonstration') ?? '', /^FAIL HOST: 0\.0\.0\.0 is not loopback/);
});

test('who stops reading ends the command, and nothing is said', async () => {
  const run = spawnPortal({ DATABASE_URL: demonstration.url, DATA_DIR: folder }, [
    process.execPath,
    join('scripts', 'require-node.mjs'),
    join('src', 'cli', 'doctor.ts'),
  ]);
  run.child.stdout?.once('data', () => run.child.stdout?.destroy());
  await run.ended;
  assert.equal(run.output().err, '');
  assert.ok(!run.output().out.includes('clock'), 'it was read to its end');
});
