import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { accountOf, createAccount } from '../factories/accounts.ts';
import { endAssignment, grant } from '../factories/assignments.ts';
import { type Agent, createAgent } from '../tools/agent.ts';
import { allOf } from '../tools/all-of.ts';
import { eventually } from '../tools/eventually.ts';
import { lastEvent } from '../tools/last-events.ts';
import { startTestPortal, type TestPortal } from '../tools/portal.ts';

const EMPLOYEE = 'tmantel@caf39.caf.fr';
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

describe('sessions', () => {
  let portal: TestPortal;
  let agent: Agent;

  before(async () => {
    portal = await startTestPortal();
  });
  beforeEach(async () => {
    agent?.close();
    await portal.db('sessions').delete();
    agent = createAgent(portal);
    await agent.signIn(EMPLOYEE);
  });
  after(async () => {
    agent?.close();
    await portal?.stop();
  });

  const isSignedIn = async (who: Agent = agent) => (await who.get('/mes-informations')).status === 200;
  const stored = async () => (await portal.db('sessions').first()).sess;

  /** Moves an instant of the stored session into the past. */
  const age = (field: 'startedAt' | 'touchedAt', milliseconds: number) =>
    portal.db.raw(`UPDATE sessions SET sess = jsonb_set(sess::jsonb, ?, to_jsonb(?::bigint))::json`, [
      [field],
      Date.now() - milliseconds,
    ]);

  test('the cookie is out of reach of scripts and of other sites; over http it cannot be Secure', async () => {
    const visitor = createAgent(portal);
    const fields = { email: EMPLOYEE, password: 'lanterne-violette-39-moulin' };
    const cookies = (await visitor.post('/connexion', fields)).headers['set-cookie'] ?? [];
    assert.ok(allOf(cookies, (line) => line.includes('; HttpOnly; SameSite=') && !line.includes('Secure')));
    const [cookie = '', ...others] = cookies.filter((line) => !line.startsWith('portail-appareil='));
    assert.deepEqual(others, []);
    assert.match(cookie, /^portail=[^;]+; Path=\/; HttpOnly; SameSite=Lax$/);
    visitor.close();
  });

  test('pages that need nobody open no session', async () => {
    const visitor = createAgent(portal);
    await portal.db('sessions').delete();
    for (const path of ['/connexion', '/gestion/etat', '/inconnu', '/livez']) {
      assert.equal((await visitor.get(path)).headers['set-cookie'], undefined, path);
    }
    assert.equal((await portal.db('sessions')).length, 0);
    visitor.close();
  });

  test('signing in takes a new identifier: one planted before is worth nothing', async () => {
    await agent.submit(await agent.get('/mes-informations'), 'Se déconnecter');
    const planted = agent.cookies();
    assert.match(planted, /portail=/);
    await agent.signIn(EMPLOYEE);
    assert.notEqual(agent.cookies(), planted);
    const attacker = createAgent(portal);
    attacker.borrowCookies(planted);
    assert.equal(await isSignedIn(attacker), false);
    attacker.close();
  });

  test('an invented or altered cookie is nobody', async () => {
    const [name, value = ''] = agent.cookies().split('=');
    const altered = [
      `${name}=${value.slice(0, -3)}xxx`,
      `${name}=s%3Aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.aaaaaaaa`,
      `${name}=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa`,
      `${name}=%00`,
      `${name}=%`,
      `${name}=j%3A%7B%22user%22%3A1%7D`,
      `${name}=${'x'.repeat(8_000)}`,
    ];
    for (const cookie of altered) {
      const visitor = createAgent(portal);
      const page = await visitor.get('/mes-informations', { Cookie: cookie });
      assert.equal(page.status, 303, cookie.slice(0, 60));
      visitor.close();
    }
  });

  test('who reads the table of sessions cannot take one over', async () => {
    const { sid } = await portal.db('sessions').first();
    assert.ok(!decodeURIComponent(agent.cookies()).includes(sid));
    const thief = createAgent(portal);
    for (const cookie of [`portail=${sid}`, `portail=s%3A${sid}`]) {
      assert.equal((await thief.get('/mes-informations', { Cookie: cookie })).status, 303);
    }
    thief.close();
  });

  test('a session holds the number of the account, and nothing else of the person', async () => {
    const { passport } = await stored();
    assert.deepEqual(passport, { user: (await accountOf(portal.db, EMPLOYEE)).id });
    assert.doesNotMatch(JSON.stringify(await stored()), /MANTEL|caf39/i);
  });

  test('it ends after 30 minutes without a request, which is traced', async () => {
    await age('touchedAt', 29 * MINUTE);
    assert.ok(await isSignedIn());
    await age('touchedAt', 31 * MINUTE);
    assert.equal(await isSignedIn(), false);
    const { action, details, actor_account_id } = await lastEvent(portal.db);
    assert.deepEqual([action, details], ['session.ended', { cause: 'idle' }]);
    assert.equal(actor_account_id, (await accountOf(portal.db, EMPLOYEE)).id);
    assert.equal(await isSignedIn(), false, 'and stays ended');
  });

  test('it ends after 12 hours, however busy', async () => {
    await age('startedAt', 12 * HOUR - MINUTE);
    assert.ok(await isSignedIn());
    await age('startedAt', 12 * HOUR + MINUTE);
    assert.equal(await isSignedIn(), false);
    assert.deepEqual((await lastEvent(portal.db)).details, { cause: 'absolute' });
  });

  test('requests put the idle limit off, with at most one write a minute', async () => {
    const { touchedAt } = await stored();
    await agent.get('/mes-informations');
    assert.equal((await stored()).touchedAt, touchedAt);
    await age('touchedAt', 2 * MINUTE);
    await agent.get('/mes-informations');
    assert.ok((await stored()).touchedAt >= touchedAt);
  });

  test('« Rester connecté » puts it off too', async () => {
    const token = await agent.token();
    await age('touchedAt', 29 * MINUTE);
    const answer = await agent.post('/session/prolongation', { _csrf: token });
    assert.equal(answer.status, 204);
    assert.ok(Date.now() - (await stored()).touchedAt < MINUTE);
  });

  test('an account that is deactivated is nobody at its next request, on every browser', async () => {
    const other = createAgent(portal);
    await other.signIn(EMPLOYEE);
    const { id } = await accountOf(portal.db, EMPLOYEE);
    await portal.db('accounts').where({ id }).update({ active: false, deactivated_at: new Date() });
    try {
      assert.equal(await isSignedIn(), false);
      assert.equal(await isSignedIn(other), false);
    } finally {
      await portal.db('accounts').where({ id }).update({ active: true, deactivated_at: null });
      other.close();
    }
  });

  test('a delegation given or removed counts from the next request', async () => {
    const account = await accountOf(portal.db, EMPLOYEE);
    const status = async () => (await agent.get('/gestion/etat')).status;
    assert.equal(await status(), 403);
    const delegation = await grant(portal.db, account, 'administrateur-local', { organism: 'CAF-391' });
    assert.equal(await status(), 200);
    await endAssignment(portal.db, delegation);
    assert.equal(await status(), 403);
    assert.doesNotMatch((await agent.get('/mes-informations')).text, /href="\/gestion/);
  });

  test('P8: a delegation holds until midnight in Paris of its last day', async () => {
    const account = await accountOf(portal.db, EMPLOYEE);
    const fields = { organism: 'CAF-391', ends_on: '2026-11-22' };
    const delegation = await grant(portal.db, account, 'administrateur-local', fields);
    const statusAt = async (instant: string) => {
      portal.clock.set(instant);
      return (await agent.get('/gestion/etat')).status;
    };
    try {
      assert.equal(await statusAt('2026-11-22T22:59:59.000Z'), 200);
      assert.equal(await statusAt('2026-11-22T23:00:00.000Z'), 403);
    } finally {
      portal.clock.set('2026-11-22T09:00:00.000Z');
      await endAssignment(portal.db, delegation);
    }
  });

  test('a session deleted while a request runs does not come back', async () => {
    await age('touchedAt', 2 * MINUTE);
    const lock = await portal.db.transaction();
    await lock.raw('LOCK TABLE accounts IN ACCESS EXCLUSIVE MODE');
    const running = agent.get('/mes-informations');
    // The request has read its session, and waits for the account.
    await waitForLock(portal);
    await portal.db('sessions').delete();
    await lock.commit();
    await running;
    assert.equal((await portal.db('sessions')).length, 0);
    assert.equal(await isSignedIn(), false);
  });

  test('sessions of one person are independent: leaving one keeps the other', async () => {
    const other = createAgent(portal);
    const page = await other.signIn(EMPLOYEE);
    await other.submit(page, 'Se déconnecter');
    assert.equal(await isSignedIn(other), false);
    assert.ok(await isSignedIn());
    other.close();
  });

  test('a new account without any role has its own page, and no management', async () => {
    const password = 'une-phrase-de-passe-longue';
    const { email } = await createAccount(portal.db, { password });
    const newcomer = createAgent(portal);
    const page = await newcomer.signIn(email, password);
    assert.equal(page.heading, 'Mes informations');
    assert.equal((await newcomer.get('/gestion')).status, 403);
    newcomer.close();
  });
});

/** Waits until some connection of the portal waits for a lock. */
async function waitForLock({ db }: TestPortal): Promise<void> {
  await eventually(async () => {
    const waiting = await db.raw(
      `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
    );
    return waiting.rows.length > 0;
  });
}

describe('sessions over https', () => {
  const publicUrl = 'https://portail.exemple.fr';
  let portal: TestPortal;
  let agent: Agent;

  before(async () => {
    portal = await startTestPortal({ environment: { BASE_URL: publicUrl, TRUST_PROXY: '1' } });
    agent = createAgent(portal, { publicUrl });
  });
  after(async () => {
    agent?.close();
    await portal?.stop();
  });

  test('the cookie is bound to this host and to https', async () => {
    const fields = { email: EMPLOYEE, password: 'lanterne-violette-39-moulin' };
    const answer = await agent.post('/connexion', fields);
    assert.equal(answer.status, 303);
    const cookies = (answer.headers['set-cookie'] ?? []).toSorted();
    assert.equal(cookies.length, 2);
    assert.match(
      cookies[0] ?? '',
      /^__Host-portail-appareil=[\w-]{43}; Max-Age=7776000; Path=\/; Expires=[^;]+; HttpOnly; Secure; SameSite=Strict$/,
    );
    assert.match(cookies[1] ?? '', /^__Host-portail=[^;]+; Path=\/; HttpOnly; Secure; SameSite=Lax$/);
    assert.equal((await agent.get('/mes-informations')).status, 200);
  });

  test('every page has what it loads asked for by https', async () => {
    for (const path of ['/connexion', '/mes-informations', '/inconnu'])
      assert.match(
        String((await agent.get(path)).headers['content-security-policy']),
        /;upgrade-insecure-requests$/,
      );
  });

  // What else stands under this host is not the portal's to decide for.
  test('every answer asks for https from then on, under this name alone', async () => {
    for (const path of ['/connexion', '/mes-informations', '/inconnu', '/livez', '/assets/css/base.css']) {
      const { headers } = await agent.get(path);
      assert.equal(headers['strict-transport-security'], 'max-age=63072000', path);
    }
  });

  test('a cookie without the prefix, which another host could have planted, is not read', async () => {
    const [, value] = agent.cookies().split('=');
    const page = await agent.get('/mes-informations', { Cookie: `portail=${value}` });
    assert.equal(page.status, 303);
  });

  test('an act from http of the same host is refused', async () => {
    const page = await agent.post(
      '/deconnexion',
      {},
      { Origin: 'http://portail.exemple.fr', 'Sec-Fetch-Site': undefined },
    );
    assert.equal(page.status, 403);
  });
});
