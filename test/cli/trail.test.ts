import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Checkpoint } from '../../src/security/checkpoint.ts';
import { appendEvents } from '../factories/trail.ts';
import { createTestDatabase, type TestDatabase } from '../tools/database.ts';
import { type Outcome, runCommand } from '../tools/process.ts';

let database: TestDatabase;
let folder: string;
const inFolder = (name: string) => join(folder, name);

/** Runs a command as npm does, its data in `dataDirectory`. */
function command(name: string, options: string[], dataDirectory = inFolder('var')): Promise<Outcome> {
  const variables = { NODE_ENV: 'test', LOG_LEVEL: 'silent', DATABASE_URL: database.url };
  return runCommand(name, options, { cwd: folder, variables: { ...variables, DATA_DIR: dataDirectory } });
}

const verify = (...options: string[]) => command('verify-trail.ts', options);
const write = (...options: string[]) => command('checkpoint-trail.ts', options);

const readCheckpoint = (name: string): Checkpoint => JSON.parse(readFileSync(inFolder(name), 'utf8'));

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'portail-trail-'));
  database = await createTestDatabase({ template: 'empty' });
  await appendEvents(database.db, 12);
});

after(async () => {
  await database.drop();
  rmSync(folder, { recursive: true, force: true });
});

test('an intact trail is said so, with the number of its events', async () => {
  assert.deepEqual(await verify(), { code: 0, stdout: '12 events, chain intact\n', stderr: '' });
});

test('a checkpoint is written, signed by a key that its owner alone reads, and believed again', async () => {
  const written = await write('first.json');
  assert.equal(written.code, 0, written.stderr);
  const name = /SHA256:\S+/.exec(written.stdout)?.[0] ?? '';
  assert.equal(statSync(inFolder('var/audit-key.pem')).mode & 0o777, 0o600);
  assert.deepEqual(Object.keys(readCheckpoint('first.json')), [
    ...['version', 'last_id', 'last_hash', 'events', 'created_at', 'key', 'signature'],
  ]);
  assert.deepEqual(await verify('--checkpoint', 'first.json'), {
    ...{ code: 0, stdout: '12 events, chain intact\n', stderr: '' },
  });
  const elsewhere = (...options: string[]) =>
    command('verify-trail.ts', ['--checkpoint', 'first.json', ...options], inFolder('elsewhere'));
  assert.equal((await elsewhere('--key', name)).code, 0, 'on a machine that only knows the name of the key');
  assert.match((await elsewhere()).stderr, /audit-key\.pem does not exist: give the fingerprint/);
});

test('a file that is no checkpoint, or is missing, stops the command with a sentence', async () => {
  writeFileSync(inFolder('other.json'), '{"version": 1}');
  const refused: [Promise<Outcome>, RegExp][] = [
    [verify('--checkpoint', 'absent.json'), /^absent\.json does not exist\.\n$/],
    [verify('--checkpoint', 'other.json'), /^other\.json is not a checkpoint of the trail\.\n$/],
    [verify('--unknown'), /^Unknown option/],
    [write(), /^npm run audit:checkpoint needs a FILE\./],
    [write('other.json'), /^other\.json is not a checkpoint of the trail\.\n$/],
    [write('new.json', '--keep-from', '13'), /^--keep-from must be an event from 1 to 12\.\n$/],
  ];
  for (const [outcome, sentence] of refused) {
    const { code, stdout, stderr } = await outcome;
    assert.match(stderr, sentence);
    assert.equal(stdout, '');
    assert.equal(code, 2, stderr);
  }
  assert.equal(existsSync(inFolder('new.json')), false);
});

test('a checkpoint that was changed, or a trail that was, ends with exit code 1 and a sentence', async () => {
  assert.equal((await write('last.json')).code, 0);
  const checkpoint = readCheckpoint('last.json');
  writeFileSync(inFolder('changed.json'), JSON.stringify({ ...checkpoint, last_id: 11, events: 11 }));
  assert.deepEqual(await verify('--checkpoint', 'changed.json'), {
    ...{ code: 1, stdout: '', stderr: 'the checkpoint was changed after it was signed\n' },
  });

  await database.db.transaction(async (trx) => {
    await trx.raw('SET LOCAL session_replication_role = replica');
    await trx('audit_events').where({ id: 12 }).delete();
    await trx.raw(
      'UPDATE audit_head SET (last_id, last_hash) = (SELECT id, hash FROM audit_events WHERE id = 11)',
    );
  });
  assert.equal((await verify()).code, 0);
  const lost = 'event 12 is missing: the checkpoint attests events up to 12\n';
  assert.deepEqual(await verify('--checkpoint', 'last.json'), { code: 1, stdout: '', stderr: lost });
  assert.deepEqual(await write('last.json'), { code: 1, stdout: '', stderr: `Nothing was signed: ${lost}` });
  assert.deepEqual(readCheckpoint('last.json'), checkpoint);

  await database.db.transaction(async (trx) => {
    await trx.raw('SET LOCAL session_replication_role = replica');
    await trx('audit_events').where({ id: 5 }).update({ action: 'sign_out' });
  });
  const changed = 'event 5 was changed: its content does not give its hash\n';
  assert.deepEqual(await verify(), { code: 1, stdout: '', stderr: changed });
});
