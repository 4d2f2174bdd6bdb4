import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import { simpleParser } from 'mailparser';
import { createWorker, type Worker } from '../../src/jobs/index.ts';
import { nightlyJobs } from '../../src/jobs/nightly.ts';
import { jobRepository } from '../../src/repositories/jobs.ts';
import { type AccountRow, createAccount } from '../factories/accounts.ts';
import { type Mailbox, startMailbox } from '../mail/mailbox.ts';
import { createTestDatabase, type TestDatabase } from '../tools/database.ts';
import { eventually } from '../tools/eventually.ts';
import { type Stage, setStage, writeReset } from './stage.ts';

let database: TestDatabase;
let account: AccountRow;
let mailbox: Mailbox;
let stage: Stage;
let workers: Worker[] = [];

before(async () => {
  database = await createTestDatabase({ template: 'reference' });
  account = await createAccount(database.db);
});
beforeEach(async () => {
  mailbox = await startMailbox();
  stage = setStage(database, { SMTP_URL: mailbox.url });
});
afterEach(async () => {
  await Promise.all(workers.map((worker) => worker.stop()));
  workers = [];
  await mailbox.stop();
});
after(() => database.drop());

const start = () => {
  const worker = createWorker(stage);
  worker.start();
  workers.push(worker);
  return worker;
};
const jobsLeft = async () => Number((await database.db('graphile_worker.jobs').count('* AS n').first())?.n);
const notSent = async () =>
  Number((await database.db('messages').whereNot({ status: 'sent' }).count('* AS n').first())?.n);

test('two workers on one database send each of 100 messages once', async () => {
  for (let count = 0; count < 100; count += 1) await writeReset(stage, account);
  start();
  start();
  await eventually(async () => (await notSent()) === 0);
  await eventually(async () => (await jobsLeft()) === 0);
  assert.equal(mailbox.received.length, 100);
  const ids = await Promise.all(
    mailbox.received.map(async ({ source }) => (await simpleParser(source)).messageId),
  );
  assert.equal(new Set(ids).size, 100);
});

test('stopping waits for the message under way', async () => {
  const worker = start();
  await writeReset(stage, account);
  await eventually(() => mailbox.received.length === 1);
  await worker.stop();
  workers = [];
  assert.equal(await notSent(), 0);
  // Closed on our side: the server takes a moment to let each one go.
  await eventually(async () => {
    const connections = await database
      .db('pg_stat_activity')
      .whereIn('application_name', ['portail-jobs', 'portail-presence'])
      .where({ datname: new URL(database.url).pathname.slice(1) });
    return connections.length === 0;
  });
});

test('every connection lost in the middle of the work: it goes on, and nothing is lost', async () => {
  start();
  const ids: number[] = [];
  for (let count = 0; count < 40; count += 1) ids.push(await writeReset(stage, account));
  await eventually(() => mailbox.received.length > 0);
  await database.db.raw(
    'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
  );
  await eventually(async () => (await notSent().catch(() => 1)) === 0);
  const sent = await Promise.all(
    mailbox.received.map(async ({ source }) => (await simpleParser(source)).messageId),
  );
  // Those whose answer was lost with the connection may come twice, under the same Message-ID.
  assert.equal(new Set(sent).size, ids.length);
  assert.ok(sent.length <= ids.length + 4, `${sent.length} copies of ${ids.length} messages`);
});

test('« mot de passe oublié » is answered by a job, for an active account alone', async () => {
  const inactive = await createAccount(database.db, { active: false });
  const activated = await createAccount(database.db, { password: 'lanterne-violette-39-moulin' });
  start();
  for (const email of [inactive.email, 'personne@nulle-part.fr', activated.email, account.email]) {
    await jobRepository(database.db).add('password-reset', { email }, 3);
  }
  await eventually(() => mailbox.received.length === 2);
  await eventually(async () => (await jobsLeft()) === 0);
  const answers = await database.db('messages').orderBy('id', 'desc').limit(2);
  assert.deepEqual(answers.map(({ template, recipient }) => `${template} ${recipient}`).sort(), [
    `activation ${account.email}`,
    `password-reset ${activated.email}`,
  ]);
  const events = await database
    .db('audit_events')
    .where({ action: 'password.reset_requested' })
    .orderBy('id');
  assert.deepEqual(
    events.map((event) => [event.actor_kind, event.subject_account_id]).sort(),
    [
      ['anonymous', inactive.id],
      ['anonymous', null],
      ['anonymous', activated.id],
      ['anonymous', account.id],
    ].sort(),
  );
});

test('every job of the clock is known to the scheduler, once a night or an hour, and runs', async () => {
  const nightly = nightlyJobs(stage);
  start();
  await eventually(async () => {
    const known = await database.db('graphile_worker._private_known_crontabs').pluck('identifier');
    return nightly.every(({ name }) => known.includes(name));
  });
  for (const { name, at } of nightly) {
    assert.match(at, /^\d{1,2} (\d{1,2}|\*)$/, name);
    await database.db.raw(`SELECT graphile_worker.add_job(?, '{}')`, [name]);
  }
  await eventually(async () => (await jobsLeft()) === 0);
});
