import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { MIGRATIONS_FOLDER, MIGRATIONS_TABLE } from '../../src/database/schema.ts';
import { createAccount } from '../factories/accounts.ts';
import { organismOf } from '../factories/organisms.ts';
import { createTestDatabase, type TestDatabase } from '../tools/database.ts';

const MIGRATION = {
  ...{ directory: MIGRATIONS_FOLDER, tableName: MIGRATIONS_TABLE, loadExtensions: ['.ts'] },
  name: '20261130000000_text_as_stored.ts',
};

let database: TestDatabase;
before(async () => {
  database = await createTestDatabase({ template: 'reference' });
});
after(() => database.drop());

const runAgain = async () => {
  await database.db(MIGRATIONS_TABLE).where({ name: MIGRATION.name }).delete();
  await database.db.migrate.up(MIGRATION);
};
const events = () => database.db('audit_events').where({ action: 'text.normalised' });

test('what was typed becomes what the border lets through, once, and it is told', async () => {
  const { db } = database;
  const nobody = await createAccount(db, {
    ...{ last_name: '\u3164', first_name: '\u200b\u202e', email: 'personne@caf39.caf.fr' },
    function_title: '\u2067Agent\u2069\u200d',
  });
  const reversed = await createAccount(db, { first_name: 'Jean\u202eRUOPUD', last_name: 'NOE\u0308L' });
  const plain = await createAccount(db, { first_name: 'Anne-Marie', last_name: 'L’HÔTE' });
  const longer = await createAccount(db, { first_name: '\u0958'.repeat(80) });
  const { id: organism } = await organismOf(db, 'CAF-391');
  for (const text of ['Pas de poste', 'Pas de\u200b poste', '\u200b'])
    await db('refusal_reasons').insert({ organism_id: organism, text });
  await runAgain();

  const names = async ({ id }: { id: number }) => {
    const row = await db('accounts').where({ id }).first();
    return [row.first_name, row.last_name, row.function_title];
  };
  assert.deepEqual(await names(nobody), ['personne', 'personne', 'Agent']);
  assert.deepEqual((await names(reversed)).slice(0, 2), ['JeanRUOPUD', 'NOËL']);
  assert.deepEqual((await names(plain)).slice(0, 2), ['Anne-Marie', 'L’HÔTE']);
  assert.equal((await names(longer))[0], '\u0958'.normalize('NFC').repeat(40));
  const texts = await db('refusal_reasons').where({ organism_id: organism }).orderBy('id').pluck('text');
  assert.equal(texts[0], 'Pas de poste');
  assert.match(texts[1], /^Pas de poste \(\d+\)$/);
  assert.match(texts[2], /^\(\d+\)$/);

  const [event, ...others] = await events();
  assert.equal(others.length, 0);
  assert.deepEqual(event.details.changed, { accounts: 3, refusal_reasons: 2 });
  const named = { table: 'accounts', id: nobody.id, name: 'personne' };
  assert.deepEqual(event.details.named, [
    { ...named, column: 'last_name' },
    { ...named, column: 'first_name' },
  ]);
  assert.deepEqual([event.actor_kind, event.actor_job], ['job', 'migration']);
  const keys = await db('accounts').where({ id: nobody.id }).first('search_key', 'id');
  const found = await db('account_texts').where({ account_id: keys.id }).first();
  assert.equal(found.search_key, keys.search_key);

  await runAgain();
  assert.equal((await events()).length, 1, 'done once, there is nothing left to do');
});

test('a name of any letters fits in the indexes of the lists', async () => {
  const { db } = database;
  // Letters of four bytes in an order that nothing compresses.
  const letters = (count: number, step: number) =>
    Array.from({ length: count }, (_, index) =>
      String.fromCodePoint(0x20000 + ((index * step * 7_919) % 42_000)),
    ).join('');
  const account = await createAccount(db, {
    ...{ last_name: letters(80, 3), first_name: letters(80, 5), function_title: letters(150, 11) },
    email: `${'abcdefghijklmnopqrstuvwxyz0123456789'.repeat(6)}@caf39.caf.fr`,
  });
  await db('accounts')
    .where({ id: account.id })
    .update({ function_title: '\ufdfa'.repeat(150) });
  await db('accounts')
    .where({ id: account.id })
    .update({ last_name: '\ufdfa'.repeat(80), first_name: '\ufdfa'.repeat(80) });
  // The release before could not have stored it.
  await db('accounts')
    .where({ id: account.id })
    .update({ last_name: 'X', first_name: 'X', function_title: '' });
});

test('the schema goes down and up again', async () => {
  // Of its own: where names have just been longer than the former indexes take, their dead rows stand in the way.
  const own = await createTestDatabase({ template: 'reference' });
  const { db } = own;
  try {
    await createAccount(db, { last_name: 'AUPARAVANT' });
    const keys = () => db('account_texts').orderBy('account_id').select('account_id', 'search_key');
    const before = await keys();
    const config = { ...MIGRATION, name: '20261130000100_search_keys.ts' };
    await db.migrate.down(config);
    assert.equal((await db('accounts').columnInfo()).search_key, undefined);
    await createAccount(db, { last_name: 'ENTRETEMPS' });
    await db.migrate.up(config);
    assert.equal((await keys()).length, before.length + 1);
    assert.deepEqual((await keys()).slice(0, before.length), before);
  } finally {
    await own.drop();
  }
});
