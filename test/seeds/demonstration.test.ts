import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { isDemonstration, loadDemonstration } from '../../seeds/demonstration.ts';
import { hashPassword, verifyPassword } from '../../src/security/passwords.ts';
import { allOf } from '../tools/all-of.ts';
import { createTestClock, testClock } from '../tools/clock.ts';
import { createTestDatabase, type TestDatabase } from '../tools/database.ts';
import { assertChainIntact, assertRoleIdsMatch, digest } from './checks.ts';

let tested: TestDatabase;
before(async () => {
  tested = await createTestDatabase({ template: 'demonstration' });
});
after(() => tested.drop());

async function values<T>(query: string): Promise<T[]> {
  const found = await tested.db.raw(query);
  return found.rows.map((row: Record<string, T>) => Object.values(row)[0]);
}

// The table of the documentation: e-mail, person, organism, state, other roles, organisms administered.
const CAST = [
  'admin.cpam39@assurance-maladie.fr|Céline UNIQUE|CPAM-391|agent|active|-|CPAM-391',
  'admin.ucn@urssaf.fr|Renée CAISSE|UCN|agent|active|-|UCN',
  'auditeur@ucanss.fr|Aude AUDIT|UCANSS|agent|active|auditeur|-',
  'deontologue@extension.fr|Déon TOLOGUE|UCN|agent|active|energie-lecteur referent-deontologue|-',
  'directeur.ucn@urssaf.fr|Yves SOMMET|UCN|ADD|active|-|-',
  'directrice@caf39.caf.fr|Odile DIRECTRICE|CAF-391|ADD|active|-|-',
  'intercaf@caf.fr|Inès DEUXCAF|CAF-251|agent|active|-|CAF-251 CAF-701',
  'national@ucanss.fr|Noé NATIONAL|UCANSS|agent|active|administrateur-ucanss|-',
  'parti@caf39.caf.fr|Paul PARTI|CAF-391|agent|inactive|-|-',
  'suppleante@caf39.caf.fr|Maud SUPPLÉANTE|CAF-391|agent|active|-|CAF-391',
  'tmantel@caf39.caf.fr|Thomas MANTEL|CAF-391|agent|active|energie-lecteur|-',
  'wadama@ucanss.fr|William ADAMA|CAF-391|agent|active|-|-',
  'wtestportail@test.fr|Welcome TESTPORTAIL|CAF-391|ADD|active|accords-locaux-acces-organisme annuaire-add-lecteur annuaire-add-redacteur sda-consultation|CAF-391',
];

/** When the template was seeded. */
const SEEDED = testClock.now().toISOString();
const DAYS_AGO = (days: number) => `('${SEEDED}'::timestamptz - interval '${days} days')`;
const JURA = `(SELECT id FROM organisms WHERE code = 'CAF-391')`;

/** The dates of each table, which follow the day of seeding. */
const DATED = {
  accounts: 'created_at,organism_since,deactivated_at,last_sign_in_at',
  assignments: 'granted_at,ends_on,ended_at',
  requests: 'created_at,submitted_at,decided_at',
  batches: 'created_at',
  batch_lines: '',
  batch_effects: 'done_at',
  credentials: 'changed_at,password_hash',
};

/** The hash of the documentation's password. */
const KNOWN = `(SELECT password_hash FROM credentials JOIN accounts ON accounts.id = account_id
  WHERE email = 'wtestportail@test.fr')`;

