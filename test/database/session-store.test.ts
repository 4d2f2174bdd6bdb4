import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import type { SessionData } from 'express-session';
import { SessionStore } from '../../src/database/session-store.ts';
import { findSession } from '../../src/repositories/actors.ts';
import { createAccount } from '../factories/accounts.ts';
import { next } from '../factories/sequence.ts';
import { createTestDatabase, type TestDatabase } from '../tools/database.ts';

const IDLE = 30 * 60_000;

describe('sessions, as they are stored', () => {
  let database: TestDatabase;
  let store: SessionStore<{ id: number }>;
  let account: { id: number };
  let sid: string;

  before(async () => {
    database = await createTestDatabase({ template: 'reference' });
    account = await createAccount(database.db);
    store = new SessionStore(database.db, {
      idle: IDLE,
      read: (digest) => findSession(database.db, digest, '2026-11-22'),
    });
  });
  beforeEach(() => {
    sid = `identifiant-${next()}`;
  });
  after(() => database.drop());

  const done = (work: (callback: (error?: unknown) => void) => void) =>
    new Promise<void>((resolve, reject) => work((error) => (error ? reject(error) : resolve())));
  const save = (data: SessionData) => done((callback) => store.set(sid, data, callback));
  const read = () =>
    new Promise<SessionData | null | undefined>((resolve, reject) =>
      store.get(sid, (error, data) => (error ? reject(error) : resolve(data))),
    );
  const opened = (): SessionData => ({ cookie: {}, passport: { user: account.id } }) as never;
  const rows = () => database.db('sessions').where({ account_id: account.id });

  for (const [how, end] of [
    ['signed out', () => done((callback) => store.destroy(sid, callback))],
    ['deleted by another process', () => rows().delete()],
  ] as const) {
    test(`one that is ${how} while a request runs does not come back when that request saves`, async () => {
      await save(opened());
      const underWay = await read();
      assert.ok(underWay);
      await end();
      await save({ ...underWay, touchedAt: 1 });
      assert.equal(await read(), null);
      assert.deepEqual(await rows(), []);
    });
  }

  test('one saved twice by the request that opened it is one row', async () => {
    const data = opened();
    await save(data);
    await save(Object.assign(data, { touchedAt: 2 }));
    assert.equal((await read())?.touchedAt, 2);
    assert.equal((await rows()).length, 1);
    await rows().delete();
  });

  test('a new one never takes the place of one that is there', async () => {
    await save(opened());
    await assert.rejects(save(opened()), { code: '23505' });
    await rows().delete();
  });

  test('the table holds a digest of what the cookie carries, and each save puts the end off', async () => {
    await save(opened());
    const [row] = await rows();
    assert.ok(!JSON.stringify(row).includes(sid));
    await rows().update({ expire: new Date(Date.now() + 1_000) });
    const underWay = await read();
    assert.ok(underWay);
    await save(underWay);
    const [{ expire }] = await rows();
    assert.ok(expire.getTime() > Date.now() + IDLE - 60_000);
  });
});
