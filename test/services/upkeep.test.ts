import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { createServices, type Services } from '../../src/services/index.ts';
import { createLink } from '../../src/services/links.ts';
import { type AccountRow, createAccount } from '../factories/accounts.ts';
import { grant } from '../factories/assignments.ts';
import { organismOf } from '../factories/organisms.ts';
import { setStage, writeReset } from '../jobs/stage.ts';
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
  const eventsOf = async (id: number) =>
    (await database.db('audit_events').where({ subject_account_id: id }).orderBy('id')).map((event) => [
      event.action,
      event.actor_job,
      event.details,
    ]);

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

  test('requests whose address was not confirmed within a week go, with their links and messages', async () => {
    const organism = await organismOf(database.db, 'CAF-391');
    const request = async (created_at: string, email: string) => {
      const [row] = await database
        .db('requests')
        .insert({
          kind: 'account',
          status: 'unconfirmed',
          organism_id: organism.id,
          last_name: 'X',
          first_name: 'Y',
          email,
          created_at,
        })
        .returning('id');
      await createLink(database.db, 'request_confirmation', { requestId: row.id }, new Date(created_at));
      return row.id as number;
    };
    const old = await request('2026-11-15T08:59:00Z', 'ancien@test.fr');
    const young = await request('2026-11-15T09:01:00Z', 'recent@test.fr');
    assert.equal(await services.retention.purgeUnconfirmed(), 1);
    assert.deepEqual(await database.db('requests').whereIn('id', [old, young]).pluck('id'), [young]);
    assert.deepEqual(await database.db('tokens').whereIn('request_id', [old, young]).pluck('request_id'), [
      young,
    ]);
    const event = await database.db('audit_events').orderBy('id', 'desc').first();
    assert.deepEqual(
      [event.action, event.actor_job, event.details],
      ['requests.purged', 'purge-unconfirmed', { count: 1 }],
    );
    assert.equal(await services.retention.purgeUnconfirmed(), 0);
  });

  test('old messages and links go; what lost its job is given up, and traced', async () => {
    const stage = { ...setStage(database), clock };
    const at = async (instant: string, columns: object) => {
      clock.set(instant);
      const id = await writeReset(stage, account);
      await database
        .db('messages')
        .where({ id })
        .update({ attempts: 0, ...columns });
      return id;
    };
    const sentLongAgo = await at('2026-08-01T09:00:00Z', { status: 'sent', sent_at: '2026-08-01T09:00:00Z' });
    const sentLately = await at('2026-11-01T09:00:00Z', { status: 'sent', sent_at: '2026-11-01T09:00:00Z' });
    const lost = await at('2026-11-19T09:00:00Z', {});
    const waiting = await at('2026-11-22T08:00:00Z', {});
    clock.set('2026-11-22T09:00:00Z');
    await createLink(database.db, 'activation', { accountId: account.id }, new Date('2026-08-01T09:00:00Z'));
    await createLink(database.db, 'activation', { accountId: account.id }, new Date('2026-11-01T09:00:00Z'));
    await services.retention.pruneMessages();
    const left = await database
      .db('messages')
      .whereIn('id', [sentLongAgo, sentLately, lost, waiting])
      .orderBy('id');
    assert.deepEqual(
      left.map(({ id, status }) => [id, status]),
      [
        [sentLately, 'sent'],
        [lost, 'failed'],
        [waiting, 'queued'],
      ],
    );
    assert.equal((await database.db('tokens').where({ account_id: account.id })).length, 1);
    assert.deepEqual((await eventsOf(account.id)).at(-1)?.slice(0, 2), ['message.failed', 'prune-messages']);
  });
});
