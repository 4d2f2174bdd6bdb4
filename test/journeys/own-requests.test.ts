import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type AccountRow, accountOf, createAccount } from '../factories/accounts.ts';
import { grant } from '../factories/assignments.ts';
import { createRequest } from '../factories/requests.ts';
import { type Agent, createAgent } from '../tools/agent.ts';
import { clean, type Page } from '../tools/page.ts';
import { startTestPortal, type TestPortal } from '../tools/portal.ts';

const ASK = "Demander l'accès à l'application";
const PASSWORD = 'une-phrase-de-passe-longue';
const MINE = '/mes-informations';

describe('asking for an access and following it', () => {
  let portal: TestPortal;
  let agent: Agent;
  let account: AccountRow;
  const agents: Agent[] = [];

  before(async () => {
    portal = await startTestPortal();
    ({ agent, account } = await someone());
  });
  after(async () => {
    for (const each of agents) each.close();
    await portal?.stop();
  });

  async function someone(fields = {}) {
    const person = await createAccount(portal.db, { password: PASSWORD, ...fields });
    const own = createAgent(portal);
    agents.push(own);
    await own.signIn(person.email, PASSWORD);
    return { account: person, agent: own };
  }
  /** The item of the request for that role. */
  const requestFor = (page: Page, label: string) => {
    const found = page
      .$('.own-request')
      .toArray()
      .map((each) => page.$(each))
      .find((each) => clean(each.find('h4').text()) === label);
    assert.ok(found, `no request for ${label}`);
    return found;
  };
  const textFor = (page: Page, label: string) => clean(requestFor(page, label).text());
  const requestsOf = ({ id }: { id: number }) =>
    portal.db('requests').where({ account_id: id }).orderBy('id');

  test('F5 from the application to « Mes informations »', async () => {
    const page = await agent.get('/applications/energie');
    assert.deepEqual(
      page.texts('main fieldset label').map((label) => label.replace(' Validation Ucanss', '')),
      ['Energie Lecteur', 'Energie Rédacteur', 'Energie Administrateur'],
    );
    const motif = 'Je remplace le référent.\nJusqu’en juin.';
    const answer = await agent.submit(page, ASK, { role: 'energie-redacteur', motif });
    assert.deepEqual([answer.status, answer.headers.location], [303, '/applications/energie']);
    const after = await agent.follow(answer);
    assert.match(
      after.notices.join(),
      /Votre demande de « Energie Rédacteur » est transmise aux administrateurs locaux de votre organisme/,
    );
    assert.equal(after.$('main [role=status] a').attr('href'), MINE);
    const mine = textFor(await agent.get(MINE), 'Energie Rédacteur');
    for (const said of [
      'En cours',
      'Demandée le 22/11/2026, aujourd’hui',
      'À décider par un administrateur local CAF du Jura',
      'Maud SUPPLÉANTE, suppleante@caf39.caf.fr',
      'Welcome TESTPORTAIL, wtestportail@test.fr',
      'Je remplace le référent. Jusqu’en juin.',
    ]) {
      assert.ok(mine.includes(said), `${said} in ${mine}`);
    }
    const reserved = await agent.submit(await agent.get('/applications/referentiel-add'), ASK, { motif });
    assert.match((await agent.follow(reserved)).notices.join(), /est transmise à l’Ucanss/);
    assert.match(
      textFor(await agent.get(MINE), 'Référentiel ADD - Gestionnaire'),
      /À décider par l’Ucanss .*L’Ucanss, habilitations@ucanss\.fr/,
    );
  });

  test('a form that lacks something comes back with its input', async () => {
    const page = await agent.get('/applications/accords-locaux');
    const neither = await agent.submit(page, ASK);
    assert.equal(neither.status, 422);
    assert.deepEqual(neither.texts('.error-summary li'), [
      'Choisissez le rôle demandé.',
      'Indiquez le motif de votre demande.',
    ]);
    assert.equal(
      neither.$('.error-summary a').first().attr('href'),
      `#${neither.$('fieldset input').first().attr('id')}`,
    );
    const kept = await agent.submit(page, ASK, { motif: 'Un motif' });
    assert.equal(clean(String(kept.$('#motif').val())), 'Un motif');
    const chosen = await agent.submit(page, ASK, { role: 'accords-locaux-ugecam' });
    assert.equal(chosen.$('input[name=role][checked]').attr('value'), 'accords-locaux-ugecam');
    const long = await agent.submit(page, ASK, { role: 'accords-locaux-ugecam', motif: 'm'.repeat(1001) });
    assert.equal(long.status, 422);
  });

  test('P3b, P4, P5 what the page does not offer is refused in a sentence, and nothing is written', async () => {
    const { agent: other, account: person } = await someone();
    await grant(portal.db, person, 'energie-lecteur');
    await createRequest(portal.db, { account: person, role: 'energie-redacteur' });
    const _csrf = await other.token();
    const refusals: [application: string, role: string, sentence: RegExp][] = [
      ['energie', 'energie-lecteur', /Vous avez déjà ce rôle/],
      ['energie', 'energie-redacteur', /Vous avez déjà demandé ce rôle/],
      ['formation', 'formation-lecteur', /en accès libre/],
      ['gestion-des-habilitations', 'administrateur-local', /donné par délégation/],
      ['gestion-des-habilitations', 'administrateur-ucanss', /donné par l’Ucanss/],
      ['instances-nationales', 'instances-membre', /suivez la procédure/],
      ['energie', 'marches-lecteur', /Choisissez un rôle de cette application/],
      ['energie', 'inconnu', /Choisissez un rôle de cette application/],
      ['energie', '__proto__', /Choisissez un rôle de cette application/],
    ];
    for (const [application, role, sentence] of refusals) {
      const page = await other.post(`/applications/${application}`, { _csrf, role, motif: 'Motif' });
      assert.equal(page.status, 422, role);
      assert.match(page.notices.join(), sentence, role);
    }
    assert.equal((await requestsOf(person)).length, 1);
    assert.equal((await other.post('/applications/inconnue', { _csrf, role: 'x', motif: 'y' })).status, 404);
  });

  test('mass assignment: nobody asks for somebody else, nor decides in the form', async () => {
    const { agent: other, account: person } = await someone();
    const { id } = await accountOf(portal.db, 'tmantel@caf39.caf.fr');
    const forged = { account_id: String(id), requested_by: String(id), status: 'accepted', organism_id: '1' };
    const fields = { _csrf: await other.token(), role: 'marches-lecteur', motif: 'Motif', ...forged };
    assert.equal((await other.post('/applications/achats-mutualises', fields)).status, 303);
    const [row] = await requestsOf(person);
    assert.deepEqual(
      [row.account_id, row.requested_by, row.status, row.organism_id],
      [person.id, person.id, 'pending', person.organism_id],
    );
  });

  test('cancelling: a confirmation, then a notice; the other button changes nothing', async () => {
    const { agent: other, account: person } = await someone();
    const id = await createRequest(portal.db, { account: person, role: 'energie-lecteur' });
    const name = 'Retirer ma demande « Energie Lecteur »';
    const asked = await other.submit(await other.get(MINE), name);
    assert.equal(asked.heading, 'Retirer votre demande « Energie Lecteur » ?');
    assert.equal(asked.$('h1').text(), 'Retirer votre demande «\u00a0Energie Lecteur\u00a0»\u00a0?');
    assert.match(clean(asked.$('main').text()), /Votre demande du 02\/03\/2026 ne sera plus examinée/);
    assert.equal((await other.follow(await other.submit(asked, 'Annuler'))).path.split('?')[0], MINE);
    assert.equal((await requestsOf(person))[0].status, 'pending');
    const done = await other.follow(await other.submit(asked, 'Confirmer'));
    assert.match(done.notices.join(), /Votre demande de « Energie Lecteur » est annulée/);
    assert.match(textFor(done, 'Energie Lecteur'), /Annulée le 22\/11\/2026/);
    assert.equal(requestFor(done, 'Energie Lecteur').find('form').length, 0);
    for (const page of [
      await other.follow(await other.submit(asked.inOtherTab, 'Confirmer')),
      await other.visit(`${MINE}/demandes/${id}/annulation`),
    ]) {
      assert.match(page.notices.join(), /Cette demande est déjà annulée/);
    }
    assert.equal((await agent.get(`${MINE}/demandes/${id}/annulation`)).status, 404, 'somebody else’s');
  });

  test('R80 one that nobody decided says so, and can be made again', async () => {
    const { agent: other, account: person } = await someone();
    const id = await createRequest(portal.db, { account: person, role: 'energie-redacteur' });
    const asked = await other.submit(await other.get(MINE), 'Retirer ma demande « Energie Rédacteur »');
    await portal
      .db('requests')
      .where({ id })
      .update({ status: 'cancelled', cancelled_at: '2026-11-20T10:00:00Z', lapsed: true });
    const page = await other.follow(await other.submit(asked, 'Confirmer'));
    assert.match(page.notices.join(), /Cette demande est close : personne n’en avait décidé en 60 jours/);
    assert.match(textFor(page, 'Energie Rédacteur'), /Close sans décision le 20\/11\/2026/);
    const motif = 'Toujours utile';
    const form = await other.get('/applications/energie');
    assert.equal((await other.submit(form, ASK, { role: 'energie-redacteur', motif })).status, 303);
  });

  test('who comes second is told what was decided, by whom, when', async () => {
    const { agent: other, account: person } = await someone();
    const id = await createRequest(portal.db, { account: person, role: 'energie-lecteur' });
    const asked = await other.submit(await other.get(MINE), 'Retirer ma demande « Energie Lecteur »');
    const decider = await accountOf(portal.db, 'suppleante@caf39.caf.fr');
    const decision = {
      decided_at: '2026-11-20T10:00:00Z',
      decided_by: decider.id,
      decision_reason: 'Pas votre service.',
    };
    await portal
      .db('requests')
      .where({ id })
      .update({ status: 'refused', ...decision });
    const page = await other.follow(await other.submit(asked, 'Confirmer'));
    assert.match(
      page.notices.join(),
      /Cette demande a déjà été refusée par Maud SUPPLÉANTE le 20\/11\/2026 : elle ne peut plus être annulée/,
    );
    const said = textFor(page, 'Energie Lecteur');
    assert.match(said, /Décidée par Maud SUPPLÉANTE le 20\/11\/2026/);
    assert.match(said, /Motif de la décision\s*Pas votre service\./);
  });

  test('a request that an administrator made for me shows who, and is not mine to cancel', async () => {
    const { agent: other, account: person } = await someone();
    const { id: requester } = await accountOf(portal.db, 'wtestportail@test.fr');
    const id = await createRequest(portal.db, {
      account: person,
      role: 'energie-administrateur',
      requested_by: requester,
    });
    const page = await other.get(MINE);
    assert.match(textFor(page, 'Energie Administrateur'), /Demandée pour vous par\s*Welcome TESTPORTAIL/);
    assert.equal(requestFor(page, 'Energie Administrateur').find('form').length, 0);
    assert.equal((await other.get(`${MINE}/demandes/${id}/annulation`)).status, 404);
  });

  test('R3 what I hold, by theme, with since when, by whom, until when', async () => {
    const local = createAgent(portal);
    agents.push(local);
    await local.signIn('wtestportail@test.fr');
    const page = await local.get('/mes-informations');
    assert.deepEqual(page.texts('main h2, main h3'), [
      ...[
        'Welcome TESTPORTAIL ADD',
        'Habilitations',
        'Liste de vos habilitations',
        'Historique de vos demandes',
      ],
      ...page.texts('.empty h2'),
      'Raccourcis clavier',
    ]);
    assert.deepEqual(page.texts('.theme-card h4'), ['Portail', 'Ressources humaines', 'Agents de direction']);
    assert.deepEqual(page.texts('.theme-card .right-name'), [
      'Administrateur local CAF du Jura',
      'Accords locaux - Accès organisme',
      'SDA_Consultation',
      'Annuaire ADD - Lecteur',
      'Annuaire ADD - Rédacteur',
    ]);
    assert.match(
      page.texts('.right-source')[0] ?? '',
      /^Depuis le \d\d\/\d\d\/\d{4}, accordée par Noé NATIONAL$/,
    );
    await grant(portal.db, account, 'marches-lecteur', { ends_on: '2027-01-31' });
    await grant(portal.db, account, 'marches-adherent', { ends_on: '2026-11-21' });
    const own = await agent.get(MINE);
    assert.deepEqual(own.texts('.theme-card .right-name'), ['Marchés - Lecteur Jusqu’au 31/01/2027']);
  });

  test('an empty record says what to do next', async () => {
    const { agent: other } = await someone();
    const page = await other.get(MINE);
    assert.match(clean(page.$('main').text()), /Aucune habilitation.*Aucune demande/);
    assert.deepEqual(page.texts('.empty a'), ['Voir les applications', 'Demander un accès']);
  });
});
