import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { MIGRATIONS_FOLDER, MIGRATIONS_TABLE } from '../../src/database/schema.ts';
import { batchRepository } from '../../src/repositories/batches.ts';
import { batchList } from '../../src/repositories/lists/batches.ts';
import { type AccountRow, createAccount } from '../factories/accounts.ts';
import { createDraft } from '../factories/drafts.ts';
import { createTestDatabase, type TestDatabase } from '../tools/database.ts';

const MIGRATION = {
  ...{ directory: MIGRATIONS_FOLDER, tableName: MIGRATIONS_TABLE, loadExtensions: ['.ts'] },
  name: '20261201100000_batch_drafts.ts',
};

let database: TestDatabase;
let person: AccountRow;

before(async () => {
  database = await createTestDatabase({ template: 'reference' });
  person = await createAccount(database.db);
});
after(() => database.drop());

const listed = async () =>
  (await batchList(database.db).page(null, 'asc', { page: 1, size: 100 })).rows.map(({ id }) => id);

/** A batch and its line, as the release before writes them. */
async function writtenBefore(): Promise<number> {
  const { db } = database;
  const [{ id }] = await db('batches')
    .insert({
      ...{ kind: 'deactivate', role_id: null, organism_id: person.organism_id, reason: 'Départ' },
      ...{ created_by: person.id, created_at: new Date(), announcement: db.raw('gen_random_uuid()') },
    })
    .returning('id');
  await db('batch_lines').insert({ batch_id: id, account_id: person.id, outcome: 'deactivated' });
  await db('batches').where({ id }).update({ changed: 1 });
  return id;
}

test('what the release before writes is a batch that is done, with nothing more to say', async () => {
  const id = await writtenBefore();
  await createDraft(database.db, {
    ...{ createdBy: person.id, organismId: person.organism_id, selectedIds: [person.id] },
  });
  assert.deepEqual(await listed(), [id]);
  const { changed, messages } = await batchRepository(database.db).getManaged(id, person.organism_id);
  assert.deepEqual([changed, messages], [1, null]);
});

test('the schema goes down, without what it cannot say, and up again', async () => {
  const { db } = database;
  const id = await writtenBefore();
  const ofPeople = { createdBy: person.id, organismId: person.organism_id, selectedIds: [person.id] };
  await createDraft(db, ofPeople);
  await createDraft(db, { ...ofPeople, organismId: null });
  await db.migrate.down(MIGRATION);
  assert.deepEqual((await db('batches').columnInfo()).state, undefined);
  const kept: number[] = await db('batches').orderBy('id').pluck('id');
  assert.ok(kept.includes(id));
  await db.migrate.up(MIGRATION);
  assert.deepEqual(await listed(), kept);
});
