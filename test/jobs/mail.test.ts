import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { mailJob } from '../../src/jobs/mail.ts';
import type { MailTransport, Outgoing } from '../../src/mail/transport.ts';
import { messageList } from '../../src/repositories/lists/messages.ts';
import { tokenRepository } from '../../src/repositories/tokens.ts';
import { hashToken } from '../../src/security/links.ts';
import { type AccountRow, createAccount } from '../factories/accounts.ts';
import { createTestDatabase, type TestDatabase } from '../tools/database.ts';
import { type Stage, setStage, writeReset } from './stage.ts';

let database: TestDatabase;
let stage: Stage;
let account: AccountRow;

before(async () => {
  database = await createTestDatabase({ template: 'reference' });
  account = await createAccount(database.db);
});
beforeEach(() => {
  stage = setStage(database, { BASE_URL: 'https://portail.exemple.fr' });
});
after(() => database.drop());

const sent: Outgoing[] = [];
const accepting: MailTransport = { send: async (message) => void sent.push(message), close() {} };
/** A mail server that answers this, as nodemailer tells it. */
const answering = (responseCode: number, command = 'RCPT TO'): MailTransport => ({
  send: async () => {
    const told = { code: 'EENVELOPE', command, responseCode, permanent: responseCode >= 500 };
    throw Object.assign(new Error('<personne@test.fr> unknown'), told);
  },
  close() {},
});
const busy = answering(451);
const messageOf = (id: number) => database.db('messages').first().where({ id });
const lastEvent = () => database.db('audit_events').orderBy('id', 'desc').first();
const tokenIn = (message: Outgoing | undefined) =>
  /mot-de-passe\/([\w-]+)/.exec(message?.text ?? '')?.[1] ?? '';

test('a message leaves once, whatever the number of jobs for it, and the trail says to whom', async () => {
  const messageId = await writeReset(stage, account);
  sent.length = 0;
  const send = mailJob(stage, accepting);
  await Promise.all(Array.from({ length: 8 }, () => send({ messageId }, { isLast: false })));
  await send({ messageId }, { isLast: true });
  assert.equal(sent.length, 1);
  const message = await messageOf(messageId);
  assert.deepEqual([message.status, message.attempts, message.last_error], ['sent', 1, null]);
  const event = await lastEvent();
  assert.deepEqual(
    [event.action, event.actor_kind, event.actor_job, event.subject_account_id, event.details],
    ['message.sent', 'job', 'mail', account.id, { template: 'password-reset', to: account.email }],
  );
});

