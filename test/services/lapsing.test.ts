import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { findActor } from '../../src/repositories/actors.ts';
import { createServices, type Services } from '../../src/services/index.ts';
import { type AccountRow, createAccount } from '../factories/accounts.ts';
import { endAssignment, grant } from '../factories/assignments.ts';
import { createOrganism } from '../factories/organisms.ts';
import { createRequest } from '../factories/requests.ts';
import { createTestClock, type TestClock } from '../tools/clock.ts';
import { createTestDatabase, type TestDatabase } from '../tools/database.ts';

describe('requests that nobody decides', () => {
  let database: TestDatabase;
  let services: Services;
  let clock: TestClock;
  let person: AccountRow;
  let local: AccountRow;
  let national: AccountRow;

  before(async () => {
    database = await createTestDatabase({ template: 'reference' });
    national = await createAccount(database.db, { organism: 'UCANSS' });
    await grant(database.db, national, 'administrateur-ucanss');
    local = await createAccount(database.db);
    await grant(database.db, local, 'administrateur-local', { organism: 'CAF-391' });
  });
  beforeEach(async () => {
    await database
      .db('requests')
      .where({ status: 'pending' })
      .update({ status: 'cancelled', cancelled_at: new Date() });
    clock = createTestClock();
    services = createServices({ db: database.db, clock });
    person = await createAccount(database.db);
  });
  after(() => database.drop());

  // Submitted on 15 September, at noon in Paris: told on 30 October, closed on 14 November.
  const SUBMITTED = { created_at: '2026-09-15T10:00:00Z', submitted_at: '2026-09-15T10:00:00Z' };
  const TOLD = { lapse_told_at: '2026-10-30T06:05:00Z' };
  const ask = (fields = {}) => createRequest(database.db, { account: person, ...SUBMITTED, ...fields });
  const stateOf = async (id: number) => {
    const { status, lapsed } = await database.db('requests').first('status', 'lapsed').where({ id });
    return [status, lapsed];
  };
  const toldOf = async (id: number): Promise<string[]> => {
    const { account_id: about } = await database.db('requests').first('account_id').where({ id });
    const messages = await database.db('messages').where({ request_id: id }).orderBy('id');
    for (const message of messages)
      assert.equal(message.account_id, about, 'each is in the person’s history');
    return messages.map(({ template, recipient }) => `${template} ${recipient}`);
  };
  const eventsOf = (id: number) =>
    database.db('audit_events').where({ request_id: id, action: 'request.cancelled' });

  test('R80 told on the 45th day in Paris and no sooner, once, to the person and to who can decide', async () => {
    const id = await ask();
    clock.set('2026-10-29T22:30:00Z');
    assert.equal(await services.lapsing.warn(), 0);
    clock.set('2026-10-29T23:30:00Z');
    assert.equal(await services.lapsing.warn(), 1);
    assert.equal(await services.lapsing.warn(), 0);
    assert.deepEqual(await toldOf(id), [
      `request-lapsing ${person.email}`,
      `request-received ${local.email}`,
    ]);
    const [toPerson, toDecider] = await database.db('messages').where({ request_id: id }).orderBy('id');
    assert.deepEqual(toPerson.data, {
      ...{ firstName: person.first_name, lastName: person.last_name, requester: null, beneficiary: null },
      ...{ kind: 'role', roleLabel: 'Energie Lecteur', organismName: 'CAF du Jura' },
      ...{ submittedOn: '2026-09-15', closesOn: '2026-11-14' },
    });
    assert.deepEqual([toDecider.data.closesOn, toDecider.data.submittedOn], ['2026-11-14', '2026-09-15']);
    assert.deepEqual(await stateOf(id), ['pending', false]);
  });

  test('R80 closed on the 60th day and no sooner, by the job, with its event, and told once', async () => {
    const id = await ask(TOLD);
    clock.set('2026-11-13T22:30:00Z');
    assert.equal(await services.lapsing.close(), 0);
    clock.set('2026-11-13T23:30:00Z');
    assert.equal(await services.lapsing.close(), 1);
    assert.equal(await services.lapsing.close(), 0);
    assert.equal(await services.lapsing.warn(), 0, 'nothing is said of what is over');
    assert.deepEqual(await stateOf(id), ['cancelled', true]);
    assert.deepEqual(await toldOf(id), [`request-lapsed ${person.email}`]);
    const [event, ...more] = await eventsOf(id);
    assert.deepEqual(
      [
        more.length,
        event.actor_kind,
        event.actor_job,
        event.subject_account_id,
        event.organism_id,
        event.details,
      ],
      [
        ...[0, 'job', 'lapsed-requests', person.id, person.organism_id],
        { label: 'Energie Lecteur', cause: 'lapsed' },
      ],
    );
  });

  test('R80 what had waited for longer than that when it is told has fifteen days left: nothing is closed unannounced', async () => {
    const id = await ask();
    clock.set('2026-12-20T10:00:00Z');
    assert.equal(await services.lapsing.close(), 0);
    assert.equal(await services.lapsing.warn(), 1);
    const [{ data }] = await database.db('messages').where({ request_id: id, template: 'request-lapsing' });
    assert.equal(data.closesOn, '2027-01-04');
    clock.set('2027-01-03T22:30:00Z');
    assert.equal(await services.lapsing.close(), 0);
    clock.set('2027-01-03T23:30:00Z');
    assert.equal(await services.lapsing.close(), 1);
  });

  test('R80 who asked for somebody else is told too; who was deactivated is not', async () => {
    const role = 'energie-administrateur';
    const id = await ask({ role, requested_by: local.id });
    const gone = await createAccount(database.db, { active: false });
    const other = await ask({ account: gone });
    clock.set('2026-11-01T10:00:00Z');
    assert.equal(await services.lapsing.warn(), 2);
    clock.set('2026-11-20T10:00:00Z');
    assert.equal(await services.lapsing.close(), 2);
    assert.deepEqual(await toldOf(id), [
      ...[`request-lapsing ${person.email}`, `request-lapsing ${local.email}`],
      `request-received ${national.email}`,
      ...[`request-lapsed ${person.email}`, `request-lapsed ${local.email}`],
    ]);
    const [, , toDecider] = await database.db('messages').where({ request_id: id }).orderBy('id');
    assert.equal(toDecider.data.requester, `${local.first_name} ${local.last_name}`);
    assert.deepEqual(await toldOf(other), [`request-received ${local.email}`]);
  });

  test('R80 a first account too; a change of address, or what is decided, is left alone', async () => {
    const { db } = database;
    const id = await createRequest(db, { ...SUBMITTED, ...TOLD });
    const unconfirmed = await createRequest(db, { ...SUBMITTED, status: 'unconfirmed', submitted_at: null });
    const address = await ask({ kind: 'address', role_id: null, new_email: 'autre@caf39.caf.fr', ...TOLD });
    const refused = { decided_at: '2026-09-16T10:00:00Z', decided_by: local.id, decision_reason: 'Non' };
    const decided = await ask({ ...refused, status: 'refused' });
    clock.set('2026-12-24T10:00:00Z');
    assert.equal(await services.lapsing.close(), 1);
    assert.deepEqual(await stateOf(id), ['cancelled', true]);
    const states = await Promise.all([unconfirmed, address, decided].map(stateOf));
    assert.deepEqual(
      states.map(([status]) => status),
      ['unconfirmed', 'pending', 'refused'],
    );
    const { email } = await db('requests').first('email').where({ id });
    assert.deepEqual(await toldOf(id), [`request-lapsed ${email}`]);
    assert.deepEqual((await eventsOf(id))[0].details, { cause: 'lapsed' });
    await db('requests').where({ id: unconfirmed }).delete();
  });

  test('P1 Ucanss is told once of what nobody of the organism can decide: at once, or when it becomes so', async () => {
    const { db } = database;
    const organism = await createOrganism(db);
    const lone = await createAccount(db, { organism: organism.id });
    const delegation = await grant(db, lone, 'administrateur-local', { organism: organism.code });
    const asker = await createAccount(db, { organism: organism.id });
    const id = await ask({ account: asker, submitted_at: '2026-11-20T10:00:00Z' });
    await ask({ role: 'energie-administrateur', submitted_at: '2026-11-20T10:00:00Z' });
    const own = await findActor(db, lone.id, '2026-11-22');
    assert.ok(own);
    const asked = await services.asking.submit(own, 'energie-lecteur', 'Pour moi');
    assert.ok(asked.kind === 'submitted' && asked.by === 'ucanss');
    const told = [`request-received ${national.email}`];
    assert.deepEqual(await toldOf(asked.requestId), told);
    assert.equal(await services.lapsing.tellUcanss(), 0);
    assert.deepEqual(await toldOf(id), []);
    await endAssignment(db, delegation);
    assert.equal(await services.lapsing.tellUcanss(), 1);
    assert.equal(await services.lapsing.tellUcanss(), 0);
    assert.deepEqual([await toldOf(id), await toldOf(asked.requestId)], [told, told]);
    const [{ data }] = await db('messages').where({ request_id: id });
    assert.deepEqual([data.forUcanss, data.nobodyHere, data.requestId, data.waiting], [true, true, id, 3]);
  });

  test('more than one transaction takes, two processes, a decision meanwhile: each ends once', async () => {
    const ids: number[] = [];
    for (let count = 0; count < 205; count += 1)
      ids.push(await ask({ ...TOLD, account: await createAccount(database.db) }));
    clock.set('2026-11-20T10:00:00Z');
    const [first, second] = await Promise.all([services.lapsing.close(), services.lapsing.close()]);
    assert.equal(first + second, 205);
    const left = await database.db('requests').whereIn('id', ids).where({ status: 'pending' });
    assert.equal(left.length, 0);
    const events = await database
      .db('audit_events')
      .where({ action: 'request.cancelled' })
      .whereIn('request_id', ids);
    assert.equal(events.length, 205);
    const told = await database
      .db('messages')
      .where({ template: 'request-lapsed' })
      .whereIn('request_id', ids);
    assert.equal(told.length, 205);
  });
});
