import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { jobRepository } from '../../src/repositories/jobs.ts';
import { createLink } from '../../src/security/links.ts';
import { createServices, type Services } from '../../src/services/index.ts';
import { type AccountRow, createAccount } from '../factories/accounts.ts';
import { createFailedMessage } from '../factories/messages.ts';
import { organismOf } from '../factories/organisms.ts';
import { jobEventsOf } from '../factories/trail.ts';
import { setStage, writeReset } from '../jobs/stage.ts';
import { createTestClock, type TestClock } from '../tools/clock.ts';
import { createTestDatabase, type TestDatabase } from '../tools/database.ts';

describe('what is forgotten each night', () => {
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

  const eventsOf = (id: number) => jobEventsOf(database.db, id);

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
    const [batch] = await database
      .db('batches')
      .insert({ kind: 'accept', created_by: account.id, created_at: clock.now() })
      .returning('id');
    const withdrawn = { status: 'withdrawn', batch_id: batch.id };
    const withdrawnLongAgo = await at('2026-08-01T09:00:00Z', withdrawn);
    const withdrawnLately = await at('2026-11-01T09:00:00Z', withdrawn);
    const lost = await at('2026-11-19T09:00:00Z', {});
    const waiting = await at('2026-11-22T08:00:00Z', {});
    clock.set('2026-11-22T09:00:00Z');
    await createLink(database.db, 'activation', { accountId: account.id }, new Date('2026-08-01T09:00:00Z'));
    await createLink(database.db, 'activation', { accountId: account.id }, new Date('2026-11-01T09:00:00Z'));
    await services.retention.pruneMessages();
    const left = await database
      .db('messages')
      .whereIn('id', [sentLongAgo, sentLately, withdrawnLongAgo, withdrawnLately, lost, waiting])
      .orderBy('id');
    assert.deepEqual(
      left.map(({ id, status }) => [id, status]),
      [
        [sentLately, 'sent'],
        [withdrawnLately, 'withdrawn'],
        [lost, 'failed'],
        [waiting, 'queued'],
      ],
    );
    assert.equal((await database.db('tokens').where({ account_id: account.id })).length, 1);
    assert.deepEqual((await eventsOf(account.id)).at(-1)?.slice(0, 2), ['message.failed', 'prune-messages']);
  });

  test('more than one transaction takes: all of it goes in one night, and each event counts its own', async () => {
    const { id: organism } = await organismOf(database.db, 'CAF-391');
    await database.db.raw(
      `WITH asked AS (
         INSERT INTO requests (kind, status, organism_id, last_name, first_name, email, created_at)
         SELECT 'account', 'unconfirmed', ?, 'OUBLIÉE', 'Anne', 'oubliee.' || n || '@test.fr', '2026-11-01'
         FROM generate_series(1, 401) AS n
       )
       INSERT INTO messages (template, recipient, data, status, created_at)
       SELECT 'account-known', 'perdue.' || n || '@test.fr', '{}', 'queued', '2026-11-19'
       FROM generate_series(1, 401) AS n`,
      [organism],
    );
    assert.equal(await services.retention.purgeUnconfirmed(), 401);
    const purged = await database
      .db('audit_events')
      .where({ action: 'requests.purged' })
      .orderBy('id', 'desc')
      .limit(3);
    assert.deepEqual(
      purged.map(({ details }) => details.count),
      [1, 200, 200],
    );
    await services.retention.pruneMessages();
    assert.deepEqual(await database.db('messages').where({ status: 'queued', created_at: '2026-11-19' }), []);
    const failed = await database
      .db('audit_events')
      .where({ action: 'message.failed' })
      .whereRaw(`details->>'to' LIKE 'perdue.%'`);
    assert.equal(failed.length, 401);
  });

  test('one that is given up is traced in the organism of who should have read it, whoever it is about', async () => {
    const about = await createAccount(database.db, { organism: 'CPAM-391' });
    const lost = { status: 'queued', attempts: 1, account_id: about.id, created_at: '2026-11-19T09:00:00Z' };
    for (const recipient of [account.email, 'personne@nulle-part.fr', about.email])
      await createFailedMessage(database.db, { ...lost, recipient });
    await services.retention.pruneMessages();
    const events = await database
      .db('audit_events')
      .where({ action: 'message.failed', subject_account_id: about.id });
    assert.deepEqual(
      Object.fromEntries(events.map(({ details, organism_id }) => [details.to, organism_id])),
      {
        [account.email]: account.organism_id,
        'personne@nulle-part.fr': about.organism_id,
        [about.email]: about.organism_id,
      },
    );
  });

  test('messages that were given up go as those that were sent, 90 days after they were last asked for', async () => {
    const given = (fields: object) => createFailedMessage(database.db, { ...fields });
    const old = await given({ created_at: '2026-08-01T09:00:00Z' });
    const again = await given({ created_at: '2026-08-01T09:00:00Z', resent_at: '2026-10-01T09:00:00Z' });
    const recent = await given({ created_at: '2026-10-01T09:00:00Z' });
    await services.retention.pruneMessages();
    const left = await database.db('messages').whereIn('id', [old, again, recent]).orderBy('id').pluck('id');
    assert.deepEqual(left, [again, recent]);
  });

  test('a message that is being sent is not given up', async () => {
    const stage = { ...setStage(database), clock };
    clock.set('2026-11-19T09:00:00Z');
    const id = await writeReset(stage, account);
    await database.db('messages').where({ id }).update({ sending_until: '2100-01-01T00:00:00Z' });
    clock.set('2026-11-22T09:00:00Z');
    await services.retention.pruneMessages();
    assert.equal((await database.db('messages').first('status').where({ id })).status, 'queued');
  });

  test('a job that failed for good is kept a week, then goes with the address it holds', async () => {
    const jobs = () => database.db('graphile_worker._private_jobs');
    await jobs().delete();
    for (const email of ['vieux@test.fr', 'recent@test.fr', 'en-cours@test.fr'])
      await jobRepository(database.db).add('password-reset', { email }, 3);
    const set = (email: string, days: number, attempts: number) =>
      jobs()
        .whereRaw(`payload->>'email' = ?`, [email])
        .update({ attempts, run_at: database.db.raw(`now() - ? * interval '1 day'`, [days]) });
    await set('vieux@test.fr', 8, 3);
    await set('recent@test.fr', 6, 3);
    await set('en-cours@test.fr', 8, 2);
    assert.equal(await services.retention.pruneJobs(), 1);
    const left = await jobs().orderBy('id');
    assert.deepEqual(
      left.map(({ payload }) => payload.email),
      ['recent@test.fr', 'en-cours@test.fr'],
    );
  });

  test('sessions that have expired go, and no other', async () => {
    const session = (sid: string, minutes: number) =>
      database.db('sessions').insert({ sid, sess: '{}', expire: new Date(Date.now() + minutes * 60_000) });
    await session('finie', -1);
    await session('ouverte', 1);
    assert.equal(await services.retention.pruneSessions(), 1);
    assert.deepEqual(await database.db('sessions').pluck('sid'), ['ouverte']);
  });

  test('whatever has piled up, no statement deletes more than a thousand rows', async () => {
    await database.db.raw(
      `INSERT INTO rate_limits (key, points, expire) SELECT n::text, 1, 0 FROM generate_series(1, 2500) AS n`,
    );
    const deleted: number[] = [];
    database.db.on('query-response', (_rows, { response }) => {
      if (response?.command === 'DELETE') deleted.push(response.rowCount);
    });
    assert.equal(await services.retention.pruneRateLimits(), 2500);
    assert.deepEqual(deleted, [1000, 1000, 500]);
    database.db.removeAllListeners('query-response');
  });

  test('forms that nobody came back for in time go, the others stay', async () => {
    const form = (key_hash: string, expires_at: string) => ({
      ...{ key_hash, account_id: account.id, path: '/x', page: '/x', fields: '[]', expires_at },
    });
    await database
      .db('kept_forms')
      .insert([form('over', '2026-11-22T08:59:59Z'), form('held', '2026-11-22T09:00:00Z')]);
    assert.equal(await services.retention.pruneKeptForms(), 1);
    assert.deepEqual(await database.db('kept_forms').pluck('key_hash'), ['held']);
  });

  test('that a form was done is known for a day', async () => {
    const done = (key_hash: string, done_at: string) => ({
      ...{ account_id: account.id, key_hash, input_hash: 'x', done_at },
    });
    await database
      .db('form_keys')
      .insert([done('over', '2026-11-21T08:59:59Z'), done('known', '2026-11-21T09:00:00Z')]);
    assert.equal(await services.retention.pruneFormKeys(), 1);
    assert.deepEqual(await database.db('form_keys').pluck('key_hash'), ['known']);
  });
});
