import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import type { Actor } from '../../src/domain/actor.ts';
import { Forbidden, NotFound } from '../../src/domain/errors.ts';
import { NATIONAL } from '../../src/domain/scope.ts';
import { findActor } from '../../src/repositories/actors.ts';
import { createServices, type Services } from '../../src/services/index.ts';
import { type AccountRow, createAccount } from '../factories/accounts.ts';
import { endAssignment, grant } from '../factories/assignments.ts';
import { createOrganism } from '../factories/organisms.ts';
import { createRequest } from '../factories/requests.ts';
import { createTestClock, type TestClock } from '../tools/clock.ts';
import { createTestDatabase, type TestDatabase } from '../tools/database.ts';

describe('« Rappeler aux administrateurs »', () => {
  let database: TestDatabase;
  let services: Services;
  let clock: TestClock;
  let national: Actor;
  let organism: { id: number; code: string };
  let one: AccountRow;
  let other: AccountRow;

  before(async () => {
    database = await createTestDatabase({ template: 'reference' });
  });
  beforeEach(async () => {
    clock = createTestClock();
    services = createServices({ db: database.db, clock });
    const account = await createAccount(database.db, { organism: 'UCANSS' });
    await grant(database.db, account, 'administrateur-ucanss');
    national = await actorOf(account);
    organism = await createOrganism(database.db);
    one = await administrator('UNE');
    other = await administrator('AUTRE');
  });
  after(() => database.drop());

  const actorOf = async ({ id }: { id: number }): Promise<Actor> => {
    const actor = await findActor(database.db, id, '2026-11-22');
    assert.ok(actor);
    return actor;
  };
  const administrator = async (last_name: string) => {
    const account = await createAccount(database.db, { organism: organism.id, last_name });
    await grant(database.db, account, 'administrateur-local', { organism: organism.code });
    return account;
  };
  const ask = async (submitted_at: string, fields = {}) =>
    createRequest(database.db, {
      ...{ account: await createAccount(database.db, { organism: organism.id }) },
      ...{ submitted_at, ...fields },
    });
  const remind = async (id: number, actor = national) =>
    (await services.remindingAdministrators.remind(actor, NATIONAL, id)).refusal;
  const told = () =>
    database
      .db('messages')
      .where({ template: 'requests-waiting' })
      .whereRaw(`data->>'organismCode' = ?`, [organism.code])
      .orderBy('recipient');
  const eventsOf = () =>
    database.db('audit_events').where({ action: 'requests.reminded', organism_id: organism.id });

  test('one message each, of what they may decide: how many, since when; one event', async () => {
    const id = await ask('2026-11-12T11:00:00Z');
    // One's own, what Ucanss validates and what is decided do not wait for them.
    await ask('2026-11-02T11:00:00Z', { account: one });
    await ask('2026-10-02T11:00:00Z', { role: 'energie-administrateur' });
    await ask('2026-10-02T11:00:00Z', { status: 'cancelled', cancelled_at: '2026-10-03T11:00:00Z' });
    assert.equal(await remind(id), null);
    const messages = await told();
    assert.deepEqual(
      messages.map(({ recipient, data }) => [recipient, data.waiting, data.since, data.days]),
      [
        [one.email, 1, '2026-11-12', 10],
        [other.email, 2, '2026-11-02', 20],
      ].toSorted(),
    );
    const [event, ...more] = await eventsOf();
    assert.deepEqual(
      [more.length, event.actor_account_id, event.details],
      [0, national.id, { count: 2, since: '2026-11-02', administrators: 2 }],
    );
  });

  test('once a week an organism, whichever the request, even one that came since or others decided', async () => {
    const id = await ask('2026-11-12T11:00:00Z');
    assert.equal(await remind(id), null);
    const later = await ask('2026-11-15T11:00:00Z');
    clock.set('2026-11-28T22:30:00Z');
    assert.equal(await remind(later), 'too_early');
    await database.db('requests').where({ id }).update({ status: 'cancelled', cancelled_at: clock.now() });
    assert.equal(await remind(later), 'too_early');
    clock.set('2026-11-28T23:30:00Z');
    assert.equal((await services.remindingAdministrators.preview(NATIONAL, later)).refusal, null);
    assert.equal(await remind(later), null);
    assert.equal((await eventsOf()).length, 2);
    assert.equal((await told()).length, 4);
  });

  test('not before the oldest is five days old, nor where nothing waits for them, nor nobody decides', async () => {
    const young = await ask('2026-11-18T11:00:00Z');
    assert.equal(await remind(young), 'too_early');
    const reserved = await ask('2026-11-02T11:00:00Z', { role: 'energie-administrateur' });
    assert.equal(await remind(reserved), 'too_early');
    await database
      .db('requests')
      .where({ id: young })
      .update({ status: 'cancelled', cancelled_at: clock.now() });
    assert.equal(await remind(reserved), 'nothing_waits');
    await ask('2026-11-02T11:00:00Z');
    for (const account of [one, other]) {
      const [{ id }] = await database.db('assignments').where({ account_id: account.id });
      await endAssignment(database.db, id);
    }
    assert.equal(await remind(reserved), 'nothing_waits');
    assert.deepEqual([await told(), await eventsOf()], [[], []]);
  });

  test('ten at once: one message each, one event', async () => {
    const id = await ask('2026-11-12T11:00:00Z');
    const refusals = await Promise.all(Array.from({ length: 10 }, () => remind(id)));
    assert.equal(refusals.filter((refusal) => refusal === null).length, 1);
    assert.deepEqual([(await told()).length, (await eventsOf()).length], [2, 1]);
  });

  test('a request that leaves with its person takes no reminder along: those who decide from now on may be reminded', async () => {
    const account = await createAccount(database.db, { organism: organism.id });
    const id = await ask('2026-11-12T11:00:00Z', { account });
    assert.equal(await remind(id), null);
    const former = organism;
    organism = await createOrganism(database.db);
    await administrator('NOUVELLE');
    const joined = { ...organism, name: 'Autre organisme' };
    await services.attaching.attach(national, { kind: 'organism', organism: joined }, account.id);
    assert.deepEqual(
      (await database.db('requests').first('organism_id').where({ id })).organism_id,
      organism.id,
    );
    assert.equal(await remind(id), null);
    organism = former;
    assert.equal((await eventsOf()).length, 1);
  });

  test('P5 outside the scope it does not exist; whose profile ended meanwhile reminds nobody', async () => {
    const id = await ask('2026-11-12T11:00:00Z');
    const elsewhere = await createOrganism(database.db);
    const scope = { kind: 'organism', organism: { ...elsewhere, name: 'Ailleurs' } } as const;
    await assert.rejects(services.remindingAdministrators.remind(national, scope, id), NotFound);
    const [profile] = await database.db('assignments').where({ account_id: national.id });
    await endAssignment(database.db, profile.id);
    await assert.rejects(remind(id), Forbidden);
    assert.deepEqual([await told(), await eventsOf()], [[], []]);
  });
});
