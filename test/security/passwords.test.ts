import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { after, before, describe, test } from 'node:test';
import { type Measure, onMeasure } from '../../src/database/measures.ts';
import { hashPassword, verifyPassword } from '../../src/security/passwords.ts';
import { createAccount } from '../factories/accounts.ts';
import { createTestDatabase, type TestDatabase } from '../tools/database.ts';
import { bareEnvironment } from '../tools/process.ts';
import { root } from '../tools/sources.ts';

const PASSWORD = 'trois cerises bleues volent';

describe('a password beside what is stored', () => {
  const faults: Measure[] = [];
  onMeasure((taken) => {
    if (taken.kind === 'fault') faults.push(taken);
  });

  test('matches its own hash and no other, however its accents were typed', async () => {
    const stored = await hashPassword('é'.normalize('NFD') + PASSWORD);
    assert.equal(await verifyPassword(stored, `é${PASSWORD}`), true);
    assert.equal(await verifyPassword(stored, PASSWORD), false);
    assert.equal(await verifyPassword(null, PASSWORD), false);
    assert.deepEqual(faults, []);
  });

  test('never matches what is malformed, which is told once each time, and names nobody', async () => {
    const whole = await hashPassword(PASSWORD);
    const malformed = [
      '',
      'x',
      '$2b$10$abcdefghijklmnopqrstuv',
      whole.slice(0, 40),
      whole.replace('t=2', 't=0'),
    ];
    for (const stored of malformed) {
      faults.length = 0;
      assert.equal(await verifyPassword(stored, PASSWORD), false, stored);
      assert.equal(faults.length, 1);
      assert.doesNotMatch(JSON.stringify(faults), /argon2|cerises/);
    }
  });
});

// In a process that may not have all the memory that this hash asks for.
describe('a library that cannot verify, for want of memory', { skip: process.platform !== 'linux' }, () => {
  let database: TestDatabase;
  before(async () => {
    database = await createTestDatabase({ template: 'reference' });
  });
  after(() => database.drop());

  const SIGN_IN = `
    const { openDatabase } = await import('./src/database/knex.ts');
    const { createServices } = await import('./src/services/index.ts');
    const { systemClock } = await import('./src/domain/clock.ts');
    const [url, email] = process.argv.slice(1);
    const { signIn } = createServices({ db: openDatabase(url), clock: systemClock });
    const said = await signIn.signIn(email, 'x', { address: '192.0.2.1', device: null }).then(({ kind }) => kind, (error) => error.message);
    console.log(said);
    process.exit();`;

  test('fails, rather than say that the password is wrong: no failed attempt is counted or traced', async () => {
    const { id, email } = await createAccount(database.db, { password: PASSWORD });
    const greedy = (await hashPassword(PASSWORD)).replace(/m=\d+/, 'm=4000000000');
    await database.db('credentials').where({ account_id: id }).update({ password_hash: greedy });
    const limited = 'ulimit -v 30000000 && exec "$0" --input-type=module -e "$1" "$2" "$3"';
    const words = ['-c', limited, process.execPath, SIGN_IN, database.url, email];
    const { stdout, stderr } = spawnSync('sh', words, {
      cwd: root,
      env: bareEnvironment(),
      encoding: 'utf8',
    });
    assert.equal(stdout, 'Memory allocation error\n', stderr);
    assert.deepEqual(await database.db('rate_limits'), []);
    assert.deepEqual(await database.db('audit_events').where({ action: 'sign_in.refused' }), []);
  });
});