test('the people of the documentation are as it tells, and they alone have a password that is known', async () => {
  const found = await values(`
    SELECT concat_ws('|', email, first_name || ' ' || last_name, home.code,
      CASE WHEN is_executive THEN 'ADD' ELSE 'agent' END, CASE WHEN active THEN 'active' ELSE 'inactive' END,
      coalesce((SELECT string_agg(roles.code, ' ' ORDER BY roles.code) FROM assignments JOIN roles ON roles.id = role_id
                WHERE account_id = accounts.id AND ended_at IS NULL AND kind <> 'local_administrator'), '-'),
      coalesce((SELECT string_agg(organisms.code, ' ' ORDER BY organisms.code) FROM assignments
                JOIN organisms ON organisms.id = assignments.organism_id
                WHERE account_id = accounts.id AND ended_at IS NULL), '-'))
    FROM credentials JOIN accounts ON accounts.id = account_id JOIN organisms AS home ON home.id = accounts.organism_id
    WHERE password_hash = ${KNOWN}
    ORDER BY email`);
  assert.deepEqual(found, CAST);
  const [title] = await values(`SELECT function_title FROM accounts WHERE email = 'wtestportail@test.fr'`);
  assert.equal(title, 'Directeur des tests');
});

test('the password is the one of the documentation', async () => {
  const [hash] = await values<string>(`SELECT ${KNOWN}`);
  assert.ok(await verifyPassword(hash ?? null, 'lanterne-violette-39-moulin'));
});

test('nine in ten of the others have activated their account and signed in, with a password that nobody knows', async () => {
  const [others = 0, signedIn = 0, active = 0] = await values<number>(`
    SELECT unnest(ARRAY[count(*), count(last_sign_in_at), count(credentials.account_id)])::int
    FROM accounts LEFT JOIN credentials ON account_id = accounts.id
    WHERE password_hash IS DISTINCT FROM ${KNOWN}`);
  assert.ok(others > 2_500);
  assert.equal(signedIn, active);
  assert.ok(Math.abs(active / others - 0.9) < 0.01, `${active} of ${others}`);
  const [other] = await values<string>(
    `SELECT DISTINCT password_hash FROM credentials WHERE password_hash <> ${KNOWN}`,
  );
  assert.equal(await verifyPassword(other ?? null, 'lanterne-violette-39-moulin'), false);
});

test('CAF-391 has exactly 57 people, 55 of them active, and its two local administrators', async () => {
  const active = await values(
    `SELECT active FROM accounts WHERE organism_id = (SELECT id FROM organisms WHERE code = 'CAF-391')`,
  );
  assert.equal(active.length, 57);
  assert.equal(active.filter(Boolean).length, 55);
  const administrators = await values(
    `SELECT email FROM accounts JOIN assignments ON account_id = accounts.id JOIN organisms ON organisms.id = assignments.organism_id
     WHERE ended_at IS NULL AND organisms.code = 'CAF-391' ORDER BY email`,
  );
  assert.deepEqual(administrators, ['suppleante@caf39.caf.fr', 'wtestportail@test.fr']);
});

test('CAF-391 has requests of each sort', async () => {
  const requests = await values(
    `SELECT concat_ws(' ', status, requests.kind, coalesce(validator, email)) FROM requests LEFT JOIN roles ON roles.id = role_id
     WHERE organism_id = (SELECT id FROM organisms WHERE code = 'CAF-391') AND (account_id IS NOT NULL OR status = 'pending')
     ORDER BY 1`,
  );
  const accepted = requests.filter((request) => String(request).startsWith('accepted'));
  assert.equal(accepted.length, 2);
  assert.ok(requests.includes('pending account fred.leconfine@caf39.caf.fr'));
  assert.ok(requests.includes('pending role ucanss'));
  assert.ok(requests.includes('pending role local_administrator'));
  assert.equal(requests.filter((request) => String(request).startsWith('refused')).length, 1);
});

test('about 3,000 people, 1.3 % of them executives, live in all the organisms', async () => {
  const [accounts] = await values<number>('SELECT count(*) FROM accounts');
  const [executives] = await values<number>('SELECT count(*) FROM accounts WHERE is_executive');
  const [homes] = await values('SELECT count(DISTINCT organism_id) FROM accounts');
  assert.ok(Number(accounts) > 2_700 && Number(accounts) < 3_300, `${accounts} accounts`);
  assert.ok(Math.abs(Number(executives) / Number(accounts) - 0.013) < 0.003, `${executives} executives`);
  assert.equal(homes, 287);
});

