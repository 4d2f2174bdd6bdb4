import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { createServices, type Services } from '../../src/services/index.ts';
import { type AccountRow, createAccount } from '../factories/accounts.ts';
import { grant } from '../factories/assignments.ts';
import { organismOf } from '../factories/organisms.ts';
import { jobEventsOf } from '../factories/trail.ts';
import { createTestClock, type TestClock } from '../tools/clock.ts';
import { createTestDatabase, type TestDatabase } from '../tools/database.ts';

describe('what the portal does each night', () => {
  let database: TestDatabase;
  let services: Services;
  let clock: TestClock;
  let account: AccountRow;

  before(async () => {
    database = await createTestDatabase({ template: 'reference' });
  });
  beforeEach(async () => {
    clock = createTestClock();
    services = createServices({ db: database.db, clock });
    account = await createAccount(database.db);
  });
  after(() => database.drop());

  const liveOf = (id: number) =>
    database.db('assignments').where({ account_id: id }).whereNull('ended_at').pluck('id');
  const eventsOf = (id: number) => jobEventsOf(database.db, id);

  test('a right is ended once its last day in Paris is over, and no sooner (P8)', async () => {
    const id = await grant(database.db, account, 'energie-lecteur', { ends_on: '2026-11-22' });
    clock.set('2026-11-22T22:59:00.000Z');
    assert.equal(await services.upkeep.endExpired(), 0);
    assert.deepEqual(await liveOf(account.id), [id]);
    clock.set('2026-11-22T23:00:00.000Z');
    assert.equal(await services.upkeep.endExpired(), 1);
    assert.deepEqual(await liveOf(account.id), []);
    const ended = await database.db('assignments').first().where({ id });
    assert.deepEqual([ended.end_kind, ended.ended_by], ['expired', null]);
    assert.deepEqual(await eventsOf(account.id), [
      ['assignment.expired', 'end-dates', { label: 'Energie Lecteur', ends_on: '2026-11-22' }],
    ]);
    const { role_ids } = await database.db('accounts').first('role_ids').where({ id: account.id });
    assert.deepEqual(role_ids, []);
    assert.equal(await services.upkeep.endExpired(), 0);
  });

  test('a delegation ends for its organism, under its own name', async () => {
    await grant(database.db, account, 'administrateur-local', { organism: 'CAF-251', ends_on: '2026-11-01' });
    await services.upkeep.endExpired();
    const [event] = await database.db('audit_events').where({ subject_account_id: account.id });
    const organism = await organismOf(database.db, 'CAF-251');
    assert.deepEqual(
      [event.action, event.organism_id, event.details],
      ['delegation.expired', organism.id, { organism: organism.name, ends_on: '2026-11-01' }],
    );
  });

  test('more people than one transaction takes, and two processes: each right ends once', async () => {
    const accounts: number[] = [];
    for (let count = 0; count < 210; count += 1) {
      const each = await createAccount(database.db);
      await grant(database.db, each, 'energie-lecteur', { ends_on: '2026-11-01' });
      accounts.push(each.id);
    }
    const ended = await Promise.all([services.upkeep.endExpired(), services.upkeep.endExpired()]);
    assert.equal(ended[0] + ended[1], 210);
    const events = await database
      .db('audit_events')
      .where({ action: 'assignment.expired' })
      .whereIn('subject_account_id', accounts);
    assert.equal(events.length, 210);
  });

  test('a right that ends within a week is told once to its active holder', async () => {
    await grant(database.db, account, 'energie-lecteur', { ends_on: '2026-11-29' });
    const later = await createAccount(database.db);
    await grant(database.db, later, 'energie-lecteur', { ends_on: '2026-11-30' });
    const recent = await createAccount(database.db);
    await grant(database.db, recent, 'energie-lecteur', {
      ends_on: '2026-11-25',
      granted_at: '2026-11-20T09:00:00Z',
    });
    const gone = await createAccount(database.db, { active: false });
    await grant(database.db, gone, 'energie-lecteur', { ends_on: '2026-11-25' });
    // Given two days ago for nine: a week before its end is now.
    const short = await createAccount(database.db);
    await grant(database.db, short, 'energie-lecteur', {
      ends_on: '2026-11-29',
      granted_at: '2026-11-20T09:00:00Z',
    });
    const told = () => database.db('messages').where({ template: 'right-ending' }).orderBy('id');
    await services.upkeep.warnOfEndings();
    await services.upkeep.warnOfEndings();
    assert.deepEqual(
      (await told()).map(({ recipient }) => recipient),
      [account.email, short.email],
    );
    assert.deepEqual((await told())[0].data, {
      firstName: account.first_name,
      lastName: account.last_name,
      roleLabel: 'Energie Lecteur',
      organismName: 'CAF du Jura',
      endsOn: '2026-11-29',
    });
    // A new end date is told anew.
    await database.db('assignments').where({ account_id: account.id }).update({ ends_on: '2026-11-28' });
    await services.upkeep.warnOfEndings();
    assert.equal((await told()).length, 3);
  });

  test('of a right given for a week or less nobody is warned: its first day is that of Paris', async () => {
    const given = async (granted_at: string) => {
      const holder = await createAccount(database.db);
      await grant(database.db, holder, 'energie-lecteur', { ends_on: '2026-11-29', granted_at });
      return holder.email;
    };
    const longer = await given('2026-11-21T22:59:00Z');
    const week = await given('2026-11-21T23:01:00Z');
    await services.upkeep.warnOfEndings();
    const told = await database.db('messages').whereIn('recipient', [longer, week]).pluck('recipient');
    assert.deepEqual(told, [longer]);
  });

  test('more people than one transaction takes are warned, each once', async () => {
    for (let count = 0; count < 210; count += 1) {
      const each = await createAccount(database.db, { last_name: 'NOMBREUSE' });
      await grant(database.db, each, 'energie-lecteur', { ends_on: '2026-11-29' });
    }
    await services.upkeep.warnOfEndings();
    const told = await database
      .db('messages')
      .join('accounts', 'accounts.id', 'account_id')
      .where({ template: 'right-ending', last_name: 'NOMBREUSE' });
    assert.equal(told.length, 210);
    assert.equal(new Set(told.map(({ recipient }) => recipient)).size, 210);
  });
});
