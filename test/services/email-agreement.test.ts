import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import type { Actor } from '../../src/domain/actor.ts';
import { NATIONAL } from '../../src/domain/scope.ts';
import { createLink } from '../../src/security/links.ts';
import type { AccountRow } from '../factories/accounts.ts';
import { grant } from '../factories/assignments.ts';
import { createRequest } from '../factories/requests.ts';
import { first, type House, type Stage } from './account-stage.ts';
import { createEmailStage, type EmailStage, PASSWORD } from './email-stage.ts';

const HOUR = 3_600_000;
const ORIGIN = { address: '10.0.0.1', device: null };

describe('P11: a second person', () => {
  let emails: EmailStage;
  let stage: Stage;
  let house: House;
  let ucanss: Actor;
  before(async () => {
    emails = await createEmailStage();
    ({ stage, house } = emails);
    ucanss = await stage.national();
  });
  beforeEach(() => stage.db('rate_limits').delete());
  afterEach(() => stage.clock.set('2026-11-22T09:00:00.000Z'));
  after(() => stage.drop());

  const pass = (hours: number) =>
    stage.clock.set(new Date(stage.clock.now().getTime() + hours * HOUR).toISOString());
  /** The person, signed in. */
  const asActor = (person: AccountRow): Actor => ({
    ...first(house.actors),
    ...{ id: person.id, email: person.email, administers: [] },
  });
  const accept = async (actor: Actor, person: AccountRow) =>
    stage.services.deciding.accept(actor, NATIONAL, {
      requestId: (await emails.requestOf(person)).id,
      endsOn: null,
    });

  async function asked(actor?: Actor, fields = {}) {
    const person = await emails.colleague(fields);
    const newEmail = emails.fresh();
    const scope = actor === ucanss ? NATIONAL : house.scope;
    assert.equal((await emails.ask(person, newEmail, actor, scope)).kind, 'asked');
    return { person, newEmail, ...(await emails.links(person)) };
  }

  test('one administrator alone takes nobody’s account: the new mailbox is not enough', async () => {
    const { person, newEmail, mailbox } = await asked();
    assert.deepEqual(await emails.answer(await mailbox()), { kind: 'confirmed' });
    await emails.sent(person);
    for (const hours of [49, 72]) {
      pass(hours);
      await stage.services.emailConfirmation.settle();
      assert.equal(await emails.emailOf(person), person.email);
    }
    await stage.services.passwordReset.ask(newEmail, '10.0.0.9');
    const told = await stage.db('messages').where({ recipient: newEmail });
    assert.deepEqual(
      told.map(({ template }) => template),
      ['email-mailbox'],
      'nothing else is sent there',
    );
  });

  const AGREEING: Record<
    string,
    (about: { person: AccountRow; agreement: () => Promise<string> }) => Promise<unknown>
  > = {
    'the person, by the link sent to the present address': async ({ agreement }) =>
      emails.answer(await agreement()),
    'the person, signed in': async ({ person }) =>
      stage.services.ownEmailAnswers.agree(asActor(person), await emails.pendingId(person)),
    'an administrateur Ucanss': ({ person }) => accept(ucanss, person),
  };
  for (const [who, agree] of Object.entries(AGREEING)) {
    for (const mailboxFirst of [true, false]) {
      test(`${who} agrees, ${mailboxFirst ? 'after' : 'before'} the mailbox is confirmed: it takes effect at the second`, async () => {
        const about = await asked();
        const { person, newEmail, mailbox } = about;
        const steps = [async () => emails.answer(await mailbox()), () => agree(about)];
        if (!mailboxFirst) steps.reverse();
        await steps[0]?.();
        assert.equal(await emails.emailOf(person), person.email);
        await steps[1]?.();
        assert.equal(await emails.emailOf(person), newEmail);
        assert.equal((await emails.requestOf(person)).status, 'accepted');
        const told = await emails.messagesOf(person);
        assert.ok(told.some(([name, to]) => name === 'email-changed' && to === person.email));
      });
    }
  }

  test('an agreement is to the change that was read: not to the one that took its place', async () => {
    const { person } = await asked();
    const read = await emails.pendingId(person);
    await stage.services.emailChange.cancel(first(house.actors), house.scope, person.id);
    const evil = emails.fresh();
    await emails.ask(person, evil);
    const links = await emails.links(person);
    await emails.answer(await links.mailbox());
    const own = stage.services.ownEmailAnswers;
    for (const stale of [read, null]) {
      assert.deepEqual(await own.agree(asActor(person), stale), { kind: 'ended' });
      assert.deepEqual(await own.refuse(asActor(person), stale), { kind: 'ended' });
    }
    const cancel = (changeId: number | null) =>
      stage.services.emailChange.cancel(first(house.actors), house.scope, person.id, changeId);
    assert.equal(await cancel(read), undefined);
    assert.equal(await emails.emailOf(person), person.email);
    assert.equal(await cancel(await emails.pendingId(person)), evil);
  });

  test('never who asked, nor a co-administrator, nor the auditor; Ucanss decides once', async () => {
    const { person } = await asked();
    const other = await stage.appoint(house.organism, await emails.colleague());
    const id = (await emails.requestOf(person)).id;
    for (const actor of [first(house.actors), other]) {
      const decided = await stage.services.deciding.accept(actor, house.scope, {
        requestId: id,
        endsOn: null,
      });
      assert.equal(decided.kind === 'refused' && ['address', 'oneself'].includes(decided.fault), true);
    }
    assert.equal((await accept(ucanss, person)).kind, 'agreed');
    const again = await accept(ucanss, person);
    assert.equal(again.kind === 'refused' && again.fault, 'agreed_before');
    const own = await asked(ucanss);
    const refused = await accept(ucanss, own.person);
    assert.equal(refused.kind === 'refused' && refused.fault, 'oneself');
    assert.equal((await accept(await stage.national(), own.person)).kind, 'agreed');
  });

  describe('asked by Ucanss', () => {
    test('48 hours of silence after both messages, and the mailbox: it takes effect, and that is told', async () => {
      const { person, newEmail, mailbox } = await asked(ucanss);
      const token = await mailbox();
      await emails.sent(person);
      assert.deepEqual(await emails.answer(token), { kind: 'confirmed' });
      pass(47.9);
      await stage.services.emailConfirmation.settle();
      assert.equal(await emails.emailOf(person), person.email);
      pass(0.2);
      await stage.services.emailConfirmation.settle();
      assert.equal(await emails.emailOf(person), newEmail);
      const request = await emails.requestOf(person);
      assert.match(request.decision_reason, /Accord tacite/);
    });

    test('the mailbox confirmed after the silence: it takes effect at once', async () => {
      const { person, newEmail, mailbox } = await asked(ucanss);
      await emails.sent(person);
      pass(60);
      assert.deepEqual(await emails.answer(await mailbox()), { kind: 'changed' });
      assert.equal(await emails.emailOf(person), newEmail);
    });

    test('a message that did not leave is no silence', async () => {
      const { person, mailbox } = await asked(ucanss);
      await emails.sent(person);
      await stage
        .db('messages')
        .where({ account_id: person.id, template: 'email-agreement' })
        .update({ status: 'failed', sent_at: null, last_error: '550' });
      pass(60);
      assert.deepEqual(await emails.answer(await mailbox()), { kind: 'confirmed' });
    });

    test('nor is that of who holds a national profile', async () => {
      const person = await emails.colleague();
      await grant(stage.db, person, 'auditeur');
      await emails.ask(person, emails.fresh(), ucanss, NATIONAL);
      await emails.sent(person);
      pass(60);
      assert.deepEqual(await emails.answer(await (await emails.links(person)).mailbox()), {
        kind: 'confirmed',
      });
    });
  });

  test('an agreement of Ucanss counts for nothing once it could not be given any more', async () => {
    const { person, mailbox } = await asked();
    const former = await stage.national();
    assert.equal((await accept(former, person)).kind, 'agreed');
    await stage
      .db('assignments')
      .where({ account_id: former.id })
      .update({ ended_at: new Date(), end_kind: 'removed' });
    assert.deepEqual(await emails.answer(await mailbox()), { kind: 'confirmed' });
    assert.equal(await emails.emailOf(person), person.email);
  });

  test('100 agreements and 100 confirmations at once: one effect, told once', async () => {
    const { person, newEmail, mailbox, agreement } = await asked();
    const [one, two] = [await mailbox(), await agreement()];
    const all = await Promise.all(
      Array.from({ length: 100 }, (_, index) => emails.answer(index % 2 ? one : two)),
    );
    assert.equal(all.filter(({ kind }) => kind === 'changed').length, 1);
    assert.equal(await emails.emailOf(person), newEmail);
    assert.equal((await emails.messagesOf(person)).filter(([name]) => name === 'email-changed').length, 1);
  });

  describe('« Ce n’est pas moi »', () => {
    const refusing: Record<
      string,
      (about: { person: AccountRow; agreement: () => Promise<string> }) => Promise<unknown>
    > = {
      'by the link': async ({ agreement }) => emails.refuse(await agreement()),
      'signed in': async ({ person }) =>
        stage.services.ownEmailAnswers.refuse(asActor(person), await emails.pendingId(person)),
    };
    for (const [how, refuse] of Object.entries(refusing)) {
      test(`${how}, it stops what waits, and tells who asked`, async () => {
        const about = await asked();
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
      const about = await asked();
      const { agreement, mailbox } = about;
      const token = await agreement();
      await emails.answer(token);
      await emails.answer(await mailbox());
      return { ...about, token };
    }

    test('within seven days it puts the address back, ends sessions and the password, and tells Ucanss', async () => {
      const { person, newEmail, token } = await changed();
      await stage.openSession(person);
      pass(7 * 24 - 1);
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
      pass(7 * 24);
      assert.deepEqual(await emails.refuse(token), { kind: 'ended' });
      assert.equal(await emails.emailOf(person), newEmail);
    });

    test('a second change made by whoever took the account does not shelter it, nor does closing it', async () => {
      const { person, token } = await changed();
      const third = emails.fresh();
      await stage.services.emailChange.askForOneself(asActor(person), third);
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
      await stage.services.emailChange.askForOneself(asActor(other), email);
      const { id } = await stage.db('email_changes').where({ account_id: other.id }).first();
      const subject = { accountId: other.id, emailChangeId: id };
      const own = await createLink(stage.db, 'email_change', subject, stage.clock.now());
      assert.deepEqual(await emails.answer(own), { kind: 'taken' });
      assert.deepEqual(await emails.refuse(token), { kind: 'put_back' });
      assert.equal(await emails.emailOf(person), email);
    });

    test('a week later the former address is anybody’s', async () => {
      const { person } = await changed();
      pass(7 * 24);
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
      const { mailbox, person } = await asked();
      assert.deepEqual(await emails.refuse(await mailbox()), { kind: 'ended' });
      assert.equal((await emails.requestOf(person)).status, 'pending');
    });
  });

  test('refused by Ucanss, with why: who asked is told, and no link holds', async () => {
    const { person, mailbox, agreement } = await asked();
    const [one, two] = [await mailbox(), await agreement()];
    const requestId = (await emails.requestOf(person)).id;
    const refusal = { requestId, reason: 'Boîte inconnue' };
    assert.equal((await stage.services.deciding.refuse(ucanss, NATIONAL, refusal)).kind, 'decided');
    for (const token of [one, two]) assert.deepEqual(await emails.answer(token), { kind: 'ended' });
    assert.equal((await emails.requestOf(person)).status, 'refused');
    assert.deepEqual((await emails.messagesOf(person)).slice(-2), [
      ['email-change-ended', first(house.actors).email],
      ['email-change-stopped', person.email],
    ]);
  });

  test('cancelled by who asked: the person, who was told of it, is told that it is given up', async () => {
    const { person } = await asked();
    await stage.services.emailChange.cancel(first(house.actors), house.scope, person.id);
    assert.deepEqual((await emails.messagesOf(person)).at(-1), ['email-change-stopped', person.email]);
  });

  test('cancelled, replaced, attached elsewhere, closed: the request ends with its change', async () => {
    const ends: ((person: AccountRow) => Promise<unknown>)[] = [
      (person) => stage.services.emailChange.cancel(first(house.actors), house.scope, person.id),
      (person) => stage.services.emailChange.askForOneself(asActor(person), emails.fresh()),
      async (person) => stage.services.attaching.attach(ucanss, (await stage.openHouse(1)).scope, person.id),
      (person) =>
        stage.services.accounts.deactivate(ucanss, NATIONAL, { accountId: person.id, reason: 'Départ' }),
    ];
    for (const end of ends) {
      const { person, agreement, mailbox } = await asked();
      const tokens = [await agreement(), await mailbox()];
      await end(person);
      assert.equal((await emails.requestOf(person)).status, 'cancelled');
      for (const token of tokens) assert.notEqual((await emails.answer(token)).kind, 'changed');
      assert.notEqual((await accept(ucanss, person)).kind, 'decided');
    }
  });
});
