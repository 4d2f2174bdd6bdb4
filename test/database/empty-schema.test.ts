import assert from 'node:assert/strict';
import { test } from 'node:test';
import { emptySchema } from '../../src/database/empty-schema.ts';
import { openDatabase } from '../../src/database/knex.ts';
import { isMigrated, migrateUp } from '../../src/database/migrate.ts';
import { createTestDatabase } from '../tools/database.ts';

test('a database is emptied once nobody else uses it, and migrates again', async () => {
  const { db: other, url, drop } = await createTestDatabase({ template: 'reference' });
  const db = openDatabase(url, { kind: 'commands', connections: 1 });
  try {
    await other.raw('SELECT 1');
    assert.equal(await emptySchema(db), false);
    assert.ok(await isMigrated(db), 'nothing is lost while somebody is there');
    await other.destroy();
    assert.equal(await emptySchema(db), true);
    assert.equal(await db.schema.hasTable('accounts'), false);
    await db.destroy();
    await migrateUp(url);
  } finally {
    await db.destroy();
    await drop();
  }
});
