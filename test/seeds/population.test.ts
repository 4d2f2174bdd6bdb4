import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { sizesOf } from '../../seeds/population/sizes.ts';
import { type PopulationReport, populate } from '../../seeds/population.ts';
import { allOf } from '../tools/all-of.ts';
import { createTestDatabase, type TestDatabase } from '../tools/database.ts';
import { assertChainIntact, assertRoleIdsMatch, digest } from './checks.ts';

const ACCOUNTS = 3_000;
const EXTRA_REQUESTS = 40;

let tested: TestDatabase;
let structure: unknown;
let last: { account: number; event: number };
let report: PopulationReport;
const steps: [string, number][] = [];

before(async () => {
  tested = await createTestDatabase({ template: 'demonstration' });
  structure = await structureOf(tested);
  const found = await tested.db.raw(
    'SELECT (SELECT max(id) FROM accounts) AS account, (SELECT last_id FROM audit_head) AS event',
  );
  last = found.rows[0];
  const onProgress = (step: string, done: number) => steps.push([step, done]);
  report = await populate(tested.db, { accounts: ACCOUNTS, requests: EXTRA_REQUESTS, onProgress });
});
after(() => tested.drop());

/** Indexes, constraints and triggers, as their definitions and states. */
async function structureOf({ db }: TestDatabase): Promise<unknown> {
  const found = await db.raw(`
    SELECT
      (SELECT jsonb_agg(indexdef ORDER BY indexdef) FROM pg_indexes WHERE schemaname = 'public'
         AND tablename NOT LIKE 'audit%') AS indexes,
      (SELECT jsonb_agg(ARRAY[conrelid::regclass::text, conname, pg_get_constraintdef(oid), convalidated::text]
         ORDER BY conrelid::regclass::text, conname) FROM pg_constraint WHERE connamespace = 'public'::regnamespace
         AND conrelid::regclass::text NOT LIKE 'audit%') AS constraints,
      (SELECT jsonb_agg(ARRAY[tgname, tgenabled::text] ORDER BY tgname) FROM pg_trigger
         WHERE NOT tgisinternal AND tgrelid::regclass::text NOT LIKE 'audit%') AS triggers
  `);
  return found.rows[0];
}

async function value<T>(query: string): Promise<T> {
  const found = await tested.db.raw(query);
  return Object.values(found.rows[0])[0] as T;
}

test('it adds the accounts asked for, 6 to 7 assignments each, and at least two events each', async () => {
  assert.equal(report.accounts, ACCOUNTS);
  assert.equal(await value(`SELECT count(*) FROM accounts WHERE id > ${last.account}`), ACCOUNTS);
  const each = report.assignments / ACCOUNTS;
  assert.ok(each >= 6 && each <= 7, `${each} assignments an account`);
  assert.ok(report.events >= 2 * ACCOUNTS, `${report.events} events`);
  assert.equal(await value(`SELECT count(*) FROM audit_events WHERE id > ${last.event}`), report.events);
});

test('role_ids equals the live assignments, and the chain of the trail holds', async () => {
  await assertRoleIdsMatch(tested.db);
  await assertChainIntact(tested.db);
});

test('indexes, constraints and triggers are what they were', async () => {
  assert.deepEqual(await structureOf(tested), structure);
});

test('numbers go on after the population', async () => {
  const organism = await value<number>('SELECT min(id) FROM organisms');
  const added = await tested
    .db('accounts')
    .insert({
      email: 'apres@extension.fr',
      last_name: 'APRÈS',
      first_name: 'Léa',
      organism_id: organism,
      organism_since: '2026-11-22',
      created_at: '2026-11-22',
    })
    .returning('id');
  assert.deepEqual(added, [{ id: last.account + ACCOUNTS + 1 }]);
  await tested.db('accounts').where({ email: 'apres@extension.fr' }).delete();
});

test('the events go over two years, in the order of time', async () => {
  const span = await value<boolean>(
    `SELECT min(occurred_at) < '2024-09-05' AND max(occurred_at) BETWEEN '2026-08-25' AND '2026-09-01'
     FROM audit_events WHERE id > ${last.event}`,
  );
  assert.equal(span, true);
  const back = await value(`
    SELECT count(*) FROM (
      SELECT occurred_at < lag(occurred_at) OVER (ORDER BY id) AS back FROM audit_events WHERE id > ${last.event}
    ) AS step WHERE back`);
  assert.equal(back, 0);
});

