import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { demonstrationPassword } from '../../src/presenters/demonstration.ts';
import { createLink } from '../../src/security/links.ts';
import { accountOf, createAccount } from '../factories/accounts.ts';
import { grant } from '../factories/assignments.ts';
import { type Agent, createAgent } from '../tools/agent.ts';
import type { Page } from '../tools/page.ts';
import { startTestPortal, type TestPortal } from '../tools/portal.ts';

const PASSWORD = 'une-phrase-de-passe-longue';
const WRONG = 'mauvais-mot-de-passe';
const DAY = 86_400_000;

const COOKIE = 'portail-appareil';

describe('a device that has signed in before', () => {
  let portal: TestPortal;
  const agents: Agent[] = [];

  before(async () => {
    portal = await startTestPortal({ template: 'reference', environment: { TRUST_PROXY: '1' } });
  });
  beforeEach(() => portal.db('rate_limits').delete());
  after(async () => {
    for (const agent of agents) agent.close();
    await portal?.stop();
  });

  let addresses = 0;
  function newAgent(address?: string): Agent {
    addresses += 1;
    const agent = createAgent(portal, { address: address ?? `10.1.${addresses >> 8}.${addresses & 255}` });
    agents.push(agent);
    return agent;
  }
  /** Tries a password; where it is taken, signs out again. */
  async function attempt(agent: Agent, email: string, password = PASSWORD): Promise<Page> {
    const page = await agent.post('/connexion', { email, password });
    if (page.status === 303) await agent.post('/deconnexion', { _csrf: await agent.token() });
    return page;
  }
  /** The cookie of the device alone: sessions keep their own. */
  const deviceOf = (agent: Agent): string =>
    agent
      .cookies()
      .split('; ')
      .find((pair) => pair.startsWith(`${COOKIE}=`)) ?? '';

  /** A browser that signed in once, and out again. */
  async function knownAgent(email: string, address?: string): Promise<Agent> {
    const agent = newAgent(address);
    await agent.signIn(email, PASSWORD);
    await agent.post('/deconnexion', { _csrf: await agent.token() });
    return agent;
  }
  const person = (fields: Record<string, unknown> = {}) =>
    createAccount(portal.db, { password: PASSWORD, ...fields });

  /** Fills the counter of unknown devices. */
  async function lockOut(email: string): Promise<void> {
    for (let failure = 1; failure <= 15; failure += 1)
      assert.equal((await attempt(newAgent(), email, WRONG)).status, 422);
    assert.equal((await attempt(newAgent(), email, WRONG)).status, 429, 'unknown devices are limited');
  }

  test('gets in with the right password while others guess; the cookie alone lets nobody in', async () => {
    const { email } = await person();
    const agent = await knownAgent(email);
    await lockOut(email);
    assert.equal((await attempt(agent, email, WRONG)).status, 422);
    assert.equal((await attempt(agent, email)).status, 303);
    const thief = newAgent();
    thief.borrowCookies(deviceOf(agent));
    assert.match(thief.cookies(), /=[\w-]{43}$/);
    assert.equal((await thief.get('/mes-informations')).status, 303);
    assert.equal((await attempt(thief, email, WRONG)).status, 422);
  });

  test('has a counter of its own: fifteen failures stop it, and no other device', async () => {
    const { email, id } = await person();
    const [one, other] = [await knownAgent(email), await knownAgent(email)];
    for (let failure = 1; failure <= 15; failure += 1)
      assert.equal((await attempt(one, email, WRONG)).status, 422);
    const limited = await attempt(one, email);
    assert.equal(limited.status, 429);
    assert.match(
      limited.notices.join(),
      /Trop de tentatives ont échoué\. Réessayez dans 15 minutes, ou choisissez/,
    );
    assert.equal((await attempt(other, email)).status, 303);
    assert.equal((await attempt(newAgent(), email)).status, 303, 'nor unknown ones');
    const events = await portal
      .db('audit_events')
      .where({ subject_account_id: id, action: 'sign_in.limited' });
    assert.deepEqual(
      events.map(({ details, organism_id }) => [details, organism_id !== null]),
      [[{ scope: 'device' }, true]],
    );
  });

  test('is bound to its account: for another one it is unknown', async () => {
    const [mine, theirs] = [await person(), await person()];
    const agent = await knownAgent(mine.email);
    await lockOut(theirs.email);
    assert.equal((await attempt(agent, theirs.email)).status, 429);
    assert.equal((await attempt(agent, mine.email)).status, 303);
  });

  test('may be shared: each of those who signed in from it is known, and nobody else', async () => {
    const [one, other] = [await person(), await person()];
    const agent = await knownAgent(one.email);
    const value = deviceOf(agent);
    await agent.signIn(other.email, PASSWORD);
    await agent.post('/deconnexion', { _csrf: await agent.token() });
    assert.equal(deviceOf(agent), value);
    await lockOut(one.email);
    await lockOut(other.email);
    assert.equal((await attempt(agent, one.email)).status, 303);
  });

  test('shared, it counts each for themself: who mistypes there stops nobody else', async () => {
    const [one, other] = [await person(), await person()];
    const agent = await knownAgent(one.email);
    assert.equal((await attempt(agent, other.email)).status, 303);
    for (let failure = 1; failure <= 15; failure += 1)
      assert.equal((await attempt(agent, one.email, WRONG)).status, 422);
    assert.equal((await attempt(agent, one.email)).status, 429);
    assert.equal((await attempt(agent, other.email)).status, 303);
  });

  test('a value that the portal never gave is not taken: another one is', async () => {
    const { email, id } = await person();
    const planted = 'p'.repeat(43);
    const agent = newAgent();
    agent.borrowCookies(`${COOKIE}=${planted}`);
    const page = await attempt(agent, email);
    const [cookie = ''] = (page.headers['set-cookie'] ?? []).filter((line) => line.startsWith(COOKIE));
    assert.doesNotMatch(cookie, /ppppp/);
    assert.match(cookie, /; Max-Age=7776000; Path=\/; Expires=[^;]+; HttpOnly; SameSite=Strict$/);
    const kept = await portal.db('known_devices').where({ account_id: id });
    assert.equal(kept.length, 1);
    // What is stored opens nothing.
    assert.ok(!cookie.includes(kept[0].device_hash) && /^[\w-]{43}$/.test(kept[0].device_hash));
  });

  test('is known for 90 days from its last sign-in', async (t) => {
    const { email } = await person();
    const start = portal.clock.now();
    t.after(() => portal.clock.set(start.toISOString()));
    const [once, again] = [await knownAgent(email), await knownAgent(email)];
    portal.clock.set(new Date(start.getTime() + 89 * DAY).toISOString());
    assert.equal((await attempt(again, email)).status, 303);
    portal.clock.set(new Date(start.getTime() + 91 * DAY).toISOString());
    await lockOut(email);
    assert.equal((await attempt(once, email)).status, 429);
    assert.equal((await attempt(again, email)).status, 303);
  });

  test('ten devices an account: the one used longest ago is forgotten', async (t) => {
    const { email } = await person();
    const start = portal.clock.now();
    t.after(() => portal.clock.set(start.toISOString()));
    const devices: Agent[] = [];
    for (let device = 0; device <= 10; device += 1) {
      portal.clock.set(new Date(start.getTime() + device * 60_000).toISOString());
      devices.push(await knownAgent(email));
    }
    await lockOut(email);
    const statuses: number[] = [];
    for (const device of devices) statuses.push((await attempt(device, email)).status);
    assert.deepEqual(statuses, [429, ...Array(10).fill(303)]);
  });

  describe('is forgotten with the sessions', () => {
    const devicesOf = (id: number) => portal.db('known_devices').where({ account_id: id });

    test('when the account is deactivated', async () => {
      const national = await createAccount(portal.db, { organism: 'UCANSS', password: PASSWORD });
      await grant(portal.db, national, 'administrateur-ucanss');
      const { email, id } = await person();
      await knownAgent(email);
      const agent = newAgent();
      await agent.signIn(national.email, PASSWORD);
      const form = await agent.get(`/gestion/comptes/${id}/desactivation`);
      await agent.submit(form, 'Confirmer', { motif: 'Départ' });
      assert.deepEqual(await devicesOf(id), []);
    });

    test('when another password is chosen: the device that chose it is known in its place', async () => {
      const { email, id } = await person();
      const former = await knownAgent(email);
      const [{ device_hash: hash }] = await devicesOf(id);
      const token = await createLink(
        portal.db,
        'password_reset',
        { accountId: id, sentTo: email },
        portal.clock.now(),
      );
      const agent = newAgent();
      const password = 'girafe-tourne-velours-87';
      const form = await agent.get(`/mot-de-passe/${token}`);
      assert.equal(
        (await agent.submit(form, 'Enregistrer', { password, confirmation: password })).status,
        303,
      );
      const kept = await devicesOf(id);
      assert.equal(kept.length, 1);
      assert.notEqual(kept[0].device_hash, hash);
      await agent.post('/deconnexion', { _csrf: await agent.token() });
      await lockOut(email);
      assert.equal((await attempt(former, email, password)).status, 429);
      assert.equal((await attempt(agent, email, password)).status, 303);
    });
  });

  test('one’s own password asked again counts with the device, whatever others guess', async () => {
    const { email } = await person();
    const agent = newAgent();
    await agent.signIn(email, PASSWORD);
    await lockOut(email);
    const form = await agent.get('/mes-informations/adresse');
    const send = (password: string) =>
      agent.submit(form, 'Envoyer le lien de confirmation', { email: 'ailleurs@caf39.caf.fr', password });
    assert.equal((await send(WRONG)).status, 422);
    assert.equal((await send(PASSWORD)).status, 303);
  });

  test('the page of personal data tells of it', async () => {
    const page = await newAgent().get('/donnees-personnelles');
    assert.match(page.texts('main table').join(), /Appareils reconnus.*90 jours/s);
  });

  test('successes are counted nowhere', async () => {
    const { email } = await person();
    const agent = await knownAgent(email);
    for (let success = 1; success <= 20; success += 1)
      assert.equal((await attempt(agent, email)).status, 303);
    assert.deepEqual(await portal.db('rate_limits').where('key', 'like', 'failures%'), []);
  });

  test('the account of the demonstration is no exception', async (t) => {
    const other = await startTestPortal();
    t.after(() => other.stop());
    const agent = createAgent(other);
    await agent.signIn('tmantel@caf39.caf.fr', demonstrationPassword);
    agent.close();
    const { id } = await accountOf(other.db, 'tmantel@caf39.caf.fr');
    assert.equal((await other.db('known_devices').where({ account_id: id })).length, 1);
  });
});
