import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';
import { CommitUnknown, FLUSH } from '../../src/database/client.ts';
import { type Database, openDatabase } from '../../src/database/knex.ts';
import { withPatience } from '../../src/database/patience.ts';
import { preparedQuery } from '../../src/database/prepared.ts';
import { cancelStatement, Unanswered } from '../../src/database/statements.ts';
import { transaction, type UnitOfWork } from '../../src/database/transaction.ts';
import { job } from '../../src/domain/audit-event.ts';
import { type Cable, createCable } from '../tools/cable.ts';
import { testClock } from '../tools/clock.ts';
import { createTestDatabase, type TestDatabase } from '../tools/database.ts';
import { eventually } from '../tools/eventually.ts';

/** What a pool that is told to wait no longer than this gives up by itself: the server would let it go on. */
const POOL = 5;

let tested: TestDatabase;
let cable: Cable;
let db: Database;

before(async () => {
  tested = await createTestDatabase({ template: 'empty' });
  await tested.db.raw('CREATE TABLE locked (n int); CREATE TABLE free AS SELECT 1 AS n');
  cable = await createCable(tested.url);
  db = openDatabase(cable.url, { connections: POOL, statementTimeout: 60_000 });
});
afterEach(() => cable.repair());
after(async () => {
  await db.destroy();
  cable.close();
  await tested.drop();
});

/** Statements of a pool that the server is at work on, and the pool's connections there. */
async function onTheServer(pool = 'portail'): Promise<{ active: number; connections: number }> {
  const { rows } = await tested.db.raw(
    `SELECT count(*) FILTER (WHERE state <> 'idle') AS active, count(*) AS connections FROM pg_stat_activity
     WHERE datname = current_database() AND application_name = ?
       AND pid <> pg_backend_pid() AND query !~ 'pg_stat_activity|LOCK TABLE'`,
    [pool],
  );
  return rows[0];
}

test('a statement given up is cancelled on the server, and its connection is used for nothing else', async () => {
  for (const slow of [
    () => db.raw('SELECT pg_sleep(30)'),
    () => preparedQuery(db, 'SELECT pg_sleep(31)', []),
  ]) {
    await assert.rejects(
      withPatience(() => Promise.resolve(slow())),
      Unanswered,
    );
    await eventually(async () => (await onTheServer()).active === 0);
  }
  assert.deepEqual((await db.raw('SELECT 1 AS n')).rows, [{ n: 1 }]);
});

test('in a transaction: nothing of it stays open, and it fails at once for what follows', async () => {
  const failing = withPatience(() =>
    db.transaction(async (trx) => {
      await trx.raw('INSERT INTO locked VALUES (1)');
      await trx.raw('SELECT pg_sleep(30)');
    }),
  );
  await assert.rejects(Promise.resolve(failing), Unanswered);
  await eventually(async () => (await onTheServer()).active === 0);
  assert.deepEqual(await tested.db('locked'), []);
});

test('never more connections than the pool may have, whatever is given up', async () => {
  // Not through the cable, which ends a connection before the server has; nor counted with those that were.
  const counted = new URL(tested.url);
  counted.searchParams.set('application_name', 'counted');
  const own = openDatabase(counted.href, { connections: POOL, statementTimeout: 60_000 });
  const lock = await tested.db.transaction();
  await lock.raw('LOCK TABLE locked IN ACCESS EXCLUSIVE MODE');
  let most = 0;
  let over = false;
  const watch = (async () => {
    while (!over) {
      most = Math.max(most, (await onTheServer('counted')).connections);
      await pause(20);
    }
  })();
  const people = Array.from({ length: 30 }, async () => {
    for (let visit = 0; visit < 2; visit += 1) {
      await withPatience(() => Promise.resolve(own.raw('SELECT * FROM locked'))).catch(() => {});
    }
  });
  await Promise.all(people);
  over = true;
  await watch;
  await lock.commit();
  await own.destroy();
  assert.ok(most > 0 && most <= POOL, `${most} connections`);
});

test('people who wait for a locked table do not keep the others from what is not locked', async () => {
  const lock = await tested.db.transaction();
  await lock.raw('LOCK TABLE locked IN ACCESS EXCLUSIVE MODE');
  let over = false;
  const people = Array.from({ length: 4 * POOL }, async () => {
    while (!over) await withPatience(() => Promise.resolve(db.raw('SELECT * FROM locked'))).catch(() => {});
  });
  await pause(300);
  try {
    let served = 0;
    await eventually(async () => {
      served += await withPatience(() => Promise.resolve(db.raw('SELECT n FROM free'))).then(
        () => 1,
        () => 0,
      );
      return served === 10;
    });
  } finally {
    over = true;
    await lock.commit();
    await Promise.all(people);
  }
});

