import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { NotFound, TooMany } from '../../src/domain/errors.ts';
import { NATIONAL } from '../../src/domain/scope.ts';
import { type AccountRow, createAccount } from '../factories/accounts.ts';
import { grant } from '../factories/assignments.ts';
import { next } from '../factories/sequence.ts';
import { createStage, first, type House, type Stage } from './account-stage.ts';

describe('asking for another address', () => {
  let stage: Stage;
  let house: House;
  before(async () => {
    stage = await createStage();
    house = await stage.openHouse(1);
  });
  beforeEach(() => stage.db('rate_limits').delete());
  after(() => stage.drop());

  const colleague = (fields = {}) => createAccount(stage.db, { organism: house.organism.id, ...fields });
  const fresh = () => `nouvelle.${next()}@test.fr`;
  const ask = (person: { id: number }, newEmail: string, actor = first(house.actors), scope = house.scope) =>
    stage.services.emailChange.ask(actor, scope, { accountId: person.id, newEmail });
  const emailOf = async (person: AccountRow) =>
    (await stage.db('accounts').first('email').where({ id: person.id })).email;
  const messagesOf = (person: AccountRow) =>
    stage.db('messages').where({ account_id: person.id }).orderBy('id');

  test('R49, P11: nothing changes yet; both mailboxes are told, a request waits for Ucanss, and it is traced', async () => {
    const person = await colleague();
    const newEmail = fresh();
    assert.equal((await ask(person, newEmail)).kind, 'asked');
    assert.equal(await emailOf(person), person.email);
    const messages = await messagesOf(person);
    assert.deepEqual(
      messages.map(({ template, recipient }) => [template, recipient]),
      [
        ['email-mailbox', newEmail],
        ['email-agreement', person.email],
      ],
    );
    const { firstName, lastName } = first(house.actors);
    assert.equal(messages[0].data.askedBy, `${firstName} ${lastName}`);
    assert.deepEqual(await stage.eventsOf(person), [['account.email_change_asked', { to: newEmail }]]);
    const [request] = await stage.db('requests').where({ account_id: person.id });
    assert.deepEqual(
      [request.kind, request.status, request.new_email, request.email, request.requested_by],
      ['address', 'pending', newEmail, person.email, first(house.actors).id],
    );
    const pending = await stage.services.emailChange.findPending(person.id);
    assert.deepEqual([pending?.newEmail, pending?.expired], [newEmail, false]);
  });

  test('the same address, one that has an account, somebody of another organism, an inactive account', async () => {
    const [person, other] = [await colleague(), await colleague()];
    assert.equal((await ask(person, person.email)).kind, 'same');
    const known = await ask(person, other.email);
    assert.equal(known.kind === 'known' && known.known.id, other.id);
    await assert.rejects(ask(await createAccount(stage.db), fresh()), NotFound);
    const refused = await ask(await colleague({ active: false }), fresh());
    assert.equal(refused.kind === 'refused' && refused.fault, 'inactive');
    assert.deepEqual(await messagesOf(person), []);
  });

  test('P1, P3b: not one’s own from there, nor that of somebody whose rights go further; Ucanss can', async () => {
    const other = await stage.openHouse(1);
    const [delegate, auditor, sameOrganism] = [await colleague(), await colleague(), await colleague()];
    await stage.appoint(other.organism, delegate);
    await grant(stage.db, auditor, 'auditeur');
    await stage.appoint(house.organism, sameOrganism);
    for (const [person, fault] of [
      [first(house.actors), 'oneself'],
      [delegate, 'beyond'],
      [auditor, 'beyond'],
    ] as const) {
      const refused = await ask(person, fresh());
      assert.equal(refused.kind === 'refused' && refused.fault, fault);
    }
    assert.equal((await ask(sameOrganism, fresh())).kind, 'asked');
    const national = await stage.national();
    for (const person of [delegate, auditor])
      assert.equal((await ask(person, fresh(), national, NATIONAL)).kind, 'asked');
  });

  test('cancelled: traced once, by whom it concerns; a second time there is nothing left', async () => {
    const person = await colleague();
    const newEmail = fresh();
    await ask(person, newEmail);
    const cancel = () => stage.services.emailChange.cancel(first(house.actors), house.scope, person.id);
    assert.equal(await cancel(), newEmail);
    assert.equal(await cancel(), undefined);
    assert.deepEqual(await stage.eventsOf(person), [
      ['account.email_change_asked', { to: newEmail }],
      ['account.email_change_cancelled', { to: newEmail }],
    ]);
    assert.equal(await stage.services.emailChange.findPending(person.id), undefined);
    const other = await stage.openHouse(1);
    const elsewhere = stage.services.emailChange.cancel(first(other.actors), other.scope, person.id);
    await assert.rejects(elsewhere, NotFound);
  });

  test('of 20 requests at once one is left waiting, the last', async () => {
    const person = await colleague();
    await Promise.all(Array.from({ length: 20 }, () => ask(person, fresh())));
    const changes = await stage.db('email_changes').where({ account_id: person.id }).orderBy('id');
    assert.deepEqual(
      changes.map(({ outcome }) => outcome),
      [...Array(19).fill('replaced'), null],
    );
  });

  test('P11: a change never answered lapses after seven days, who asked is told, and it is forgotten after a month', async () => {
    const person = await colleague();
    await ask(person, fresh());
    stage.clock.set('2026-11-29T08:59:59.000Z');
    assert.equal(await stage.services.emailConfirmation.settle(), 0);
    stage.clock.set('2026-11-29T09:00:00.000Z');
    assert.ok((await stage.services.emailConfirmation.settle()) > 0);
    assert.equal(await stage.services.emailChange.findPending(person.id), undefined);
    assert.equal(
      (await stage.db('requests').first('status').where({ account_id: person.id })).status,
      'cancelled',
    );
    const told = (await messagesOf(person)).at(-1);
    assert.deepEqual(
      [told.template, told.recipient, told.data.outcome],
      ['email-change-ended', first(house.actors).email, 'lapsed'],
    );
    stage.clock.set('2026-12-30T09:00:00.000Z');
    await stage.services.retention.pruneMessages();
    assert.deepEqual(await stage.db('email_changes').where({ account_id: person.id }), []);
    stage.clock.set('2026-11-22T09:00:00.000Z');
  });

  test('ten messages an hour to one address, whoever asks', async () => {
    const newEmail = fresh();
    for (let time = 0; time < 10; time += 1) await ask(await colleague(), newEmail);
    await assert.rejects(ask(await colleague(), newEmail), TooMany);
  });

  describe('P11: an account never used, made here, is corrected at once', () => {
    const made = (fields = {}) => colleague({ created_by: first(house.actors).id, ...fields });

    test('the identifier changes, links end, another activation leaves, and the former address is told', async () => {
      const person = await made();
      const newEmail = fresh();
      assert.equal((await ask(person, newEmail)).kind, 'corrected');
      assert.equal(await emailOf(person), newEmail);
      assert.deepEqual(
        (await messagesOf(person)).map(({ template, recipient }) => [template, recipient]),
        [
          ['email-changed', person.email],
          ['activation', newEmail],
        ],
      );
      assert.deepEqual(await stage.eventsOf(person), [
        ['account.email_changed', { to: newEmail, from: person.email, at_once: true }],
      ]);
      assert.equal(await stage.db('requests').where({ account_id: person.id }).first(), undefined);
    });

    const ELSE: Record<string, () => Promise<AccountRow>> = {
      'has a password': () => made({ password: 'une-phrase-de-passe-longue' }),
      'signed in': () => made({ last_sign_in_at: new Date() }),
      'was attached': () => made({ organism_since: new Date() }),
      'was made by Ucanss': async () => made({ created_by: (await stage.national()).id }),
      'was made by nobody known': () => made({ created_by: null }),
      'was made by an administrator of another organism': async () =>
        made({ created_by: first((await stage.openHouse(1)).actors).id }),
      'was made by who came to administer this one afterwards': async () => {
        const maker = await colleague();
        const later = { organism: house.organism.code, granted_at: stage.clock.now() };
        await grant(stage.db, maker, 'administrateur-local', later);
        return made({ created_by: maker.id });
      },
      'was made by who administered this one no more': async () => {
        const maker = await colleague();
        const before = { granted_at: '2020-01-01T09:00:00Z', ended_at: '2020-06-01T09:00:00Z' };
        const over = { organism: house.organism.code, end_kind: 'removed' };
        await grant(stage.db, maker, 'administrateur-local', { ...over, ...before });
        return made({ created_by: maker.id });
      },
      'holds a reserved role': async () => {
        const person = await made();
        await grant(stage.db, person, 'referent-deontologue');
        return person;
      },
      'administers this organism': async () => {
        const person = await made();
        await stage.appoint(house.organism, person);
        return person;
      },
    };
    for (const [why, make] of Object.entries(ELSE)) {
      test(`not one that ${why}: it waits for a second person`, async () => {
        const person = await make();
        assert.equal((await ask(person, fresh())).kind, 'asked');
        assert.equal(await emailOf(person), person.email);
      });
    }
  });
});