test('each organism has one to three local administrators, but for three that have none', async () => {
  const administrators = await values<number>(
    `SELECT (SELECT count(*) FROM assignments WHERE organism_id = organisms.id AND ended_at IS NULL) FROM organisms`,
  );
  assert.equal(administrators.filter((count) => count === 0).length, 3);
  assert.ok(allOf(administrators, (count) => count <= 3));
});

test('what happened holds together: no one acts before being there, on themselves, or after leaving', async () => {
  const faults = await values(`
    SELECT count(*) FROM assignments
    JOIN accounts ON accounts.id = account_id
    LEFT JOIN accounts AS granter ON granter.id = granted_by
    WHERE granted_at < accounts.created_at OR granted_at < granter.created_at OR granted_by = account_id
       OR ended_at < granted_at OR granted_at > accounts.deactivated_at OR ends_on < '2026-11-22'`);
  assert.deepEqual(faults, [0]);
  const reserved = await values(`
    SELECT DISTINCT granter.email FROM assignments JOIN roles ON roles.id = role_id
    LEFT JOIN accounts AS granter ON granter.id = granted_by WHERE validator = 'ucanss' AND kind = 'ordinary'`);
  assert.deepEqual(reserved, ['national@ucanss.fr']);
  const free = await values(
    `SELECT count(*) FROM assignments JOIN roles ON roles.id = role_id WHERE validator = 'free'`,
  );
  assert.deepEqual(free, [0]);
  const decided = await values(`
    SELECT count(*) FROM requests WHERE decided_by = account_id AND kind = 'role' OR decided_at < submitted_at`);
  assert.deepEqual(decided, [0]);
  const unlinked = await values(`
    SELECT count(*) FROM requests WHERE status = 'accepted' AND kind = 'role'
    AND NOT EXISTS (SELECT FROM assignments WHERE request_id = requests.id AND granted_at = decided_at)`);
  assert.deepEqual(unlinked, [0]);
});

test('the trail tells every account, assignment and request, in the order of time, unbroken', async () => {
  await assertChainIntact(tested.db);
  await assertRoleIdsMatch(tested.db);
  const missing = await values(`
    SELECT (SELECT count(*) FROM accounts) + (SELECT count(*) FROM assignments) + (SELECT count(*) FROM requests)
      - count(*) FROM audit_events
    WHERE action IN ('account.created', 'assignment.granted', 'delegation.granted', 'national_role.granted',
                     'request.submitted')`);
  assert.deepEqual(missing, [0]);
  const disordered = await values(`
    SELECT count(*) FROM (
      SELECT occurred_at < lag(occurred_at) OVER (ORDER BY id) AS back FROM audit_events WHERE action <> 'seed.loaded'
    ) AS step WHERE back`);
  assert.deepEqual(disordered, [0]);
});

test('a demonstration is known as such, and is not loaded over what people did', async () => {
  assert.equal(await isDemonstration(tested.db), true);
  const before = await digest(tested.db, 'accounts');
  const again = await loadDemonstration(tested.db, { clock: testClock, hashPassword });
  assert.deepEqual(again, { accounts: 0, changed: false });
  assert.equal(await digest(tested.db, 'accounts'), before);
});

