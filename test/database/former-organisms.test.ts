import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { MIGRATIONS_FOLDER, MIGRATIONS_TABLE } from '../../src/database/schema.ts';
import { NotFound } from '../../src/domain/errors.ts';
import { requestRepository } from '../../src/repositories/requests.ts';
import { roleRequestRepository } from '../../src/repositories/role-requests.ts';
import { type AccountRow, createAccount } from '../factories/accounts.ts';
import { organismOf } from '../factories/organisms.ts';
import { createRequest } from '../factories/requests.ts';
import { createTestDatabase, type TestDatabase } from '../tools/database.ts';

const MIGRATION = {
  ...{ directory: MIGRATIONS_FOLDER, tableName: MIGRATIONS_TABLE, loadExtensions: ['.ts'] },
  name: '20261129230200_former_organisms_of_requests.ts',
};

let database: TestDatabase;
let person: AccountRow;
let organisms: number[];

before(async () => {
  database = await createTestDatabase({ template: 'reference' });
  person = await createAccount(database.db, { organism: 'CAF-391' });
  organisms = await Promise.all(
    ['CAF-391', 'CPAM-391', 'CAF-251'].map(async (code) => (await organismOf(database.db, code)).id),
  );
});
after(() => database.drop());

const formerOf = async (id: number): Promise<number[]> =>
  (await database.db('requests').first('former_organism_ids').where({ id })).former_organism_ids;

test('a request keeps each organism that it leaves, once', async () => {
  const { db } = database;
  const [first = 0, second = 0, third = 0] = organisms;
  const id = await createRequest(db, { account: person });
  for (const organism of [second, third, first, second]) {
    await db('accounts').where({ id: person.id }).update({ organism_id: organism });
    await roleRequestRepository(db).follow([person.id]);
  }
  // In the order in which it left them: the first was left again.
  assert.deepEqual(await formerOf(id), [second, third, first]);
  const requests = requestRepository(db);
  for (const organism of [first, second, third])
    assert.equal((await requests.getKnownTo(id, organism)).id, id);
  const [other] = await db('organisms').whereNotIn('id', organisms).limit(1);
  await assert.rejects(requests.getKnownTo(id, other.id), NotFound);
});

test('the migration fills it back from the trail, and leaves the others alone', async () => {
  const { db } = database;
  const [first = 0, second = 0, third = 0] = organisms;
  const moved = await createRequest(db, { account: await createAccount(db, { organism: third }) });
  const still = await createRequest(db, { account: await createAccount(db, { organism: first }) });
  const event = (action: string, organism_id: number, request_id: number) => ({
    ...{ occurred_at: '2026-11-01T08:00:00Z', actor_kind: 'anonymous', action, organism_id, request_id },
  });
  const events = [
    event('request.submitted', first, moved),
    event('request.moved', second, moved),
    event('request.moved', third, moved),
    event('request.submitted', first, still),
    // What else is told of a request gives no right on it.
    event('request.accepted', second, still),
  ];
  await db.raw('SELECT audit_append_at(?::jsonb)', [JSON.stringify(events)]);
  await db.migrate.down(MIGRATION);
  await db.migrate.up(MIGRATION);
  assert.deepEqual(
    await formerOf(moved),
    [first, second].toSorted((one, other) => one - other),
  );
  assert.deepEqual(await formerOf(still), []);
});
