import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { mailJob } from '../../src/jobs/mail.ts';
import type { MailTransport, Outgoing } from '../../src/mail/transport.ts';
import { messageList } from '../../src/repositories/lists/messages.ts';
import { tokenRepository } from '../../src/repositories/tokens.ts';
import { hashToken } from '../../src/services/links.ts';
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
const refusing: MailTransport = {
  send: async () => {
    throw Object.assign(new Error('<personne@test.fr> unknown'), { code: 'EENVELOPE', responseCode: 550 });
  },
  close() {},
};
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
  const failing = mailJob(stage, refusing)({ messageId }, { isLast: false });
  await assert.rejects(failing, { message: `message ${messageId} did not leave: EENVELOPE 550` });
  const message = await messageOf(messageId);
  assert.deepEqual([message.status, message.attempts, message.last_error], ['queued', 1, 'EENVELOPE 550']);

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
  await mailJob(stage, refusing)({ messageId }, { isLast: true });
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
    [messageId, 'password-reset', account.email, 'EENVELOPE 550'],
  );
  sent.length = 0;
  await mailJob(stage, accepting)({ messageId }, { isLast: false });
  assert.equal(sent.length, 0);
});

test('a message whose event cannot be written is not marked as sent', async () => {
  const messageId = await writeReset(stage, account);
  await database.db.raw('ALTER FUNCTION audit_append(jsonb) RENAME TO audit_append_away');
  try {
    await assert.rejects(mailJob(stage, accepting)({ messageId }, { isLast: false }));
  } finally {
    await database.db.raw('ALTER FUNCTION audit_append_away(jsonb) RENAME TO audit_append');
  }
  assert.equal((await messageOf(messageId)).status, 'queued');
});
