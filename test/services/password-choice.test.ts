import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { credentialRepository } from '../../src/repositories/credentials.ts';
import { createLink } from '../../src/security/links.ts';
import { verifyPassword } from '../../src/security/passwords.ts';
import { createServices, type Services } from '../../src/services/index.ts';
import { type AccountRow, createAccount } from '../factories/accounts.ts';
import { createTestClock, type TestClock } from '../tools/clock.ts';
import { createTestDatabase, type TestDatabase } from '../tools/database.ts';

const PASSWORD = 'trois cerises bleues volent';
const OLD = 'lanterne-violette-39-moulin';

describe('choosing a password through a link', () => {
  let database: TestDatabase;
  let services: Services;
  let clock: TestClock;
  let account: AccountRow;

  before(async () => {
    database = await createTestDatabase({ template: 'reference' });
  });
  beforeEach(async () => {
    clock = createTestClock();
    services = createServices({ db: database.db, clock });
    account = await createAccount(database.db, { password: OLD });
  });
  after(() => database.drop());

  const link = (purpose: 'activation' | 'password_reset') =>
    createLink(database.db, purpose, { accountId: account.id }, clock.now());
  const hashOf = async () =>
    (await credentialRepository(database.db).findByEmail(account.email))?.passwordHash ?? null;
  const eventsOf = async () =>
    (await database.db('audit_events').where({ subject_account_id: account.id }).orderBy('id')).map(
      ({ action, details, actor_account_id }) => [action, details, actor_account_id],
    );
  const openSession = (sid: string) =>
    database.db('sessions').insert({
      sid,
      sess: JSON.stringify({ cookie: {}, passport: { user: account.id } }),
      expire: new Date(Date.now() + 60_000),
    });

  test('a reset changes the password, ends every session, lets its person in, and the trail says all of it', async () => {
    await openSession('one');
    await openSession('two');
    const token = await link('password_reset');
    const choice = await services.passwordChoice.choose('password_reset', token, PASSWORD);
    const shown = { changedAt: clock.now().toISOString() };
    assert.deepEqual(choice, { kind: 'chosen', accountId: account.id, half: false, shown });
    assert.equal(await verifyPassword(await hashOf(), PASSWORD), true);
    assert.equal(await verifyPassword(await hashOf(), OLD), false);
    assert.equal(await database.db('sessions').where({ account_id: account.id }).first(), undefined);
    await services.signIn.signedIn(account.id, 'password', { shown, keep: async () => true });
    const { last_sign_in_at } = await database.db('accounts').where({ id: account.id }).first();
    assert.deepEqual(last_sign_in_at, clock.now());
    assert.deepEqual(await eventsOf(), [
      ['password.chosen', { after: 'reset' }, account.id],
      ['session.ended', { cause: 'password_reset' }, account.id],
      ['session.ended', { cause: 'password_reset' }, account.id],
      ['sign_in.succeeded', {}, account.id],
    ]);
  });

  test('an activation is the first password of an account', async () => {
    account = await createAccount(database.db);
    const choice = await services.passwordChoice.choose('activation', await link('activation'), PASSWORD);
    assert.equal(choice.kind, 'chosen');
    assert.deepEqual((await eventsOf())[0], ['password.chosen', { after: 'activation' }, account.id]);
    assert.equal(await verifyPassword(await hashOf(), PASSWORD), true);
  });

  test('of 100 uses at once, through several processes, one succeeds', async () => {
    const token = await link('password_reset');
    // Each of these knows nothing of the uses that go through the others.
    const processes = Array.from({ length: 10 }, () => createServices({ db: database.db, clock }));
    const choices = await Promise.all(
      Array.from({ length: 100 }, (_, at) =>
        (processes[at % 10] ?? services).passwordChoice.choose('password_reset', token, PASSWORD),
      ),
    );
    assert.equal(choices.filter(({ kind }) => kind === 'chosen').length, 1);
    assert.equal(choices.filter(({ kind }) => kind === 'ended').length, 99);
    assert.equal((await eventsOf()).filter(([action]) => action === 'password.chosen').length, 1);
  });

  test('looking at a link does not use it up; using it does, for the other links of the account as well', async () => {
    const [token, other, activation] = [
      await link('password_reset'),
      await link('password_reset'),
      await link('activation'),
    ];
    for (let time = 0; time < 3; time += 1) {
      assert.equal((await services.passwordChoice.find('password_reset', token))?.email, account.email);
    }
    await services.passwordChoice.choose('password_reset', token, PASSWORD);
    assert.equal(await services.passwordChoice.find('password_reset', token), undefined);
    assert.equal(await services.passwordChoice.find('password_reset', other), undefined);
    assert.equal(await services.passwordChoice.find('activation', activation), undefined);
  });

  for (const [purpose, hours] of [
    ['activation', 72],
    ['password_reset', 1],
  ] as const) {
    test(`${purpose}: the link holds ${hours} h, not a moment more`, async () => {
      const token = await link(purpose);
      const end = clock.now().getTime() + hours * 3_600_000;
      clock.set(new Date(end - 1).toISOString());
      assert.ok(await services.passwordChoice.find(purpose, token));
      clock.set(new Date(end).toISOString());
      assert.equal(await services.passwordChoice.find(purpose, token), undefined);
      assert.deepEqual(await services.passwordChoice.choose(purpose, token, PASSWORD), { kind: 'ended' });
      assert.equal(await verifyPassword(await hashOf(), OLD), true);
    });
  }

  test('a link of one purpose is worth nothing for the other; nor is a made-up one', async () => {
    const token = await link('activation');
    assert.deepEqual(await services.passwordChoice.choose('password_reset', token, PASSWORD), {
      kind: 'ended',
    });
    for (const made of ['', 'x', `${token}x`, token.toLowerCase(), '\0', 'a'.repeat(100_000)]) {
      assert.deepEqual(await services.passwordChoice.choose('activation', made, PASSWORD), { kind: 'ended' });
    }
  });

  test('an account deactivated after the message left has no link that holds', async () => {
    const token = await link('password_reset');
    await database
      .db('accounts')
      .where({ id: account.id })
      .update({ active: false, deactivated_at: clock.now() });
    assert.equal(await services.passwordChoice.find('password_reset', token), undefined);
    assert.deepEqual(await services.passwordChoice.choose('password_reset', token, PASSWORD), {
      kind: 'ended',
    });
  });

  test('a password that is easy to guess is refused with why, and the link still holds', async () => {
    const token = await link('password_reset');
    const choice = await services.passwordChoice.choose(
      'password_reset',
      token,
      `${account.last_name} Camille`,
    );
    assert.equal(choice.kind, 'weak');
    assert.match(choice.kind === 'weak' ? choice.message : '', /liés à vous/);
    assert.ok(await services.passwordChoice.find('password_reset', token));
    assert.equal(await verifyPassword(await hashOf(), OLD), true);
  });

  test('a password of public leaks is refused by both kinds of links, which still hold', async () => {
    const breached = { has: async (password: string) => password === PASSWORD, close() {} };
    const { passwordChoice } = createServices({ db: database.db, clock, breached });
    for (const purpose of ['activation', 'password_reset'] as const) {
      const token = await link(purpose);
      const choice = await passwordChoice.choose(purpose, token, PASSWORD);
      assert.match(choice.kind === 'weak' ? choice.message : '', /fuites de données publiées/);
      assert.match((await passwordChoice.judge(purpose, token, PASSWORD)).message, /fuites de données/);
      assert.ok(await passwordChoice.find(purpose, token));
    }
  });

  test('only who has a link that holds gets a judgement', async () => {
    const token = await link('password_reset');
    const { accepted } = await services.passwordChoice.judge('password_reset', token, PASSWORD);
    assert.equal(accepted, true);
    await assert.rejects(services.passwordChoice.judge('activation', token, PASSWORD), { status: 404 });
  });
});
