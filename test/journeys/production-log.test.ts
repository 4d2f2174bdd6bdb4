import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { loadReference } from '../../seeds/reference.ts';
import type { EmbeddedServer } from '../../src/database/embedded/server.ts';
import { openDatabase } from '../../src/database/knex.ts';
import { migrateUp } from '../../src/database/migrate.ts';
import { type Cable, createCable } from '../tools/cable.ts';
import { testClock } from '../tools/clock.ts';
import { freePort } from '../tools/free-port.ts';
import { type PortalProcess, printed, spawnPortal } from '../tools/process.ts';
import { startTestServer } from '../tools/server.ts';

/** Run before the process: what its libraries and Node.js may say, and a fault, each at a signal. */
const SPEAKING = `data:text/javascript,${encodeURIComponent(`
  process.on('SIGUSR2', () => {
    for (const way of ['error', 'warn', 'log', 'info', 'debug', 'trace']) console[way]('printed by', 'console.' + way);
    console.error('printed', Object.assign(new Error('lost'), { detail: 'Key (email)=(a@b.fr)' }));
    process.emitWarning('this is old', 'DeprecationWarning');
    process.emit('deprecation', new Error('this is older'));
  });
  process.on('SIGCONT', () => void Promise.reject(new Error('nobody waits for this')));
`)}`;

/** Requests while the database is away. */
const REFUSED = 10;

interface Line {
  level: number;
  msg: string;
  err?: { message: string; stack?: string };
  [key: string]: unknown;
}

describe('what a process of production prints', () => {
  const data = mkdtempSync(join(tmpdir(), 'portail-production-'));
  // Open to the user that runs PostgreSQL, where the tests are root's.
  chmodSync(data, 0o755);
  const lock = join(data, 'postgresql/cluster/data/postmaster.pid');
  let database: EmbeddedServer;
  let cable: Cable;
  const processes: PortalProcess[] = [];

  before(async () => {
    database = await startTestServer(data);
    await migrateUp(database.url);
    const db = openDatabase(database.url, { kind: 'commands' });
    await loadReference(db, { clock: testClock });
    await db.destroy();
    cable = await createCable(database.url);
  });
  afterEach(async () => {
    for (const { child, ended } of processes.splice(0)) {
      child.kill('SIGKILL');
      await ended;
    }
  });
  after(async () => {
    cable?.close();
    await database?.stop();
    rmSync(data, { recursive: true, force: true, maxRetries: 10 });
  });

  async function start(
    file: string,
    command: [string, ...string[]] = [process.execPath],
  ): Promise<PortalProcess & { url: string }> {
    const PORT = String(await freePort());
    const url = `http://127.0.0.1:${PORT}`;
    const started = spawnPortal(
      {
        ...{ NODE_ENV: 'production', PORT, BASE_URL: url, DATABASE_URL: cable.url, DATA_DIR: data },
        ...{ SESSION_SECRET: 'x'.repeat(40), SECOND_FACTOR: 'off', SMTP_URL: 'smtp://127.0.0.1:9' },
      },
      [...command, '--import', SPEAKING, 'scripts/require-node.mjs', file],
    );
    processes.push(started);
    return { ...started, url };
  }

  /** Every line of both outputs. */
  function linesOf({ output }: PortalProcess): Line[] {
    const { out, err } = output();
    assert.equal(err, '');
    return out
      .trim()
      .split('\n')
      .map((line) => {
        try {
          return JSON.parse(line);
        } catch {
          return assert.fail(`not JSON: ${line}`);
        }
      });
  }

  /** A sign-in of somebody unknown reads and writes. */
  async function signIn(url: string): Promise<number> {
    const page = await fetch(`${url}/connexion`, {
      method: 'POST',
      headers: { Origin: url },
      body: new URLSearchParams({ email: 'personne@test.fr', password: 'x' }),
    });
    await page.text();
    return page.status;
  }

  test('the portal, while its database restarts: JSON, and one line for the whole outage', async () => {
    const portal = await start('src/server.ts');
    await printed(portal, 'the portal listens');
    portal.child.kill('SIGUSR2');
    await printed(portal, 'this is older');
    assert.equal(await signIn(portal.url), 422);
    const refused = Array.from({ length: 20 }, () => signIn(portal.url));
    process.kill(Number(readFileSync(lock, 'utf8').split('\n')[0]), 'SIGINT');
    cable.cut();
    await Promise.all(refused);
    for (let left = REFUSED; left > 0; left -= 1) assert.equal(await signIn(portal.url), 503);
    cable.repair();
    while ((await signIn(portal.url)) !== 422) await sleep(50);
    await printed(portal, 'the database is back');

    const lines = linesOf(portal);
    const printedLines = lines
      .filter(({ msg }) => /^printed/.test(msg))
      .map(({ level, msg }) => [level, msg]);
    assert.deepEqual(printedLines, [
      [50, 'printed by console.error'],
      [40, 'printed by console.warn'],
      [30, 'printed by console.log'],
      [30, 'printed by console.info'],
      [40, 'printed by console.trace'],
      [50, 'printed Error: lost'],
    ]);
    for (const said of ['this is old', 'this is older']) {
      assert.equal(lines.filter(({ err }) => err?.message === said).length, 1, said);
    }
    assert.equal(lines.filter(({ msg }) => /: the database is away/.test(msg)).length, 1);
    const failed = lines.filter(({ level, msg }) => level >= 50 && msg.startsWith('request errored'));
    assert.ok(failed.length <= 1, JSON.stringify(failed));
    const [over] = lines.filter(({ msg }) => msg === 'the database is back');
    assert.ok(Number(over?.requests) >= REFUSED - 1);
  });

  for (const file of ['src/server.ts', 'src/cli/worker.ts']) {
    test(`${file}, which a fault ends: JSON, and exit code 1`, async () => {
      const faulty = await start(file);
      await printed(faulty, file === 'src/server.ts' ? 'the portal listens' : 'Doing jobs');
      faulty.child.kill('SIGCONT');
      assert.equal(await faulty.ended, 1);
      const last = linesOf(faulty).at(-1);
      assert.deepEqual([last?.level, last?.msg], [60, 'a fault ends the process']);
      assert.equal(last?.err?.message, 'nobody waits for this');
    });
  }

  test('a log that cannot be written, as on a full disk, stops nothing', {
    skip: process.platform !== 'linux',
  }, async () => {
    const redirected = 'exec "$0" "$@" > /dev/full';
    const portal = await start('src/server.ts', ['sh', '-c', redirected, process.execPath]);
    let over = false;
    void portal.ended.then(() => {
      over = true;
    });
    const isReady = () =>
      fetch(`${portal.url}/readyz`).then(
        ({ ok }) => ok,
        () => false,
      );
    while (!over && !(await isReady())) await sleep(50);
    assert.equal(await signIn(portal.url), 422);
    portal.child.kill('SIGTERM');
    assert.equal(await portal.ended, 0);
  });
});