test('the waits of one request have one limit together, those at the same time counted once', async () => {
  const own = openDatabase(tested.url, { connections: 2 * POOL });
  const naps = (seconds: number) => own.raw('SELECT pg_sleep(?)', [seconds]);
  const four = (seconds: number) => Promise.all([1, 2, 3, 4].map(() => naps(seconds)));
  // The connections are open beforehand: who waits for one would make others give way.
  await eventually(() =>
    four(0.1).then(
      () => true,
      () => false,
    ),
  );
  await withPatience(async () => {
    await four(0.4);
    await four(0.4);
    // What is left is less than this takes.
    await assert.rejects(Promise.resolve(naps(30)), Unanswered);
    await assert.rejects(Promise.resolve(own.raw('SELECT 1')), Unanswered);
  });
  await own.raw('SELECT 1');
  await own.destroy();
});

test('a connection that is silent is let go, and the pool serves again as soon as the database does', async () => {
  await db.raw('SELECT 1');
  cable.freeze();
  await assert.rejects(
    withPatience(() => Promise.resolve(db.raw('SELECT 1'))),
    Unanswered,
  );
  cable.repair();
  await eventually(async () => (await db.raw('SELECT 1').catch(() => null)) !== null);
});

test('only a statement under way is cancelled', async () => {
  const connection = (await db.client.acquireConnection()) as pg.Client;
  cancelStatement(connection);
  assert.equal((await connection.query('SELECT 1 AS n')).rows[0].n, 1);
  const slow = connection.query('SELECT pg_sleep(30)');
  const underWay = `SELECT FROM pg_stat_activity WHERE state = 'active' AND query = 'SELECT pg_sleep(30)'`;
  await eventually(async () => (await tested.db.raw(underWay)).rows.length > 0);
  cancelStatement(connection);
  await assert.rejects(slow, { code: '57014' });
  await db.client.releaseConnection(connection);
});

describe('the tail of a transaction', () => {
  const context = () => ({ db, clock: testClock, actor: job('test') });
  const event = { action: 'requests.purged', details: { count: 1 } } as const;

  test('a COMMIT whose answer is lost says that it may have been done', async () => {
    const lost = transaction(context(), async (unit) => {
      await unit.db.raw('INSERT INTO locked VALUES (2)');
      unit.record(event);
      setImmediate(() => cable.cut());
    });
    await assert.rejects(lost, CommitUnknown);
  });

  test('an act is answered once it is on disk, and not before its locks are free', async () => {
    await tested.db.raw('ALTER DATABASE ?? SET synchronous_commit = on', [
      new URL(tested.url).pathname.slice(1),
    ]);
    const own = openDatabase(tested.url, { connections: 1 });
    const other = async (sql: string) => (await tested.db.raw(sql)).rows[0];
    let written = '';
    await transaction({ ...context(), db: own }, async (unit) => {
      unit.record(event);
      await onFlush(unit, async () => {
        written = (await other('SELECT pg_current_wal_insert_lsn() AS lsn')).lsn;
        const { free } = await other(`SELECT pg_try_advisory_xact_lock(hashtext('audit_events')) AS free`);
        assert.equal(free, true);
      });
    });
    const { flushed } = await other(`SELECT pg_current_wal_flush_lsn() >= '${written}' AS flushed`);
    assert.equal(flushed, true);
    await own.destroy();
  });

  test('an act that may not be on disk may have been done', async () => {
    const unsure = transaction(context(), async (unit) => {
      unit.record(event);
      await onFlush(unit, () => Promise.reject(Object.assign(new Error('full'), { code: '53100' })));
    });
    await assert.rejects(unsure, CommitUnknown);
  });

  test('an error before it is the error itself, and nothing was done', async () => {
    const failing = transaction(context(), async (unit) => {
      unit.record(event);
      await unit.db.raw('INSERT INTO locked VALUES (3)');
      await unit.db.raw('SELECT nothing');
    });
    await assert.rejects(failing, { code: '42703' });
    assert.deepEqual(await tested.db('locked').where({ n: 3 }), []);
  });

  test('an event that the trail refuses leaves nothing, and its message quotes nothing of it', async () => {
    const refused = transaction(context(), async (unit) => {
      await unit.db.raw('INSERT INTO locked VALUES (4)');
      unit.record({ ...event, subjectAccountId: 'secret' as never });
    });
    await assert.rejects(refused, (error: Error) => !error.message.includes('requests.purged'));
    assert.deepEqual(await tested.db('locked').where({ n: 4 }), []);
    await eventually(async () => (await onTheServer()).active === 0);
  });
});

/** Does this in the place of the wait for the disk, then waits. */
async function onFlush({ db: trx }: UnitOfWork, instead: () => Promise<void>): Promise<void> {
  const connection = (await trx.client.acquireConnection()) as pg.Client;
  const query = connection.query.bind(connection) as (...sent: unknown[]) => unknown;
  connection.query = ((...sent: unknown[]) =>
    sent[0] === FLUSH ? instead().then(() => query(...sent)) : query(...sent)) as typeof connection.query;
}
