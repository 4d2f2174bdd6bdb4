import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { createFailedMessage } from '../factories/messages.ts';
import { type Agent, createAgent } from '../tools/agent.ts';
import { eventually } from '../tools/eventually.ts';
import { startTestPortal, type TestPortal } from '../tools/portal.ts';

describe('a portal whose messages are late', () => {
  let portal: TestPortal;
  let agent: Agent;
  const ready = async () => {
    const { status, text } = await agent.get('/readyz');
    return { status, text };
  };

  before(async () => {
    portal = await startTestPortal({ template: 'reference' });
    agent = createAgent(portal);
  });
  after(async () => {
    agent?.close();
    await portal?.stop();
  });

  test('is ready, and says since when; so do its figures', async () => {
    const written = {
      status: 'queued',
      last_error: null,
      attempts: 0,
      created_at: '2026-11-22T08:55:00.000Z',
    };
    const id = await createFailedMessage(portal.db, written);
    assert.deepEqual(await ready(), { status: 200, text: 'prêt\n' });
    await portal.db('messages').where({ id }).update({ created_at: '2026-11-22T08:54:59.000Z' });
    const late = 'prêt\nmessages : en retard depuis le 22/11/2026 à 09:54\n';
    assert.deepEqual(await ready(), { status: 200, text: late });
    const { text } = await agent.get('/metrics');
    assert.match(text, /^portail_messages_waiting 1$/m);
    assert.match(text, /^portail_messages_oldest_seconds 301$/m);
    assert.match(text, /^portail_trail_lock_wait_seconds_count \d+$/m);
    await portal.db('messages').where({ id }).delete();
  });

  test('a message that is sent again waits since then, however old it is', async () => {
    const again = {
      ...{ status: 'queued', last_error: null, created_at: '2026-11-20T09:00:00.000Z' },
      resent_at: '2026-11-22T08:58:00.000Z',
    };
    const id = await createFailedMessage(portal.db, again);
    assert.deepEqual(await ready(), { status: 200, text: 'prêt\n' });
    assert.match((await agent.get('/metrics')).text, /^portail_messages_oldest_seconds 120$/m);
    await portal.db('messages').where({ id }).delete();
  });

  test('is not ready once a migration of its own has been undone, and is again once it is back', async () => {
    const [last] = await portal.db('migrations').orderBy('id', 'desc').limit(1);
    await portal.db('migrations').where({ id: last.id }).delete();
    assert.deepEqual(await ready(), { status: 503, text: 'migrations en attente\n' });
    await portal.db('migrations').insert(last);
    assert.deepEqual(await ready(), { status: 200, text: 'prêt\n' });
  });

  test('it goes on serving while its runner is down, and says since when', async () => {
    await portal.db.raw('ALTER TABLE graphile_worker._private_jobs RENAME TO away');
    try {
      const late = 'prêt\nmessages : en retard depuis le 22/11/2026 à 10:00\n';
      await eventually(async () => (await ready()).text === late);
      assert.equal((await ready()).status, 200);
      assert.equal((await agent.get('/connexion')).status, 200);
    } finally {
      await portal.db.raw('ALTER TABLE graphile_worker.away RENAME TO _private_jobs');
    }
  });
});
