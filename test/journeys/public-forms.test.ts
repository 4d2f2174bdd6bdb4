import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import { demonstrationPassword } from '../../src/presenters/demonstration.ts';
import { createLink } from '../../src/security/links.ts';
import { accountOf, createAccount } from '../factories/accounts.ts';
import { organismOf } from '../factories/organisms.ts';
import { type Agent, createAgent } from '../tools/agent.ts';
import type { Page } from '../tools/page.ts';
import { startTestPortal, type TestPortal } from '../tools/portal.ts';

const EMPLOYEE = 'tmantel@caf39.caf.fr';
const OTHER = 'wadama@ucanss.fr';
const PASSWORD = 'une-phrase-de-passe-longue';
const SAYS_WHO =
  /^Vous êtes connecté en tant que William ADAMA \(wadama@ucanss\.fr\), et ce lien est celui de /;

describe('a public form, opened signed out and sent once another tab has signed in', () => {
  let portal: TestPortal;
  /** One browser: both tabs have its cookies. */
  let agent: Agent;

  before(async () => {
    portal = await startTestPortal();
  });
  beforeEach(async () => {
    agent = createAgent(portal);
    await portal.db('rate_limits').delete();
  });
  afterEach(() => agent.close());
  after(() => portal?.stop());

  const signInElsewhere = (email = OTHER) =>
    agent.post('/connexion', { email, password: demonstrationPassword });

  const headerOf = (page: Page) => page.texts('.top-person a').join();

  test('« Connexion »: as the same person, one goes on; as another one, the session before is closed, which is said', async () => {
    const form = await agent.get('/connexion?retour=/applications');
    await signInElsewhere();
    const fields = (email: string) => ({ email, password: demonstrationPassword });
    const same = await agent.follow(await agent.submit(form, 'Se connecter', fields(OTHER)));
    assert.deepEqual([same.path, same.notices], ['/applications', []]);
    const another = await agent.follow(await agent.submit(form, 'Se connecter', fields(EMPLOYEE)));
    assert.equal(headerOf(another), 'Thomas MANTEL');
    assert.match(
      another.notices.join(),
      /Vous étiez connecté en tant que William ADAMA \(wadama@ucanss\.fr\)/,
    );
    const { id } = await accountOf(portal.db, OTHER);
    const last = await portal
      .db('audit_events')
      .where({ subject_account_id: id })
      .orderBy('id', 'desc')
      .first();
    assert.equal(last.action, 'sign_out');
    assert.equal((await portal.db('sessions').where({ account_id: id })).length, 0);
  });

  test('« Connexion » with a wrong password: the form again, with the address, still signed in as before', async () => {
    const form = await agent.get('/connexion');
    await signInElsewhere();
    const page = await agent.submit(form, 'Se connecter', { email: EMPLOYEE, password: 'faux' });
    assert.deepEqual([page.status, page.$('#email').val(), headerOf(page)], [422, EMPLOYEE, 'William ADAMA']);
  });

  test('« Connexion » opened once signed in leads where it was to', async () => {
    await signInElsewhere();
    const page = await agent.visit('/connexion?retour=/applications/energie');
    assert.equal(page.path, '/applications/energie');
    assert.equal((await agent.visit('/connexion?retour=//ailleurs.exemple')).heading, 'Mes informations');
  });

  test('« S’inscrire » and « Mot de passe oublié » do what they say', async () => {
    const [registration, forgotten] = [
      await agent.get('/inscription'),
      await agent.get('/mot-de-passe/oubli'),
    ];
    await signInElsewhere();
    const values = {
      ...{ nom: 'DUPONT', prenom: 'Léa', fonction: 'Agent', organisme: 'CAF-391', motif: 'Mes missions' },
      email: 'lea.public@caf39.caf.fr',
    };
    const incomplete = await agent.submit(registration, "S'inscrire", { ...values, motif: '' });
    assert.deepEqual([incomplete.status, incomplete.$('#nom').val()], [422, 'DUPONT']);
    const sent = await agent.follow(await agent.submit(registration, "S'inscrire", values));
    assert.equal(sent.status, 200);
    assert.equal((await portal.db('requests').where({ email: values.email })).length, 1);
    const asked = await agent.follow(await agent.submit(forgotten, 'Recevoir le lien', { email: EMPLOYEE }));
    assert.equal(asked.status, 200);
  });

  for (const [purpose, path, email] of [
    ['activation', '/activation', 'activation.publique@caf39.caf.fr'],
    ['password_reset', '/mot-de-passe', 'oubli.public@caf39.caf.fr'],
  ] as const) {
    test(`${path}: the password is chosen, and one is signed in as the person of the link`, async () => {
      const person = await createAccount(portal.db, { email, last_name: 'DULIEN' });
      const token = await createLink(portal.db, purpose, { accountId: person.id }, portal.clock.now());
      const form = await agent.get(`${path}/${token}`);
      assert.doesNotMatch(form.notices.join(), /Vous êtes connecté/);
      await signInElsewhere();
      const opened = await agent.get(`${path}/${token}`);
      assert.match(opened.notices.join(), SAYS_WHO);
      assert.match(opened.notices.join(), /DULIEN/);
      const page = await agent.follow(
        await agent.submit(form, 'Enregistrer', { password: PASSWORD, confirmation: PASSWORD }),
      );
      assert.match(headerOf(page), /DULIEN$/);
      assert.match(page.notices.join(), /Vous étiez connecté en tant que William ADAMA/);
    });
  }

  test('the link of a registration says whose it is, and confirms', async () => {
    const { id: organism_id } = await organismOf(portal.db, 'CAF-391');
    const [{ id }] = await portal
      .db('requests')
      .insert({
        ...{ kind: 'account', status: 'unconfirmed', organism_id, last_name: 'DULIEN', first_name: 'Inès' },
        ...{ email: 'ines.dulien@caf39.caf.fr', created_at: portal.clock.now() },
      })
      .returning('id');
    const token = await createLink(portal.db, 'request_confirmation', { requestId: id }, portal.clock.now());
    const form = await agent.get(`/inscription/${token}`);
    await signInElsewhere();
    assert.match((await agent.get(`/inscription/${token}`)).notices.join(), SAYS_WHO);
    const page = await agent.follow(await agent.submit(form, 'Confirmer mon adresse'));
    assert.match(page.notices.join(), /Votre adresse est confirmée/);
  });

  test('the links of a change of address say whose they are, and answer; to its own person they say nothing', async () => {
    const administrator = createAgent(portal);
    await administrator.signIn('wtestportail@test.fr');
    const person = await createAccount(portal.db, { last_name: 'DULIEN', password: demonstrationPassword });
    const path = `/gestion/comptes/${person.id}/adresse`;
    await administrator.submit(await administrator.get(path), 'Demander le changement', {
      email: 'nouvelle.dulien@caf39.caf.fr',
    });
    administrator.close();
    const change = await portal.db('email_changes').where({ account_id: person.id }).first();
    const subject = { accountId: person.id, emailChangeId: change.id };
    const token = await createLink(portal.db, 'email_agreement', subject, portal.clock.now());
    const form = await agent.get(`/adresse/${token}`);
    assert.equal(form.heading, 'Changement d’adresse');
    await signInElsewhere();
    for (const page of [`/adresse/${token}`, `/adresse/${token}/refus`])
      assert.match((await agent.get(page)).notices.join(), SAYS_WHO, page);
    const own = createAgent(portal);
    await own.signIn(person.email);
    assert.doesNotMatch((await own.get(`/adresse/${token}`)).notices.join(), /Vous êtes connecté/);
    own.close();
    const answered = await agent.follow(await agent.submit(form, 'Donner mon accord'));
    assert.equal(answered.status, 200);
    assert.ok((await portal.db('email_changes').where({ id: change.id }).first()).agreed_at);
  });

  test('« Se déconnecter » of a page whose session was replaced signs out', async () => {
    await signInElsewhere();
    const page = await agent.get('/mes-informations');
    await signInElsewhere();
    const left = await agent.follow(await agent.submit(page, 'Se déconnecter'));
    assert.match(left.notices.join(), /Vous êtes déconnecté/);
    assert.equal((await agent.get('/mes-informations')).status, 303);
  });
});
