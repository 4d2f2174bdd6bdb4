import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Database } from '../../src/database/knex.ts';
import { accountOf, createAccount } from '../factories/accounts.ts';
import { grant } from '../factories/assignments.ts';
import { createFactors, createReset } from '../factories/factors.ts';
import { createFailedMessage } from '../factories/messages.ts';
import { organismOf } from '../factories/organisms.ts';
import { createPlannedAct } from '../factories/planned-acts.ts';
import { createRequest } from '../factories/requests.ts';
import { SOME_DAY } from '../factories/sequence.ts';
import { createTestDatabase, type TestDatabase } from '../tools/database.ts';
import { BAD_ROWS, IMPLIED } from './bad-rows.ts';

/** Keys of several columns say something of the domain; those of one only that a number is of one row. */
const WRITTEN = `
  SELECT conname AS name FROM pg_constraint
  WHERE connamespace = 'public'::regnamespace AND conparentid = 0 AND NOT conrelid::regclass::text ~ '_\\d{4}_\\d\\d$'
    AND (contype IN ('c', 'u', 'f', 'x') OR contype = 'p' AND cardinality(conkey) > 1)
    AND conname <> 'audit_events_pkey'
  UNION SELECT indexname FROM pg_indexes
  WHERE schemaname = 'public' AND indexdef LIKE 'CREATE UNIQUE%' AND indexdef LIKE '% WHERE %'
  ORDER BY 1`;

const REFUSED = new Set(['23503', '23505', '23514']);

describe('what the database refuses, whatever the code does', () => {
  let database: TestDatabase;
  let db: Database;

  before(async () => {
    database = await createTestDatabase({ template: 'demonstration' });
    db = database.db;
    await fill(db);
  });
  after(() => database.drop());

  test('the list has every constraint of the schema, and no other', async () => {
    const { rows } = await db.raw(WRITTEN);
    const names = rows
      .map(({ name }: { name: string }) => name)
      .filter((name: string) => !IMPLIED.includes(name));
    assert.deepEqual(names.sort(), [...BAD_ROWS.keys()].sort());
  });

  for (const [name, statement] of BAD_ROWS) {
    test(`${name} refuses a bad row`, async () => {
      const tried = db.transaction(async (trx) => {
        const result = await trx.raw(statement);
        const counts = [result].flat().map(({ rowCount }) => rowCount);
        assert.fail(`nothing refuses it: ${statement} (${counts} rows)`);
      });
      await assert.rejects(tried, ({ code, constraint }: { code?: string; constraint?: string }) => {
        assert.equal(constraint, name);
        assert.ok(REFUSED.has(code ?? ''), code);
        return true;
      });
    });
  }
});

/** Second factors of two people. */
async function fillFactors(db: Database, people: readonly number[]): Promise<void> {
  const added_at = SOME_DAY;
  for (const account_id of people) {
    await db('authenticators').insert({ account_id, secret: Buffer.from('s'), last_step: 1, added_at });
    const key = { public_key: Buffer.from('k'), sign_count: 0, transports: [], synced: false, name: 'Clé' };
    await db('passkeys').insert({ account_id, credential_id: `c${account_id}`, ...key, added_at });
    await db('passkey_handles').insert({ account_id, handle: `h${account_id}` });
    await db('recovery_codes').insert({ account_id, code_hash: 'x', added_at });
  }
  await db('used_challenges').insert({ challenge_hash: 'x', expires_at: SOME_DAY });
}

