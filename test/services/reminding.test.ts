import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import type { Actor } from '../../src/domain/actor.ts';
import { dayInParis } from '../../src/domain/calendar.ts';
import { Forbidden, NotFound } from '../../src/domain/errors.ts';
import { NATIONAL } from '../../src/domain/scope.ts';
import { findActor } from '../../src/repositories/actors.ts';
import { createServices, type Services } from '../../src/services/index.ts';
import { type AccountRow, accountOf, createAccount } from '../factories/accounts.ts';
import { createRequest } from '../factories/requests.ts';
import { createTestClock, type TestClock } from '../tools/clock.ts';
import { createTestDatabase, type TestDatabase } from '../tools/database.ts';

describe('reminding who decides of a request of one’s own', () => {
  let database: TestDatabase;
  let services: Services;
  let clock: TestClock;
  let account: AccountRow;
  let person: Actor;

  before(async () => {
    database = await createTestDatabase({ template: 'demonstration' });
  });
  beforeEach(async () => {
    clock = createTestClock();
    services = createServices({ db: database.db, clock });
    account = await createAccount(database.db);
    person = await actorOf(account);
  });
  after(() => database.drop());

  const actorOf = async ({ id }: { id: number }): Promise<Actor> => {
    const actor = await findActor(database.db, id, dayInParis(clock.now()));
    assert.ok(actor);
    return actor;
  };
  // Submitted on 15 November, at noon in Paris.
  const ask = (fields = {}) =>
    createRequest(database.db, { account, submitted_at: '2026-11-15T11:00:00Z', ...fields });
  const remind = async (id: number) => (await services.reminding.remind(person, id)).refusal;
  const told = (id: number): Promise<string[]> =>
    database.db('messages').where({ request_id: id }).orderBy('recipient').pluck('recipient');
  const eventsOf = (id: number) =>
    database.db('audit_events').where({ request_id: id, action: 'request.reminded' });

  test('it tells anew who can decide it, as when it was asked for, and leaves one event', async () => {
    const id = await ask();
    const reminder = await services.reminding.remind(person, id);
    assert.ok(reminder.refusal === null && reminder.by === 'local_administrators');
    assert.deepEqual(await told(id), ['suppleante@caf39.caf.fr', 'wtestportail@test.fr']);
    const [{ template, data }] = await database.db('messages').where({ request_id: id });
    assert.deepEqual(
      [template, data.reminded, data.submittedOn, data.requestId],
      ['request-received', true, '2026-11-15', id],
    );
    const [event, ...more] = await eventsOf(id);
    assert.deepEqual(
      [more.length, event.actor_account_id, event.subject_account_id, event.organism_id, event.details],
      [0, account.id, account.id, account.organism_id, { label: 'Energie Lecteur' }],
    );
  });

  test('P3 a role that Ucanss validates, and what nobody of the organism may decide: Ucanss', async () => {
    const reserved = await ask({ role: 'energie-administrateur' });
    assert.equal(await remind(reserved), null);
    assert.deepEqual(await told(reserved), ['national@ucanss.fr']);
    const alone = await accountOf(database.db, 'admin.cpam39@assurance-maladie.fr');
    const own = await ask({ account: alone });
    const reminder = await services.reminding.remind(await actorOf(alone), own);
    assert.ok(reminder.refusal === null && reminder.by === 'ucanss');
    assert.deepEqual(await told(own), ['national@ucanss.fr']);
  });

  test('from the fifth day in Paris on, then seven days after the last one, and no sooner', async () => {
    const id = await ask();
    const days: [instant: string, refusal: 'too_early' | null][] = [
      ['2026-11-19T22:30:00Z', 'too_early'],
      ['2026-11-19T23:30:00Z', null],
      ['2026-11-26T22:30:00Z', 'too_early'],
      ['2026-11-26T23:30:00Z', null],
      ['2026-11-27T11:00:00Z', 'too_early'],
    ];
    for (const [instant, refusal] of days) {
      clock.set(instant);
      const foreseen = await services.reminding.preview(person, id);
      assert.deepEqual([foreseen.refusal, await remind(id)], [refusal, refusal], instant);
    }
    assert.equal((await told(id)).length, 4);
    assert.equal((await eventsOf(id)).length, 2);
  });

  test('ten at once: one message each, one event', async () => {
    const id = await ask();
    const refusals = await Promise.all(Array.from({ length: 10 }, () => remind(id)));
    assert.equal(refusals.filter((refusal) => refusal === null).length, 1);
    assert.equal((await told(id)).length, 2);
    assert.equal((await eventsOf(id)).length, 1);
  });

  test('beside a decision: reminded before it or not at all', async () => {
    const national = await actorOf(await accountOf(database.db, 'national@ucanss.fr'));
    for (let index = 0; index < 10; index += 1) {
      const id = await ask({ account, role: index % 2 ? 'energie-lecteur' : 'energie-redacteur' });
      const refuse = () => services.deciding.refuse(national, NATIONAL, { requestId: id, reason: 'Non' });
      const [decided, refusal] = await Promise.all([refuse(), remind(id)]);
      assert.equal(decided.kind, 'decided');
      assert.equal((await eventsOf(id)).length, refusal === null ? 1 : 0);
      assert.ok(refusal === null || refusal === 'over');
    }
  });

  test('P5 somebody else’s does not exist, nor what one asked for somebody else; what is over is refused', async () => {
    const id = await ask();
    const other = await actorOf(await accountOf(database.db, 'wtestportail@test.fr'));
    const forSomebody = await ask({ requested_by: other.id, role: 'energie-redacteur' });
    await assert.rejects(services.reminding.remind(other, id), NotFound);
    await assert.rejects(services.reminding.remind(other, forSomebody), NotFound);
    await assert.rejects(services.reminding.remind(person, forSomebody), NotFound);
    const address = { kind: 'address', role_id: null, new_email: 'autre@caf39.caf.fr' };
    await assert.rejects(services.reminding.remind(person, await ask(address)), NotFound);
    await services.asking.cancel(person, id);
    assert.equal(await remind(id), 'over');
    assert.deepEqual(await told(id), []);
  });

  test('who was deactivated meanwhile reminds nobody', async () => {
    const id = await ask();
    await database
      .db('accounts')
      .where({ id: account.id })
      .update({ active: false, deactivated_at: clock.now(), deactivation_reason: 'Départ' });
    await assert.rejects(remind(id), Forbidden);
    assert.deepEqual(await told(id), []);
  });
});
