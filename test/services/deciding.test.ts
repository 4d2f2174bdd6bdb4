import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Actor } from '../../src/domain/actor.ts';
import { dayInParis } from '../../src/domain/calendar.ts';
import { NotFound } from '../../src/domain/errors.ts';
import { NATIONAL, type Scope } from '../../src/domain/scope.ts';
import { findActor } from '../../src/repositories/actors.ts';
import { createServices, type Services } from '../../src/services/index.ts';
import { accountOf, createAccount } from '../factories/accounts.ts';
import { grant } from '../factories/assignments.ts';
import { createRequest } from '../factories/requests.ts';
import { testClock } from '../tools/clock.ts';
import { createTestDatabase, type TestDatabase } from '../tools/database.ts';
import { howMany, tellCases } from '../tools/sample.ts';

describe('deciding requests', () => {
  let database: TestDatabase;
  let deciding: Services['deciding'];
  let first: Actor;
  let second: Actor;
  let national: Actor;
  let auditor: Actor;
  let scope: Scope;

  const actorOf = async (email: string): Promise<Actor> => {
    const { id } = await accountOf(database.db, email);
    const actor = await findActor(database.db, id, dayInParis(testClock.now()));
    assert.ok(actor);
    return actor;
  };

  before(async () => {
    database = await createTestDatabase({ template: 'demonstration' });
    deciding = createServices({ db: database.db, clock: testClock }).deciding;
    first = await actorOf('wtestportail@test.fr');
    second = await actorOf('suppleante@caf39.caf.fr');
    national = await actorOf('national@ucanss.fr');
    auditor = await actorOf('auditeur@ucanss.fr');
    const organism = await database.db('organisms').first('id', 'code', 'name').where({ code: 'CAF-391' });
    scope = { kind: 'organism', organism };
  });
  after(() => database.drop());

  const roleId = async (code: string): Promise<number> =>
    (await database.db('roles').first('id').where({ code })).id;

  const roleRequest = async (code: string, fields: Record<string, unknown> = {}) => {
    const account = await createAccount(database.db, fields);
    return { account, requestId: await createRequest(database.db, { account, role: code }) };
  };

  const stored = (id: number) => database.db('requests').first().where({ id });
  const events = (requestId: number, action: string) =>
    database.db('audit_events').where({ request_id: requestId, action });
  const messages = (requestId: number) => database.db('messages').where({ request_id: requestId });

  test('R25 accepting a role request grants the role, until the given day, and tells the person once', async () => {
    const { account, requestId } = await roleRequest('energie-lecteur');
    const result = await deciding.accept(first, scope, { requestId, endsOn: '2027-06-30' });
    assert.equal(result.kind, 'decided');
    const [held] = await database.db('assignments').where({ account_id: account.id });
    assert.equal(held.request_id, requestId);
    assert.equal(held.ends_on, '2027-06-30');
    assert.equal(held.granted_by, first.id);
    assert.equal((await stored(requestId)).decided_by, first.id);
    assert.equal((await events(requestId, 'request.accepted')).length, 1);
    assert.equal((await events(requestId, 'assignment.granted')).length, 1);
    assert.deepEqual(
      (await messages(requestId)).map(({ template }) => template),
      ['request-accepted'],
    );
  });

  test('a role given by another way meanwhile stays as it is, and the message says until when', async () => {
    const { account, requestId } = await roleRequest('energie-lecteur');
    await grant(database.db, account, 'energie-lecteur', { ends_on: '2027-01-31' });
    await deciding.accept(first, scope, { requestId, endsOn: '2027-06-30' });
    const held = await database.db('assignments').where({ account_id: account.id });
    assert.deepEqual(
      held.map(({ ends_on }) => ends_on),
      ['2027-01-31'],
    );
    assert.equal((await messages(requestId))[0].data.endsOn, '2027-01-31');
  });

  test('R25 accepting an account request creates the account and sends the one activation message', async () => {
    const requestId = await createRequest(database.db, { email: 'nouvelle@caf39.caf.fr' });
    const result = await deciding.accept(first, scope, { requestId, endsOn: null });
    assert.equal(result.kind, 'decided');
    const account = await accountOf(database.db, 'nouvelle@caf39.caf.fr');
    assert.equal((await stored(requestId)).account_id, account.id);
    assert.deepEqual(await database.db('assignments').where({ account_id: account.id }), []);
    assert.deepEqual(
      (await messages(requestId)).map(({ template }) => template),
      ['activation'],
    );
  });

  test('R24 a refusal keeps its reason and tells it', async () => {
    const { account, requestId } = await roleRequest('energie-lecteur');
    await deciding.refuse(first, scope, { requestId, reason: 'Pas votre service.' });
    const row = await stored(requestId);
    assert.deepEqual([row.status, row.decision_reason], ['refused', 'Pas votre service.']);
    assert.deepEqual(await database.db('assignments').where({ account_id: account.id }), []);
    const [message] = await messages(requestId);
    assert.equal(message.template, 'request-refused');
  });

  test('a refusal is not sent to who was deactivated; who asked for them is told', async () => {
    const { account, requestId } = await roleRequest('energie-administrateur');
    await database.db('requests').where({ id: requestId }).update({ requested_by: second.id });
    await database
      .db('accounts')
      .where({ id: account.id })
      .update({ active: false, deactivated_at: new Date() });
    await deciding.refuse(national, NATIONAL, { requestId, reason: 'Parti.' });
    assert.deepEqual(
      (await messages(requestId)).map(({ recipient }) => recipient),
      [second.email],
    );
    const closed = await createAccount(database.db, { active: false });
    const requestOfClosed = await createRequest(database.db, { email: closed.email });
    await deciding.refuse(first, scope, { requestId: requestOfClosed, reason: 'Déjà un compte.' });
    assert.deepEqual(await messages(requestOfClosed), []);
  });

  test('P3 who asked for somebody else is told what was decided, and so is that person', async () => {
    for (const accepting of [true, false]) {
      const { account, requestId } = await roleRequest('energie-administrateur');
      await database.db('requests').where({ id: requestId }).update({ requested_by: second.id });
      if (accepting) await deciding.accept(national, NATIONAL, { requestId, endsOn: null });
      else await deciding.refuse(national, NATIONAL, { requestId, reason: 'Pas encore.' });
      const told = (await messages(requestId)).map(({ template, recipient, data }) => [
        ...[template, recipient, data.firstName, data.requester, data.beneficiary],
      ]);
      const template = accepting ? 'request-accepted' : 'request-refused';
      const name = `${account.first_name} ${account.last_name}`;
      assert.deepEqual(told, [
        [template, account.email, account.first_name, 'Maud SUPPLÉANTE', null],
        [template, second.email, 'Maud', null, name],
      ]);
      // What is traced is about the person, and by who decided: who asked did nothing of it.
      const traced = await database.db('audit_events').where({ request_id: requestId });
      assert.equal(traced.length, accepting ? 2 : 1);
      for (const event of traced)
        assert.deepEqual(
          [event.subject_account_id, event.actor_account_id, event.organism_id, event.role_id],
          [account.id, national.id, account.organism_id, await roleId('energie-administrateur')],
          event.action,
        );
    }
  });

  test('P3 a reserved role is locked for a local administrator and open for Ucanss', async () => {
    const { requestId } = await roleRequest('energie-administrateur');
    const locked = await deciding.accept(first, scope, { requestId, endsOn: null });
    assert.deepEqual([locked.kind, 'fault' in locked && locked.fault], ['refused', 'reserved']);
    assert.equal((await stored(requestId)).status, 'pending');
    const open = await deciding.accept(national, NATIONAL, { requestId, endsOn: null });
    assert.equal(open.kind, 'decided');
  });

  test('P1 nobody decides a request of which they are requester or beneficiary', async () => {
    const account = await accountOf(database.db, first.email);
    const requestId = await createRequest(database.db, { account, role: 'marches-lecteur' });
    for (const decide of [
      () => deciding.accept(first, scope, { requestId, endsOn: null }),
      () => deciding.refuse(first, scope, { requestId, reason: 'non' }),
    ]) {
      const result = await decide();
      assert.equal('fault' in result && result.fault, 'oneself');
    }
    assert.equal((await stored(requestId)).status, 'pending');
    assert.equal((await deciding.accept(second, scope, { requestId, endsOn: null })).kind, 'decided');

    // The requester, for somebody else: they are not the beneficiary.
    const beneficiary = await createAccount(database.db);
    for (const [asker, scopeOf] of [
      [first, scope],
      [national, NATIONAL],
    ] as const) {
      const asked = { account: beneficiary, role: 'energie-redacteur', requested_by: asker.id };
      const id = await createRequest(database.db, asked);
      for (const result of [
        await deciding.accept(asker, scopeOf, { requestId: id, endsOn: null }),
        await deciding.refuse(asker, scopeOf, { requestId: id, reason: 'non' }),
      ])
        assert.equal('fault' in result && result.fault, 'oneself', asker.email);
      assert.equal((await stored(id)).status, 'pending');
      assert.equal((await deciding.refuse(second, scope, { requestId: id, reason: 'non' })).kind, 'decided');
    }

    const reserved = await createRequest(database.db, { account, role: 'energie-administrateur' });
    const result = await deciding.accept(first, scope, { requestId: reserved, endsOn: null });
    assert.equal('fault' in result && result.fault, 'reserved', 'no other local administrator could either');
  });

  test('an auditor decides nothing', async () => {
    const { requestId } = await roleRequest('energie-lecteur');
    const result = await deciding.accept(auditor, NATIONAL, { requestId, endsOn: null });
    assert.equal('fault' in result && result.fault, 'reads_only');
  });

  test('P5 a request of another organism does not exist', async () => {
    const account = await createAccount(database.db, { organism: 'CPAM-391' });
    const requestId = await createRequest(database.db, { account });
    await assert.rejects(deciding.accept(first, scope, { requestId, endsOn: null }), NotFound);
    assert.equal((await stored(requestId)).status, 'pending');
  });

  test('an acceptance is refused for a person deactivated or moved, a role withdrawn, an address now known', async () => {
    const cases: [string, number][] = [];
    const inactive = await roleRequest('energie-lecteur', { active: false });
    cases.push(['inactive', inactive.requestId]);
    const moved = await roleRequest('energie-lecteur');
    const elsewhere = await database.db('organisms').first('id').where({ code: 'CPAM-391' });
    await database.db('accounts').where({ id: moved.account.id }).update({ organism_id: elsewhere.id });
    cases.push(['moved', moved.requestId]);
    const withdrawn = await roleRequest('communaute-membre');
    await database.db('roles').where({ code: 'communaute-membre' }).update({ closed_at: testClock.now() });
    cases.push(['role_withdrawn', withdrawn.requestId]);
    const known = await createRequest(database.db, { email: 'tmantel@caf39.caf.fr' });
    cases.push(['known_address', known]);
    const cancelled = await roleRequest('energie-lecteur');
    await database
      .db('requests')
      .where({ id: cancelled.requestId })
      .update({ status: 'cancelled', cancelled_at: testClock.now() });
    cases.push(['cancelled', cancelled.requestId]);
    for (const [fault, requestId] of cases) {
      assert.equal((await deciding.preview(first, scope, 'accept', requestId)).fault, fault);
      const result = await deciding.accept(first, scope, { requestId, endsOn: null });
      assert.equal('fault' in result && result.fault, fault);
      assert.equal((await events(requestId, 'request.accepted')).length, 0);
      assert.equal((await messages(requestId)).length, 0);
    }
    // P12: an address known elsewhere is told of another organism, which is traced; one of one's own is not.
    const outside = await createAccount(database.db, { organism: 'CPAM-391' });
    const elsewhereKnown = await createRequest(database.db, { email: outside.email });
    await deciding.accept(first, scope, { requestId: elsewhereKnown, endsOn: null });
    const told = database.db('audit_events').where({ action: 'search.person_told' });
    assert.deepEqual(await told.pluck('subject_account_id'), [outside.id]);
  });

  const PAIRS = howMany(100, 1_000);

  test('accept/refuse pairs in parallel: as many decisions, events and messages', async (t) => {
    const { rows } = await database.db.raw(
      `WITH people AS (
         INSERT INTO accounts (email, last_name, first_name, organism_id, organism_since, created_at)
         SELECT 'paire.' || n || '@test.fr', 'PAIRE' || n, 'Claude', ?, now(), now() FROM generate_series(1, ?) AS n
         RETURNING id, last_name, email
       )
       INSERT INTO requests (kind, status, organism_id, account_id, requested_by, role_id, last_name, first_name, email,
         created_at, submitted_at)
       SELECT 'role', 'pending', ?, id, id, ?, last_name, 'Claude', email, now(), now() FROM people
       RETURNING id`,
      [first.organismId, PAIRS, first.organismId, await roleId('energie-lecteur')],
    );
    const ids = rows.map(({ id }: { id: number }) => id);
    let next = 0;
    const outcomes = { decided: 0, agreed: 0, refused: 0 };
    const work = async () => {
      for (let index = next++; index < PAIRS; index = next++) {
        const requestId = ids[index];
        const pair = await Promise.all([
          deciding.accept(first, scope, { requestId, endsOn: null }),
          deciding.refuse(second, scope, { requestId, reason: 'Doublon.' }),
        ]);
        for (const { kind } of pair) outcomes[kind] += 1;
        const late = pair.find((result) => result.kind === 'refused');
        assert.equal(late && 'fault' in late && late.fault, 'already');
      }
    };
    await Promise.all(Array.from({ length: 4 }, work));
    assert.deepEqual(outcomes, { decided: PAIRS, agreed: 0, refused: PAIRS });
    const count = async (query: { count(): unknown }) =>
      Number(((await query.count()) as { count: number }[])[0]?.count);
    const decided = database.db('requests').whereIn('id', ids).whereIn('status', ['accepted', 'refused']);
    const told = database.db('messages').whereIn('request_id', ids);
    const traced = database
      .db('audit_events')
      .whereIn('request_id', ids)
      .whereIn('action', ['request.accepted', 'request.refused']);
    const granted = database.db('assignments').whereIn('request_id', ids);
    const accepted = database.db('requests').whereIn('id', ids).where({ status: 'accepted' });
    assert.equal(await count(decided), PAIRS);
    assert.equal(await count(told), PAIRS);
    assert.equal(await count(traced), PAIRS);
    assert.equal(await count(granted), await count(accepted));
    tellCases(t, PAIRS);
  });
});
