import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { accountOf, createAccount } from '../factories/accounts.ts';
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

  test('who administers one organism follows an address that names it without a word, and goes on without', async () => {
    const other = createAgent(portal);
    await other.signIn('wtestportail@test.fr');
    const page = await other.visit('/gestion?perimetre=CAF-391');
    assert.deepEqual([page.status, page.path, page.notices], [200, '/gestion?perimetre=CAF-391', []]);
    assert.equal(page.$('[href*="perimetre="], [name=perimetre]').length, 0);
    other.close();
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

  test('P13: the organism is in the address; one that is not theirs shows their own, says so, and gives no file', async () => {
    for (const code of ['CAF-251', 'CAF-701']) {
      const page = await agent.get(`/gestion/etat?taille=100&perimetre=${code}`);
      await assertListOf(page, code);
      assert.deepEqual(page.notices, []);
      const file = await agent.get(`/gestion/etat.csv?perimetre=${code}`);
      assert.match(String(file.headers['content-disposition']), new RegExp(`_${code}_`));
    }
    for (const perimetre of ['CPAM-391', 'tous', 'x']) {
      const page = await agent.get(`/gestion/etat?taille=100&perimetre=${perimetre}`);
      await assertListOf(page, 'CAF-701');
      assert.match(
        page.notices.join(),
        /n’administrez pas l’organisme demandé : les pages sont celles de la CAF de la Haute-Saône\./,
      );
      assert.equal((await agent.get(`/gestion/etat.csv?perimetre=${perimetre}`)).status, 422);
      const sent = { _csrf: await agent.token(), organisme: 'CAF-701', perimetre, texte: 'Un motif' };
      assert.equal((await agent.post('/gestion/demandes/motifs', sent)).status, 404);
    }
  });

  test('P13: two tabs: each shows, exports and does what its address says, whatever the other shows', async () => {
    const person = await createAccount(portal.db, { organism: 'CAF-701', last_name: 'ONGLET' });
    const first = await agent.get('/gestion/comptes?perimetre=CAF-701&nom=onglet');
    const state = await agent.get('/gestion/etat?perimetre=CAF-701');
    // The other tab goes to Doubs.
    await agent.submit(await agent.get('/gestion/comptes?perimetre=CAF-701'), CHANGE, {
      organisme: await idOf('CAF-251'),
    });
    assert.match(current(await list()), /Doubs/);
    const excel = state.$('main a:contains(CSV)').attr('href') ?? '';
    assert.match(String((await agent.get(excel)).headers['content-disposition']), /_CAF-701_/);
    for (const link of state.$('nav a[href^="/gestion"], main a[href^="/gestion"]').toArray()) {
      assert.match(state.$(link).attr('href') ?? '', /[?&]perimetre=CAF-701/);
    }
    const confirmation = await agent.submit(
      first,
      `Désactiver le compte de ${person.first_name} ${person.last_name}`,
    );
    assert.equal(confirmation.status, 200);
    const done = await agent.follow(await agent.submit(confirmation, 'Confirmer', { motif: 'Départ' }));
    assert.match(done.notices.join(), /ONGLET/);
    assert.match(current(done), /Haute-Saône/);
    const stored = await portal.db('accounts').where({ id: person.id }).first();
    assert.equal(stored.active, false);
  });

  test('P13: « Tout » in one tab is of its organism, whatever the other tab shows', async () => {
    const role = 'energie-lecteur';
    const before = await portal.db('assignments').count().first();
    const page = await agent.get(`/gestion/comptes?perimetre=CAF-701&role=${role}&ayant=non`);
    const announced = await agent.follow(
      await agent.submit(page, 'Activer des droits pour la sélection', { tout: 'oui' }),
    );
    assert.equal(announced.status, 200, announced.path);
    await agent.submit(await list(), CHANGE, { organisme: await idOf('CAF-251') });
    const result = await agent.follow(await agent.submit(announced, 'Confirmer', { motif: 'Essai' }));
    assert.equal(result.status, 200, result.path);
    const holders = await portal
      .db('assignments')
      .join('roles', 'roles.id', 'role_id')
      .join('accounts', 'accounts.id', 'account_id')
      .join('organisms', 'organisms.id', 'accounts.organism_id')
      .where({ 'roles.code': role, grant_reason: 'Essai' })
      .distinct()
      .pluck('organisms.code');
    assert.deepEqual(holders, ['CAF-701']);
    const after = await portal.db('assignments').count().first();
    assert.ok(Number(after?.count) > Number(before?.count));
  });

  test('P13: « Changer d’organisme » stays on the same screen; a record leads to its list', async () => {
    const doubs = await idOf('CAF-251');
    const page = await agent.get('/gestion/journal?perimetre=CAF-701&q=connexion');
    const there = await agent.submit(page, CHANGE, { organisme: doubs });
    assert.equal(there.headers.location, '/gestion/journal?perimetre=CAF-251&q=connexion');
    const { id } = await accountOf(portal.db, BOTH);
    const token = await agent.token();
    // The other organism has fewer pages, perhaps, and other people to come back to.
    const retour =
      '/gestion/comptes?perimetre=CAF-701&nom=a&taille=25&page=3&retour=%2Fgestion%2Fcomptes%2F1';
    const paged = await agent.post('/organisme-courant', { _csrf: token, organisme: doubs, retour });
    const { pathname, searchParams } = new URL(paged.headers.location ?? '', 'http://portail.invalid');
    assert.equal(pathname, '/gestion/comptes');
    assert.deepEqual(Object.fromEntries(searchParams), { perimetre: 'CAF-251', nom: 'a', taille: '25' });
    for (const page of [`comptes/${id}/historique`, `comptes/${id}/desactivation`, `lots/${id}`]) {
      const retour = `/gestion/${page}?perimetre=CAF-701`;
      const record = await agent.post('/organisme-courant', { _csrf: token, organisme: doubs, retour });
      assert.equal(record.headers.location, `/gestion/${page.split('/')[0]}?perimetre=CAF-251`);
    }
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

  test('P13: an act in an organism that is not theirs is not done there, nor in their own instead: 404', async () => {
    const only = createAgent(portal);
    await only.signIn('wtestportail@test.fr');
    for (const [who, code] of [
      [agent, 'CAF-701'],
      [only, 'CAF-391'],
    ] as const) {
      const { id } = await createAccount(portal.db, { organism: code });
      const isActive = async () => (await portal.db('accounts').where({ id }).first()).active;
      const act = `/gestion/comptes/${id}/desactivation`;
      const sent = { _csrf: await who.token(), organisme: code, motif: 'Départ' };
      for (const perimetre of ['CPAM-391', 'tous', 'INCONNU']) {
        assert.equal((await who.post(`${act}?perimetre=${perimetre}`, sent)).status, 404, perimetre);
        assert.equal((await who.post(act, { ...sent, perimetre })).status, 404, perimetre);
        assert.equal(await isActive(), true, perimetre);
      }
      assert.equal((await who.post(act, { ...sent, perimetre: code })).status, 303);
      assert.equal(await isActive(), false);
    }
    only.close();
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
