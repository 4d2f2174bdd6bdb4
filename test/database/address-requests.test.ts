import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { MIGRATIONS_FOLDER, MIGRATIONS_TABLE } from '../../src/database/schema.ts';
import { type AccountRow, createAccount } from '../factories/accounts.ts';
import { createTestDatabase, type TestDatabase } from '../tools/database.ts';

const MIGRATION = {
  ...{ directory: MIGRATIONS_FOLDER, tableName: MIGRATIONS_TABLE, loadExtensions: ['.ts'] },
  name: '20261129220000_address_requests.ts',
};
const ASKED_AT = new Date('2026-11-20T09:00:00Z');

let database: TestDatabase;
before(async () => {
  database = await createTestDatabase({ template: 'reference' });
});
after(() => database.drop());

test('P11: an address that others asked for and that waits becomes a request of its organism; no other does', async () => {
  const { db } = database;
  const asker = await createAccount(db, { organism: 'CPAM-391' });
  const change = async (by: AccountRow | null, ended: object = {}) => {
    const person = await createAccount(db, { organism: 'CAF-391', phone: '01 02 03 04 05' });
    const new_email = `nouvelle.${person.email}`;
    const asked = { asked_by: by?.id ?? person.id, asked_at: ASKED_AT };
    const [row] = await db('email_changes')
      .insert({ account_id: person.id, new_email, ...asked, ...ended })
      .returning('id');
    return { id: row.id as number, new_email, person };
  };
  const waiting = await change(asker);
  const others = [
    await change(null),
    await change(asker, { outcome: 'changed', ended_at: ASKED_AT }),
    await change(asker, { outcome: 'cancelled', ended_at: ASKED_AT }),
  ];
  await db.migrate.down(MIGRATION);
  await db.migrate.up(MIGRATION);
  const [request, ...more] = await db('requests').where({ kind: 'address' });
  assert.deepEqual(more, []);
  const { person } = waiting;
  assert.deepEqual(
    [request.status, request.organism_id, request.account_id, request.requested_by],
    ['pending', person.organism_id, person.id, asker.id],
  );
  assert.deepEqual(
    [request.last_name, request.first_name, request.email, request.function_title, request.phone],
    [person.last_name, person.first_name, person.email, 'Gestionnaire', '01 02 03 04 05'],
  );
  assert.deepEqual(
    [request.new_email, request.created_at, request.submitted_at],
    [waiting.new_email, ASKED_AT, ASKED_AT],
  );
  const requestOf = async ({ id }: { id: number }) =>
    (await db('email_changes').first('request_id').where({ id })).request_id;
  assert.equal(await requestOf(waiting), request.id);
  for (const other of others) assert.equal(await requestOf(other), null);
});
