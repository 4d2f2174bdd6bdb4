import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import type { Actor } from '../../src/domain/actor.ts';
import { NATIONAL } from '../../src/domain/scope.ts';
import type { AccountRow } from '../factories/accounts.ts';
import { grant } from '../factories/assignments.ts';
import { first, type House, type Stage } from './account-stage.ts';
import { type AgreementStage, createAgreementStage } from './email-agreement-stage.ts';

describe('P11: a second person', () => {
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

  test('one administrator alone takes nobody’s account: the new mailbox is not enough', async () => {
    const { person, newEmail, mailbox } = await emails.asked();
    assert.deepEqual(await emails.answer(await mailbox()), { kind: 'confirmed' });
    await emails.sent(person);
    for (const hours of [49, 72]) {
      emails.pass(hours);
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
      stage.services.ownEmailAnswers.agree(emails.asActor(person), await emails.pendingId(person)),
    'an administrateur Ucanss': ({ person }) => emails.accept(ucanss, person),
  };
  for (const [who, agree] of Object.entries(AGREEING)) {
    for (const mailboxFirst of [true, false]) {
      test(`${who} agrees, ${mailboxFirst ? 'after' : 'before'} the mailbox is confirmed: it takes effect at the second`, async () => {
        const about = await emails.asked();
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
    const { person } = await emails.asked();
    const read = await emails.pendingId(person);
    await stage.services.emailChange.cancel(first(house.actors), house.scope, person.id);
    const evil = emails.fresh();
    await emails.ask(person, evil);
    const links = await emails.links(person);
    await emails.answer(await links.mailbox());
    const own = stage.services.ownEmailAnswers;
    for (const stale of [read, null]) {
      assert.deepEqual(await own.agree(emails.asActor(person), stale), { kind: 'ended' });
      assert.deepEqual(await own.refuse(emails.asActor(person), stale), { kind: 'ended' });
    }
    const cancel = (changeId: number | null) =>
      stage.services.emailChange.cancel(first(house.actors), house.scope, person.id, changeId);
    assert.equal(await cancel(read), undefined);
    assert.equal(await emails.emailOf(person), person.email);
    assert.equal(await cancel(await emails.pendingId(person)), evil);
  });

  test('never who asked, nor a co-administrator, nor the auditor; Ucanss decides once', async () => {
    const { person } = await emails.asked();
    const other = await stage.appoint(house.organism, await emails.colleague());
    const id = (await emails.requestOf(person)).id;
    for (const actor of [first(house.actors), other]) {
      const decided = await stage.services.deciding.accept(actor, house.scope, {
        requestId: id,
        endsOn: null,
      });
      assert.equal(decided.kind === 'refused' && ['address', 'oneself'].includes(decided.fault), true);
    }
    assert.equal((await emails.accept(ucanss, person)).kind, 'agreed');
    const again = await emails.accept(ucanss, person);
    assert.equal(again.kind === 'refused' && again.fault, 'agreed_before');
    const own = await emails.asked(ucanss);
    const refused = await emails.accept(ucanss, own.person);
    assert.equal(refused.kind === 'refused' && refused.fault, 'oneself');
    assert.equal((await emails.accept(await stage.national(), own.person)).kind, 'agreed');
  });

  describe('asked by Ucanss', () => {
    test('48 hours of silence after both messages, and the mailbox: it takes effect, and that is told', async () => {
      const { person, newEmail, mailbox } = await emails.asked(ucanss);
      const token = await mailbox();
      await emails.sent(person);
      assert.deepEqual(await emails.answer(token), { kind: 'confirmed' });
      emails.pass(47.9);
      await stage.services.emailConfirmation.settle();
      assert.equal(await emails.emailOf(person), person.email);
      emails.pass(0.2);
      await stage.services.emailConfirmation.settle();
      assert.equal(await emails.emailOf(person), newEmail);
      const request = await emails.requestOf(person);
      assert.match(request.decision_reason, /Accord tacite/);
    });

    test('the mailbox confirmed after the silence: it takes effect at once', async () => {
      const { person, newEmail, mailbox } = await emails.asked(ucanss);
      await emails.sent(person);
      emails.pass(60);
      assert.deepEqual(await emails.answer(await mailbox()), { kind: 'changed' });
      assert.equal(await emails.emailOf(person), newEmail);
    });

    test('the silence begins when the later of both messages left, however long after the asking', async () => {
      for (const late of ['email-mailbox', 'email-agreement']) {
        const { person, newEmail, mailbox } = await emails.asked(ucanss);
        await emails.answer(await mailbox());
        await emails.sent(person);
        emails.pass(30);
        await stage
          .db('messages')
          .where({ account_id: person.id, template: late })
          .update({ sent_at: stage.clock.now() });
        emails.pass(47.9);
        await stage.services.emailConfirmation.settle();
        assert.equal(await emails.emailOf(person), person.email, late);
        emails.pass(0.2);
        await stage.services.emailConfirmation.settle();
        assert.equal(await emails.emailOf(person), newEmail, late);
      }
    });

    test('a message that did not leave is no silence', async () => {
      const { person, mailbox } = await emails.asked(ucanss);
      await emails.sent(person);
      await stage
        .db('messages')
        .where({ account_id: person.id, template: 'email-agreement' })
        .update({ status: 'failed', sent_at: null, last_error: '550' });
      emails.pass(60);
      assert.deepEqual(await emails.answer(await mailbox()), { kind: 'confirmed' });
    });

    test('nor is that of who holds a national profile', async () => {
      const person = await emails.colleague();
      await grant(stage.db, person, 'auditeur');
      await emails.ask(person, emails.fresh(), ucanss, NATIONAL);
      await emails.sent(person);
      emails.pass(60);
      assert.deepEqual(await emails.answer(await (await emails.links(person)).mailbox()), {
        kind: 'confirmed',
      });
    });
  });

  test('time ends a change, however many others still wait before it', async () => {
    // As many as one reading of those that wait.
    await stage.db.raw(
      `WITH people AS (
         INSERT INTO accounts (email, last_name, first_name, organism_id, organism_since, created_at)
         SELECT 'attend.' || number || '@test.fr', 'ATTEND', 'Claude', :organism, :now::timestamptz, :now::timestamptz
         FROM generate_series(1, 200) AS number RETURNING id, email
       )
       INSERT INTO email_changes (account_id, new_email, asked_by, asked_at)
       SELECT id, 'nouvelle.' || email, :asker, :now::timestamptz FROM people`,
      { organism: house.organism.id, asker: ucanss.id, now: stage.clock.now() },
    );
    const { person } = await emails.asked();
    const week = new Date(stage.clock.now().getTime() - 7 * 24 * 3_600_000);
    await stage.db('email_changes').where({ account_id: person.id }).update({ asked_at: week });
    assert.ok((await stage.services.emailConfirmation.settle()) >= 1);
    assert.equal(await emails.pendingId(person), null);
    const ended = { outcome: 'cancelled', ended_at: stage.clock.now() };
    await stage.db('email_changes').whereNull('ended_at').update(ended);
  });

  test('an agreement of Ucanss counts for nothing once it could not be given any more', async () => {
    const { person, mailbox } = await emails.asked();
    const former = await stage.national();
    assert.equal((await emails.accept(former, person)).kind, 'agreed');
    await stage
      .db('assignments')
      .where({ account_id: former.id })
      .update({ ended_at: new Date(), end_kind: 'removed' });
    assert.deepEqual(await emails.answer(await mailbox()), { kind: 'confirmed' });
    assert.equal(await emails.emailOf(person), person.email);
  });

  test('100 agreements and 100 confirmations at once: one effect, told once', async () => {
    const { person, newEmail, mailbox, agreement } = await emails.asked();
    const [one, two] = [await mailbox(), await agreement()];
    const all = await Promise.all(
      Array.from({ length: 100 }, (_, index) => emails.answer(index % 2 ? one : two)),
    );
    assert.equal(all.filter(({ kind }) => kind === 'changed').length, 1);
    assert.equal(await emails.emailOf(person), newEmail);
    assert.equal((await emails.messagesOf(person)).filter(([name]) => name === 'email-changed').length, 1);
  });

  for (const [who, password] of [
    ['has a password', 'une-phrase-de-passe-longue'],
    ['never chose one', undefined],
  ] as const) {
    for (const act of ['accept', 'refuse'] as const) {
      test(`as many messages leave as are foreseen, of who ${who}: ${act}`, async () => {
        const person = await emails.colleague({ password });
        await emails.ask(person, emails.fresh());
        await emails.answer(await (await emails.links(person)).mailbox());
        const [{ deciding }, { id: requestId }] = [stage.services, await emails.requestOf(person)];
        const foreseen = await deciding.foreseeMessages(
          act,
          await deciding.preview(ucanss, NATIONAL, act, requestId),
        );
        const before = (await emails.messagesOf(person)).length;
        if (act === 'accept') await emails.accept(ucanss, person);
        else await deciding.refuse(ucanss, NATIONAL, { requestId, reason: 'Boîte inconnue' });
        assert.equal((await emails.messagesOf(person)).length - before, foreseen);
      });
    }
  }

  test('refused by Ucanss, with why: who asked is told, and no link holds', async () => {
    const { person, mailbox, agreement } = await emails.asked();
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
    const { person } = await emails.asked();
    await stage.services.emailChange.cancel(first(house.actors), house.scope, person.id);
    assert.deepEqual((await emails.messagesOf(person)).at(-1), ['email-change-stopped', person.email]);
  });

  test('cancelled, replaced, attached elsewhere, closed: the request ends with its change', async () => {
    const ends: ((person: AccountRow) => Promise<unknown>)[] = [
      (person) => stage.services.emailChange.cancel(first(house.actors), house.scope, person.id),
      (person) => stage.services.emailChange.askForOneself(emails.asActor(person), emails.fresh()),
      async (person) => stage.services.attaching.attach(ucanss, (await stage.openHouse(1)).scope, person.id),
      (person) =>
        stage.services.accounts.deactivate(ucanss, NATIONAL, { accountId: person.id, reason: 'Départ' }),
    ];
    for (const end of ends) {
      const { person, agreement, mailbox } = await emails.asked();
      const tokens = [await agreement(), await mailbox()];
      await end(person);
      assert.equal((await emails.requestOf(person)).status, 'cancelled');
      for (const token of tokens) assert.notEqual((await emails.answer(token)).kind, 'changed');
      assert.notEqual((await emails.accept(ucanss, person)).kind, 'decided');
    }
  });
});
