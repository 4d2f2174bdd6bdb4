import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { createAccount } from '../factories/accounts.ts';
import { grant } from '../factories/assignments.ts';
import { createRequest } from '../factories/requests.ts';
import { type Agent, createAgent } from '../tools/agent.ts';
import { eventually } from '../tools/eventually.ts';
import { clean, type Page } from '../tools/page.ts';
import { startTestPortal, type TestPortal } from '../tools/portal.ts';

const ASK = "Demander l'accès à l'application";
const PASSWORD = 'une-phrase-de-passe-longue';

describe('the catalogue of applications', () => {
  let portal: TestPortal;
  let visitor: Agent;
  let local: Agent;

  before(async () => {
    portal = await startTestPortal();
    visitor = createAgent(portal);
    local = createAgent(portal);
    await local.signIn('wtestportail@test.fr');
  });
  after(async () => {
    visitor?.close();
    local?.close();
    await portal?.stop();
  });

  /** Somebody of the CAF du Jura, signed in. */
  async function someone() {
    const account = await createAccount(portal.db, { password: PASSWORD });
    const agent = createAgent(portal);
    await agent.signIn(account.email, PASSWORD);
    return { account, agent };
  }
  /** The item of the application of that name. */
  const item = (page: Page, name: string) => {
    const found = page
      .$('.application')
      .toArray()
      .map((each) => page.$(each))
      .find((each) => clean(each.find('.application-name').text()) === name);
    assert.ok(found, `no application ${name}`);
    return found;
  };
  const namesOf = (page: Page) => page.texts('.application-name');

  test('F3 the home page says what the portal is, how to get in, and lists the applications by theme', async () => {
    const page = await visitor.get('/');
    assert.equal(page.status, 200);
    assert.equal(page.heading, 'Espace Organismes');
    assert.equal(page.$('title').text(), 'Espace Organismes');
    assert.equal(page.$('main a[href="/connexion"]').first().text().trim(), 'Se connecter');
    assert.equal(page.$('main a[href="/inscription"]').first().text().trim(), "S'inscrire");
    assert.deepEqual(page.texts('.theme-name'), [
      'Portail',
      'Ressources humaines',
      'Agents de direction',
      'Immobilier et développement durable',
      'Relations sociales et droit',
      'Achats et finances',
      'Communication et réseaux',
    ]);
    const known = await portal.db('applications').pluck('name');
    assert.deepEqual(namesOf(page).toSorted(), known.toSorted());
    for (const personal of ['Vous y avez accès', 'Demande en cours', 'Mes applications', 'Mes demandes']) {
      assert.ok(!page.text.includes(personal), personal);
    }
  });

  test('F4 « + » opens the description, the public and how each role is granted, without script', async () => {
    for (const page of [await visitor.get('/'), await local.get('/applications')]) {
      const energie = item(page, 'Energie');
      assert.equal(clean(energie.find('details > summary').text()), 'Description de « Energie »');
      const said = clean(energie.find('details').text());
      for (const words of [
        'Energie Lecteur',
        "Consultation des consommations d'énergie du patrimoine",
        'Immobilier, développement durable',
        'Se demande en ligne. Validé par un administrateur local de votre organisme.',
        'Se demande en ligne. Validé par l’Ucanss.',
        'Validation Ucanss',
      ]) {
        assert.ok(said.includes(words), words);
      }
      const summaries = page.$('.application details > summary').length;
      assert.equal(summaries, namesOf(page).length);
    }
  });

  test('F8 free applications are marked so, and nothing is asked there', async () => {
    const page = await local.get('/applications');
    assert.match(item(page, 'Thésaurus comptable').find('.tags').text(), /Accès libre/);
    assert.equal(item(page, 'Formation').find('.tags').length, 0, 'only one of its roles is free');
    const free = await local.get('/applications/thesaurus-comptable');
    assert.match(free.text, /sans rien demander/);
    assert.equal(free.$('main form').length, 0);
  });

  test('F5 asking is offered where it is done online, otherwise the procedure is shown', async () => {
    const page = await local.get('/applications');
    const offers = (name: string) => clean(item(page, name).find('a.btn').text());
    assert.equal(offers('Energie'), `${ASK} Energie`);
    assert.equal(offers('Instances nationales'), '');
    assert.equal(offers('Gestion des habilitations'), '');
    const instances = await local.get('/applications/instances-nationales');
    assert.match(clean(instances.$('main').text()), /Procédure\s*Désignation par l'instance/);
    assert.equal(instances.$('main form').length, 0);
    const mixed = await local.get('/applications/siadd');
    assert.match(clean(mixed.$('main').text()), /Formulaire d'habilitation transmis par l'Ucanss/);
    assert.equal(mixed.$('main form input[name=role]').attr('value'), 'siadd-directeur');
  });

  test('what I hold, what I asked, and what there is left to ask', async () => {
    const { account, agent } = await someone();
    await grant(portal.db, account, 'energie-lecteur', { ends_on: '2027-01-31' });
    await grant(portal.db, account, 'marches-lecteur', { ends_on: '2026-11-21' });
    await createRequest(portal.db, { account, role: 'energie-redacteur' });
    const page = await agent.get('/applications');
    assert.deepEqual(clean(item(page, 'Energie').find('.tags').text()), 'Vous y avez accès Demande en cours');
    assert.equal(item(page, 'Achats mutualisés').find('.tags').length, 0, 'a right that ended is not one');
    const energie = await agent.get('/applications/energie');
    assert.equal(energie.heading, 'Energie');
    const said = clean(energie.$('main').text());
    assert.match(said, /Energie Lecteur Vous avez ce rôle depuis le 02\/03\/2026, jusqu’au 31\/01\/2027/);
    assert.match(said, /Energie Rédacteur Demande en cours demandée le 02\/03\/2026/);
    assert.equal(energie.$('main form input[name=role]').attr('value'), 'energie-administrateur');
    const home = await agent.get('/');
    assert.deepEqual(home.texts('.own-applications li'), ['Energie Energie Lecteur Ouvrir Energie']);
    assert.deepEqual(home.texts('.brief-requests li'), ['Energie Rédacteur En cours demandée le 02/03/2026']);
    agent.close();
  });

  test('the home page of who is signed in: their applications, their requests in brief, then the rest', async () => {
    const { account, agent } = await someone();
    const headings = async () => (await agent.get('/')).texts('main h2');
    const { length: every } = await portal.db('applications');
    let page = await agent.get('/');
    assert.deepEqual(await headings(), ['Mes applications', 'Mes demandes', 'Les applications']);
    assert.match(page.texts('main .panel').join(), /aucune habilitation.*aucune demande/);
    const decided = { decided_at: '2026-03-05', decided_by: account.id, decision_reason: 'Non' };
    await createRequest(portal.db, { account, role: 'energie-redacteur', created_at: '2026-01-01' });
    for (const day of ['02', '03', '04', '05', '06', '07'])
      await createRequest(portal.db, {
        ...{ account, role: 'marches-lecteur', status: 'refused', ...decided },
        ...{ created_at: `2026-03-${day}`, decided_at: `2026-04-${day}` },
      });
    await grant(portal.db, account, 'energie-lecteur');
    page = await agent.get('/');
    assert.deepEqual(await headings(), ['Mes applications', 'Mes demandes', 'Les autres applications']);
    const brief = page.texts('.brief-requests li');
    assert.equal(brief[0], 'Energie Rédacteur En cours demandée le 02/03/2026', 'what waits comes first');
    assert.deepEqual(
      brief.slice(1),
      ['07', '06', '05', '04'].map((day) => `Marchés - Lecteur Refusée le ${day}/04/2026`),
    );
    assert.match(clean(page.$('#mes-demandes').parent().text()), /Historique de vos demandes \(2 autres\)/);
    const href = String(page.$('.brief-requests a').attr('href'));
    const [, place = ''] = href.split('#');
    assert.equal((await agent.get('/mes-informations')).$(`[id="${place}"] h4`).text(), 'Energie Rédacteur');
    assert.ok(!namesOf(page).includes('Energie'), 'said once');
    assert.ok(namesOf(page).length < every);
    // A search finds it wherever it is.
    const found = await agent.get('/?q=energie');
    assert.deepEqual(namesOf(found), ['Energie']);
    assert.deepEqual(found.texts('main h2').at(-1), 'Les applications');
    agent.close();
  });

  test('the home page of who administers: what waits, and the way to it', async () => {
    const page = await local.get('/');
    // Those that they decide, as the badge of « En cours » counts them: what Ucanss decides is not theirs.
    const n = Number(page.$('#menu a[href="/gestion/demandes/en-cours"] .count').text());
    assert.ok(n > 0);
    assert.match(clean(page.$('.tasks').text()), new RegExp(`${n} demandes attendent votre décision`));
    assert.equal(page.$('.tasks a[href="/gestion"]').text().trim(), 'Accès à la gestion des habilitations');
    const two = createAgent(portal);
    await two.signIn('intercaf@caf.fr');
    assert.deepEqual(
      (await two.get('/')).texts('.tasks li').map((each) => each.split(' : ')[0]),
      ['CAF de la Haute-Saône', 'CAF du Doubs'],
    );
    two.close();
    const { agent } = await someone();
    assert.equal((await agent.get('/')).$('.tasks').length, 0);
    agent.close();
  });

  test('searching, without script: names, roles, descriptions, public; without accents or case', async () => {
    const found = async (q: string, agent = local, path = '/applications') => {
      const page = await agent.get(`${path}?${new URLSearchParams({ q })}`);
      assert.equal(page.status, 200);
      return namesOf(page);
    };
    assert.deepEqual(await found('elections'), ['Élections professionnelles']);
    assert.deepEqual(await found('CONSOMMATION lecteur'), ['Energie']);
    assert.deepEqual(await found('acheteurs'), ['Achats mutualisés']);
    assert.deepEqual(await found('Énergie', visitor, '/'), ['Energie']);
    assert.deepEqual(await found('zzz'), []);
    const page = await local.submit(await local.get('/applications'), 'Rechercher', { q: 'energie' });
    assert.equal(page.$('title').text(), 'Applications, recherche «\u00a0energie\u00a0» – Espace Organismes');
    assert.match(page.notices.join(), /1 application correspond à « energie »/);
    assert.equal(page.$('main input[name=q]').val(), 'energie');
    const none = await local.get('/applications?q=zzz');
    assert.match(none.text, /Aucune application ne correspond/);
    const wrong = await local.get(`/applications?q=${'a'.repeat(300)}&autre=1`);
    assert.equal(wrong.notices.length, 2);
    assert.ok(namesOf(wrong).length > 20);
  });

  test('a closed role shows only to who holds it, and is not asked', async () => {
    const { account, agent } = await someone();
    await portal.db('roles').where({ code: 'veille-rh-lecteur' }).update({ closed_at: new Date() });
    const path = '/applications/veille-juridique';
    // Not by this portal, which is told of it.
    const isListed = async () => namesOf(await agent.get('/applications')).includes('Veille juridique');
    await eventually(async () => !(await isListed()));
    assert.equal((await agent.get(path)).status, 404);
    await grant(portal.db, account, 'veille-rh-lecteur');
    const page = await agent.get(path);
    assert.equal(page.status, 200);
    assert.match(page.text, /n’est plus attribué/);
    assert.equal(page.$('main form').length, 0);
    agent.close();
  });

  test('F6 before asking, who will decide: the organism’s other administrators, or Ucanss', async () => {
    const own = clean((await local.get('/applications/energie')).$('main').text());
    assert.match(
      own,
      /un administrateur local de votre organisme : Maud SUPPLÉANTE, suppleante@caf39\.caf\.fr/,
    );
    assert.ok(!own.includes('wtestportail@test.fr'), 'nobody decides their own request (P1)');
    const only = createAgent(portal);
    await only.signIn('admin.cpam39@assurance-maladie.fr');
    assert.match((await only.get('/applications/energie')).text, /Personne d’autre que l’Ucanss/);
    only.close();
    assert.match(
      clean((await local.get('/applications/referentiel-add')).$('main').text()),
      /Votre demande sera décidée par l’Ucanss \(habilitations@ucanss\.fr\)/,
    );
  });

  test('R1 visitors sign in first, and come back to the application', async () => {
    const answer = await visitor.get('/applications/energie');
    assert.deepEqual(
      [answer.status, answer.headers.location],
      [303, '/connexion?retour=%2Fapplications%2Fenergie'],
    );
    assert.equal((await local.get('/applications/inconnue')).status, 404);
  });

  test('the menu leads to the applications, for everyone signed in', async () => {
    for (const email of ['tmantel@caf39.caf.fr', 'national@ucanss.fr', 'auditeur@ucanss.fr']) {
      const agent = createAgent(portal);
      const page = await agent.signIn(email);
      assert.deepEqual(page.texts('#menu a').slice(0, 2), ['Applications', 'Mes informations']);
      agent.close();
    }
    assert.equal(
      (await local.get('/applications')).$('#menu a[aria-current=page]').text().trim(),
      'Applications',
    );
  });
});
