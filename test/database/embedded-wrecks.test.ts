import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import { EmbeddedServerError } from '../../src/database/embedded/binaries.ts';
import { createWorkbench, query } from './embedded-workbench.ts';

const linux = process.platform === 'linux';
const root = process.getuid?.() === 0;
const { clear, clusterFile, pidFile, serverPid, start } = createWorkbench();
after(clear);

/** What stands in postmaster.pid, and would stop PostgreSQL for ever. */
const WRECKS: Readonly<Record<string, string>> = {
  'is empty': '',
  'holds zeros, as a file system leaves it': '\0'.repeat(80),
  'holds something else': 'ready\n12\n',
  'holds a number that no process has, and nothing else': '99999999999999\n',
};

const IN_ONE_SENTENCE =
  /^The embedded PostgreSQL cannot run: [^\n]+; set DATABASE_URL to use another server\.$/;

describe('embedded PostgreSQL: what a crash of the machine leaves', () => {
  before(async () => {
    const server = await start('main');
    await query(server.url, 'create table kept as select 42 as answer');
    await server.stop();
  });

  async function assertServes(): Promise<void> {
    const server = await start('main');
    assert.deepEqual(await query(server.url, 'select answer from kept'), [{ answer: 42 }]);
    await server.stop();
    assert.equal(existsSync(pidFile('main')), false);
  }

  async function refusal(): Promise<string> {
    const error = await start('main').then(
      () => assert.fail('it started'),
      (failure: unknown) => failure,
    );
    assert.ok(error instanceof EmbeddedServerError);
    assert.match(error.message, IN_ONE_SENTENCE);
    return error.message;
  }

  for (const [wreck, text] of Object.entries(WRECKS)) {
    it(`starts although postmaster.pid ${wreck}`, async () => {
      writeFileSync(pidFile('main'), text);
      await assertServes();
    });
  }

  it('starts once, whoever asks at the same time, although postmaster.pid is empty', async () => {
    writeFileSync(pidFile('main'), '');
    const servers = await Promise.all([start('main'), start('main'), start('main')]);
    assert.deepEqual(servers.map((server) => server.started).sort(), [false, false, true]);
    assert.equal(new Set(servers.map((server) => server.url)).size, 1);
    for (const server of servers) {
      assert.deepEqual(await query(server.url, 'select answer from kept'), [{ answer: 42 }]);
      await server.stop();
    }
  });

  it('joins a server whose postmaster.pid never came to say that it is ready', async () => {
    const first = await start('main');
    const [pid = '', ...lines] = readFileSync(pidFile('main'), 'utf8').split('\n');
    writeFileSync(pidFile('main'), [pid, ...lines.slice(0, 6)].join('\n'));
    const second = await start('main');
    assert.deepEqual([second.started, second.url], [false, first.url]);
    await first.stop();
    await second.stop();
  });

  it('is not fooled by the number of a dead server given to another PostgreSQL', {
    skip: !linux,
  }, async () => {
    const other = await start('other');
    const stale = `${serverPid('other')}\n${clusterFile('main', 'data')}\n1\n1\n\n127.0.0.1\n\nready\n`;
    writeFileSync(pidFile('main'), stale);
    await assertServes();
    assert.equal((await query(other.url, 'select 1')).length, 1);
    await other.stop();
  });

  it('starts without its log', async () => {
    rmSync(clusterFile('main', 'server.log'));
    await assertServes();
  });

  it('says that postmaster.pid cannot be read', async () => {
    mkdirSync(pidFile('main'));
    assert.match(await refusal(), /postmaster\.pid cannot be read \(EISDIR\)/);
    rmdirSync(pidFile('main'));
    if (root) return;
    writeFileSync(pidFile('main'), '1\n', { mode: 0o000 });
    assert.match(await refusal(), /postmaster\.pid cannot be read \(EACCES\)/);
    chmodSync(pidFile('main'), 0o600);
    rmSync(pidFile('main'));
  });

  it('says that the file of the password is empty, garbled or without one', async () => {
    const file = clusterFile('main', 'connection.json');
    const whole = readFileSync(file, 'utf8');
    for (const text of [
      '',
      '\0'.repeat(60),
      whole.slice(0, -4),
      'null',
      '[]',
      '{"port":5432}',
      '{"port":"a","password":"b"}',
    ]) {
      writeFileSync(file, text);
      assert.match(await refusal(), /connection\.json cannot be read.* removed to start afresh/, text);
    }
    writeFileSync(file, whole);
    await assertServes();
  });
});
