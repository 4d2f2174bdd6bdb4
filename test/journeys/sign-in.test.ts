import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { demonstrationPassword } from '../../src/presenters/demonstration.ts';
import { accountOf, createAccount } from '../factories/accounts.ts';
import { type Agent, createAgent } from '../tools/agent.ts';
import { lastEvents } from '../tools/last-events.ts';
import { clean } from '../tools/page.ts';
import { startTestPortal, type TestPortal } from '../tools/portal.ts';

const ADMINISTRATOR = 'wtestportail@test.fr';

describe('« Connexion »', () => {
  let portal: TestPortal;
  let agent: Agent;

  before(async () => {
    portal = await startTestPortal();
  });
  beforeEach(async () => {
    agent?.close();
    agent = createAgent(portal);
    await portal.db('rate_limits').delete();
  });
  after(async () => {
    agent?.close();
    await portal?.stop();
  });

  const attempt = async (email: string, password: string) =>
    agent.submit(await agent.get('/connexion'), 'Se connecter', { email, password });

  test('the form has its labels, its button first, and lets a password manager fill it', async () => {
    const page = await agent.get('/connexion');
    assert.equal(page.heading, 'Connexion');
    assert.deepEqual(page.texts('main form:first-of-type label'), ['Email professionnel', 'Mot de passe']);
    const form = page.$('main form').first();
    assert.equal(form.find('button[type=submit]').text().trim(), 'Se connecter');
    assert.equal(form.find('#email').attr('autocomplete'), 'username webauthn');
    assert.equal(form.find('#password').attr('autocomplete'), 'current-password');
    for (const label of form.find('label').toArray()) {
      assert.equal(form.find(`#${page.$(label).attr('for')}`).length, 1);
    }
  });

  test('what fails once the session is open has its page too', async () => {
    await portal.db.schema.renameTable('known_devices', 'away');
    const page = await attempt(ADMINISTRATOR, demonstrationPassword).finally(() =>
      portal.db.schema.renameTable('away', 'known_devices'),
    );
    assert.equal(page.status, 500);
    assert.equal(page.heading, 'Une erreur est survenue');
    assert.equal((await agent.visit('/mes-informations')).heading, 'Mes informations');
  });

  test('the right password opens the portal (R1) where one begins (R75), dates the sign-in and traces it', async () => {
    const page = await agent.signIn(ADMINISTRATOR);
    assert.equal(page.heading, 'À faire');
    assert.ok(page.texts('header').join().includes('Welcome TESTPORTAIL'));
    assert.equal(page.$('header button:contains("Se déconnecter")').length, 1);
    const account = await accountOf(portal.db, ADMINISTRATOR);
    const [event] = await lastEvents(portal.db, 1);
    assert.deepEqual(
      [event.action, event.actor_kind, event.actor_account_id, event.subject_account_id],
      ['sign_in.succeeded', 'account', account.id, account.id],
    );
    const { last_sign_in_at } = await portal
      .db('accounts')
      .first('last_sign_in_at')
      .where({ id: account.id });
    assert.equal(last_sign_in_at.toISOString(), portal.clock.now().toISOString());
  });

  test('the address is read whatever its case and spaces around it', async () => {
    assert.equal((await attempt('  WTestPortail@TEST.fr ', demonstrationPassword)).status, 303);
  });

  test('a password matches however its accents were composed', async () => {
    const password = 'été-à-la-plage-39';
    const { email } = await createAccount(portal.db, { password: password.normalize('NFC') });
    assert.equal((await attempt(email, password.normalize('NFD'))).status, 303);
  });

  test('unknown, wrong, without a password yet and inactive get the same status and the same text', async () => {
    const { email: withoutPassword } = await createAccount(portal.db);
    const answers = [
      await attempt('personne@nulle-part.fr', demonstrationPassword),
      await attempt(ADMINISTRATOR, 'mauvais-mot-de-passe'),
      await attempt(withoutPassword, demonstrationPassword),
      await attempt('parti@caf39.caf.fr', demonstrationPassword),
    ];
    const shown = answers.map((page) => {
      const typed = String(page.$('#email').attr('value'));
      // The form comes first: the accounts of the demonstration, below, show their addresses too.
      return page.text.replace(`value="${typed}"`, '(address)');
    });
    assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([422]));
    assert.equal(new Set(shown).size, 1, 'the pages differ by more than the address that was typed');
    assert.ok(answers[0]?.texts('[role=alert] li').join().includes('Adresse ou mot de passe incorrect.'));
    const names = answers.map(({ headers }) => Object.keys(headers).sort().join());
    assert.equal(new Set(names).size, 1, 'the headers differ');
  });

  test('a refusal is traced with its cause, never with what was typed', async () => {
    await attempt(ADMINISTRATOR, 'mauvais-mot-de-passe');
    await attempt('parti@caf39.caf.fr', demonstrationPassword);
    const [inactive, wrong] = await lastEvents(portal.db, 2);
    assert.deepEqual([wrong.action, wrong.details], ['sign_in.refused', { cause: 'wrong' }]);
    assert.deepEqual([inactive.action, inactive.details], ['sign_in.refused', { cause: 'inactive' }]);
    assert.equal(wrong.subject_account_id, (await accountOf(portal.db, ADMINISTRATOR)).id);
    assert.equal(wrong.actor_kind, 'anonymous');
  });

  test('the page shows again the address, never the password', async () => {
    const page = await attempt(ADMINISTRATOR, 'mauvais-mot-de-passe');
    assert.equal(page.$('#email').attr('value'), ADMINISTRATOR);
    assert.ok(!page.text.includes('mauvais-mot-de-passe'));
  });

  test('an empty form is 422, with a summary that links to each field', async () => {
    const page = await attempt('', '');
    assert.equal(page.status, 422);
    const links = page
      .$('[role=alert] a')
      .toArray()
      .map((link) => page.$(link).attr('href'));
    assert.deepEqual(links, ['#email', '#password']);
    for (const field of ['#email', '#password']) {
      assert.equal(page.$(field).attr('aria-invalid'), 'true');
      const described = String(page.$(field).attr('aria-describedby'));
      assert.notEqual(page.texts(`#${described}`).join(), '');
    }
  });

  test('who is signed in has nothing to do on the page', async () => {
    await agent.signIn(ADMINISTRATOR);
    const page = await agent.get('/connexion');
    assert.deepEqual([page.status, page.headers.location], [303, '/gestion']);
  });

  test('who signs in where somebody else is signed in ends their session: it is said, and traced as theirs', async () => {
    const { id } = await accountOf(portal.db, ADMINISTRATOR);
    const form = await agent.get('/connexion');
    const another = async (email: string) =>
      agent.follow(await agent.submit(form, 'Se connecter', { email, password: demonstrationPassword }));
    // In another tab.
    await agent.signIn(ADMINISTRATOR);
    const theirs = agent.cookies();
    const page = await another('tmantel@caf39.caf.fr');
    const told = `Vous étiez connecté en tant que Welcome TESTPORTAIL (${ADMINISTRATOR}) : cette session est fermée.`;
    assert.deepEqual(page.notices.map(clean), [told]);
    const [event] = await lastEvents(portal.db, 1);
    assert.deepEqual([event.action, event.actor_account_id, event.subject_account_id], ['sign_out', id, id]);
    const former = createAgent(portal);
    former.borrowCookies(theirs);
    assert.equal((await former.get('/mes-informations')).status, 303);
    former.close();
    // The same person again ends nothing.
    assert.deepEqual((await another('tmantel@caf39.caf.fr')).notices, []);
    assert.equal((await lastEvents(portal.db, 1))[0].action, 'sign_in.succeeded');
  });

  test('« Se déconnecter » ends the session on the server, is announced and traced', async () => {
    const page = await agent.signIn(ADMINISTRATOR);
    const stolen = agent.cookies();
    const after = await agent.follow(await agent.submit(page, 'Se déconnecter'));
    assert.equal(after.heading, 'Connexion');
    assert.deepEqual(after.notices, ['Vous êtes déconnecté.']);
    assert.equal((await lastEvents(portal.db, 1))[0].action, 'sign_out');
    const thief = createAgent(portal);
    thief.borrowCookies(stolen);
    assert.equal((await thief.get('/mes-informations')).status, 303);
    thief.close();
  });

  describe('coming back to where one was', () => {
    test('a visitor is sent to sign in, then back to the page asked for', async () => {
      const page = await agent.get('/gestion/etat?q=energie&page=2');
      assert.equal(page.status, 303);
      assert.equal(
        page.headers.location,
        `/connexion?${new URLSearchParams({ retour: '/gestion/etat?q=energie&page=2' })}`,
      );
      const answer = await agent.submit(await agent.follow(page), 'Se connecter', {
        email: ADMINISTRATOR,
        password: demonstrationPassword,
      });
      assert.equal(answer.headers.location, '/gestion/etat?q=energie&page=2');
    });

    test('also after a mistake', async () => {
      const first = await agent.visit('/gestion/etat');
      const second = await agent.submit(first, 'Se connecter', { email: ADMINISTRATOR, password: 'x' });
      const third = await agent.submit(second, 'Se connecter', { password: demonstrationPassword });
      assert.equal(third.headers.location, '/gestion/etat');
    });

    const ELSEWHERE = [
      'https://ailleurs.exemple/',
      '//ailleurs.exemple',
      '/\\ailleurs.exemple',
      '/%09/ailleurs.exemple',
      '/.//ailleurs.exemple',
      '/x/..//ailleurs.exemple',
      'javascript:alert(1)',
      '/gestion\r\nSet-Cookie: a=b',
      '',
    ];
    for (const retour of ELSEWHERE) {
      test(`« ${JSON.stringify(retour)} » never leads off the site`, async () => {
        const fields = { email: ADMINISTRATOR, password: demonstrationPassword, retour };
        const answer = await agent.post('/connexion', fields);
        assert.equal(answer.status, 303);
        const target = new URL(String(answer.headers.location), portal.url);
        assert.equal(target.origin, portal.url);
        assert.equal(answer.headers['set-cookie']?.length, 2, 'the session and the device');
        const shown = await agent.get(`/connexion?${new URLSearchParams({ retour })}`);
        assert.doesNotMatch(shown.text, /href="javascript:/);
      });
    }
  });
});
