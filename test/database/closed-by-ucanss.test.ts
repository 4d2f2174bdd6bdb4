import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { MIGRATIONS_FOLDER, MIGRATIONS_TABLE } from '../../src/database/schema.ts';
import { createAccount } from '../factories/accounts.ts';
import { grant } from '../factories/assignments.ts';
import { createTestDatabase, type TestDatabase } from '../tools/database.ts';

const MIGRATION = {
  ...{ directory: MIGRATIONS_FOLDER, tableName: MIGRATIONS_TABLE, loadExtensions: ['.ts'] },
  name: '20261129210000_closed_by_ucanss.ts',
};
const CLOSED_AT = '2026-06-15T10:00:00Z';

let database: TestDatabase;
before(async () => {
  database = await createTestDatabase({ template: 'reference' });
});
after(() => database.drop());

/** An account, closed by somebody who has the profile over this time. */
async function closedBy(role: string, fields: Record<string, unknown>, active = false): Promise<number> {
  const { db } = database;
  const by = await createAccount(db);
  await grant(db, by, role, fields);
  const closure = active ? {} : { deactivated_at: CLOSED_AT };
  return (await createAccount(db, { active, deactivated_by: by.id, ...closure })).id;
}

test('P9: the migration leaves to Ucanss what its administrators closed while they were, and that alone', async () => {
  const { db } = database;
  const ended = (ended_at: string) => ({ ended_at, end_kind: 'removed', granted_at: '2026-01-01T00:00:00Z' });
  const role = 'administrateur-ucanss';
  const theirs = [
    await closedBy(role, { granted_at: '2026-01-01T00:00:00Z' }),
    await closedBy(role, { granted_at: CLOSED_AT }),
    await closedBy(role, ended('2026-06-15T10:00:01Z')),
  ];
  const others = [
    await closedBy(role, { granted_at: '2026-06-15T10:00:01Z' }),
    await closedBy(role, ended(CLOSED_AT)),
    await closedBy('auditeur', { granted_at: '2026-01-01T00:00:00Z' }),
    await closedBy('administrateur-local', { granted_at: '2026-01-01T00:00:00Z', organism: 'CAF-391' }),
    await closedBy(role, { granted_at: '2026-01-01T00:00:00Z' }, true),
  ];
  await db.migrate.down(MIGRATION);
  await db.migrate.up(MIGRATION);
  const kept = await db('accounts').where({ closed_by_ucanss: true }).orderBy('id').pluck('id');
  assert.deepEqual(kept, theirs);
  assert.equal(new Set([...theirs, ...others]).size, 8);
});
