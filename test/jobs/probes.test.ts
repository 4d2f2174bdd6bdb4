import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, afterEach, before, describe, test } from 'node:test';
import { type Cable, createCable } from '../tools/cable.ts';
import { createTestDatabase, type TestDatabase } from '../tools/database.ts';
import { eventually } from '../tools/eventually.ts';
import { freePort } from '../tools/free-port.ts';
import { type PortalProcess, spawnPortal } from '../tools/process.ts';

const TOKEN = 'un-jeton-de-collecte';

describe('a process that only does jobs', () => {
  let database: TestDatabase;
  let cable: Cable;
  let worker: PortalProcess & { url: string };

  before(async () => {
    database = await createTestDatabase({ template: 'reference' });
    cable = await createCable(database.url);
  });
  afterEach(async () => {
    cable.repair();
    worker?.child.kill('SIGKILL');
    await worker?.ended;
  });
  after(async () => {
    cable.close();
    await database.drop();
  });

  async function start(): Promise<void> {
    const WORKER_PORT = String(await freePort());
    const variables = { DATABASE_URL: cable.url, WORKER_PORT, METRICS_TOKEN: TOKEN, LOG_LEVEL: 'warn' };
    const command = ['--disable-warning=ExperimentalWarning', join('src', 'cli', 'worker.ts')];
    worker = {
      ...spawnPortal(variables, [process.execPath, ...command]),
      url: `http://127.0.0.1:${WORKER_PORT}`,
    };
    await eventually(async () => (await ask('/readyz').catch(() => null))?.status === 200);
  }
  const ask = async (path: string, headers: Record<string, string> = {}) => {
    const answer = await fetch(worker.url + path, { headers });
    return { status: answer.status, text: await answer.text() };
  };
  const gauge = async (name: string) =>
    Number(new RegExp(`^${name} (\\S+)$`, 'm').exec((await ask('/metrics')).text)?.[1]);
  /** Exit code, and seconds that it took. */
  async function terminated(): Promise<[number | null, number]> {
    const began = performance.now();
    worker.child.kill('SIGTERM');
    return [await worker.ended, (performance.now() - began) / 1000];
  }

  test('tells how it is on WORKER_PORT, with figures of messages, to this machine or with the token alone', async () => {
    await start();
    assert.deepEqual(await ask('/livez'), { status: 200, text: 'vivant\n' });
    assert.deepEqual(await ask('/readyz'), { status: 200, text: 'prêt\n' });
    assert.equal((await ask('/')).status, 404);
    assert.equal(await gauge('portail_runner_alive'), 1);
    assert.equal(await gauge('portail_messages_waiting'), 0);
    assert.equal(await gauge('portail_messages_oldest_seconds'), 0);
    assert.equal(await gauge('portail_exports_under_way'), 0);
    const elsewhere = { 'X-Forwarded-For': '203.0.113.7' };
    assert.equal((await ask('/metrics', elsewhere)).status, 404);
    assert.equal((await ask('/metrics', { ...elsewhere, Authorization: `Bearer ${TOKEN}` })).status, 200);
    assert.deepEqual((await terminated())[0], 0);
  });

  for (const way of ['cut', 'freeze'] as const) {
    test(`a database that is away (${way}) is told within 3 s, metrics too; SIGTERM ends it within 35 s`, async () => {
      await start();
      cable[way]();
      const began = performance.now();
      assert.deepEqual(await ask('/readyz'), { status: 503, text: 'base de données injoignable\n' });
      assert.equal(await gauge('portail_messages_waiting'), Number.NaN);
      assert.ok(performance.now() - began < 2 * 3_000);
      await eventually(async () => (await gauge('portail_runner_alive')) === 0);
      cable.repair();
      await eventually(async () => (await ask('/readyz')).status === 200);
      cable[way]();
      const [code, seconds] = await terminated();
      assert.equal(code, 0, worker.output().out + worker.output().err);
      assert.ok(seconds < 35, `${seconds} s`);
    });
  }

  test('a runner that does not come back although the database answers ends it with 1', async () => {
    await start();
    await database.db.raw('ALTER TABLE graphile_worker._private_jobs RENAME TO away');
    try {
      await eventually(async () => (await ask('/readyz').catch(() => null))?.status !== 200);
      assert.equal(await worker.ended, 1);
      const lines = worker.output().out.trim().split('\n').slice(1);
      for (const line of lines) assert.doesNotThrow(() => JSON.parse(line), line);
      assert.match(lines.join(), /the job runner does not come back although the database answers/);
    } finally {
      await database.db.raw('ALTER TABLE graphile_worker.away RENAME TO _private_jobs');
    }
  });
});
