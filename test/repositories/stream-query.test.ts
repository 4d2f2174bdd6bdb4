import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { type Database, openDatabase } from '../../src/database/knex.ts';
import { streamQuery } from '../../src/repositories/lists/query.ts';
import { createTestDatabase, type TestDatabase } from '../tools/database.ts';

let tested: TestDatabase;
before(async () => {
  tested = await createTestDatabase({ template: 'empty' });
});
after(() => tested.drop());

const NUMBERS = 'SELECT n FROM generate_series(1, $1::int) AS n';
const never = () => new AbortController().signal;

/** A stream of rows as they are. */
const stream = (db: Database, text: string, values: unknown[], signal = never(), batch = 10) =>
  streamQuery(db, text, values, { signal, batch }, async (rows: { n: number }[]) => rows);
const open = (db: Database, count: number, signal = never()) => stream(db, NUMBERS, [count], signal);

const reading = (work: (db: Database) => Promise<void>, database = tested.db) => database.transaction(work);

afterEach(() => assert.equal(tested.db.client.pool.numUsed(), 0));

test('batches follow each other to the last', () =>
  reading(async (db) => {
    const sizes: number[] = [];
    for await (const rows of open(db, 25)) sizes.push(rows.length);
    assert.deepEqual(sizes, [10, 10, 5]);
  }));

test('another stream may follow in the same transaction, the first read to its end or not', () =>
  reading(async (db) => {
    for await (const rows of open(db, 25)) assert.ok(rows.length > 0);
    for await (const rows of open(db, 1_000)) {
      assert.equal(rows[0]?.n, 1);
      break;
    }
    assert.deepEqual((await open(db, 3).next()).value, [{ n: 1 }, { n: 2 }, { n: 3 }]);
  }));

test('an abort ends it with the reason when the consumer comes back', () =>
  reading(async (db) => {
    const abort = new AbortController();
    const numbers = open(db, 1_000, abort.signal);
    await numbers.next();
    abort.abort(new Error('left'));
    await assert.rejects(numbers.next(), /left/);
  }));

test('an abort during a reading ends it with the reason', () =>
  reading(async (db) => {
    const abort = new AbortController();
    const holder = await tested.db.transaction();
    await holder.raw('SELECT pg_advisory_xact_lock(60)');
    const next = stream(db, 'SELECT pg_advisory_xact_lock(60)', [], abort.signal).next();
    const ended = assert.rejects(next, /left/);
    const waits = () => tested.db('pg_locks').first('pid').where({ locktype: 'advisory', granted: false });
    while ((await waits()) === undefined) await wait(10);
    abort.abort(new Error('left'));
    await holder.rollback();
    await ended;
  }));

test('an abort before the first batch asks for nothing', async () => {
  await assert.rejects(open(tested.db, 10, AbortSignal.abort()).next(), { name: 'AbortError' });
});

test('a statement that fails at once says so', () =>
  reading(async (db) => {
    await assert.rejects(stream(db, 'SELECT nothing', []).next(), /nothing/);
  }));

test('a statement that fails later says so, and nothing more is asked of that transaction', () =>
  reading(async (db) => {
    const later = stream(db, 'SELECT 1 / (15 - n) FROM generate_series(1, 30) AS n', []);
    await later.next();
    await assert.rejects(later.next(), /division by zero/);
  }));

test('a failure while the consumer does something else waits for it to come back', () =>
  reading(async (db) => {
    const numbers = stream(db, 'SELECT 1 / (11 - n) AS n FROM generate_series(1, 30) AS n', []);
    await numbers.next();
    await wait(50);
    await assert.rejects(numbers.next(), /division by zero/);
  }));

test('what completes a batch reads in the same transaction, and its failure ends the stream', () =>
  reading(async (db) => {
    const pids: number[] = [];
    const complete = async (rows: { n: number }[], transaction: Database) => {
      const result = await transaction.raw('SELECT pg_backend_pid() AS pid');
      pids.push(result.rows[0].pid);
      if (pids.length === 3) throw new Error('no more');
      return rows.map(({ n }) => n);
    };
    const numbers = streamQuery(db, NUMBERS, [50], { signal: never(), batch: 10 }, complete);
    assert.deepEqual((await numbers.next()).value, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    await numbers.next();
    await assert.rejects(numbers.next(), /no more/);
    assert.equal(new Set(pids).size, 1);
  }));

test('a slow consumer does not run into the time limit of statements', async () => {
  const hurried = openDatabase(tested.url, { statementTimeout: 150 });
  try {
    let read = 0;
    await reading(async (db) => {
      for await (const rows of open(db, 40)) {
        read += rows.length;
        await wait(120);
      }
    }, hurried);
    assert.equal(read, 40);
  } finally {
    await hurried.destroy();
  }
});
