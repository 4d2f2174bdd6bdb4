import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type Database, openDatabase } from '../../src/database/knex.ts';
import { sameDatabase } from '../../src/database/same-database.ts';
import { createTestDatabase, type TestDatabase } from '../tools/database.ts';

describe('whether two pools lead to one database', () => {
  let here: TestDatabase;
  let there: TestDatabase;
  let again: Database;
  before(async () => {
    here = await createTestDatabase({ template: 'empty' });
    there = await createTestDatabase({ template: 'empty' });
    again = openDatabase(here.url, { kind: 'commands', connections: 1 });
  });
  after(async () => {
    await again.destroy();
    await here.drop();
    await there.drop();
  });

  test('two pools on one: yes, each way, and no lock is left', async () => {
    assert.deepEqual([await sameDatabase(here.db, again), await sameDatabase(again, here.db)], [true, true]);
    const { rows } = await here.db.raw(`SELECT count(*)::int AS locks FROM pg_locks
      WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`);
    assert.equal(rows[0].locks, 0);
  });

  test('two databases of one server, alike but for their names: no', async () => {
    assert.equal(await sameDatabase(here.db, there.db), false);
  });
});
