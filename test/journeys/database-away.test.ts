import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { eventually } from '../jobs/stage.ts';
import { type Agent, createAgent } from '../tools/agent.ts';
import { type Cable, createCable } from '../tools/cable.ts';
import type { Page } from '../tools/page.ts';
import { startTestPortal, type TestPortal } from '../tools/portal.ts';

const EMPLOYEE = 'tmantel@caf39.caf.fr';
/** Milliseconds. */
const TOLD_WITHIN = 3_000;
const BACK_WITHIN = 5_000;

describe('when the database is away', () => {
  let portal: TestPortal;
  let cable: Cable | undefined;
  let agent: Agent;

  before(async () => {
    portal = await startTestPortal({
      databaseUrl: async (real) => {
        cable = await createCable(real);
        return cable.url;
      },
    });
    agent = createAgent(portal);
    await agent.signIn(EMPLOYEE);
  });
  afterEach(() => cable?.repair());
  after(async () => {
    agent?.close();
    cable?.repair();
    await portal?.stop();
    cable?.close();
  });

  async function timed(path: string): Promise<[Page, number]> {
    const began = performance.now();
    const page = await agent.get(path);
    return [page, performance.now() - began];
  }

  function assertUnavailable(page: Page): void {
    assert.equal(page.status, 503);
    assert.equal(page.heading, 'Service momentanément indisponible');
    assert.equal(page.$('html').attr('lang'), 'fr');
    assert.ok(page.texts('main a').includes('Revenir à l’accueil'));
    assert.match(String(page.headers['content-security-policy']), /default-src 'none'/);
    assert.match(String(page.headers['cache-control']), /no-store/);
  }

  /** Milliseconds until the page answers again, with the session that was open before. */
  async function untilBack(): Promise<number> {
    const began = performance.now();
    for (;;) {
      if ((await agent.get('/mes-informations')).status === 200) return performance.now() - began;
      assert.ok(performance.now() - began < 4 * BACK_WITHIN, 'the portal does not come back');
      await sleep(50);
    }
  }

  const WAYS = { cut: 'refused and broken', freeze: 'silent, as behind a firewall' } as const;
  for (const [way, what] of Object.entries(WAYS) as [keyof typeof WAYS, string][]) {
    test(`connections ${what}: a French 503 within 3 s, and back within 5 s without restart`, async () => {
      cable?.[way]();
      for (const path of ['/mes-informations', '/gestion/etat', '/mes-informations']) {
        const [page, time] = await timed(path);
        assertUnavailable(page);
        assert.ok(time < TOLD_WITHIN, `${path} answered after ${Math.round(time)} ms`);
      }
      cable?.repair();
      const time = await untilBack();
      assert.ok(time < BACK_WITHIN, `back after ${Math.round(time)} ms`);
    });
  }

  test('signing in says it too, and counts no failure', async () => {
    await portal.db('rate_limits').delete();
    cable?.cut();
    const visitor = createAgent(portal);
    const page = await visitor.post('/connexion', { email: EMPLOYEE, password: 'x' });
    assertUnavailable(page);
    cable?.repair();
    await untilBack();
    assert.equal((await portal.db('rate_limits')).length, 0);
    visitor.close();
  });

  test('the process says that it lives, and that it is not ready', async () => {
    cable?.cut();
    assert.equal((await agent.get('/livez')).status, 200);
    const [ready, time] = await timed('/readyz');
    assert.equal(ready.status, 503);
    assert.ok(time < TOLD_WITHIN);
    assert.equal((await agent.get('/assets/css/base.css')).status, 200);
    cable?.repair();
    await untilBack();
    assert.equal((await agent.get('/readyz')).status, 200);
  });

  test('a table that only badges read is locked: pages come without them, and with them again later', async () => {
    const manager = createAgent(portal);
    await manager.signIn('wtestportail@test.fr');
    const badges = async () => (await manager.get('/gestion/etat')).texts('nav .count').length;
    await eventually(async () => (await badges()) > 0);
    const before = await badges();
    const lock = await portal.db.transaction();
    await lock.raw('LOCK TABLE requests, messages IN ACCESS EXCLUSIVE MODE');
    try {
      // Who comes first waits a second for them.
      await eventually(async () => {
        const page = await manager.get('/gestion/etat');
        return page.status === 200 && page.texts('nav .count').length < before;
      });
    } finally {
      await lock.commit();
    }
    await eventually(async () => (await badges()) === before, 30);
    manager.close();
  });

  test('every connection of the pool taken: the next people are told within 3 s, the others are served', async () => {
    const lock = await portal.db.transaction();
    await lock.raw('LOCK TABLE accounts IN ACCESS EXCLUSIVE MODE');
    // More than the pool has: each waits for the table.
    const waiting = Array.from({ length: 30 }, () => timed('/mes-informations'));
    const told = await Promise.race([
      Promise.any(waiting.map(async (each) => ((await each)[0].status === 503 ? each : Promise.reject()))),
      sleep(TOLD_WITHIN + 1_000).then(() => undefined),
    ]);
    assert.ok(told, 'nobody was told');
    assert.ok(told[1] < TOLD_WITHIN, `told after ${Math.round(told[1])} ms`);
    await lock.commit();
    const answers = await Promise.all(waiting);
    const statuses = new Set(answers.map(([{ status }]) => status));
    assert.deepEqual([...statuses].sort(), [200, 503]);
    assert.equal((await agent.get('/mes-informations')).status, 200);
  });
});
