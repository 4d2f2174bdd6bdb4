import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import type { Actor } from '../../src/domain/actor.ts';
import { NATIONAL } from '../../src/domain/scope.ts';
import { createLink } from '../../src/security/links.ts';
import type { AccountRow } from '../factories/accounts.ts';
import { createRequest } from '../factories/requests.ts';
import { first, type House, type Stage } from './account-stage.ts';
import { type AgreementStage, createAgreementStage } from './email-agreement-stage.ts';
import { PASSWORD } from './email-stage.ts';

const ORIGIN = { address: '10.0.0.1', device: null };

describe('P11: « Ce n’est pas moi »', () => {
  let emails: AgreementStage;
  let stage: Stage;
  let house: House;
  let ucanss: Actor;
  before(async () => {
    emails = await createAgreementStage();
    ({ stage, house, ucanss } = emails);
  });
  beforeEach(() => stage.db('rate_limits').delete());
  afterEach(() => stage.clock.set('2026-11-22T09:00:00.000Z'));
  after(() => stage.drop());

  const refusing: Record<
    string,
    (about: { person: AccountRow; agreement: () => Promise<string> }) => Promise<unknown>
  > = {
    'by the link': async ({ agreement }) => emails.refuse(await agreement()),
    'signed in': async ({ person }) =>
      stage.services.ownEmailAnswers.refuse(emails.asActor(person), await emails.pendingId(person)),
  };
  for (const [how, refuse] of Object.entries(refusing)) {
    test(`${how}, it stops what waits, and tells who asked`, async () => {
      const about = await emails.asked();
      const token = await about.mailbox();
      assert.deepEqual(await refuse(about), { kind: 'stopped' });
      assert.deepEqual(await emails.answer(token), { kind: 'ended' });
      const request = await emails.requestOf(about.person);
      assert.deepEqual([request.status, request.decided_by], ['refused', about.person.id]);
      assert.deepEqual((await emails.messagesOf(about.person)).at(-1), [
        'email-change-ended',
        first(house.actors).email,
      ]);
      assert.deepEqual(await refuse(about), { kind: 'ended' });
    });
  }

  /** A change that took effect, and the link that its former address was told. */
  async function changed() {
    const about = await emails.asked();
    const { agreement, mailbox } = about;
    const token = await agreement();
    await emails.answer(token);
    await emails.answer(await mailbox());
    return { ...about, token };
  }

  test('within seven days it puts the address back, ends sessions and the password, and tells Ucanss', async () => {
    const { person, newEmail, token } = await changed();
    await stage.openSession(person);
    emails.pass(7 * 24 - 1);
    assert.equal((await stage.services.emailConfirmation.findRefusal(token)).kind, 'puts_back');
    assert.deepEqual(await emails.refuse(token), { kind: 'put_back' });
    assert.equal(await emails.emailOf(person), person.email);
    assert.equal(await stage.sessionsOf(person), 0);
    const signed = await stage.services.signIn.signIn(person.email, PASSWORD, ORIGIN);
    assert.equal(signed.kind, 'refused', 'whoever had the other mailbox may have chosen it');
    const told = await stage.db('messages').where({ template: 'unusual-act', recipient: ucanss.email });
    assert.ok(told.some(({ data }) => data.cause === 'email_reverted'));
    assert.ok(
      (await stage.eventsOf(person)).some(
        ([action, details]) =>
          action === 'account.email_reverted' &&
          JSON.stringify(details) === JSON.stringify({ to: person.email, from: newEmail }),
      ),
    );
    assert.match((await emails.requestOf(person)).decision_reason, /Défait ensuite/);
    const asker = (await emails.messagesOf(person)).filter(([name]) => name === 'email-change-ended');
    assert.equal(asker.length, 2, 'who asked is told of the effect, then of its end');
    assert.deepEqual(await emails.refuse(token), { kind: 'ended' }, 'once');
  });

  test('eight days later it is over', async () => {
    const { person, newEmail, token } = await changed();
    emails.pass(7 * 24);
    assert.deepEqual(await emails.refuse(token), { kind: 'ended' });
    assert.equal(await emails.emailOf(person), newEmail);
  });

  test('a second change made by whoever took the account does not shelter it, nor does closing it', async () => {
    const { person, token } = await changed();
    const third = emails.fresh();
    await stage.services.emailChange.askForOneself(emails.asActor(person), third);
    const { id } = await stage
      .db('email_changes')
      .where({ account_id: person.id })
      .orderBy('id', 'desc')
      .first();
    const subject = { accountId: person.id, emailChangeId: id };
    const own = await createLink(stage.db, 'email_change', subject, stage.clock.now());
    assert.deepEqual(await emails.answer(own), { kind: 'changed' });
    assert.equal(await emails.emailOf(person), third);
    const theirs = await createLink(stage.db, 'email_agreement', subject, stage.clock.now());
    const order = { accountId: person.id, reason: 'Départ' };
    await stage.services.accounts.deactivate(first(house.actors), house.scope, order);
    assert.deepEqual(await emails.refuse(token), { kind: 'put_back' });
    assert.equal(await emails.emailOf(person), person.email);
    assert.deepEqual(await emails.refuse(theirs), { kind: 'ended' }, 'and it is not taken again');
  });

  test('nobody takes the former address while it may be put back: not by creating, asking, registering or correcting', async () => {
    const { person, token } = await changed();
    const email = person.email;
    const identity = {
      civility: null,
      lastName: 'FAUX',
      firstName: 'Thomas',
      functionTitle: '',
      phone: '',
    };
    const created = await stage.services.accountCreation.create(
      first(house.actors),
      house.organism,
      { ...identity, email },
      { add: [], remove: [] },
    );
    assert.equal(created.kind === 'known' && created.account.id, person.id);
    const known = await emails.ask(await emails.colleague(), email);
    assert.equal(known.kind === 'known' && known.known.id, person.id);
    const made = await emails.colleague({ created_by: first(house.actors).id, password: undefined });
    assert.equal((await emails.ask(made, email)).kind, 'known');
    const request = await createRequest(stage.db, { organism: house.organism.code, email });
    const judged = await stage.services.deciding.preview(ucanss, NATIONAL, 'accept', request);
    assert.equal(judged.fault, 'known_address');
    // One’s own: whoever reads that mailbox learns that it is taken.
    const other = await emails.colleague();
    await stage.services.emailChange.askForOneself(emails.asActor(other), email);
    const { id } = await stage.db('email_changes').where({ account_id: other.id }).first();
    const subject = { accountId: other.id, emailChangeId: id };
    const own = await createLink(stage.db, 'email_change', subject, stage.clock.now());
    assert.deepEqual(await emails.answer(own), { kind: 'taken' });
    assert.deepEqual(await emails.refuse(token), { kind: 'put_back' });
    assert.equal(await emails.emailOf(person), email);
  });

  test('a week later the former address is anybody’s', async () => {
    const { person } = await changed();
    emails.pass(7 * 24);
    assert.equal((await emails.ask(await emails.colleague(), person.email)).kind, 'asked');
  });

  test('one goes back to one’s former address as to any other', async () => {
    const { person } = await changed();
    assert.equal((await emails.ask(person, person.email)).kind, 'asked');
  });

  test('where another account has the former address by now, the rest is done all the same', async () => {
    const { person, newEmail, token } = await changed();
    await emails.colleague({ email: person.email });
    assert.deepEqual(await emails.refuse(token), { kind: 'kept_by_another' });
    assert.equal(await emails.emailOf(person), newEmail);
    assert.equal((await stage.services.signIn.signIn(newEmail, PASSWORD, ORIGIN)).kind, 'refused');
  });

  test('the link of the new mailbox refuses nothing', async () => {
    const { mailbox, person } = await emails.asked();
    assert.deepEqual(await emails.refuse(await mailbox()), { kind: 'ended' });
    assert.equal((await emails.requestOf(person)).status, 'pending');
  });
});
