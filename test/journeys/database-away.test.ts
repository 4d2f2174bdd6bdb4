import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { type Agent, createAgent } from '../tools/agent.ts';
import { allOf } from '../tools/all-of.ts';
import { type Cable, createCable } from '../tools/cable.ts';
import { eventually } from '../tools/eventually.ts';
import type { Page } from '../tools/page.ts';
import { startTestPortal, type TestPortal } from '../tools/portal.ts';
import { timed } from '../tools/stopwatch.ts';

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

  const timedGet = (path: string) => timed(() => agent.get(path));

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
    const isBack = async () => (await agent.get('/mes-informations')).status === 200;
    const [, time] = await timed(() => eventually(isBack));
    return time;
  }

  const WAYS = { cut: 'refused and broken', freeze: 'silent, as behind a firewall' } as const;
  for (const [way, what] of Object.entries(WAYS) as [keyof typeof WAYS, string][]) {
    test(`connections ${what}: a French 503 within 3 s, and back within 5 s without restart`, async () => {
      cable?.[way]();
      for (const path of ['/mes-informations', '/gestion/etat', '/mes-informations']) {
        const [page, time] = await timedGet(path);
        assertUnavailable(page);
        assert.ok(time < TOLD_WITHIN, `${path} answered after ${Math.round(time)} ms`);
      }
      cable?.repair();
      const time = await untilBack();
      assert.ok(time < BACK_WITHIN, `back after ${Math.round(time)} ms`);
    });
  }

  test('what was typed is kept: the page sends it again once the database is back, and it is done once', async () => {
    const path = '/applications/energie';
    const form = await agent.get(path);
    assert.equal(form.status, 200);
    cable?.cut();
    const fields = { role: 'energie-redacteur', motif: 'Suivi « énergie » <du> site & co' };
    const page = await agent.post(path, { _csrf: String(form.$('input[name=_csrf]').val()), ...fields });
    assertUnavailable(page);
    assert.match(page.notices.join(), /^Votre action n’a pas été faite/);
    cable?.repair();
    await untilBack();
    const done = await agent.submit(page, 'Réessayer');
    assert.equal(done.status, 303, done.notices.join());
    const asked = await portal.db('requests').where({ reason: fields.motif });
    assert.equal(asked.length, 1);
  });

  test('a password is in no page', async () => {
    cable?.cut();
    const page = await agent.post('/connexion', { email: EMPLOYEE, password: 'un-secret-de-passage' });
    assertUnavailable(page);
    assert.ok(!page.$.html().includes('un-secret-de-passage'));
    assert.equal(page.$('main form').length, 0);
  });

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
    const [ready, time] = await timedGet('/readyz');
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
    await eventually(async () => (await badges()) === before);
    manager.close();
  });

  test('every connection of the pool taken: the next people are told within 3 s, and served once it is free', async () => {
    const lock = await portal.db.transaction();
    await lock.raw('LOCK TABLE accounts IN ACCESS EXCLUSIVE MODE');
    // More than the pool has: each waits for the table.
    const waiting = Array.from({ length: 30 }, () => timedGet('/mes-informations'));
    const [, time] = await Promise.any(
      waiting.map(async (each) => ((await each)[0].status === 503 ? each : Promise.reject())),
    );
    assert.ok(time < TOLD_WITHIN, `told after ${Math.round(time)} ms`);
    await lock.commit();
    const answers = await Promise.all(waiting);
    assert.ok(allOf(answers, ([{ status }]) => status === 200 || status === 503));
    await eventually(async () => (await agent.get('/mes-informations')).status === 200);
  });
});
