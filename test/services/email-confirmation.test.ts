import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import type { Actor } from '../../src/domain/actor.ts';
import { createLink } from '../../src/services/links.ts';
import { type AccountRow, createAccount } from '../factories/accounts.ts';
import { grant } from '../factories/assignments.ts';
import { createRequest } from '../factories/requests.ts';
import { next } from '../factories/sequence.ts';
import { createStage, first, type House, type Stage } from './account-stage.ts';

const PASSWORD = 'une-phrase-de-passe-longue';

describe('confirming a new address by its link', () => {
  let stage: Stage;
  let house: House;
  before(async () => {
    stage = await createStage();
    house = await stage.openHouse(1);
  });
  beforeEach(() => stage.db('rate_limits').delete());
  after(() => stage.drop());

  const colleague = (fields = {}) =>
    createAccount(stage.db, { organism: house.organism.id, password: PASSWORD, ...fields });
  const fresh = () => `nouvelle.${next()}@test.fr`;
  const confirm = (token: string) => stage.services.emailConfirmation.confirm(token);
  const emailOf = async (person: AccountRow) =>
    (await stage.db('accounts').first('email').where({ id: person.id })).email;
  const messagesOf = async (person: AccountRow) =>
    (await stage.db('messages').where({ account_id: person.id }).orderBy('id')).map(
      ({ template, recipient }) => [template, recipient],
    );

  /** Asks, and makes the link as the job does when the message leaves. */
  async function receive(person: AccountRow, newEmail: string): Promise<() => Promise<string>> {
    const order = { accountId: person.id, newEmail };
    const asked = await stage.services.emailChange.ask(first(house.actors), house.scope, order);
    assert.equal(asked.kind, 'asked');
    const { id } = await stage
      .db('email_changes')
      .where({ account_id: person.id })
      .orderBy('id', 'desc')
      .first();
    const subject = { accountId: person.id, emailChangeId: id };
    return () => createLink(stage.db, 'email_change', subject, stage.clock.now());
  }
  const linkFor = async (person: AccountRow, newEmail: string) => (await receive(person, newEmail))();

  test('the identifier changes, sessions and links end, the former address is told, all is traced', async () => {
    const person = await colleague();
    const request = await createRequest(stage.db, { account: person, role: 'energie-lecteur' });
    const newEmail = fresh();
    const reset = { accountId: person.id, sentTo: person.email };
    const resetToken = await createLink(stage.db, 'password_reset', reset, stage.clock.now());
    await stage.openSession(person);
    const token = await linkFor(person, newEmail);
    assert.equal((await stage.services.emailConfirmation.find(token)).kind, 'waiting');
    assert.equal(
      (await stage.services.emailConfirmation.find(token)).kind,
      'waiting',
      'looking uses nothing up',
    );
    assert.deepEqual(await confirm(token), { kind: 'changed' });
    assert.equal(await emailOf(person), newEmail);
    assert.equal((await stage.db('requests').where({ id: request }).first()).email, newEmail);
    assert.equal(await stage.sessionsOf(person), 0);
    assert.equal(await stage.services.passwordChoice.find('password_reset', resetToken), undefined);
    assert.deepEqual(await messagesOf(person), [
      ['email-change', newEmail],
      ['email-changed', person.email],
    ]);
    const events = await stage.eventsOf(person);
    assert.deepEqual(events, [
      ['account.email_change_asked', { to: newEmail }],
      ['account.email_changed', { from: person.email, to: newEmail }],
      ['session.ended', { cause: 'email_changed' }],
    ]);
    assert.ok(!JSON.stringify(await stage.db('audit_events')).includes(token), 'no token in the trail');
    const signed = await stage.services.signIn.signIn(newEmail, PASSWORD, {
      address: '10.0.0.1',
      device: null,
    });
    assert.equal(signed.kind, 'signed-in');
    assert.deepEqual(await confirm(token), { kind: 'ended' });
  });

  test('100 confirmations at once: one changes the address, the others are told', async () => {
    const person = await colleague();
    const token = await linkFor(person, fresh());
    const outcomes = await Promise.all(Array.from({ length: 100 }, () => confirm(token)));
    assert.equal(outcomes.filter(({ kind }) => kind === 'changed').length, 1);
    assert.equal(outcomes.filter(({ kind }) => kind === 'ended').length, 99);
    assert.equal((await messagesOf(person)).filter(([name]) => name === 'email-changed').length, 1);
  });

  test('two requests in a row: the first link no longer works, even where its message leaves last', async () => {
    const person = await colleague();
    const [one, two] = [fresh(), fresh()];
    const late = await receive(person, one);
    const early = await late();
    const token = await linkFor(person, two);
    assert.deepEqual(await confirm(early), { kind: 'ended' });
    assert.deepEqual(await confirm(await late()), { kind: 'ended' });
    assert.deepEqual(await confirm(token), { kind: 'changed' });
    assert.equal(await emailOf(person), two);
  });

  test('a cancelled change, and a link of 72 hours, no longer hold', async () => {
    const [one, two] = [await colleague(), await colleague()];
    const cancelled = await linkFor(one, fresh());
    await stage.services.emailChange.cancel(first(house.actors), house.scope, one.id);
    assert.deepEqual(await confirm(cancelled), { kind: 'ended' });
    const old = await linkFor(two, fresh());
    stage.clock.set('2026-11-25T08:59:59.000Z');
    assert.equal((await stage.services.emailConfirmation.find(old)).kind, 'waiting');
    stage.clock.set('2026-11-25T09:00:00.000Z');
    assert.deepEqual(await confirm(old), { kind: 'ended' });
    stage.clock.set('2026-11-22T09:00:00.000Z');
    assert.equal(await emailOf(two), two.email);
  });

  test('P10: deactivation ends what waits, and opening again revives none of it', async () => {
    const person = await colleague();
    const newEmail = fresh();
    const token = await linkFor(person, newEmail);
    const reset = { accountId: person.id, sentTo: person.email };
    const resetToken = await createLink(stage.db, 'password_reset', reset, stage.clock.now());
    const order = { accountId: person.id, reason: 'Départ' };
    await stage.services.accounts.deactivate(first(house.actors), house.scope, order);
    assert.deepEqual(await confirm(token), { kind: 'ended' });
    assert.equal(await emailOf(person), person.email);
    await stage.services.accounts.reactivate(first(house.actors), house.scope, order);
    assert.deepEqual(await confirm(token), { kind: 'ended' });
    assert.equal(await stage.services.passwordChoice.find('password_reset', resetToken), undefined);
    const cancelled = (await stage.eventsOf(person)).filter(
      ([action]) => action === 'account.email_change_cancelled',
    );
    assert.deepEqual(cancelled, [['account.email_change_cancelled', { to: newEmail, cause: 'deactivated' }]]);
  });

  test('P10: attached to another organism, what others asked ends; one’s own goes on', async () => {
    const other = await stage.openHouse(1);
    const person = await colleague();
    const newEmail = fresh();
    const token = await linkFor(person, newEmail);
    await stage.services.attaching.attach(first(other.actors), other.scope, person.id);
    assert.deepEqual(await confirm(token), { kind: 'ended' });
    const told = (await stage.eventsOf(person)).map(([action, details]) => [action, details]);
    assert.ok(
      told.some(
        ([, details]) => JSON.stringify(details) === JSON.stringify({ to: newEmail, cause: 'attached' }),
      ),
    );
    assert.equal(await emailOf(person), person.email);
  });

  const LOSSES: Record<string, (asker: Actor, other: Actor, own: House) => Promise<unknown>> = {
    'the delegation': async (asker) =>
      stage.db('assignments').where({ account_id: asker.id, role_kind: 'local_administrator' }).update({
        ended_at: stage.clock.now(),
        end_kind: 'removed',
      }),
    'the delegation, by its end date': async (asker) =>
      stage.db('assignments').where({ account_id: asker.id }).update({ ends_on: '2020-01-01' }),
    'the account': async (asker, other, own) =>
      stage.services.accounts.deactivate(other, own.scope, { accountId: asker.id, reason: 'Départ' }),
    'the organism': async (asker, _other, own) => {
      const elsewhere = await stage.openHouse(1);
      const ucanss = await stage.national();
      assert.ok(own);
      return stage.services.attaching.attach(ucanss, elsewhere.scope, asker.id);
    },
  };
  for (const [loss, lose] of Object.entries(LOSSES)) {
    test(`P10: who asked loses ${loss}: the link does nothing, and it is traced`, async () => {
      const own = await stage.openHouse(2);
      const [asker, other] = own.actors;
      assert.ok(asker && other);
      const person = await createAccount(stage.db, { organism: own.organism.id, password: PASSWORD });
      const newEmail = fresh();
      const asked = await stage.services.emailChange.ask(asker, own.scope, {
        accountId: person.id,
        newEmail,
      });
      assert.equal(asked.kind, 'asked');
      const { id } = await stage.db('email_changes').where({ account_id: person.id }).first();
      const subject = { accountId: person.id, emailChangeId: id };
      const token = await createLink(stage.db, 'email_change', subject, stage.clock.now());
      await lose(asker, other, own);
      assert.deepEqual(await stage.services.emailConfirmation.find(token), { kind: 'ended' });
      assert.deepEqual(await confirm(token), { kind: 'ended' });
      assert.equal(await emailOf(person), person.email);
      assert.deepEqual((await stage.eventsOf(person)).at(-1), [
        'account.email_change_cancelled',
        { to: newEmail, cause: 'asker' },
      ]);
      assert.deepEqual(await confirm(token), { kind: 'ended' }, 'a second time too');
    });
  }

  test('an address taken meanwhile stays whose it is', async () => {
    const person = await colleague();
    const newEmail = fresh();
    const token = await linkFor(person, newEmail);
    await colleague({ email: newEmail });
    assert.deepEqual(await confirm(token), { kind: 'taken' });
    assert.equal(await emailOf(person), person.email);
  });

  test('an account made with the address in the very same instant: one of the two has it, the other is told', async () => {
    for (let round = 0; round < 15; round += 1) {
      const person = await colleague();
      const email = fresh();
      const token = await linkFor(person, email);
      const identity = {
        civility: null,
        lastName: 'NOUVELLE',
        firstName: 'Anne',
        functionTitle: '',
        phone: '',
      };
      const [confirmed, created] = await Promise.all([
        confirm(token),
        stage.services.accountCreation.create(
          first(house.actors),
          house.organism,
          { ...identity, email },
          { add: [], remove: [] },
        ),
      ]);
      assert.ok(['changed/known', 'taken/created'].includes(`${confirmed.kind}/${created.kind}`));
    }
  });

  test('P3b: wider rights given meanwhile make the link void: who asked could not ask any more', async () => {
    const person = await colleague();
    const token = await linkFor(person, fresh());
    await grant(stage.db, person, 'auditeur');
    assert.deepEqual(await confirm(token), { kind: 'ended' });
    assert.equal(await emailOf(person), person.email);
  });

  test('a link to a password sent to the former address is void, even where its message leaves afterwards', async () => {
    const person = await colleague();
    const subject = { accountId: person.id, sentTo: person.email };
    await confirm(await linkFor(person, fresh()));
    const late = await createLink(stage.db, 'password_reset', subject, stage.clock.now());
    assert.equal(await stage.services.passwordChoice.find('password_reset', late), undefined);
    const choice = await stage.services.passwordChoice.choose(
      'password_reset',
      late,
      'trois cerises bleues volent',
    );
    assert.equal(choice.kind, 'ended');
  });

  test('R51: who never chose a password gets an activation link at the new address', async () => {
    const person = await createAccount(stage.db, { organism: house.organism.id });
    const newEmail = fresh();
    await confirm(await linkFor(person, newEmail));
    assert.deepEqual((await messagesOf(person)).at(-1), ['activation', newEmail]);
  });
});
