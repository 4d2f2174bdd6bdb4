import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import { type Listener, listenTo } from '../../src/database/notifications.ts';
import { type Cable, createCable } from '../tools/cable.ts';
import { createTestDatabase, type TestDatabase } from '../tools/database.ts';
import { eventually } from '../tools/eventually.ts';

const CHANNEL = 'portail_essai';

describe('what others tell through the database', () => {
  let tested: TestDatabase;
  let cable: Cable;
  let listener: Listener;
  let told = 0;
  let said: string[] = [];
  const logger = {
    info: (_details: object, message: string) => void said.push(message),
    warn: (_details: object, message: string) => void said.push(message),
  };
  before(async () => {
    tested = await createTestDatabase({ template: 'empty' });
    cable = await createCable(tested.url);
  });
  after(async () => {
    cable.close();
    await tested.drop();
  });
  beforeEach(async () => {
    [told, said] = [0, []];
    listener = listenTo({ url: cable.url, logger }, CHANNEL, () => {
      told += 1;
    });
    await eventually(() => listener.heardUntil() > 0);
  });
  afterEach(() => {
    listener.stop();
    cable.repair();
  });

  const notify = () => tested.db.raw(`SELECT pg_notify('${CHANNEL}', '')`);
  const OURS = `datname = current_database() AND application_name = 'portail-notifications'`;
  const connections = async (): Promise<number> =>
    (await tested.db.raw(`SELECT count(*) FROM pg_stat_activity WHERE ${OURS}`)).rows[0].count;

  test('each is heard, and what came before it listened counts as one', async () => {
    assert.equal(told, 1);
    await notify();
    await eventually(() => told === 2);
    assert.deepEqual(said, []);
  });

  test('one that is rolled back is not heard', async () => {
    await assert.rejects(
      tested.db.transaction(async (trx) => {
        await trx.raw(`SELECT pg_notify('${CHANNEL}', '')`);
        throw new Error('rolled back');
      }),
    );
    const until = listener.heardUntil();
    await eventually(() => listener.heardUntil() > until);
    assert.equal(told, 1);
  });

  for (const outage of ['cut', 'freeze'] as const) {
    test(`${outage}: nothing more has been heard until it listens again; it says so once, and what was missed counts`, async () => {
      cable[outage]();
      await eventually(() => said.length === 1);
      const until = listener.heardUntil();
      await notify();
      assert.equal(told, 1);
      assert.equal(listener.heardUntil(), until);
      cable.repair();
      await eventually(() => listener.heardUntil() > until);
      assert.equal(told, 2);
      assert.deepEqual(said, [
        'notifications of the database are not heard',
        'notifications of the database are heard again',
      ]);
      assert.equal(await connections(), 1);
    });
  }

  test('its connection ended by the server: a new one follows', async () => {
    const until = performance.now();
    await tested.db.raw(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE ${OURS}`);
    await eventually(() => listener.heardUntil() > until);
    assert.equal(told, 2);
  });

  test('once stopped, nothing is left of it', async () => {
    listener.stop();
    await eventually(async () => (await connections()) === 0);
    await notify();
    assert.equal(told, 1);
  });
});