test('the link is made when the message leaves, holds from then on, and is stored as a hash only', async () => {
  const messageId = await writeReset(stage, account);
  sent.length = 0;
  stage.clock.set('2026-11-22T20:00:00.000Z');
  await mailJob(stage, accepting)({ messageId }, { isLast: false });
  const token = tokenIn(sent[0]);
  assert.match(token, /^[\w-]{43}$/);
  assert.match(sent[0]?.text ?? '', /https:\/\/portail\.exemple\.fr\/mot-de-passe\//);
  const found = (now: string) =>
    tokenRepository(database.db).findAccount('password_reset', hashToken(token), new Date(now));
  assert.equal((await found('2026-11-22T20:59:59.000Z'))?.accountId, account.id);
  assert.equal(await found('2026-11-22T21:00:00.000Z'), undefined);
  for (const table of ['tokens', 'messages', 'audit_events', 'graphile_worker._private_jobs']) {
    const rows = await database.db(table).select();
    assert.ok(!JSON.stringify(rows).includes(token), table);
  }
});

test('an attempt that fails is noted without the address, and the job is told to try again', async () => {
  const messageId = await writeReset(stage, account);
  const failing = mailJob(stage, busy)({ messageId }, { isLast: false });
  const error = 'EENVELOPE RCPT TO 451';
  await assert.rejects(failing, { message: `message ${messageId} did not leave: ${error}` });
  const message = await messageOf(messageId);
  assert.deepEqual([message.status, message.attempts, message.last_error], ['queued', 1, error]);

  sent.length = 0;
  await mailJob(stage, accepting)({ messageId }, { isLast: false });
  assert.equal(sent.length, 1);
  assert.equal((await messageOf(messageId)).attempts, 2);
});

test('a link that a failed attempt may have delivered still holds', async () => {
  const messageId = await writeReset(stage, account);
  const seen: Outgoing[] = [];
  const losing: MailTransport = {
    async send(message) {
      seen.push(message);
      throw Object.assign(new Error('no answer'), { code: 'ETIMEDOUT' });
    },
    close() {},
  };
  await assert.rejects(mailJob(stage, losing)({ messageId }, { isLast: false }));
  sent.length = 0;
  await mailJob(stage, accepting)({ messageId }, { isLast: false });
  const now = stage.clock.now();
  for (const message of [seen[0], sent[0]]) {
    const hash = hashToken(tokenIn(message));
    assert.ok(await tokenRepository(database.db).findAccount('password_reset', hash, now));
  }
  assert.equal(seen[0]?.id, sent[0]?.id);
  assert.deepEqual(seen[0]?.createdAt, sent[0]?.createdAt);
});

test('after the last attempt the message is given up, traced, and shown to who administers nationally', async () => {
  const messageId = await writeReset(stage, account);
  await mailJob(stage, busy)({ messageId }, { isLast: true });
  assert.equal((await messageOf(messageId)).status, 'failed');
  const event = await lastEvent();
  assert.deepEqual(
    [event.action, event.actor_job, event.details],
    ['message.failed', 'mail', { template: 'password-reset', to: account.email, attempts: 1 }],
  );
  const failures = {
    selection: 'echec',
    words: '',
    lateBefore: stage.clock.now(),
    direction: 'desc',
  } as const;
  const [failed] = (await messageList(database.db).page(failures, { page: 1, size: 10 })).rows;
  assert.deepEqual(
    [failed?.id, failed?.template, failed?.recipient, failed?.lastError],
    [messageId, 'password-reset', account.email, 'EENVELOPE RCPT TO 451'],
  );
  sent.length = 0;
  await mailJob(stage, accepting)({ messageId }, { isLast: false });
  assert.equal(sent.length, 0);
});

test('refused for good, it is given up at once, traced, and its link is taken back', async () => {
  for (const command of ['RCPT TO', 'DATA']) {
    const messageId = await writeReset(stage, account);
    await mailJob(stage, answering(550, command))({ messageId }, { isLast: false });
    const message = await messageOf(messageId);
    assert.deepEqual([message.status, message.last_error], ['failed', `EENVELOPE ${command} 550`]);
    assert.equal((await lastEvent()).action, 'message.failed');
  }
  // What the server says of the portal itself may be mended meanwhile.
  for (const server of [answering(550, 'MAIL FROM'), answering(530)]) {
    const messageId = await writeReset(stage, account);
    await assert.rejects(mailJob(stage, server)({ messageId }, { isLast: false }));
    assert.equal((await messageOf(messageId)).status, 'queued');
  }
});

test('attempts to which the server said no leave no link behind; only the one that left has one', async () => {
  const other = await createAccount(database.db);
  const links = () => database.db('tokens').where({ account_id: other.id });
  const messageId = await writeReset(stage, other);
  for (let attempt = 0; attempt < 3; attempt += 1) {
    await assert.rejects(mailJob(stage, busy)({ messageId }, { isLast: false }));
    assert.equal((await links()).length, 0);
  }
  await mailJob(stage, accepting)({ messageId }, { isLast: false });
  assert.equal((await links()).length, 1);
});

test('while the mail server takes its time, no connection, lock or transaction is held; its link is known', async () => {
  const messageId = await writeReset(stage, account);
  const ucanss = { id: account.id, national: 'administrator', administers: [] };
  let looked = false;
  const slow: MailTransport = {
    async send(message) {
      const { pool } = database.db.client;
      assert.equal(pool.numUsed(), 0);
      await database.db.raw('SELECT FROM messages WHERE id = ? FOR UPDATE NOWAIT', [messageId]);
      const hash = hashToken(tokenIn(message));
      assert.ok(await tokenRepository(database.db).findAccount('password_reset', hash, stage.clock.now()));
      assert.equal((await stage.services.messages.resend(ucanss as never, messageId)).kind, 'waiting');
      looked = true;
    },
    close() {},
  };
  await mailJob(stage, slow)({ messageId }, { isLast: false });
  assert.ok(looked);
});

test('a message that somebody else sends is come back to when they should be done, and not taken for done', async () => {
  const messageId = await writeReset(stage, account);
  const mine = { task_identifier: 'mail', key: `mail-${messageId}` };
  const comingBack = () => database.db('graphile_worker.jobs').where(mine);
  await database.db('messages').where({ id: messageId }).update({ sending_until: '2100-01-01T00:00:00Z' });
  sent.length = 0;
  for (const isLast of [false, true]) await mailJob(stage, accepting)({ messageId }, { isLast });
  assert.equal(sent.length, 0);
  const jobs = await comingBack();
  assert.deepEqual(
    jobs.map(({ run_at, max_attempts }) => [run_at.toISOString(), max_attempts]),
    [['2100-01-01T00:00:00.000Z', 12]],
  );
  // They died: the time they had is over.
  await database.db('messages').where({ id: messageId }).update({ sending_until: '2000-01-01T00:00:00Z' });
  await mailJob(stage, accepting)({ messageId }, { isLast: false });
  assert.deepEqual([sent.length, (await messageOf(messageId)).status], [1, 'sent']);
});

test('who was late does not take the message from who sends it now', async () => {
  const messageId = await writeReset(stage, account);
  const until = '2100-01-01T00:00:00.000Z';
  const late: MailTransport = {
    async send() {
      await database.db('messages').where({ id: messageId }).update({ sending_until: until });
      throw Object.assign(new Error('no answer'), { code: 'ETIMEDOUT' });
    },
    close() {},
  };
  await mailJob(stage, late)({ messageId }, { isLast: true });
  const { status, sending_until } = await messageOf(messageId);
  assert.deepEqual([status, sending_until.toISOString()], ['queued', until]);
});

test('the database away right after the message left: it is marked once it is back, and not sent again', async () => {
  const messageId = await writeReset(stage, account);
  sent.length = 0;
  const rename = (from: string, to: string) =>
    database.db.raw(`ALTER FUNCTION ${from}(jsonb) RENAME TO ${to}`);
  await rename('audit_append', 'audit_append_away');
  const sending = mailJob(stage, accepting)({ messageId }, { isLast: false });
  try {
    while (sent.length === 0) await pause(10);
    await pause(600);
    assert.equal((await messageOf(messageId)).status, 'queued', 'no mark without its event');
  } finally {
    await rename('audit_append_away', 'audit_append');
  }
  await sending;
  assert.deepEqual([sent.length, (await messageOf(messageId)).status], [1, 'sent']);
  assert.equal((await lastEvent()).action, 'message.sent');
});
