import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { pino } from 'pino';
import { createRunner, type JobRunner } from '../../src/jobs/runner.ts';
import { type Cable, createCable } from '../tools/cable.ts';
import { testClock } from '../tools/clock.ts';
import { createTestDatabase, type TestDatabase } from '../tools/database.ts';
import { eventually } from '../tools/eventually.ts';

let database: TestDatabase;
let cable: Cable;
let runner: JobRunner | undefined;
const logged: { level: number; msg: string }[] = [];
const done: number[] = [];

before(async () => {
  database = await createTestDatabase({ template: 'empty' });
  cable = await createCable(database.url);
});
afterEach(async () => {
  cable.repair();
  await runner?.stop();
  await database.db('graphile_worker._private_jobs').delete();
  runner = undefined;
  logged.length = 0;
  done.length = 0;
});
after(async () => {
  cable.close();
  await database.drop();
});

/** A runner whose jobs « count » say that they are done, or do as they are told. */
async function start(work: (n: number) => Promise<void> = async () => {}): Promise<JobRunner> {
  const handlers = {
    count: async ({ n }: { n: number }) => {
      await work(n);
      done.push(n);
    },
  };
  const logger = pino({ level: 'info' }, { write: (line: string) => logged.push(JSON.parse(line)) });
  runner = createRunner({
    ...{ url: cable.url, logger, clock: testClock, handlers, nightly: [] },
    nextTryWhenDown: 500,
  });
  runner.start();
  await eventually(() => runner?.status().alive === true);
  return runner;
}
const add = (n: number) =>
  database.db.raw(`SELECT graphile_worker.add_job('count', ?)`, [JSON.stringify({ n })]);
const jobsLeft = async () => (await database.db('graphile_worker.jobs')).length;
const rename = (from: string, to: string) =>
  database.db.raw('ALTER TABLE graphile_worker.?? RENAME TO ??', [from, to]);

test('connections lost, again and again: each time it comes back, and its jobs are done', async () => {
  const { status } = await start();
  for (let n = 1; n <= 5; n += 1) {
    cable.cut();
    await eventually(() => !status().alive);
    assert.deepEqual(status().downSince, testClock.now());
    await add(n);
    cable.repair();
    await eventually(() => done.includes(n));
    assert.deepEqual(status(), { alive: true, downSince: null });
  }
  await eventually(async () => (await jobsLeft()) === 0);
});

test('a database that says nothing is found out, and left for new connections', async () => {
  const { status } = await start();
  cable.freeze();
  await eventually(() => !status().alive, 30);
  await add(1);
  cable.repair();
  await eventually(() => done.includes(1));
});

test('an answer lost with the database, while a job ends: nothing is thrown, and the job is done again', async () => {
  const { status } = await start(async () => {
    // Its own connections are dead before it can say that the job is done.
    if (done.length === 0) cable.cut();
  });
  await add(1);
  await eventually(() => done.length === 1 && !status().alive);
  cable.repair();
  await eventually(() => done.length === 2);
  await eventually(async () => (await jobsLeft()) === 0);
});

test('it stops in time, whatever the database does, and lets the job under way end', async () => {
  for (const way of ['freeze', 'cut'] as const) {
    let begun = false;
    const stopping = await start(() => {
      begun = true;
      return pause(1_500);
    });
    await add(1);
    // Not as soon as the database says so: the runner may not have heard of it.
    await eventually(() => begun);
    cable[way]();
    const began = performance.now();
    await stopping.stop();
    assert.ok(performance.now() - began < 30_000, way);
    assert.equal(done.length, 1, way);
    cable.repair();
    done.length = 0;
    await database.db('graphile_worker._private_jobs').delete();
  }
});

test('three tries in vain although the database answers: it is said to be down, and comes back once it can', async () => {
  const { status, down } = await start();
  await rename('_private_jobs', 'away');
  await down;
  assert.equal(status().alive, false);
  const told = () => logged.filter(({ level }) => level === 50).map(({ msg }) => msg);
  assert.ok(
    told().includes('the job runner does not come back although the database answers'),
    told().join(),
  );
  await rename('away', '_private_jobs');
  await add(1);
  await eventually(() => done.includes(1));
  assert.ok(logged.some(({ msg }) => msg === 'the job runner is back'));
});

test('an outage is told when it begins and when it ends, not at each try', async () => {
  const { status } = await start();
  cable.cut();
  await eventually(() => !status().alive);
  // Several tries.
  await pause(6_000);
  cable.repair();
  await eventually(() => status().alive);
  const lines = logged.map(({ msg }) => msg);
  assert.deepEqual(
    lines.filter((line) => line.startsWith('the job runner')),
    ['the job runner is down', 'the job runner is back'],
  );
  // What graphile-worker sees of it, before it is over.
  assert.ok(lines.length <= 4, lines.join('\n'));
});

test('the name is held once, and let go with its connection: another takes the jobs over', async () => {
  await start();
  const locks = async () =>
    (
      await database.db.raw(`SELECT pid, count(*)::int AS held FROM pg_locks
      WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
      GROUP BY pid`)
    ).rows.map(({ held }: { held: number }) => held);
  // Longer than two sweeps.
  await pause(11_000);
  assert.deepEqual(await locks(), [1]);
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  const { rows } = await client.query(
    `SELECT objid FROM pg_locks WHERE locktype = 'advisory' AND classid = 7310392
       AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
  );
  const unlocked = await client.query(
    'SELECT pg_try_advisory_lock(7310392, $1::bigint::bit(32)::int) AS free',
    [rows[0].objid],
  );
  assert.equal(unlocked.rows[0].free, false);
  await runner?.stop();
  await eventually(async () => (await locks()).length === 0);
  await client.end();
});
