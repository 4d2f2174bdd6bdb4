import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { after, before, test } from 'node:test';
import pg from 'pg';
import { holdRunnerName } from '../../src/database/runner-names.ts';
import { createTestDatabase, type TestDatabase } from '../tools/database.ts';
import { bareEnvironment, type Outcome, runCommand } from '../tools/process.ts';
import { root } from '../tools/sources.ts';
import { type BackupStage, createBackupStage, said } from './backup-stage.ts';

// What somebody types in a hurry: each is told, and nothing is lost.

let stage: BackupStage;
let target: TestDatabase;
before(async () => {
  stage = await createBackupStage();
  target = await createTestDatabase({ template: 'reference' });
  assert.equal((await stage.run('backup', stage.source, 'portal.backup')).code, 0);
});
after(async () => {
  await target?.drop();
  await stage?.drop();
});

/** A command with these variables, in the folder of the stage. */
const run = (name: string, variables: Record<string, string>, ...options: string[]): Promise<Outcome> =>
  runCommand(`${name}.ts`, options, {
    cwd: stage.folder,
    variables: { DATA_DIR: stage.inFolder('none'), ...variables },
  });

const production = (url: string) => ({
  NODE_ENV: 'production',
  DATABASE_URL: url,
  SESSION_SECRET: 'x'.repeat(48),
  FACTOR_KEY: 'y'.repeat(48),
  SMTP_URL: 'smtp://127.0.0.1:1',
  BASE_URL: 'https://portail.exemple.fr',
});

/** Does the work while a portal seems to use the database. */
async function inUse<T>({ url }: TestDatabase, work: () => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await holdRunnerName(client, 'a portal');
  try {
    return await work();
  } finally {
    await client.end();
  }
}

const accounts = async ({ db }: TestDatabase) => Number((await db('accounts').count().first())?.count);

test('a database that a portal or a worker uses is not replaced', async () => {
  const refused = await inUse(stage.source, () =>
    stage.run('restore', stage.source, 'portal.backup', '--replace'),
  );
  assert.equal(refused.code, 1);
  assert.equal(said(refused), 'A portal or a worker uses this database: stop every one of them first.\n');
  assert.equal(await stage.source.db('known_devices').then((rows) => rows.length), 1);
});

test('what is done as the owner is not done to another database than the portal’s', async () => {
  const urls = { NODE_ENV: 'test', DATABASE_URL: target.url, DATABASE_OWNER_URL: stage.source.url };
  for (const [name, ...options] of [['restore', 'portal.backup', '--replace'], ['migrate']] as const) {
    const refused = await run(name, urls, ...options);
    assert.deepEqual(
      [refused.code, said(refused)],
      [1, 'DATABASE_URL and DATABASE_OWNER_URL lead to two different databases: nothing was done.\n'],
    );
  }
  assert.equal(await stage.source.db('known_devices').then((rows) => rows.length), 1);
});

test('an address that leads nowhere is told under the setting that has it', async () => {
  const nowhere = stage.source.url
    .replace(/:[^:@/]+@/, ':wrong@')
    .replace(/:\/\/[^:]+:/, '://nobody_at_all:');
  const commands = [
    ['DATABASE_URL', 'migrate'],
    ['DATABASE_OWNER_URL', 'migrate'],
    ['DATABASE_OWNER_URL', 'rollback'],
    ['DATABASE_OWNER_URL', 'restore', 'portal.backup', '--replace'],
  ] as const;
  for (const [setting, command, ...options] of commands) {
    const urls = { DATABASE_URL: stage.source.url, DATABASE_OWNER_URL: stage.source.url };
    const { code, stderr } = await run(command, { ...urls, [setting]: nowhere }, ...options);
    assert.equal(code, 1, command);
    assert.match(stderr, new RegExp(`^${setting}: [^\\n]*nobody_at_all[^\\n]*\\n$`, 'm'), command);
  }
});

test('a checkpoint that cannot be there is told in words', async () => {
  const { code, stderr } = await run('checkpoint-trail', { DATABASE_URL: stage.source.url }, '.');
  assert.equal(code, 2);
  assert.match(stderr, /cannot be read: it is a folder\.$/m);
});

test('in production the whole schema is undone neither under a portal nor without a word', async () => {
  const used = await inUse(stage.source, () => run('rollback', production(stage.source.url), '--everything'));
  assert.deepEqual([used.code, used.stderr.startsWith('A portal or a worker uses')], [1, true]);
  await stage.source.db('migrations').update({ batch: 1 });
  const refused = await run('rollback', production(stage.source.url));
  assert.equal(refused.code, 1);
  assert.match(
    refused.stderr,
    /^The last batch is the whole schema: \d+ accounts .*--everything undoes it\.\n$/,
  );
  assert.ok((await accounts(stage.source)) > 0);
});

test('what only looks at a database makes none', async () => {
  for (const [name, ...options] of [
    ['backup', 'x'],
    ['verify-trail'],
    ['checkpoint-trail', 'x'],
    ['rollback'],
  ] as const) {
    const { code, stderr } = await run(name, { NODE_ENV: 'test' }, ...options);
    assert.equal(code, 1, name);
    assert.match(stderr, /^There is no database: DATABASE_URL is not set, and .* has no embedded one\.\n$/);
  }
  assert.equal(readdirSync(stage.folder).includes('none'), false);
});

test('an option that npm took for itself is told, whatever npm hides', async () => {
  const npm = { npm_lifecycle_event: 'restore', npm_config_replace: 'true' };
  const { code, stderr } = await run('restore', { ...npm, DATABASE_URL: target.url }, 'portal.backup');
  assert.deepEqual(
    [code, stderr],
    [2, 'npm took --replace for itself: type it after --, as in npm run restore -- --replace.\n'],
  );
});

test('what changes a database says first which one, and no password', async () => {
  const { code, stdout } = await run('seed', { NODE_ENV: 'test', DATABASE_URL: target.url });
  assert.equal(code, 0);
  const { host, pathname } = new URL(target.url);
  assert.equal(stdout.split('\n')[0], `Database: ${pathname.slice(1)} on ${host}`);
});

test('a command whose output nobody reads ends without a stack', async () => {
  const script = 'node scripts/require-node.mjs src/cli/routes.ts | true';
  const ended = await new Promise<string>((resolve) => {
    execFile('sh', ['-c', script], { cwd: root, env: bareEnvironment() }, (_error, _out, err) =>
      resolve(err),
    );
  });
  assert.equal(ended, '');
});
