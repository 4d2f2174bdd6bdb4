import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { type Database, openDatabase } from '../../src/database/knex.ts';
import { createTestDatabase, type TestDatabase } from '../tools/database.ts';
import { freePort } from '../tools/free-port.ts';
import { type PortalProcess, printed, spawnPortal } from '../tools/process.ts';
import { serverUrl } from '../tools/server.ts';

const NEWER = '20991231235959_what_this_version_does_not_know.ts';
/** Run before the portal: its clock is half an hour late. */
const LATE = 'data:text/javascript,const now=Date.now;Date.now=()=>now()-1800000';

describe('what a portal says of its database when it starts', () => {
  let database: TestDatabase;
  const data = mkdtempSync(join(tmpdir(), 'portail-starting-'));
  const processes: PortalProcess[] = [];

  before(async () => {
    database = await createTestDatabase({ template: 'reference' });
  });
  after(async () => {
    for (const { child, ended } of processes) {
      child.kill('SIGKILL');
      await ended;
    }
    await database?.drop();
    rmSync(data, { recursive: true, force: true });
  });

  function start(more: Record<string, string>, ...words: string[]): PortalProcess {
    const environment = { DATA_DIR: data, DATABASE_URL: database.url, ...more };
    const started = spawnPortal(environment, [process.execPath, ...words, join('src', 'server.ts')]);
    processes.push(started);
    return started;
  }

  /** Its one line on the error output, which holds no stack, and its exit code. */
  async function refusalOf({ ended, output }: PortalProcess): Promise<[number | null, string]> {
    const code = await ended;
    const { out, err } = output();
    assert.match(err, /^[^\n]+\n$/);
    assert.doesNotMatch(out, /Espace Organismes/);
    return [code, err];
  }

  test('a newer schema: it says so once, serves and is ready', async () => {
    await database.db('migrations').insert({ name: NEWER, batch: 2, migration_time: new Date() });
    const PORT = String(await freePort());
    const portal = start({ PORT });
    await printed(portal, 'Espace Organismes');
    assert.equal((await fetch(`http://127.0.0.1:${PORT}/readyz`)).status, 200);
    portal.child.kill('SIGTERM');
    assert.equal(await portal.ended, 0);
    assert.equal(portal.output().out.split('schema is newer').length, 2);
    assert.ok(portal.output().out.includes(NEWER));
    // One role for everything: it says what that costs.
    assert.match(portal.output().out, /triggers alone, and takes events of any date: set DATABASE_OWNER_URL/);
    await database.db('migrations').where({ name: NEWER }).delete();
  });

  test('a clock that is half an hour late: one sentence, exit code 1', async () => {
    const [code, said] = await refusalOf(start({ PORT: String(await freePort()) }, '--import', LATE));
    assert.equal(code, 1);
    assert.match(said, /^The clock of this machine is 30 minutes behind the database's/);
  });

  test('a role that may not create its tables: one sentence, exit code 1', async () => {
    const name = `starting_${randomBytes(4).toString('hex')}`;
    const admin: Database = openDatabase(await serverUrl(), { connections: 1 });
    await admin.raw(`CREATE ROLE ?? LOGIN PASSWORD 'phrase-secrete'`, [name]);
    await admin.raw('CREATE DATABASE ??', [name]);
    const url = Object.assign(new URL(database.url), {
      ...{ username: name, password: 'phrase-secrete', pathname: `/${name}` },
    });
    const [code, said] = await refusalOf(start({ DATABASE_URL: url.href, PORT: String(await freePort()) }));
    await admin.raw('DROP DATABASE ?? WITH (FORCE)', [name]);
    await admin.raw('DROP ROLE ??', [name]);
    await admin.destroy();
    assert.equal(code, 1);
    assert.match(said, /^DATABASE_URL: its role .*permission denied for schema public.*DATABASE_OWNER_URL/);
    assert.doesNotMatch(said, /phrase-secrete|create table/i);
  });
});