/** A row at least in each table, with something in each column that names another one. */
async function fill(db: Database): Promise<void> {
  const { id: by } = await accountOf(db, 'national@ucanss.fr');
  const { id: organism_id } = await organismOf(db, 'CAF-391');
  const role_id = (await db('roles').first('id').where({ code: 'energie-lecteur' })).id;
  const person = await createAccount(db, { created_by: by, deactivated_by: by, active: false });
  for (const table of ['applications', 'organisms', 'roles'])
    await db(table)
      .whereRaw('id = (SELECT min(id) FROM ??)', [table])
      .update({ edited_at: SOME_DAY, edited_by: by });
  await createRequest(db, {});
  const request_id = await createRequest(db, { account: person, role: 'sda-consultation' });
  const assignment_id = await grant(db, person, 'energie-lecteur', {
    ...{ granted_by: by, inherited_from: organism_id, request_id },
    ...{ ended_at: SOME_DAY, ended_by: by, end_kind: 'removed' },
  });
  const [address] = await db('requests')
    .insert({
      ...{ kind: 'address', status: 'pending', organism_id, account_id: person.id, requested_by: by },
      ...{ last_name: 'X', first_name: 'Y', email: person.email, new_email: 'autre@test.fr' },
      ...{ created_at: SOME_DAY, submitted_at: SOME_DAY },
    })
    .returning('id');
  await createRequest(db, {
    ...{ account: person, kind: 'correction', role_id: null },
    changes: { nom: { from: 'X', to: 'Y' } },
  });
  const [change] = await db('email_changes')
    .insert({
      ...{ account_id: person.id, new_email: 'autre@test.fr', asked_by: by, asked_at: SOME_DAY },
      ...{ request_id: address.id, agreed_by: by, agreed_at: SOME_DAY },
    })
    .returning('id');
  const link = { created_at: SOME_DAY, expires_at: SOME_DAY };
  await db('tokens').insert([
    { purpose: 'activation', token_hash: 'a', account_id: person.id, ...link },
    { purpose: 'request_confirmation', token_hash: 'b', request_id, ...link },
    { purpose: 'email_change', token_hash: 'c', account_id: person.id, email_change_id: change.id, ...link },
  ]);
  await fillFactors(db, [person.id, by]);
  await fillResets(db, by);
  const batches: number[] = [];
  for (const announcement of [null, null]) {
    const [batch] = await db('batches')
      .insert({ kind: 'grant', role_id, organism_id, created_by: by, created_at: SOME_DAY, announcement })
      .returning('id');
    await db('batch_lines').insert({
      batch_id: batch.id,
      account_id: person.id,
      outcome: 'granted',
      assignment_id,
    });
    batches.push(batch.id);
  }
  const [batch_id] = batches;
  const of = { batch_id, account_id: person.id, role_id, request_id, assignment_id };
  await db('batch_effects').insert({ action: 'assignment.granted', done_at: SOME_DAY, ...of });
  const undo = { kind: 'undo', undoes: batch_id, organism_id, created_by: by, created_at: SOME_DAY };
  await db('batches').insert(undo);
  await db('assignments').where({ id: assignment_id }).update({ restored_from: assignment_id });
  await createPlannedAct(db, person, { asked_by: by });
  const [file] = await db('nomination_imports')
    .insert({
      ...{ file_name: 'f', sha256: 'a'.repeat(64), created_by: by, created_at: SOME_DAY },
      ...{ state: 'applying', batch_id },
    })
    .returning('id');
  const line = {
    ...{ import_id: file.id, reference: 'R', act: 'fin', effective_on: '2026-11-22', last_name: 'X' },
    ...{ first_name: 'Y', email: '', function_title: '', organism_code: '', verdict: 'end' },
    ...{ account_id: person.id, settled_at: SOME_DAY },
  };
  await db('nomination_lines').insert([
    { line: 2, state: 'applied', ...line },
    { line: 3, state: 'left', ...line },
  ]);
  await db('batch_announcements').insert({
    ...{
      key: '00000000-0000-4000-8000-000000000001',
      kind: 'grant',
      role_id,
      organism_id,
      account_ids: [by],
    },
    ...{ announced_by: by, announced_at: SOME_DAY },
  });
  await db('kept_forms').insert({
    ...{ key_hash: 'k', account_id: by, path: '/', page: '/', fields: '', expires_at: SOME_DAY },
  });
  await db('known_devices').insert({ account_id: by, device_hash: 'd', expires_at: SOME_DAY });
  await db('form_keys').insert({ account_id: by, key_hash: 'k', input_hash: 'i', done_at: SOME_DAY });
  await db('refusal_reasons').insert({ organism_id, text: 'Un motif d’ici' });
  for (const fields of [{ account_id: by }, { request_id }, { batch_id }])
    await createFailedMessage(db, fields);
}

/** A second factor that a reset has ended, and its link. */
async function fillResets(db: Database, asked_by: number): Promise<void> {
  const { id: account_id } = await createAccount(db);
  await createFactors(db, { id: account_id });
  const reset_id = await createReset(db, { id: account_id }, { asked_by });
  for (const table of ['authenticators', 'passkeys', 'recovery_codes'])
    await db(table).where({ account_id }).update({ reset_id });
  const link = { created_at: SOME_DAY, expires_at: SOME_DAY, account_id, factor_reset_id: reset_id };
  await db('tokens').insert({ purpose: 'factor_reset', token_hash: 'd', ...link });
}
