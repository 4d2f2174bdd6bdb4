import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createLabels } from '../../src/repositories/labels.ts';
import { createTestDatabase, type TestDatabase } from '../tools/database.ts';

let tested: TestDatabase;
before(async () => {
  tested = await createTestDatabase({ template: 'reference' });
});
after(() => tested.drop());

test('every role and organism is there, ranked by application then role', async () => {
  const { roles, organisms } = await createLabels(tested.db).current();
  const expected = await tested.db.raw(
    `SELECT roles.id FROM roles JOIN applications ON applications.id = application_id
     ORDER BY applications.position, roles.position`,
  );
  const ranked = [...roles.values()].sort((one, other) => one.rank - other.rank).map((role) => role.id);
  assert.deepEqual(
    ranked,
    expected.rows.map((row: { id: number }) => row.id),
  );
  const count = await tested.db('organisms').count().first();
  assert.equal(organisms.size, count?.count);
  const jura = [...organisms.values()].find((organism) => organism.code === 'CAF-391');
  assert.equal(jura?.key, 'caf du jura caf391');
  assert.equal(jura?.branch, 'Branche Famille');
});

test('labels are read once for everyone, and again when forgotten', async () => {
  const labels = createLabels(tested.db);
  const [one, other] = await Promise.all([labels.current(), labels.current()]);
  assert.equal(one, other);
  assert.equal(await labels.current(), one);
  await tested.db.raw(`UPDATE organisms SET name = 'CAF renommée' WHERE code = 'CAF-391'`);
  assert.equal(await labels.current(), one);
  labels.forget();
  const renamed = [...(await labels.current()).organisms.values()].find(
    (organism) => organism.code === 'CAF-391',
  );
  assert.equal(renamed?.name, 'CAF renommée');
});

test('a reading that failed is tried again', async () => {
  const labels = createLabels(tested.db);
  await tested.db.raw('ALTER TABLE branches RENAME TO elsewhere');
  await assert.rejects(labels.current());
  await tested.db.raw('ALTER TABLE elsewhere RENAME TO branches');
  assert.ok((await labels.current()).organisms.size > 0);
});
