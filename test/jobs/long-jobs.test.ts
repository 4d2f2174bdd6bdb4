import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { pino } from 'pino';
import { createRunner, type JobRunner } from '../../src/jobs/runner.ts';
import { testClock } from '../tools/clock.ts';
import { createTestDatabase, type TestDatabase } from '../tools/database.ts';
import { eventually } from '../tools/eventually.ts';

/** Longer than two looks for the jobs of processes that died (src/jobs/presence.ts). */
const LONG = 12_000;

let database: TestDatabase;
const runners: JobRunner[] = [];
const begun: string[] = [];

before(async () => {
  database = await createTestDatabase({ template: 'empty' });
});
afterEach(async () => {
  await Promise.all(runners.splice(0).map((runner) => runner.stop()));
  begun.length = 0;
});
after(() => database.drop());

/** A process that works beside the others: its job tells who began it, then lasts. */
async function start(name: string): Promise<void> {
  const handlers = {
    long: async () => {
      begun.push(name);
      await pause(LONG);
    },
  };
  const logger = pino({ level: 'silent' });
  const runner = createRunner({ url: database.url, logger, clock: testClock, handlers, nightly: [] });
  runners.push(runner);
  runner.start();
  await eventually(() => runner.status().alive);
}
const jobs = () => database.db('graphile_worker.jobs');

test('a long job is not taken by a worker that is there, nor by one that comes', async () => {
  await start('first');
  await start('second');
  await database.db.raw(`SELECT graphile_worker.add_job('long', '{}')`);
  await eventually(() => begun.length === 1);
  await start('third');
  await eventually(async () => (await jobs()).length === 0);
  assert.equal(begun.length, 1, begun.join());
});
