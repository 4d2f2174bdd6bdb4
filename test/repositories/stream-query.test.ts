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
function stream(text: string, values: unknown[], signal = never(), batch = 10, db: Database = tested.db) {
  return streamQuery(db, text, values, { signal, batch }, async (rows: { n: number }[]) => rows);
}
const open = (count: number, signal: AbortSignal) => stream(NUMBERS, [count], signal);

// Whatever happens, no connection stays taken and none goes back inside a transaction.
afterEach(async () => {
  assert.equal(tested.db.client.pool.numUsed(), 0);
  const left = await tested.db.raw(
    `SELECT count(*) AS count FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in%'`,
  );
  assert.equal(left.rows[0].count, 0);
});

test('batches follow each other to the last', async () => {
  const sizes: number[] = [];
  for await (const rows of open(25, never())) sizes.push(rows.length);
  assert.deepEqual(sizes, [10, 10, 5]);
});

test('a consumer that stops gives the connection back', async () => {
  for await (const rows of open(1_000, never())) {
    assert.equal(rows[0]?.n, 1);
    break;
  }
});

test('an abort gives the connection back even while the consumer does something else', async () => {
  const abort = new AbortController();
  const numbers = open(1_000, abort.signal);
  await numbers.next();
  assert.equal(tested.db.client.pool.numUsed(), 1);
  abort.abort();
  for (let tries = 0; tested.db.client.pool.numUsed() > 0 && tries < 100; tries++) await wait(10);
  assert.equal(tested.db.client.pool.numUsed(), 0);
  await assert.rejects(numbers.next(), { name: 'AbortError' });
});

test('an abort during a reading ends it with the reason', async () => {
  const abort = new AbortController();
  const reading = stream('SELECT pg_sleep(0.2)', [], abort.signal).next();
  await wait(80);
  abort.abort(new Error('left'));
  await assert.rejects(reading, /left/);
});

test('an abort before the first batch takes no connection', async () => {
  await assert.rejects(open(10, AbortSignal.abort()).next(), { name: 'AbortError' });
});

test('a statement that fails, at once or later, says so', async () => {
  await assert.rejects(stream('SELECT nothing', []).next(), /nothing/);
  const later = stream('SELECT 1 / (15 - n) FROM generate_series(1, 30) AS n', []);
  await later.next();
  await assert.rejects(later.next(), /division by zero/);
});

test('what is read is what stood at the beginning', async () => {
  await tested.db.raw('CREATE TABLE numbers AS SELECT generate_series(1, 30) AS n');
  let read = 0;
  for await (const rows of stream('SELECT n FROM numbers', [])) {
    read += rows.length;
    await tested.db.raw('INSERT INTO numbers VALUES (31)');
  }
  assert.equal(read, 30);
});

test('a failure while the consumer does something else waits for it to come back', async () => {
  const numbers = stream('SELECT 1 / (11 - n) AS n FROM generate_series(1, 30) AS n', []);
  await numbers.next();
  await wait(50);
  await assert.rejects(numbers.next(), /division by zero/);
});

test('what completes a batch reads in the same transaction, and its failure ends the stream', async () => {
  const xids: number[] = [];
  const complete = async (rows: { n: number }[], transaction: Database) => {
    const result = await transaction.raw('SELECT pg_backend_pid() AS pid, current_setting(?) AS level', [
      'transaction_isolation',
    ]);
    assert.equal(result.rows[0].level, 'repeatable read');
    xids.push(result.rows[0].pid);
    if (xids.length === 3) throw new Error('no more');
    return rows.map(({ n }) => n);
  };
  const numbers = streamQuery(tested.db, NUMBERS, [50], { signal: never(), batch: 10 }, complete);
  assert.deepEqual((await numbers.next()).value, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  await numbers.next();
  await assert.rejects(numbers.next(), /no more/);
  assert.equal(new Set(xids).size, 1);
});

test('a slow consumer does not run into the time limit of statements', async () => {
  const hurried = openDatabase(tested.url, { statementTimeout: 150 });
  try {
    let read = 0;
    for await (const rows of stream(NUMBERS, [40], never(), 10, hurried)) {
      read += rows.length;
      await wait(120);
    }
    assert.equal(read, 40);
  } finally {
    await hurried.destroy();
  }
});
