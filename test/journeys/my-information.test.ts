import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { accountOf, createAccount } from '../factories/accounts.ts';
import { grant } from '../factories/assignments.ts';
import { createRequest } from '../factories/requests.ts';
import { createAgent } from '../tools/agent.ts';
import type { Page } from '../tools/page.ts';
import { startTestPortal, type TestPortal } from '../tools/portal.ts';

const PASSWORD = 'une-phrase-de-passe-longue';

describe('« Mes informations »', () => {
  let portal: TestPortal;

  before(async () => {
    portal = await startTestPortal();
  });
  after(() => portal?.stop());

  /** The page as this person sees it. */
  async function pageOf(email: string, password?: string): Promise<Page> {
    const agent = createAgent(portal);
    try {
      await agent.signIn(email, password);
      return await agent.get('/mes-informations');
    } finally {
      agent.close();
    }
  }

  const text = (page: Page) => page.texts('main').join();

  test('R1: nobody reads it without signing in', async () => {
    const visitor = createAgent(portal);
    const page = await visitor.get('/mes-informations');
    assert.deepEqual([page.status, page.headers.location], [303, '/connexion?retour=%2Fmes-informations']);
    visitor.close();
  });

  test('R2: the left menu offers it to every signed-in person', async () => {
    for (const email of [
      'tmantel@caf39.caf.fr',
      'wtestportail@test.fr',
      'national@ucanss.fr',
      'auditeur@ucanss.fr',
    ]) {
      const page = await pageOf(email);
      assert.equal(page.$('#menu a[href="/mes-informations"]').attr('aria-current'), 'page', email);
    }
  });

  test('R3: has « Habilitations » with « Liste de vos habilitations » and « Historique de vos demandes »', async () => {
    const headings = (await pageOf('tmantel@caf39.caf.fr')).texts('main h1, main h2, main h3');
    for (const heading of ['Habilitations', 'Liste de vos habilitations', 'Historique de vos demandes']) {
      assert.ok(headings.includes(heading), `${heading}: ${headings.join(' | ')}`);
    }
  });

  test('R3: lists every right that holds, and no other', async () => {
    const account = await accountOf(portal.db, 'wtestportail@test.fr');
    const labels: string[] = await portal
      .db('assignments')
      .join('roles', 'roles.id', 'role_id')
      .where({ account_id: account.id })
      .whereNull('ended_at')
      .pluck('label');
    const page = await pageOf(account.email);
    assert.ok(labels.length >= 5);
    for (const label of labels) assert.ok(text(page).includes(label), label);
    assert.ok(!text(page).includes('Energie Lecteur'));
  });

  test('P8: a right whose last day is past is no longer listed', async () => {
    const account = await createAccount(portal.db, { password: PASSWORD });
    await grant(portal.db, account, 'energie-lecteur', { ends_on: '2026-11-21' });
    await grant(portal.db, account, 'sda-consultation', { ends_on: '2026-11-22' });
    const page = await pageOf(account.email, PASSWORD);
    assert.ok(text(page).includes('SDA_Consultation'));
    assert.ok(!text(page).includes('Energie Lecteur'));
  });

  test('who has no right and no request is told so', async () => {
    const { email } = await createAccount(portal.db, { password: PASSWORD });
    const page = await pageOf(email, PASSWORD);
    assert.match(text(page), /Aucune habilitation/);
    assert.match(text(page), /Aucune demande/);
  });

  test('R3: the requests of the person, and nobody else’s, with their state and who decides', async () => {
    const account = await createAccount(portal.db, { password: PASSWORD });
    const stranger = await createAccount(portal.db);
    await createRequest(portal.db, { account, role: 'energie-lecteur' });
    await createRequest(portal.db, { account, role: 'referent-deontologue' });
    await createRequest(portal.db, { account: stranger, role: 'annuaire-add-lecteur' });
    const page = await pageOf(account.email, PASSWORD);
    assert.ok(text(page).includes('Energie Lecteur'));
    assert.ok(text(page).includes('Référent déontologue'));
    assert.match(text(page), /Ucanss/);
    assert.ok(!text(page).includes('Annuaire ADD - Lecteur'));
  });

  test('R4: « Accès à la gestion des habilitations » is there for who administers, and leads to management', async () => {
    const label = 'Accès à la gestion des habilitations';
    const shown = async (email: string) =>
      (await pageOf(email)).$(`main a:contains("${label}")`).attr('href');
    assert.equal(await shown('wtestportail@test.fr'), '/gestion');
    assert.equal(await shown('national@ucanss.fr'), '/gestion?perimetre=tous');
    assert.equal(await shown('tmantel@caf39.caf.fr'), undefined);
    assert.equal(await shown('directrice@caf39.caf.fr'), undefined);
  });

  test('R5: the management menu is for who administers', async () => {
    const entries = async (email: string) => (await pageOf(email)).texts('#menu a').join();
    assert.match(await entries('wtestportail@test.fr'), /État des habilitations/);
    assert.doesNotMatch(await entries('tmantel@caf39.caf.fr'), /État des habilitations/);
  });

  test('R78: one’s phone is one’s own: changed at once, traced; a wrong one is told at its field', async () => {
    const account = await createAccount(portal.db, { password: PASSWORD, phone: '03 84 00 00 00' });
    const agent = createAgent(portal);
    await agent.signIn(account.email, PASSWORD);
    const page = await agent.get('/mes-informations');
    assert.equal(
      page.$('main a:contains("Changer de téléphone")').attr('href'),
      '/mes-informations/telephone',
    );
    const form = await agent.get('/mes-informations/telephone');
    assert.equal(form.$('#telephone').attr('value'), '03 84 00 00 00');
    const refused = await agent.submit(form, 'Enregistrer', { telephone: 'appelez-moi' });
    assert.equal(refused.status, 422);
    assert.equal(refused.$('#telephone').attr('value'), 'appelez-moi');
    const done = await agent.follow(await agent.submit(form, 'Enregistrer', { telephone: '06 11 22 33 44' }));
    assert.match(done.notices.join(), /Votre téléphone est modifié\./);
    const events = () =>
      portal.db('audit_events').where({ subject_account_id: account.id, action: 'account.updated' });
    const [event] = await events();
    assert.deepEqual(
      [event.actor_account_id, event.organism_id, event.details],
      [
        account.id,
        account.organism_id,
        { changes: { téléphone: { from: '03 84 00 00 00', to: '06 11 22 33 44' } } },
      ],
    );
    const same = await agent.get('/mes-informations/telephone');
    assert.match(
      (await agent.follow(await agent.submit(same, 'Enregistrer'))).notices.join(),
      /Rien n’a été changé\./,
    );
    assert.equal((await events()).length, 1);
    const forged = { _csrf: await agent.token(), telephone: '', nom: 'AUTRE' };
    await agent.post('/mes-informations/telephone', forged);
    const stored = await portal.db('accounts').first('last_name', 'phone').where({ id: account.id });
    assert.deepEqual([stored.last_name, stored.phone], [account.last_name, '']);
    agent.close();
  });
});
