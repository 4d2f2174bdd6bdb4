import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, before, describe, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import type { FileOrder } from '../../src/exports/making.ts';
import { createPress, HEAP, type Press } from '../../src/exports/press.ts';
import { PART, PARTS_AHEAD } from '../../src/exports/press-words.ts';
import { createTestDatabase, type TestDatabase } from '../tools/database.ts';
import { eventually } from '../tools/eventually.ts';
import { heading } from './tools.ts';

/** As many rows as this makes a file of many parts. */
const ACCOUNTS = 12_000;

const order = (format: FileOrder['format']): FileOrder => ({
  ...{ format, today: '2026-11-22', heading },
  list: {
    name: 'entitlements',
    filter: { ...{ organismId: null, name: '', words: '' }, ...{ sort: 'nom', direction: 'asc' } },
  },
});

describe('the thread that makes files', () => {
  let tested: TestDatabase;
  let press: Press;
  before(async () => {
    tested = await createTestDatabase({ template: 'demonstration' });
    await tested.db.raw(
      `INSERT INTO accounts (email, last_name, first_name, function_title, organism_id, organism_since, active, created_at)
       SELECT md5(n::text) || '@test.fr', upper(md5('n' || n)), md5('p' || n), md5('f' || n),
         (SELECT id FROM organisms WHERE code = 'CAF-391'), now(), true, now() FROM generate_series(1, ?::int) AS n`,
      [ACCOUNTS],
    );
    press = createPress(tested.url);
  });
  after(async () => {
    await press?.close();
    await tested?.drop();
  });

  const placesTaken = async () => {
    const { rows } = await tested.db.raw(
      `SELECT count(*)::int AS n FROM pg_locks WHERE locktype = 'advisory'
       AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
    );
    return rows[0].n;
  };

  for (const format of ['csv', 'xlsx', 'pdf'] as const) {
    test(`passes a ${format} on whole, whatever the pace at which it is taken`, async () => {
      const sizes: number[] = [];
      for (const slow of [0, 1, 3]) {
        const file = press.open();
        assert.equal(await file.takePlace(['a', 'b']), 'taken');
        let size = 0;
        let parts = 0;
        for await (const part of file.parts(order(format))) {
          size += part.length;
          parts += 1;
          if (slow > 0 && parts % slow === 0) await pause(5);
        }
        assert.ok(parts > PARTS_AHEAD, `${parts} parts`);
        assert.ok(file.rows() > ACCOUNTS);
        file.close();
        sizes.push(size);
      }
      assert.equal(new Set(sizes.slice(1).map((size) => Math.round(size / 100))).size, 1);
    });
  }

  test('makes no more than a few parts ahead of what is taken, and stops when the file is closed', async () => {
    const file = press.open();
    assert.equal(await file.takePlace(['a']), 'taken');
    const parts = file.parts(order('csv'));
    const first = await parts.next();
    assert.ok((first.value?.length ?? 0) >= PART);
    await pause(500);
    assert.equal(await placesTaken(), 1);
    file.close();
    await eventually(async () => (await placesTaken()) === 0);
  });

  test('refuses a place that is taken, and a file without connection', async () => {
    const files = Array.from({ length: 4 }, () => press.open());
    for (const [at, file] of files.entries()) assert.equal(await file.takePlace([`place ${at}`]), 'taken');
    const fifth = press.open();
    assert.equal(await fifth.takePlace(['another']), 'crowded');
    fifth.close();
    files[3]?.close();
    await eventually(async () => (await placesTaken()) === 3);
    const again = press.open();
    assert.equal(await again.takePlace(['place 0']), 'full');
    again.close();
    for (const file of files) file.close();
    await eventually(async () => (await placesTaken()) === 0);
  });

  test('a file that is closed while it waits for a place does not take it once it is free', async () => {
    const [first, held, gone] = [press.open(), press.open(), press.open()];
    assert.equal(await first.takePlace(['a']), 'taken');
    assert.equal(await held.takePlace(['b']), 'taken');
    void gone.takePlace(['a']);
    const tried = () =>
      tested
        .db('pg_stat_activity')
        .whereRaw(`datname = current_database() AND query LIKE 'SELECT CASE WHEN pg_try%'`);
    await eventually(async () => (await tried()).length === 3);
    const last = press.open();
    // As long as the one that is closed would have looked for its place.
    const refused = last.takePlace(['b']);
    gone.close();
    first.close();
    assert.equal(await refused, 'full');
    assert.equal(await placesTaken(), 1);
    for (const file of [held, last]) file.close();
    await eventually(async () => (await placesTaken()) === 0);
  });

  test('fails its files when it ends, and another one serves the next', async () => {
    const lost = createPress(tested.url);
    const file = lost.open();
    assert.equal(await file.takePlace(['a']), 'taken');
    const parts = file.parts(order('csv'));
    await parts.next();
    await lost.close();
    await assert.rejects(async () => {
      for await (const _ of parts);
    }, /The thread of exports stopped/);
    file.close();
    const next = lost.open();
    assert.equal(await next.takePlace(['a']), 'taken');
    next.close();
    await lost.close();
  });

  test('has the heap that it asks for: a flag of V8 would take its limits away, and files would take ten times as long', async () => {
    const script =
      "require('node:worker_threads').parentPort.postMessage(require('node:v8').getHeapStatistics())";
    const [{ heap_size_limit }] = await once(
      new Worker(script, { eval: true, resourceLimits: HEAP }),
      'message',
    );
    assert.equal(
      heap_size_limit / 2 ** 20,
      HEAP.maxYoungGenerationSizeMb + HEAP.maxOldGenerationSizeMb,
      `${process.execArgv.join(' ')} ${process.env.NODE_OPTIONS ?? ''}`,
    );
  });
});
