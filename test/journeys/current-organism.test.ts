import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { accountOf } from '../factories/accounts.ts';
import { organismOf } from '../factories/organisms.ts';
import { type Agent, createAgent } from '../tools/agent.ts';
import type { Page } from '../tools/page.ts';
import { startTestPortal, type TestPortal } from '../tools/portal.ts';
import { readPeople } from './entitlements-oracle.ts';

const BOTH = 'intercaf@caf.fr';
const CHANGE = 'Changer d’organisme';

describe('the switcher of who administers several organisms', () => {
  let portal: TestPortal;
  let agent: Agent;

  before(async () => {
    portal = await startTestPortal();
  });
  beforeEach(async () => {
    agent?.close();
    agent = createAgent(portal);
    await agent.signIn(BOTH);
  });
  after(async () => {
    agent?.close();
    await portal?.stop();
  });

  const idOf = async (code: string) => String((await organismOf(portal.db, code)).id);
  // « CAF de la Haute-Saône » (CAF-701) comes before « CAF du Doubs » (CAF-251): it is the one to begin with.
  const current = (page: Page) => page.texts('#organisme-courant option[selected]').join();
  const list = () => agent.get('/gestion/etat?taille=100');

  async function assertListOf(page: Page, code: string): Promise<void> {
    const people = await readPeople(portal.db, [code], '2026-11-22');
    assert.deepEqual(
      page.column('Email').sort(),
      people
        .map(({ email }) => email)
        .sort()
        .slice(0, 100),
    );
  }

  test('offers the organisms administered, in alphabetical order, and no other', async () => {
    const page = await list();
    const names = await portal
      .db('organisms')
      .whereIn('code', ['CAF-251', 'CAF-701'])
      .orderBy('name_key')
      .pluck('name');
    assert.deepEqual(page.texts('#organisme-courant option'), names);
    assert.equal(page.$('label[for=organisme-courant]').length, 1);
    assert.equal(current(page), names[0]);
  });

  test('a page that does not exist tells the current organism too', async () => {
    const page = await agent.get('/nulle-part');
    assert.equal(page.status, 404);
    assert.equal(current(page), current(await list()));
  });

  test('who does not choose has no switcher: the organism administered, else where one works, else what is covered', async () => {
    for (const [email, path, place] of [
      ['wtestportail@test.fr', '/gestion/etat', 'CAF du Jura'],
      ['tmantel@caf39.caf.fr', '/mes-informations', 'CAF du Jura'],
      ['national@ucanss.fr', '/gestion/etat', 'Tous les organismes'],
      ['national@ucanss.fr', '/gestion/etat?perimetre=CPAM-391', 'CPAM du Jura'],
    ] as const) {
      const other = createAgent(portal);
      await other.signIn(email);
      const page = await other.get(path);
      assert.equal(page.$('#organisme-courant').length, 0);
      assert.match(page.texts('header').join(), new RegExp(`Organisme : ${place}`), `${email} ${path}`);
      other.close();
    }
  });

  test('changing is announced, kept, and changes the people shown, in both directions', async () => {
    for (const code of ['CAF-701', 'CAF-251']) {
      const { name } = await organismOf(portal.db, code);
      const answer = await agent.submit(await list(), CHANGE, { organisme: await idOf(code) });
      assert.equal(answer.status, 303);
      const page = await agent.follow(answer);
      assert.match(page.notices.join(), new RegExp(`Vous travaillez maintenant pour ${name}`));
      assert.equal(current(await list()), name);
      await assertListOf(await list(), code);
      assert.equal((await list()).notices.length, 0, 'said once');
    }
  });

  test('an export follows the current organism', async () => {
    await agent.submit(await list(), CHANGE, { organisme: await idOf('CAF-251') });
    const answer = await agent.get('/gestion/etat.csv');
    assert.match(String(answer.headers['content-disposition']), /_CAF-251_/);
  });

  test('a perimeter in the address changes nothing: the page says so, and no file leaves', async () => {
    for (const perimetre of ['CAF-251', 'CPAM-391', 'tous']) {
      const page = await agent.get(`/gestion/etat?taille=100&perimetre=${perimetre}`);
      await assertListOf(page, 'CAF-701');
      assert.match(page.notices.join(), /ne choisit pas de périmètre : CAF de la Haute-Saône est affiché/);
      assert.equal((await agent.get(`/gestion/etat.csv?perimetre=${perimetre}`)).status, 422);
    }
    assert.deepEqual((await agent.get('/gestion/etat?perimetre=CAF-701')).notices, []);
    assert.equal((await agent.get('/gestion/etat.csv?perimetre=CAF-701')).status, 200);
  });

  test('an organism that the person does not administer is refused, and nothing changes', async () => {
    const page = await list();
    const before = current(page);
    const token = await agent.token();
    for (const organisme of [await idOf('CAF-391'), '999999', '0', '-1', 'abc', '', '1e3']) {
      const answer = await agent.follow(await agent.post('/organisme-courant', { _csrf: token, organisme }));
      assert.match(answer.texts('[role=alert]').join(), /Vous n’administrez pas cet organisme/);
      assert.equal(current(await list()), before);
    }
  });

  test('the choice belongs to the session: another browser of the same person keeps its own', async () => {
    const other = createAgent(portal);
    await other.signIn(BOTH);
    await agent.submit(await list(), CHANGE, { organisme: await idOf('CAF-251') });
    assert.equal(current(await other.get('/gestion/etat')), (await organismOf(portal.db, 'CAF-701')).name);
    other.close();
  });

  test('a delegation that ends while its organism is the current one: the other takes its place at once', async () => {
    await agent.submit(await list(), CHANGE, { organisme: await idOf('CAF-251') });
    const { id } = await accountOf(portal.db, BOTH);
    const organism_id = Number(await idOf('CAF-251'));
    const ended = portal.db('assignments').where({ account_id: id, organism_id });
    await ended.clone().update({ ended_at: new Date(), end_kind: 'removed' });
    const page = await list();
    assert.equal(page.status, 200);
    await assertListOf(page, 'CAF-701');
    assert.equal(page.$('#organisme-courant').length, 0);
    await ended.clone().update({ ended_at: null, end_kind: null });
  });

  test('coming back after the change stays on the site', async () => {
    const token = await agent.token();
    for (const retour of ['//ailleurs.exemple', 'https://ailleurs.exemple', '/.//ailleurs.exemple']) {
      const fields = { _csrf: token, organisme: await idOf('CAF-701'), retour };
      const answer = await agent.post('/organisme-courant', fields);
      assert.equal(new URL(String(answer.headers.location), portal.url).origin, portal.url);
    }
  });
});
