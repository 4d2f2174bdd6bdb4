import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { createAccount } from '../factories/accounts.ts';
import { grant } from '../factories/assignments.ts';
import { createFactors, createReset } from '../factories/factors.ts';
import { createTestDatabase, type TestDatabase } from '../tools/database.ts';
import { bareEnvironment } from '../tools/process.ts';

const root = join(import.meta.dirname, '../..');

describe('npm run factor:reset', () => {
  let database: TestDatabase;
  before(async () => {
    database = await createTestDatabase({ template: 'reference' });
  });
  after(() => database.drop());

  function run(...options: string[]): Promise<{ code: number | null; output: string; errors: string }> {
    const child = spawn(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', 'src/cli/factor-reset.ts', ...options],
      { cwd: root, env: { ...bareEnvironment(), DATABASE_URL: database.url } },
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

  async function national({ factors = true, active = true } = {}) {
    const account = await createAccount(database.db, { organism: 'UCANSS', active });
    await grant(database.db, account, 'administrateur-ucanss');
    if (factors) await createFactors(database.db, account);
    return account;
  }
  const liveOf = async ({ id }: { id: number }) =>
    (await database.db('passkeys').where({ account_id: id, ended_at: null })).length;

  test('ends the second factor of an administrateur Ucanss at once, in the place of what waits; traced, and told', async () => {
    const account = await national();
    await createReset(database.db, account);
    const { code, output, errors } = await run('--email', account.email.toUpperCase());
    assert.equal(code, 0, errors);
    assert.match(output, /is reset, and their sessions have ended/);
    assert.equal(await liveOf(account), 0);
    const events = await database.db('audit_events').where({ subject_account_id: account.id }).orderBy('id');
    assert.deepEqual(
      events.map(({ action, actor_job, details }) => [action, actor_job, details.cause]),
      [
        ['factor.reset_ended', 'factor:reset', 'replaced'],
        ['factor.reset', 'factor:reset', undefined],
      ],
    );
    const messages = await database.db('messages').where({ account_id: account.id });
    assert.deepEqual(
      messages.map(({ template, recipient, data }) => [template, recipient, data.outcome]),
      [['factor-reset', account.email, 'done']],
    );
  });

  test('refuses anybody else with a sentence and exit code 1, and changes nothing', async () => {
    const agent = await createAccount(database.db);
    await createFactors(database.db, agent);
    const auditor = await createAccount(database.db, { organism: 'UCANSS' });
    await grant(database.db, auditor, 'auditeur');
    await createFactors(database.db, auditor);
    const closed = await national({ active: false });
    const bare = await national({ factors: false });
    for (const [email, sentence] of [
      ['inconnue@test.fr', /^inconnue@test\.fr has no account: nothing was changed\.$/m],
      [bare.email, /has no second factor: nothing was changed\.$/m],
      [agent.email, /is no active administrateur Ucanss: administrators reset .* from the page/],
      [auditor.email, /is no active administrateur Ucanss/],
      [closed.email, /is no active administrateur Ucanss/],
    ] as const) {
      const { code, output, errors } = await run('--email', email);
      assert.deepEqual([code, output], [1, ''], email);
      assert.match(errors, sentence);
      assert.doesNotMatch(errors, /\n\s+at /);
    }
    for (const account of [agent, auditor, closed]) assert.equal(await liveOf(account), 1);
  });

  for (const [options, sentence] of [
    [[], /--email must be a whole e-mail address/],
    [['--email', 'x'], /--email must be a whole e-mail address/],
    [['--email', 'a@ucanss.fr', '--now'], /--now/],
  ] as const) {
    test(`« ${options.join(' ')} » stops with a sentence and exit code 2`, async () => {
      const { code, errors } = await run(...options);
      assert.equal(code, 2);
      assert.match(errors, sentence);
      assert.doesNotMatch(errors, /\n\s+at /);
    });
  }
});
