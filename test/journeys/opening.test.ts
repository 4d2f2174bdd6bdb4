import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { createAccount } from '../factories/accounts.ts';
import { grant } from '../factories/assignments.ts';
import { type Agent, createAgent } from '../tools/agent.ts';
import { lastEvent } from '../tools/last-events.ts';
import { clean, type Page } from '../tools/page.ts';
import { startTestPortal, type TestPortal } from '../tools/portal.ts';

const PASSWORD = 'une-phrase-de-passe-longue';
const APPLICATIONS = '/gestion/applications-et-roles/applications';
const NEW = '/gestion/applications-et-roles/nouvelle-application';
const ENERGIE = 'https://energie.exemple.fr';
const PLACES = ['/', '/mes-informations', '/applications', '/applications/energie'];

describe('« Ouvrir »: an application has an address', () => {
  let portal: TestPortal;
  let national: Agent;
  const agents: Agent[] = [];

  const signedIn = async (email: string, password?: string) => {
    const agent = createAgent(portal);
    agents.push(agent);
    await agent.signIn(email, password);
    return agent;
  };
  /** Somebody of the CAF du Jura who holds this, until that day. */
  const holder = async (roles: Record<string, string | undefined>) => {
    const account = await createAccount(portal.db, { password: PASSWORD });
    for (const [role, ends_on] of Object.entries(roles))
      await grant(portal.db, account, role, ends_on ? { ends_on } : {});
    return signedIn(account.email, PASSWORD);
  };
  /** What « Ouvrir » is called, and where it leads. */
  const opened = (page: Page) =>
    page
      .$('main a')
      .toArray()
      .map((link) => page.$(link))
      .filter((link) => clean(link.text()).startsWith('Ouvrir'))
      .map((link) => `${clean(link.text())}: ${link.attr('href')}`);
  const idOf = async (code: string): Promise<number> =>
    (await portal.db('applications').first('id').where({ code })).id;
  const formOf = async (code: string) => national.get(`${APPLICATIONS}/${await idOf(code)}/modification`);

  before(async () => {
    portal = await startTestPortal();
    national = await signedIn('national@ucanss.fr');
  });
  after(async () => {
    for (const agent of agents) agent.close();
    await portal?.stop();
  });

  test('who holds a role opens it from the home page, one’s rights and the catalogue, and says nothing to it', async () => {
    const agent = await signedIn('tmantel@caf39.caf.fr');
    for (const place of PLACES) {
      const page = await agent.get(place);
      assert.deepEqual(opened(page), [`Ouvrir Energie: ${ENERGIE}`], place);
      const link = page.$(`main a[href="${ENERGIE}"]`).first();
      assert.equal(link.attr('rel'), 'noopener noreferrer');
      assert.equal(link.attr('target'), undefined);
      const policy = String(page.headers['content-security-policy']);
      assert.doesNotMatch(policy, /navigate-to/);
    }
  });

  test('who holds none sees no such link, nor does a visitor, nor who reads everything', async () => {
    for (const email of ['wadama@ucanss.fr', 'auditeur@ucanss.fr', 'suppleante@caf39.caf.fr']) {
      const agent = await signedIn(email);
      for (const place of PLACES) {
        const page = await agent.get(place);
        assert.equal(page.status, 200);
        assert.deepEqual(opened(page), [], `${email} ${place}`);
        assert.ok(!page.text.includes(ENERGIE), `${email} ${place}`);
      }
    }
    const visitor = createAgent(portal);
    agents.push(visitor);
    assert.ok(!(await visitor.get('/')).text.includes('exemple.fr'));
  });

  test('P8: the last day opens it, the day after does not, and a request that waits does not', async () => {
    const ended = await holder({ 'energie-lecteur': '2026-11-21' });
    for (const place of PLACES) assert.deepEqual(opened(await ended.get(place)), [], place);
    const ending = await holder({ 'energie-lecteur': '2026-11-22' });
    for (const place of PLACES) assert.notDeepEqual(opened(await ending.get(place)), [], place);
    const asking = await holder({});
    const page = await asking.get('/applications/energie');
    await asking.submit(page, "Demander l'accès à l'application", {
      role: 'energie-lecteur',
      motif: 'Suivi',
    });
    assert.match((await asking.get('/applications/energie')).text, /Demande en cours/);
    assert.deepEqual(opened(await asking.get('/applications/energie')), []);
  });

  test('an application without address has no such link; two are told apart', async () => {
    const agent = await holder({ 'energie-lecteur': undefined, 'sda-consultation': undefined });
    assert.deepEqual(opened(await agent.get('/mes-informations')), [`Ouvrir Energie: ${ENERGIE}`]);
    assert.deepEqual(opened(await agent.get('/applications/sda')), []);
    const form = await formOf('sda');
    assert.equal(
      (await national.submit(form, 'Enregistrer', { adresse: 'http://sda.fr/a?b=c&d' })).status,
      303,
    );
    const both = await agent.get('/mes-informations');
    assert.deepEqual(opened(both).toSorted(), [
      `Ouvrir Energie: ${ENERGIE}`,
      'Ouvrir SDA: http://sda.fr/a?b=c&d',
    ]);
    assert.deepEqual(opened(await agent.get('/applications/sda')), ['Ouvrir SDA: http://sda.fr/a?b=c&d']);
  });

  test('P4: a free role is everybody’s, once signed in', async () => {
    const form = await formOf('thesaurus-comptable');
    await national.submit(form, 'Enregistrer', { adresse: 'https://thesaurus.exemple.fr' });
    const agent = await signedIn('wadama@ucanss.fr');
    const said = ['Ouvrir Thésaurus comptable: https://thesaurus.exemple.fr'];
    assert.deepEqual(opened(await agent.get('/applications/thesaurus-comptable')), said);
    assert.deepEqual(opened(await agent.get('/applications')), said);
  });

  test('the address is changed and emptied by Ucanss, and both are traced', async () => {
    const typed = 'https://egap.exemple.fr/accueil';
    for (const [from, to] of [
      ['', typed],
      [typed, ''],
    ] as const) {
      const form = await formOf('egap');
      assert.equal(form.$('#adresse').attr('value'), from);
      const page = await national.follow(await national.submit(form, 'Enregistrer', { adresse: to }));
      assert.match(page.notices.join(), /L’application « EGAP » est modifiée/);
      const { action, details } = await lastEvent(portal.db);
      assert.deepEqual(
        [action, details],
        ['application.updated', { code: 'egap', changes: { adresse: { from, to } } }],
      );
      const stored = await portal.db('applications').first('address').where({ code: 'egap' });
      assert.equal(stored.address, to || null);
    }
    const trail = await national.get('/gestion/journal?acte=application.updated');
    assert.match(trail.column('Événement').join(), /Application egap modifiée, adresse/);
  });

  test('what is no address of a site is told at the field, kept as typed, and nothing is written', async () => {
    const before = await lastEvent(portal.db);
    const wrong: [string, RegExp][] = [
      ['javascript:alert(1)', /commence par https:\/\/ ou http:\/\//],
      ['egap.exemple.fr', /commence par https:\/\/ ou http:\/\//],
      ['https://nom:secret@exemple.fr', /commence par https:\/\/ ou http:\/\//],
      [`https://exemple.fr/${'e'.repeat(482)}`, /ne peut pas dépasser 500 caractères/],
    ];
    for (const [adresse, message] of wrong) {
      for (const [form, button, fields] of [
        [await formOf('egap'), 'Enregistrer', {}],
        [await national.get(NEW), 'Créer l’application', { nom: 'Essai', theme: 'Portail' }],
      ] as const) {
        const page = (await national.submit(form, button, { ...fields, adresse })).refused(422);
        assert.match(page.texts('#adresse-erreur').join(), message, adresse);
        assert.equal(page.$('#adresse').attr('value'), adresse);
        assert.equal(page.$('label[for=adresse]').text(), 'Adresse de l’application');
      }
    }
    assert.deepEqual(await lastEvent(portal.db), before);
  });

  test('a new application has one from the start', async () => {
    const fields = { nom: 'Essai', theme: 'Portail', adresse: 'https://essai.exemple.fr' };
    const created = await national.submit(await national.get(NEW), 'Créer l’application', fields);
    assert.equal(created.status, 303);
    const stored = await portal.db('applications').first('address').where({ code: 'essai' });
    assert.equal(stored.address, 'https://essai.exemple.fr');
    const csv = await (await signedIn('auditeur@ucanss.fr')).get(
      '/gestion/applications-et-roles.csv?q=essai',
    );
    assert.match(csv.text, /https:\/\/essai\.exemple\.fr/);
  });
});
