import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { loadReference } from '../../seeds/reference.ts';
import { type Database, openDatabase } from '../../src/database/knex.ts';
import { migrateUp } from '../../src/database/migrate.ts';
import { systemClock } from '../../src/domain/clock.ts';
import { createWorker } from '../../src/jobs/index.ts';
import { nightlyJobs } from '../../src/jobs/nightly.ts';
import { createAccount } from '../factories/accounts.ts';
import { type Mailbox, startMailbox } from '../mail/mailbox.ts';
import { eventually } from '../tools/eventually.ts';
import { serverUrl } from '../tools/server.ts';
import { setStage, writeReset } from './stage.ts';

describe('for a portal whose role is not the owner of the schema', () => {
  const suffix = randomBytes(4).toString('hex');
  const roles = { owner: `jobs_owner_${suffix}`, portal: `jobs_portal_${suffix}` };
  const name = `jobs_${suffix}`;
  let admin: Database;
  let db: Database;
  let url: string;
  let mailbox: Mailbox;

  before(async () => {
    const adminUrl = await serverUrl();
    admin = openDatabase(adminUrl, { kind: 'commands', connections: 1 });
    for (const role of Object.values(roles))
      await admin.raw(`CREATE ROLE ?? LOGIN PASSWORD '${suffix}'`, [role]);
    await admin.raw('CREATE DATABASE ?? OWNER ??', [name, roles.owner]);
    const urlOf = (username: string) =>
      Object.assign(new URL(adminUrl), { username, password: suffix, pathname: `/${name}` }).href;
    url = urlOf(roles.portal);
    await migrateUp(urlOf(roles.owner), url);
    db = openDatabase(url, { kind: 'commands' });
    await loadReference(db, { clock: systemClock });
    mailbox = await startMailbox();
  });
  after(async () => {
    await mailbox?.stop();
    await db?.destroy();
    await admin.raw('DROP DATABASE IF EXISTS ?? WITH (FORCE)', [name]);
    for (const role of Object.values(roles)) await admin.raw('DROP ROLE ??', [role]);
    await admin.destroy();
  });

  /** With the time of the server: this role dates no event otherwise. */
  function ownStage() {
    const stage = setStage({ db, url, drop: async () => {} }, { SMTP_URL: mailbox.url });
    stage.clock.set(new Date().toISOString());
    return stage;
  }

  test('it adds jobs, does them, and schedules the nightly ones', async () => {
    const stage = ownStage();
    await writeReset(stage, await createAccount(db));
    const worker = createWorker(stage);
    worker.start();
    try {
      await eventually(async () => (await db('messages').first('status')).status === 'sent');
      await eventually(async () => (await db('graphile_worker._private_known_crontabs')).length >= 6);
      assert.equal(mailbox.received.length, 1);
    } finally {
      await worker.stop();
    }
  });

  test('every nightly job has the rights that it needs', async () => {
    const stage = ownStage();
    const { id, organism_id } = await createAccount(db);
    const old = '2020-01-01T00:00:00Z';
    const [request] = await db('requests')
      .insert({
        ...{ kind: 'account', status: 'unconfirmed', organism_id, last_name: 'X', first_name: 'Y' },
        ...{ email: 'jamais.confirmee@test.fr', created_at: old },
      })
      .returning('id');
    await db('tokens').insert({
      ...{ purpose: 'activation', token_hash: 'x', account_id: id, created_at: old, expires_at: old },
    });
    await db('sessions').insert({ sid: 'x', sess: '{}', expire: old });
    await db('known_devices').insert({ account_id: id, device_hash: 'x', expires_at: old });
    await db('kept_forms').insert({
      ...{ key_hash: 'x', account_id: id, path: '/', page: '/', fields: '[]', expires_at: old },
    });
    await db('form_keys').insert({ account_id: id, key_hash: 'x', input_hash: 'x', done_at: old });
    await db('rate_limits').insert({ key: 'x', points: 1, expire: 1 });
    await db('messages').update({ status: 'sent', sent_at: old });
    for (const { name: job, run } of nightlyJobs(stage)) await assert.doesNotReject(run, job);
    await db('tokens').where('expires_at', '>', new Date()).delete();
    for (const table of ['tokens', 'sessions', 'known_devices', 'kept_forms', 'form_keys', 'rate_limits'])
      assert.deepEqual(await db(table), [], table);
    assert.deepEqual(await db('messages'), []);
    assert.deepEqual(await db('requests').where({ id: request.id }), []);
  });

  test('a second migration gives it the same rights, where functions are not everybody’s either', async () => {
    const ownerUrl = Object.assign(new URL(url), { username: roles.owner }).href;
    const owner = openDatabase(ownerUrl, { kind: 'commands', connections: 1 });
    await owner.raw('REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA graphile_worker FROM PUBLIC, ??', [
      roles.portal,
    ]);
    await owner.destroy();
    assert.deepEqual(await migrateUp(ownerUrl, url), []);
    await db.raw(`SELECT graphile_worker.add_job('prune-rate-limits', '{}')`);
    assert.equal((await db('graphile_worker._private_jobs')).length, 1);
  });
});
