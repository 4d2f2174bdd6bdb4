import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { applicationRepository } from '../../src/repositories/applications.ts';
import { organismRepository } from '../../src/repositories/organisms.ts';
import { roleRepository } from '../../src/repositories/roles.ts';
import { createSnapshot, snapshotOf } from '../../src/repositories/snapshot.ts';
import { allOf } from '../tools/all-of.ts';
import { createTestDatabase, type TestDatabase } from '../tools/database.ts';

let tested: TestDatabase;
before(async () => {
  tested = await createTestDatabase({ template: 'reference' });
});
after(() => tested.drop());

test('every role and organism is there, ranked by application then role', async () => {
  const { roles, organisms } = await createSnapshot(tested.db).current();
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

test('the snapshot is read once for everyone, and again when forgotten', async () => {
  const snapshot = createSnapshot(tested.db);
  const [one, other] = await Promise.all([snapshot.current(), snapshot.current()]);
  assert.equal(one, other);
  assert.equal(await snapshot.current(), one);
  await tested.db.raw(`UPDATE organisms SET name = 'CAF renommée' WHERE code = 'CAF-391'`);
  assert.equal(await snapshot.current(), one);
  snapshot.forget();
  const renamed = [...(await snapshot.current()).organisms.values()].find(
    (organism) => organism.code === 'CAF-391',
  );
  assert.equal(renamed?.name, 'CAF renommée');
});

test('a reading that failed is tried again', async () => {
  const snapshot = createSnapshot(tested.db);
  await tested.db.raw('ALTER TABLE branches RENAME TO elsewhere');
  await assert.rejects(snapshot.current());
  await tested.db.raw('ALTER TABLE elsewhere RENAME TO branches');
  assert.ok((await snapshot.current()).organisms.size > 0);
});

test('organisms and applications are in the order of lists; roles are whole, with their application', async () => {
  const { roles, organisms, applications } = await createSnapshot(tested.db).current();
  assert.deepEqual(
    [...organisms.keys()],
    await tested.db('organisms').orderByRaw('name_key, id').pluck('id'),
  );
  const expected = await tested
    .db('applications')
    .orderBy(['theme', 'name', 'id'])
    .select('id', 'code', 'name', 'theme');
  assert.deepEqual([...applications.values()], expected);
  for (const { rank, key, application, ...role } of roles.values()) {
    assert.deepEqual(role, await roleRepository(tested.db).get(role.id));
    assert.equal(application, role.applicationName);
  }
});

test('an application without role is there, and what pages share cannot be changed', async () => {
  await tested.db('applications').insert({ code: 'vide', name: 'À vide', theme: 'Achats', position: 900 });
  const { roles, applications } = await createSnapshot(tested.db).current();
  assert.ok([...applications.values()].some(({ code }) => code === 'vide'));
  assert.ok(allOf([...roles.values()], ({ applicationCode }) => applicationCode !== 'vide'));
  assert.throws(() => Object.assign([...roles.values()][0] as object, { label: 'Autre' }), TypeError);
});

test('one snapshot serves all() of the three repositories; a transaction sees what it wrote', async () => {
  const { db } = tested;
  const snapshot = snapshotOf(db);
  snapshot.forget();
  assert.equal(snapshotOf(db), snapshot);
  const before = await snapshot.current();
  const all = await Promise.all([
    roleRepository(db).all(),
    organismRepository(db).all(),
    applicationRepository(db).all(),
  ]);
  assert.deepEqual(
    all.map((list) => list[0]),
    [before.roles, before.organisms, before.applications].map((map) => [...map.values()][0]),
  );
  await db
    .transaction(async (trx) => {
      await trx('applications').where({ code: 'vide' }).update({ name: 'Transitoire' });
      const seen = await applicationRepository(trx).all();
      assert.ok(seen.some(({ name }) => name === 'Transitoire'));
      await trx.rollback();
    })
    .catch(() => {});
  assert.ok(allOf(await applicationRepository(db).all(), ({ name }) => name !== 'Transitoire'));
});

test('it is kept for as long as changes are heard, and not a moment past its time where they are not', async () => {
  const FRESH_FOR = 60;
  const snapshot = createSnapshot(tested.db, FRESH_FOR);
  let heard = Number.POSITIVE_INFINITY;
  snapshot.heed(() => heard);
  const first = await snapshot.current();
  await pause(2 * FRESH_FOR);
  assert.equal(await snapshot.current(), first, 'what is heard of stands');
  heard = performance.now();
  assert.equal(await snapshot.current(), first);
  await pause(2 * FRESH_FOR);
  const second = await snapshot.current();
  assert.notEqual(second, first, 'nothing has been heard for too long');
  snapshot.forget();
  assert.notEqual(await snapshot.current(), second);
});
