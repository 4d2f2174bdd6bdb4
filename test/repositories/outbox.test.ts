import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { transaction } from '../../src/database/transaction.ts';
import { job } from '../../src/domain/audit-event.ts';
import { enqueueMessage, type Message } from '../../src/repositories/outbox.ts';
import { type AccountRow, createAccount } from '../factories/accounts.ts';
import { testClock } from '../tools/clock.ts';
import { createTestDatabase, type TestDatabase } from '../tools/database.ts';

let database: TestDatabase;
let account: AccountRow;

before(async () => {
  database = await createTestDatabase({ template: 'reference' });
  account = await createAccount(database.db);
});
after(() => database.drop());

const act = () => ({ db: database.db, clock: testClock, actor: job('test') });
const reset = (): Message => ({
  template: 'password-reset',
  to: account.email,
  accountId: account.id,
  values: { firstName: 'Camille', lastName: 'PERSONNE' },
});
const counts = async () => {
  const jobs = await database.db('graphile_worker.jobs').count('* AS n').first();
  const messages = await database.db('messages').count('* AS n').first();
  return [Number(messages?.n), Number(jobs?.n)];
};

test('an act that fails leaves neither message nor job', async () => {
  const failing = transaction(act(), async (unit) => {
    await enqueueMessage(unit, reset());
    throw new Error('the act fails');
  });
  await assert.rejects(failing, /the act fails/);
  assert.deepEqual(await counts(), [0, 0]);
});

test('an act that commits leaves both: a queued message, and a job of twelve attempts that only knows its number', async () => {
  await transaction(act(), (unit) => enqueueMessage(unit, reset()));
  assert.deepEqual(await counts(), [1, 1]);
  const message = await database.db('messages').first();
  assert.equal(message.status, 'queued');
  assert.equal(message.account_id, account.id);
  assert.deepEqual(message.data, { firstName: 'Camille', lastName: 'PERSONNE' });
  const [queued] = (await database.db.raw('SELECT * FROM graphile_worker._private_jobs')).rows;
  assert.deepEqual(queued.payload, { messageId: message.id });
  assert.equal(queued.max_attempts, 12);
});

test('no link exists before the message leaves: there is nothing secret to store', async () => {
  assert.equal(await database.db('tokens').first(), undefined);
});

test('a message with a key is sent once', async () => {
  const [messages, jobs] = await counts();
  const once = { ...reset(), onceKey: 'once' } as Message;
  for (let time = 0; time < 3; time += 1) await transaction(act(), (unit) => enqueueMessage(unit, once));
  assert.deepEqual(await counts(), [Number(messages) + 1, Number(jobs) + 1]);
});

for (const address of ['a@b.fr\r\nBcc: e@x.fr', 'a@b.fr,e@x.fr', 'a b@c.fr', '<a@b.fr>', 'a@b.fr\n']) {
  test(`the address ${JSON.stringify(address)} is refused`, async () => {
    const sent = transaction(act(), (unit) => enqueueMessage(unit, { ...reset(), to: address } as Message));
    await assert.rejects(sent, { code: '23514' });
  });
}
