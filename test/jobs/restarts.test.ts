import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { simpleParser } from 'mailparser';
import { loadReference } from '../../seeds/reference.ts';
import type { EmbeddedServer } from '../../src/database/embedded/server.ts';
import { type Database, openDatabase } from '../../src/database/knex.ts';
import { migrateUp } from '../../src/database/migrate.ts';
import { createWorker, type Worker } from '../../src/jobs/index.ts';
import { createWorkbench } from '../database/embedded-workbench.ts';
import { type AccountRow, createAccount } from '../factories/accounts.ts';
import { type Mailbox, startMailbox } from '../mail/mailbox.ts';
import { testClock } from '../tools/clock.ts';
import { eventually } from '../tools/eventually.ts';
import { type Stage, setStage, writeReset } from './stage.ts';

const MESSAGES = 12;

// A server of its own: the one of the other tests must not go away.
const { start, clear, serverPid } = createWorkbench();
let server: EmbeddedServer;
let db: Database;
let mailbox: Mailbox;
let stage: Stage;
let account: AccountRow;
let worker: Worker;

before(async () => {
  server = await start('restarts');
  await migrateUp(server.url);
  db = openDatabase(server.url);
  await loadReference(db, { clock: testClock });
  account = await createAccount(db);
  mailbox = await startMailbox();
  stage = setStage({ db, url: server.url, drop: async () => {} }, { SMTP_URL: mailbox.url });
  worker = createWorker(stage);
  worker.start();
});
after(async () => {
  await worker?.stop();
  await mailbox?.stop();
  await db?.destroy();
  await server?.stop();
  clear();
});

const arrived = async () => {
  const mails = await Promise.all(mailbox.received.map(({ source }) => simpleParser(source)));
  return new Set(mails.map(({ messageId }) => messageId));
};
// Right after a restart, or on a slow machine, a connection may come too late for the act.
const written = () =>
  writeReset(stage, account).then(
    () => true,
    () => false,
  );
const waiting = async () => (await db('messages').whereNot({ status: 'sent' })).length;

// An ordinary restart, one that leaves nobody time, and a crash; the embedded server then comes back by itself.
for (const [round, signal] of (['SIGINT', 'SIGQUIT', 'SIGKILL', 'SIGINT'] as const).entries()) {
  test(`PostgreSQL goes away while messages leave (${signal}, ${round + 1}): the runner comes back, all arrive`, async () => {
    await eventually(() => worker.status().alive);
    mailbox.hold();
    for (let count = 0; count < MESSAGES; count += 1) await eventually(written);
    await eventually(() => mailbox.held() === 4);
    process.kill(serverPid('restarts'), signal);
    mailbox.answer();
    await eventually(async () => (await waiting().catch(() => 1)) === 0);
    await eventually(() => worker.status().alive);
    assert.equal(worker.status().downSince, null);
    assert.equal((await arrived()).size, (await db('messages')).length);
  });
}

test('it still stops in time after all that', async () => {
  const began = performance.now();
  await worker.stop();
  assert.ok(performance.now() - began < 35_000);
});
