import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { createLink } from '../../src/security/links.ts';
import { type AccountRow, createAccount } from '../factories/accounts.ts';
import { grant } from '../factories/assignments.ts';
import { createRequest } from '../factories/requests.ts';
import { first, type House, type Stage } from './account-stage.ts';
import { createEmailStage, type EmailStage, PASSWORD } from './email-stage.ts';

describe('confirming a new address by its link', () => {
  let emails: EmailStage;
  let stage: Stage;
  let house: House;
  before(async () => {
    emails = await createEmailStage();
    ({ stage, house } = emails);
  });
  beforeEach(() => stage.db('rate_limits').delete());
  after(() => stage.drop());

  const colleague = (fields = {}) => emails.colleague(fields);
  const fresh = () => emails.fresh();
  const confirm = (token: string) => emails.answer(token);
  const emailOf = (person: AccountRow) => emails.emailOf(person);

  /** Asks, and the person agrees: only the new mailbox is still to be confirmed. Makes its link when called. */
  async function receive(person: AccountRow, newEmail: string): Promise<() => Promise<string>> {
    assert.equal((await emails.ask(person, newEmail)).kind, 'asked');
    const { mailbox, agreement } = await emails.links(person);
    assert.deepEqual(await confirm(await agreement()), { kind: 'agreed' });
    return mailbox;
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
    const decided = await emails.requestOf(person);
    assert.deepEqual(
      [decided.status, decided.decided_by, decided.email],
      ['accepted', person.id, person.email],
    );
    assert.equal(await stage.sessionsOf(person), 0);
    assert.equal(await stage.services.passwordChoice.find('password_reset', resetToken), undefined);
    assert.deepEqual(await emails.messagesOf(person), [
      ['email-mailbox', newEmail],
      ['email-agreement', person.email],
      ['email-changed', person.email],
      ['email-change-ended', first(house.actors).email],
    ]);
    const events = await stage.eventsOf(person);
    assert.deepEqual(events, [
      ['account.email_change_asked', { to: newEmail }],
      ['account.email_change_agreed', { to: newEmail, by: 'person' }],
      ['account.email_change_confirmed', { to: newEmail }],
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
    assert.equal((await emails.messagesOf(person)).filter(([name]) => name === 'email-changed').length, 1);
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

  test('a cancelled change, and a link of seven days, no longer hold', async () => {
    const [one, two] = [await colleague(), await colleague()];
    const cancelled = await linkFor(one, fresh());
    await stage.services.emailChange.cancel(first(house.actors), house.scope, one.id);
    assert.deepEqual(await confirm(cancelled), { kind: 'ended' });
    const old = await linkFor(two, fresh());
    stage.clock.set('2026-11-29T08:59:59.000Z');
    assert.equal((await stage.services.emailConfirmation.find(old)).kind, 'waiting');
    stage.clock.set('2026-11-29T09:00:00.000Z');
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

  test('one goes back to the address that one has just left', async () => {
    const person = await colleague();
    assert.deepEqual(await confirm(await linkFor(person, fresh())), { kind: 'changed' });
    assert.deepEqual(await confirm(await linkFor(person, person.email)), { kind: 'changed' });
    assert.equal(await emailOf(person), person.email);
  });

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
    const told = (await emails.messagesOf(person)).map((message) => message.join(' '));
    assert.ok(told.includes(`activation ${newEmail}`));
  });
});
