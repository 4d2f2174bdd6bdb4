import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { after, afterEach, before, test } from 'node:test';
import { simpleParser } from 'mailparser';
import { type AccountRow, createAccount } from '../factories/accounts.ts';
import { type Mailbox, startMailbox } from '../mail/mailbox.ts';
import { createTestDatabase, type TestDatabase } from '../tools/database.ts';
import { eventually } from '../tools/eventually.ts';
import { bareEnvironment } from '../tools/process.ts';
import { type Stage, setStage, writeReset } from './stage.ts';

const root = join(import.meta.dirname, '../..');

let database: TestDatabase;
let account: AccountRow;
let mailbox: Mailbox;
let stage: Stage;
const processes: ChildProcess[] = [];

before(async () => {
  database = await createTestDatabase({ template: 'reference' });
  account = await createAccount(database.db);
  mailbox = await startMailbox();
  stage = setStage(database);
});
afterEach(async () => {
  await Promise.all(processes.splice(0).map((each) => stop(each, 'SIGKILL')));
});
after(async () => {
  await mailbox.stop();
  await database.drop();
});

/** `npm run worker`, in a process of its own. */
function startProcess(): ChildProcess {
  const started = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', 'src/cli/worker.ts'], {
    cwd: root,
    env: { ...bareEnvironment(), DATABASE_URL: database.url, SMTP_URL: mailbox.url, LOG_LEVEL: 'silent' },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  processes.push(started);
  return started;
}

function stop(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve(child.exitCode);
  return new Promise((resolve) => {
    child.once('exit', (code) => resolve(code));
    child.kill(signal);
  });
}

test('a worker killed while it sends: another one sends the message, once, without waiting four hours', async () => {
  mailbox.hold();
  const messageId = await writeReset(stage, account);
  const killed = startProcess();
  await eventually(() => mailbox.held() === 1);
  await stop(killed, 'SIGKILL');
  mailbox.release();
  assert.equal(mailbox.received.length, 0);
  const { status } = await database.db('messages').first('status').where({ id: messageId });
  assert.equal(status, 'queued');

  const next = startProcess();
  await eventually(() => mailbox.received.length > 0);
  assert.equal(await stop(next, 'SIGTERM'), 0);
  assert.equal(mailbox.received.length, 1);
  const message = await database.db('messages').first().where({ id: messageId });
  assert.equal(message.status, 'sent');
  const mail = await simpleParser(mailbox.received[0]?.source ?? '');
  assert.equal(mail.messageId, `<${messageId}.${message.created_at.getTime()}@ucanss.fr>`);
  const events = await database.db('audit_events').where({ action: 'message.sent' });
  assert.equal(events.length, 1);
});