test('dates follow the day of seeding: people signed in lately, and this week has its acts', async () => {
  const [shown] = await values<Record<string, number>>(`
    SELECT jsonb_build_object(
      'to come', (SELECT count(*) FROM audit_events WHERE occurred_at > '${SEEDED}'),
      'acts', (SELECT count(*) FROM audit_events WHERE occurred_at > ${DAYS_AGO(7)} AND organism_id = ${JURA}
        AND action !~ '^(sign_in|request)'),
      'signed in', (SELECT count(*) FROM accounts WHERE organism_id = ${JURA} AND last_sign_in_at > ${DAYS_AGO(7)}),
      'after they left', (SELECT count(*) FROM accounts
        WHERE last_sign_in_at NOT BETWEEN created_at AND coalesce(deactivated_at, '${SEEDED}')),
      'rights that end', (SELECT count(*) FROM assignments JOIN accounts ON accounts.id = account_id
        WHERE ended_at IS NULL AND ends_on <= ${DAYS_AGO(-30)} AND accounts.organism_id = ${JURA}),
      'delegations that end', (SELECT count(*) FROM assignments
        WHERE role_kind = 'local_administrator' AND ended_at IS NULL AND ends_on <= ${DAYS_AGO(-30)}),
      'to be reviewed', (SELECT count(DISTINCT accounts.id) FROM assignments JOIN accounts ON accounts.id = account_id
        WHERE ended_at IS NULL AND inherited_from <> accounts.organism_id AND accounts.organism_id = ${JURA}),
      'pending', (SELECT count(*) FROM requests WHERE status = 'pending' AND submitted_at > ${DAYS_AGO(28)})
        - (SELECT count(*) FROM requests WHERE status = 'pending'))`);
  const { acts = 0, 'signed in': signedIn = 0, ...rest } = shown ?? {};
  assert.ok(acts >= 10, `${acts} acts`);
  assert.ok(signedIn >= 15, `${signedIn} signed in`);
  assert.deepEqual(rest, {
    ...{ 'to come': 0, 'after they left': 0, pending: 0 },
    ...{ 'rights that end': 1, 'delegations that end': 1, 'to be reviewed': 1 },
  });
});

test('every sign-in is in the trail, the last one as the account says', async () => {
  const differing = await values<number>(`
    SELECT count(*) FROM accounts LEFT JOIN (
      SELECT actor_account_id AS id, max(occurred_at) AS at FROM audit_events
      WHERE action = 'sign_in.succeeded' GROUP BY 1
    ) AS told USING (id) WHERE last_sign_in_at IS DISTINCT FROM told.at`);
  assert.deepEqual(differing, [0]);
});

test('CAF-391 has a batch, which knows the rights that it gave', async () => {
  const lines = await values(`
    SELECT concat_ws(' ', kind, state, outcome, assignments.granted_at = batches.created_at, (
      SELECT count(*) FROM audit_events WHERE audit_events.batch_id = batches.id AND subject_account_id = batch_lines.account_id
    )) FROM batches JOIN batch_lines ON batch_id = batches.id LEFT JOIN batch_effects USING (batch_id, account_id)
      LEFT JOIN assignments ON assignments.id = batch_effects.assignment_id
    WHERE batches.organism_id = ${JURA} ORDER BY 1`);
  const skipped = lines.filter((line) => line === 'grant done already_held 0').length;
  assert.deepEqual(
    lines.slice(skipped),
    Array.from({ length: 6 }, () => 'grant done granted t 1'),
  );
  const counts = await values(`SELECT concat_ws(' ', changed, requested, skipped, messages) FROM batches`);
  assert.deepEqual(counts, [`6 0 ${skipped} 6`]);
});

test('it is the same at each seeding but for dates, whatever the day', async (t) => {
  const other = await createTestDatabase({ template: 'reference' });
  t.after(() => other.drop());
  assert.equal(await isDemonstration(other.db), false);
  const clock = createTestClock('2031-01-08T00:30:00.000Z');
  const results = await Promise.all([1, 2].map(() => loadDemonstration(other.db, { clock, hashPassword })));
  assert.deepEqual(
    results.map(({ changed }) => changed).sort(),
    [false, true],
    'two starts at once load it once',
  );
  for (const [table, dates] of Object.entries(DATED)) {
    const columns = `to_jsonb(${table}) - '{${dates}}'::text[]`;
    assert.equal(await digest(other.db, table, columns), await digest(tested.db, table, columns), table);
  }
  const event = `actor_kind, actor_account_id, action, organism_id, subject_account_id, role_id, request_id, batch_id,
    details - '{ends_on,from,to}'::text[]`;
  assert.equal(await digest(other.db, 'audit_events', event), await digest(tested.db, 'audit_events', event));
  const [to] = (await other.db.raw('SELECT max(occurred_at) AS last FROM audit_events')).rows;
  assert.deepEqual(to.last, clock.now());
  await assertChainIntact(other.db);
});
