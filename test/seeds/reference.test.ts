import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { loadReference } from '../../seeds/reference.ts';
import { testClock } from '../tools/clock.ts';
import { createTestDatabase, type TestDatabase } from '../tools/database.ts';

let tested: TestDatabase;
before(async () => {
  tested = await createTestDatabase({ template: 'reference' });
});
after(() => tested.drop());

const load = () => loadReference(tested.db, { clock: testClock });
const loads = async () =>
  await tested
    .db('audit_events')
    .where({ action: 'seed.loaded' })
    .select('actor_job', 'details')
    .orderBy('id');

test('every organism, branch, application and role of the files is there', async () => {
  const counted = await tested.db.raw(`
    SELECT (SELECT count(*) FROM organisms) AS organisms, (SELECT count(*) FROM roles) AS roles,
           (SELECT array_agg(label ORDER BY label COLLATE "C") FROM branches) AS branches
  `);
  assert.deepEqual(counted.rows[0], {
    organisms: 287,
    roles: 55,
    branches: [
      'Branche Autonomie',
      'Branche Famille',
      'Branche Maladie',
      'Branche Recouvrement',
      'Branche Retraite',
      'Interbranche',
      'État',
    ],
  });
  assert.deepEqual(await loads(), [
    { actor_job: 'seed', details: { organisms: 287, roles: 55, demonstration: false } },
  ]);
});

test('an organism is described, without a mail domain where none is known', async () => {
  const jura = await tested
    .db('organisms')
    .join('branches', 'branches.id', 'branch_id')
    .where({ code: 'CAF-391' });
  const { name, acronym, department, region, city, mail_domain, label } = { label: '', ...jura[0] };
  assert.deepEqual(
    [acronym, department, region, city, mail_domain, label],
    ['CAF', '39', 'Bourgogne-Franche-Comté', 'Saint-Claude', 'caf39.caf.fr', 'Branche Famille'],
  );
  assert.ok(name);
  const unknown = await tested.db('organisms').whereNull('mail_domain').pluck('code');
  assert.deepEqual(unknown.sort(), ['CCSS-481', 'INST410', 'MNC']);
});

test('roles say who validates them and how they are asked for', async () => {
  const roles = await tested
    .db('roles')
    .whereIn('code', [
      'administrateur-local',
      'energie-lecteur',
      'energie-administrateur',
      'formation-lecteur',
      'referent-deontologue',
    ])
    .select('code', 'kind', 'validator', 'request_mode', tested.db.raw('procedure IS NOT NULL AS told'))
    .orderBy('code');
  assert.deepEqual(
    roles.map(({ code, kind, validator, request_mode, told }) => [code, kind, validator, request_mode, told]),
    [
      ['administrateur-local', 'local_administrator', 'local_administrator', 'none', false],
      ['energie-administrateur', 'ordinary', 'ucanss', 'online', false],
      ['energie-lecteur', 'ordinary', 'local_administrator', 'online', false],
      ['formation-lecteur', 'ordinary', 'free', 'none', false],
      ['referent-deontologue', 'ordinary', 'ucanss', 'procedure', true],
    ],
  );
});

test('positions follow the order of the file', async () => {
  const first = await tested.db('roles').orderBy('position').limit(4).pluck('code');
  assert.deepEqual(first, [
    'administrateur-local',
    'administrateur-ucanss',
    'auditeur',
    'accords-locaux-acces-organisme',
  ]);
  const applications = await tested.db('applications').orderBy('position').limit(3).pluck('code');
  assert.deepEqual(applications, ['gestion-des-habilitations', 'accords-locaux', 'sda']);
});

test('a second load changes nothing, leaves no event and uses up no number', async () => {
  const numbers = () => tested.db.raw('SELECT last_value FROM branches_id_seq');
  const before = (await numbers()).rows;
  assert.deepEqual(await load(), { organisms: 0, roles: 0, changed: false });
  assert.equal((await loads()).length, 1);
  assert.deepEqual((await numbers()).rows, before);
});

test('what Ucanss edited stays; what is missing is added, and traced', async () => {
  await tested.db('organisms').where({ code: 'CAF-391' }).update({ name: 'CAF jurassienne' });
  await tested.db('roles').where({ code: 'energie-lecteur' }).update({ validator: 'ucanss' });
  await tested.db('roles').where({ code: 'referent-deontologue' }).delete();
  assert.deepEqual(await load(), { organisms: 0, roles: 1, changed: true });
  assert.equal((await tested.db('organisms').where({ code: 'CAF-391' }).first()).name, 'CAF jurassienne');
  assert.equal((await tested.db('roles').where({ code: 'energie-lecteur' }).first()).validator, 'ucanss');
  assert.equal((await tested.db('roles').where({ code: 'referent-deontologue' }).first()).position, 55);
  assert.deepEqual((await loads()).at(-1)?.details, { organisms: 0, roles: 1, demonstration: false });
});

test('several loads at once add everything once', async () => {
  for (const table of ['roles', 'applications', 'organisms', 'branches']) await tested.db(table).delete();
  const added = await Promise.all([load(), load(), load()]);
  assert.deepEqual(added.map(({ organisms, roles }) => [organisms, roles]).sort(), [
    [0, 0],
    [0, 0],
    [287, 55],
  ]);
});
