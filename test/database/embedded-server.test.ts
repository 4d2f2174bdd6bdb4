import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { eventually } from '../tools/eventually.ts';
import { createWorkbench, query, settings, starterCode } from './embedded-workbench.ts';

const posix = process.platform !== 'win32';
const { base, clear, clusterFile, home, pidFile, serverPid, start } = createWorkbench();
after(clear);

describe('embedded PostgreSQL: a server and its data', () => {
  it('starts with French collation, the extensions that the schema needs, and its database', async () => {
    const server = await start('main');
    assert.equal(server.started, true);
    const [database] = await query(
      server.url,
      `select datname, datlocprovider, datlocale, pg_encoding_to_char(encoding) as encoding, 'élan' < 'fable' as french,
         current_setting('listen_addresses') as addresses, current_setting('unix_socket_directories') as sockets,
         current_setting('jit') as jit, current_setting('synchronous_commit') as safe
       from pg_database where datname = current_database()`,
    );
    assert.deepEqual(database, {
      ...{ datname: 'portail', datlocprovider: 'i', datlocale: 'fr-FR', encoding: 'UTF8', french: true },
      ...{ addresses: '127.0.0.1', sockets: '', jit: 'off', safe: 'on' },
    });
    for (const extension of ['pg_trgm', 'unaccent', 'citext', 'btree_gin']) {
      await query(server.url, `create extension ${extension}`);
    }
    await query(server.adminUrl, 'create database other');
    await query(server.url, 'create table kept as select 42 as answer');
    await server.stop();
    await server.stop();
    await assert.rejects(query(server.url, 'select 1'));
  });

  it('keeps data, address and password from one start to the next', async () => {
    const before = readFileSync(clusterFile('main', 'connection.json'), 'utf8');
    const server = await start('main');
    assert.deepEqual(await query(server.url, 'select answer from kept'), [{ answer: 42 }]);
    const { port, password } = JSON.parse(before);
    assert.equal(server.url, `postgres://portail:${password}@127.0.0.1:${port}/portail`);
    await server.stop();
    assert.equal(readFileSync(clusterFile('main', 'connection.json'), 'utf8'), before);
    if (posix) assert.equal(statSync(clusterFile('main', 'connection.json')).mode & 0o777, 0o600);
  });

  it('lets nobody in without the password', async () => {
    const server = await start('main');
    const wrong = new URL(server.url);
    wrong.password = 'wrong';
    await assert.rejects(query(wrong.href, 'select 1'), { code: '28P01' });
    await server.stop();
  });

  it('moves to another port when its own is taken', async () => {
    const { port } = JSON.parse(readFileSync(clusterFile('main', 'connection.json'), 'utf8'));
    const squatter = createServer().listen(port, '127.0.0.1');
    await once(squatter, 'listening');
    const server = await start('main');
    squatter.close();
    assert.notEqual(new URL(server.url).port, String(port));
    assert.deepEqual(await query(server.url, 'select answer from kept'), [{ answer: 42 }]);
    await server.stop();
  });
});

describe('embedded PostgreSQL: several users of one server', () => {
  it('is reused, and stopped by its last user only', async () => {
    const first = await start('main');
    const second = await start('main');
    assert.deepEqual([first.started, second.started, second.url], [true, false, first.url]);
    await first.stop();
    assert.deepEqual(await query(second.url, 'select answer from kept'), [{ answer: 42 }]);
    await second.stop();
    await assert.rejects(query(second.url, 'select 1'));
  });

  it('serves two first starts at once', async () => {
    const servers = await Promise.all([start('twins'), start('twins')]);
    assert.deepEqual(servers.map((server) => server.started).sort(), [false, true]);
    for (const server of servers) assert.equal((await query(server.url, 'select 1')).length, 1);
    await Promise.all(servers.map((server) => server.stop()));
    assert.deepEqual(
      readdirSync(home('twins')).filter((name) => name.startsWith('unfinished-')),
      [],
    );
    assert.equal(existsSync(pidFile('twins')), false);
  });
});

describe('embedded PostgreSQL: after a violent death', () => {
  it('finds the server of a killed process again, and stops it in its place', async () => {
    const code = starterCode({ dataDirectory: join(base, 'main'), settings });
    const child = spawn(process.execPath, ['--input-type=module', '-e', code], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    assert.match(String(await once(child.stdout, 'data')), /ready/);
    child.kill('SIGKILL');
    await once(child, 'exit');
    const server = await start('main');
    assert.equal(server.started, false);
    // PostgreSQL takes a moment to see that the killed process uses it no more.
    const users = `select from pg_stat_activity where application_name = 'portail (keeps the server)'`;
    await eventually(async () => (await query(server.adminUrl, users)).length === 1);
    await server.stop();
    await assert.rejects(query(server.url, 'select 1'));
  });

  it('comes back by itself at the same address with every committed row when the server is killed', async () => {
    const server = await start('main');
    await query(server.url, 'create table committed as select 1 as n');
    process.kill(serverPid('main'), 'SIGKILL');
    const answers = () => query(server.url, 'select n from committed');
    await eventually(() =>
      answers().then(
        () => true,
        () => false,
      ),
    );
    assert.deepEqual(await answers(), [{ n: 1 }]);
    await server.stop();
    await assert.rejects(query(server.url, 'select 1'));
  });

  it('is not fooled by the number of a dead server given to another program', {
    skip: process.platform !== 'linux',
  }, async () => {
    const stale = `${process.pid}\n${clusterFile('main', 'data')}\n1\n1\n\n127.0.0.1\n\nready\n`;
    writeFileSync(pidFile('main'), stale);
    const server = await start('main');
    assert.equal(server.started, true);
    await server.stop();
  });
});
