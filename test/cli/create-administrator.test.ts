import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { createServices } from '../../src/services/index.ts';
import { accountOf } from '../factories/accounts.ts';
import { createTestDatabase, type TestDatabase } from '../tools/database.ts';
import { bareEnvironment } from '../tools/process.ts';

const root = join(import.meta.dirname, '../..');

describe('npm run admin:create', () => {
  let database: TestDatabase;
  before(async () => {
    database = await createTestDatabase({ template: 'reference' });
  });
  after(() => database.drop());

  function run(...options: string[]): Promise<{ code: number | null; output: string; errors: string }> {
    const child = spawn(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', 'src/cli/create-administrator.ts', ...options],
      {
        cwd: root,
        env: { ...bareEnvironment(), DATABASE_URL: database.url, BASE_URL: 'https://portail.exemple.fr' },
      },
    );
    let [output, errors] = ['', ''];
    child.stdout.on('data', (chunk) => {
      output += chunk;
    });
    child.stderr.on('data', (chunk) => {
      errors += chunk;
    });
    return new Promise((resolve) => child.once('close', (code) => resolve({ code, output, errors })));
  }

  const ada = ['--email', 'Ada.Premiere@Ucanss.fr', '--nom', 'Première', '--prenom', 'Ada'];

  test('makes an active administrateur Ucanss, traced, and prints a link that activates the account', async () => {
    const { code, output } = await run(...ada);
    assert.equal(code, 0);
    const token = /^https:\/\/portail\.exemple\.fr\/activation\/([\w-]{43})$/m.exec(output)?.[1] ?? '';
    const account = await accountOf(database.db, 'ada.premiere@ucanss.fr');
    const roles = await database
      .db('assignments')
      .join('roles', 'roles.id', 'assignments.role_id')
      .where({ account_id: account.id })
      .pluck('roles.code');
    assert.deepEqual(roles, ['administrateur-ucanss']);
    assert.equal(account.last_name, 'PREMIÈRE', 'in capitals, as screens show names');
    const events = await database.db('audit_events').where({ subject_account_id: account.id }).orderBy('id');
    assert.deepEqual(
      events.map(({ action, actor_kind, actor_job }) => [action, actor_kind, actor_job]),
      [
        ['account.created', 'job', 'admin:create'],
        ['national_role.granted', 'job', 'admin:create'],
      ],
    );
    assert.ok(!JSON.stringify(await database.db('tokens')).includes(token));
    const services = createServices({ db: database.db, clock: { now: () => new Date() } });
    const choice = await services.passwordChoice.choose('activation', token, 'trois cerises bleues volent');
    assert.ok(choice.kind === 'chosen' && choice.accountId === account.id && !choice.half);
  });

  test('an address that has an account is refused with a sentence, and nothing changes', async () => {
    const before = await database.db('audit_events').count('* AS n').first();
    const { code, output, errors } = await run(...ada);
    assert.equal(code, 2);
    assert.match(errors, /^ada\.premiere@ucanss\.fr has an account already/);
    assert.equal(output, '');
    assert.deepEqual(await database.db('audit_events').count('* AS n').first(), before);
  });

  for (const [options, sentence] of [
    [['--email', 'x', '--nom', 'A', '--prenom', 'B'], /--email must be a whole e-mail address/],
    [['--email', 'a@ucanss.fr', '--nom', '', '--prenom', 'B'], /--nom must be a name/],
    [[...ada, '--role', 'x'], /--role/],
  ] as const) {
    test(`« ${options.join(' ')} » stops with a sentence and exit code 2`, async () => {
      const { code, errors } = await run(...options);
      assert.equal(code, 2);
      assert.match(errors, sentence);
      assert.doesNotMatch(errors, /\n\s+at /);
    });
  }
});