test('what happened holds together, and nobody acts on themselves', async () => {
  const faults = await value(`
    SELECT count(*) FROM assignments
    JOIN accounts ON accounts.id = account_id LEFT JOIN accounts AS granter ON granter.id = granted_by
    WHERE account_id > ${last.account} AND (granted_at < accounts.created_at OR granted_at < granter.created_at
      OR granted_by = account_id OR ended_at < granted_at)`);
  assert.equal(faults, 0);
  const without = await value(
    'SELECT count(*) FROM organisms WHERE NOT EXISTS (SELECT FROM assignments WHERE organism_id = organisms.id AND ended_at IS NULL)',
  );
  assert.equal(without, 3);
});

test('local administrators are the only special people it adds, one to three in each organism', async () => {
  const given = await tested.db.raw(`
    SELECT role_kind, organism_id, count(*) AS count FROM assignments
    WHERE account_id > ${last.account} AND role_kind <> 'ordinary' GROUP BY role_kind, organism_id`);
  const counts = given.rows as { role_kind: string; organism_id: number; count: number }[];
  assert.equal(counts.length, 287 - 3);
  assert.ok(allOf(counts, ({ role_kind, count }) => role_kind === 'local_administrator' && count <= 3));
  const away = await value(`
    SELECT count(*) FROM assignments JOIN accounts ON accounts.id = account_id
    WHERE account_id > ${last.account} AND assignments.organism_id <> accounts.organism_id`);
  assert.equal(away, 0);
});

test('requests wait everywhere in proportion, and those asked for in the largest organism', async () => {
  const largest = await value<number>(
    `SELECT organism_id FROM accounts WHERE id > ${last.account} GROUP BY organism_id ORDER BY count(*) DESC LIMIT 1`,
  );
  const pending = await value<number>(
    `SELECT count(*) FROM requests WHERE status = 'pending' AND (account_id > ${last.account} OR email LIKE '%.d%@%')`,
  );
  const ordinary = pending - EXTRA_REQUESTS;
  assert.ok(ordinary > ACCOUNTS / 150 && ordinary < ACCOUNTS / 40, `${ordinary} pending requests`);
  const there = await value<number>(
    `SELECT count(*) FROM requests WHERE status = 'pending' AND organism_id = ${largest}`,
  );
  assert.ok(there >= EXTRA_REQUESTS, `${there} in the largest organism`);
});

test('progress only goes forward, to the end', () => {
  assert.ok(allOf(steps, ([, done], index) => index === 0 || done >= (steps[index - 1]?.[1] ?? 0)));
  assert.ok(Math.abs((steps.at(-1)?.[1] ?? 0) - 1) < 1e-9);
});

test('the same start gives the same population, and a second one comes on top', async (t) => {
  const other = await createTestDatabase({ template: 'demonstration' });
  t.after(() => other.drop());
  await populate(other.db, { accounts: ACCOUNTS, requests: EXTRA_REQUESTS });
  for (const table of ['accounts', 'assignments', 'requests', 'audit_events']) {
    assert.equal(await digest(other.db, table), await digest(tested.db, table), table);
  }
  await populate(other.db, { accounts: 1_000 });
  await assertRoleIdsMatch(other.db);
  await assertChainIntact(other.db);
});

test('the largest organism has a thirtieth of the accounts, and everyone is somewhere', async () => {
  const organisms = await tested.db('organisms').select('id', 'code', 'acronym', 'department');
  for (const accounts of [1_000, 3_001, 150_000, 1_500_000]) {
    const sizes = sizesOf(organisms, accounts);
    assert.equal(
      sizes.reduce((sum, size) => sum + size, 0),
      accounts,
    );
    assert.ok(Math.min(...sizes) >= 1);
    assert.equal(Math.max(...sizes), Math.floor(accounts / 30));
  }
});

test('when it fails, everything is as it was', async () => {
  const before = await digest(tested.db, 'accounts');
  await tested.db.raw(
    `ALTER TABLE audit_head ADD CONSTRAINT full_trail CHECK (last_id <= ${last.event + report.events})`,
  );
  await assert.rejects(populate(tested.db, { accounts: 1_000 }), /full_trail/);
  assert.deepEqual(await structureOf(tested), structure);
  assert.equal(await digest(tested.db, 'accounts'), before);
  await assertRoleIdsMatch(tested.db);
});
