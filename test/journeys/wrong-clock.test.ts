import assert from 'node:assert/strict';
import { after, afterEach, before, describe, mock, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Agent, createAgent } from '../tools/agent.ts';
import { startTestPortal, type TestPortal } from '../tools/portal.ts';

const EMPLOYEE = 'tmantel@caf39.caf.fr';
const HALF_AN_HOUR = 1_800_000;

describe('a portal whose clock is half an hour late', () => {
  let portal: TestPortal;
  let agent: Agent;
  before(async () => {
    portal = await startTestPortal();
    agent = createAgent(portal);
  });
  afterEach(() => mock.restoreAll());
  after(async () => {
    agent?.close();
    await portal?.stop();
  });

  async function untilReadyz(status: number): Promise<string> {
    for (;;) {
      const answer = await fetch(`${portal.url}/readyz`);
      const text = await answer.text();
      if (answer.status === status) return text;
      await sleep(100);
    }
  }

  test('says so instead of letting nobody in, and lets them in once it is set', async () => {
    const now = Date.now.bind(Date);
    mock.method(Date, 'now', () => now() - HALF_AN_HOUR);
    assert.equal(await untilReadyz(503), 'horloge du serveur déréglée\n');
    assert.match(
      await (await fetch(`${portal.url}/metrics`)).text(),
      /^portail_clock_difference_seconds -1[78]\d\d/m,
    );
    const events = await portal.db('audit_events').count();
    assert.equal((await agent.get('/connexion')).status, 200);
    const page = await agent.post('/connexion', { email: EMPLOYEE, password: 'x' });
    assert.equal(page.status, 503);
    assert.match(page.text, /L’horloge du serveur n’est pas à l’heure/);
    assert.ok(page.texts('main a').includes('Revenir à l’accueil'));
    assert.deepEqual(await portal.db('audit_events').count(), events, 'nothing is written');

    mock.restoreAll();
    await untilReadyz(200);
    await agent.signIn(EMPLOYEE);
    assert.equal((await agent.get('/mes-informations')).status, 200);
  });
});
