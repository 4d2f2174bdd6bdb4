import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import { demonstrationPassword } from '../../src/presenters/demonstration.ts';
import { createLink } from '../../src/security/links.ts';
import { accountOf, createAccount } from '../factories/accounts.ts';
import { endAssignment, grant } from '../factories/assignments.ts';
import { organismOf } from '../factories/organisms.ts';
import { createRequest } from '../factories/requests.ts';
import { type Agent, createAgent } from '../tools/agent.ts';
import { type FormValues, fillForm, type Page } from '../tools/page.ts';
import { startTestPortal, type TestPortal } from '../tools/portal.ts';

const EMPLOYEE = 'tmantel@caf39.caf.fr';
const OTHER = 'wadama@ucanss.fr';
const ADMINISTRATOR = 'wtestportail@test.fr';
const ASK = "Demander l'accès à l'application";
const START = '2026-11-22T09:00:00.000Z';

describe('a form whose session is over', () => {
  let portal: TestPortal;
  let agent: Agent;

  before(async () => {
    portal = await startTestPortal();
  });
  beforeEach(async () => {
    agent = createAgent(portal);
    await portal.db('kept_forms').delete();
    await portal.db('rate_limits').delete();
  });
  afterEach(() => {
    agent.close();
    portal.clock.set(START);
  });
  after(() => portal?.stop());

  const rows = () => portal.db('kept_forms').orderBy('id');
  const rowOf = async (): Promise<{ id: number; fields: string; key_hash: string }> => (await rows())[0];
  const endSessions = () => portal.db('sessions').delete();
  const motifOf = (page: Page) => String(page.$('textarea[name=motif]').val());

  /** Opens a form, fills it in, and sends it once the session is over; returns « Connexion ». */
  async function sendLate(
    as: string,
    { path = '/applications/energie', button = ASK, values = {} as FormValues, who = agent } = {},
  ): Promise<Page> {
    await who.post('/connexion', { email: as, password: demonstrationPassword });
    const { action, fields } = fillForm(await who.get(path), button, values);
    await endSessions();
    const answer = await who.post(action, fields);
    assert.equal(answer.status, 303);
    return who.follow(answer);
  }

  const signIn = async (page: Page, email: string, who = agent) =>
    who.follow(await who.submit(page, 'Se connecter', { email, password: demonstrationPassword }));

  test('« Connexion » says it, after a wrong password too; the form is back, and sent by the person alone', async () => {
    const { email } = await createAccount(portal.db, { password: demonstrationPassword });
    const values = { motif: 'Suivi', role: 'energie-redacteur' };
    const page = await sendLate(email, { values });
    assert.equal(page.heading, 'Connexion');
    const wrong = await agent.submit(page, 'Se connecter', { email, password: 'faux' });
    assert.equal(wrong.status, 422);
    assert.match(wrong.notices.join(), /rien n’a été enregistré/);
    const back = await signIn(wrong, email);
    assert.equal(motifOf(back), 'Suivi');
    assert.equal((await portal.db('requests').where({ reason: 'Suivi' })).length, 0);
    assert.equal((await agent.submit(back, ASK)).status, 303);
    assert.equal((await portal.db('requests').where({ reason: 'Suivi' })).length, 1);
  });

  test('the form is kept without password nor token, under the digest of a key that one cookie carries', async () => {
    const values = { email: 'autre@caf39.caf.fr', password: 'un-secret-de-passage' };
    const button = 'Envoyer le lien de confirmation';
    const page = await sendLate(EMPLOYEE, { path: '/mes-informations/adresse', button, values });
    const row = await rowOf();
    assert.equal(row.fields, '[["email","autre@caf39.caf.fr"]]');
    const cookie = /portail-formulaire=([\w-]{43})(;|$)/.exec(agent.cookies())?.[1] ?? '';
    assert.ok(cookie !== '' && !JSON.stringify(row).includes(cookie));
    const back = await signIn(page, EMPLOYEE);
    assert.equal(back.$('#email').val(), 'autre@caf39.caf.fr');
    assert.doesNotMatch(back.text, /un-secret-de-passage/);
  });

  test('the cookie is of this site alone, out of reach of scripts, for fifteen minutes', async () => {
    await agent.signIn(EMPLOYEE);
    const { action, fields } = fillForm(await agent.get('/applications/energie'), ASK);
    await endSessions();
    const { headers } = await agent.post(action, fields);
    const line = headers['set-cookie']?.find((cookie) => cookie.startsWith('portail-formulaire')) ?? '';
    assert.match(line, /; Max-Age=900; Path=\/; Expires=[^;]+; HttpOnly; SameSite=Strict$/);
  });

  test('somebody else signs in on the same browser: it is dropped, and said', async () => {
    const page = await sendLate(EMPLOYEE, { values: { motif: 'Confidentiel' } });
    const landed = await signIn(page, OTHER);
    assert.equal(landed.heading, 'Mes informations');
    assert.match(landed.notices.join(), /rempli sous un autre compte.*effacé/);
    assert.deepEqual(await rows(), []);
    await agent.submit(landed, 'Se déconnecter');
    const late = await signIn(page, EMPLOYEE);
    assert.match(late.notices.join(), /n’est plus gardé/);
    assert.equal(motifOf(late), '');
  });

  test('nobody else has it: not with its address, not from another browser, not its own person without the key', async () => {
    await sendLate(EMPLOYEE, { values: { motif: 'Confidentiel' } });
    const { id } = await rowOf();
    for (const email of [OTHER, EMPLOYEE]) {
      const elsewhere = createAgent(portal);
      await elsewhere.signIn(email);
      const page = await elsewhere.get(`/applications/energie?reprise=${id}`);
      assert.equal(page.status, 200);
      assert.match(page.notices.join(), /n’est plus gardé/);
      assert.doesNotMatch(page.text, /Confidentiel/);
      elsewhere.close();
    }
  });

  test('it is kept for who filled it, as the form says: whoever else used the browser since', async () => {
    await agent.signIn(EMPLOYEE);
    const { action, fields } = fillForm(await agent.get('/applications/energie'), ASK, {
      motif: 'De Thomas',
    });
    await agent.post('/connexion', { email: OTHER, password: demonstrationPassword });
    const shown = await agent.post(action, fields);
    assert.equal(shown.status, 422);
    assert.match(shown.notices.join(), /ouvert sous un autre compte que le vôtre/);
    assert.doesNotMatch(shown.text, /De Thomas/);
    await endSessions();
    const page = await agent.follow(await agent.post(action, fields));
    const landed = await signIn(page, OTHER);
    assert.doesNotMatch(landed.text, /De Thomas/);
  });

  test('a token that was not ours, altered or of another account is nobody’s: nothing is kept, and that is said', async () => {
    await agent.signIn(EMPLOYEE);
    const form = fillForm(await agent.get('/applications/energie'), ASK, { motif: 'Perdu' });
    const token = form.fields.find(([name]) => name === '_csrf')?.[1] ?? '';
    const { id } = await accountOf(portal.db, OTHER);
    await endSessions();
    const [session, , seal] = token.split('.');
    const tokens = [
      '',
      'x',
      `${session}.${id}.${seal}`,
      `${token}x`,
      `${session}.99999999999999999.x`,
      '..',
      '\0',
    ];
    for (const value of tokens) {
      const page = await agent.follow(await agent.post(form.action, { motif: 'Perdu', _csrf: value }));
      assert.match(page.notices.join(), /rien n’a été enregistré.*n’a pas pu être gardé/, value);
    }
    assert.deepEqual(await rows(), []);
  });

  test('fifteen minutes, and no longer', async () => {
    const page = await sendLate(EMPLOYEE, { values: { motif: 'Un quart d’heure' } });
    portal.clock.set('2026-11-22T09:14:59.000Z');
    const back = await signIn(page, EMPLOYEE);
    assert.equal(motifOf(back), 'Un quart d’heure');
    portal.clock.set('2026-11-22T09:15:00.000Z');
    const late = await agent.get(back.path);
    assert.match(late.notices.join(), /n’est plus gardé/);
    assert.equal(motifOf(late), '');
  });

  test('three a person, the last ones, each given back to its tab', async () => {
    const pages: Page[] = [];
    for (const motif of ['un', 'deux', 'trois', 'quatre'])
      pages.push(await sendLate(EMPLOYEE, { values: { motif } }));
    assert.equal((await rows()).length, 3);
    const given: string[] = [];
    for (const page of pages) given.push(motifOf(await signIn(page, EMPLOYEE)));
    assert.deepEqual(given, ['', 'deux', 'trois', 'quatre']);
  });

  test('« Back » from « Connexion » does not lose it: its page has it, another says that it waits', async () => {
    await sendLate(EMPLOYEE, { values: { motif: 'Suivi' } });
    const signInFrom = async (retour: string) => {
      await endSessions();
      return signIn(await agent.get(`/connexion?retour=${encodeURIComponent(retour)}`), EMPLOYEE);
    };
    assert.equal(motifOf(await signInFrom('/applications/energie')), 'Suivi');
    const elsewhere = await signInFrom('/mes-informations');
    assert.equal(elsewhere.path, '/mes-informations');
    assert.match(elsewhere.notices.join(), /est gardé encore quelques minutes/);
    const link = elsewhere.$('a:contains("Le reprendre")').attr('href');
    assert.equal(motifOf(await agent.get(String(link))), 'Suivi');
    await sendLate(EMPLOYEE, { values: { motif: 'Autre' } });
    const last = await signInFrom('/applications/energie');
    assert.equal(motifOf(last), 'Autre');
    assert.equal(last.$('a:contains("Le reprendre")').length, 1, 'the first one waits');
  });

  test('thirty at once leave three', async () => {
    await agent.signIn(EMPLOYEE);
    const { action, fields } = fillForm(await agent.get('/applications/energie'), ASK, { motif: 'x' });
    await endSessions();
    await Promise.all(Array.from({ length: 30 }, () => agent.post(action, fields)));
    assert.equal((await rows()).length, 3);
  });

  test('up to 64 kB; what is longer is not kept, which is said', async () => {
    await agent.signIn(EMPLOYEE);
    const { fields } = fillForm(await agent.get('/applications/energie'), ASK);
    const around = JSON.stringify(fields.filter(([name]) => !['_csrf', '_cle'].includes(name))).length;
    await sendLate(EMPLOYEE, { values: { motif: 'x'.repeat(65_536 - around) } });
    assert.equal((await rows()).length, 1);
    await portal.db('kept_forms').delete();
    const page = await sendLate(EMPLOYEE, { values: { motif: 'x'.repeat(65_537 - around) } });
    assert.deepEqual(await rows(), []);
    assert.match(page.notices.join(), /rien n’a été enregistré.*trop long pour être gardé/);
  });

  test('characters that no text can hold, names of every kind and wrong addresses: never a 500, nothing lost', async () => {
    await agent.signIn(EMPLOYEE);
    const form = fillForm(await agent.get('/applications/energie'), ASK);
    const token = form.fields.find(([name]) => name === '_csrf')?.[1] ?? '';
    await endSessions();
    const fields: [string, string][] = [
      ['_csrf', token],
      ['motif', 'Nul \0, seul \ud800, « > " \' & <textarea>'],
      ['motif', 'deux fois'],
      ...['__proto__', 'constructor', 'toString', '', 'organisme', 'perimetre', 'retour', 'reprise'].map(
        (name): [string, string] => [name, '\0//ailleurs'],
      ),
    ];
    const page = await agent.follow(await agent.post(form.action, fields));
    const back = await signIn(page, EMPLOYEE);
    assert.equal(back.status, 200);
    assert.match(motifOf(back), /« > " ' & <textarea>/);
    for (const reprise of ['', '0', '-1', '1e3', 'x', '\0', '9'.repeat(15), '9'.repeat(40), '1&reprise=2']) {
      const wrong = await agent.get(`/applications/energie?reprise=${reprise.replace('\0', '%00')}`);
      assert.equal(wrong.status, 200, reprise);
      assert.match(wrong.notices.join(), /n’est plus gardé/);
    }
    for (const cookie of ['x', '.', '.'.repeat(5_000), `${'a'.repeat(43)}.${'b'.repeat(43)}`]) {
      const headers = {
        Cookie: `${agent
          .cookies()
          .split('; ')
          .find((each) => each.startsWith('portail='))}; portail-formulaire=${cookie}`,
      };
      assert.equal((await agent.get('/applications/energie?reprise=1', headers)).status, 200);
    }
    const visitor = createAgent(portal);
    for (const fin of ['x', '__proto__', 'toString', 'gardee&fin=perdue'])
      assert.equal((await visitor.get(`/connexion?fin=${fin}`)).notices.length, 0, fin);
    visitor.close();
  });

  test('P13: a form of an organism that is no longer theirs is not given back in another one', async () => {
    const person = await createAccount(portal.db, { password: demonstrationPassword });
    const delegations = [];
    for (const organism of ['CAF-251', 'CAF-701'])
      delegations.push(await grant(portal.db, person, 'administrateur-local', { organism }));
    const values = { nom: 'AILLEURS' };
    const path = '/gestion/comptes/nouveau?perimetre=CAF-701';
    const page = await sendLate(person.email, { path, button: 'Créer le compte', values });
    await endAssignment(portal.db, Number(delegations[1]));
    const back = await signIn(page, person.email);
    assert.match(back.notices.join(), /pour un autre organisme.*pas repris/);
    assert.doesNotMatch(back.text, /AILLEURS/);
  });

  test('what was granted while it was kept stays: the form takes away what it took away, no more', async () => {
    const person = await createAccount(portal.db);
    await grant(portal.db, person, 'energie-lecteur');
    const path = `/gestion/comptes/${person.id}/modification`;
    const page = await sendLate(ADMINISTRATOR, { path, button: 'Enregistrer', values: { nom: 'RÉCRIT' } });
    await grant(portal.db, person, 'energie-redacteur');
    await agent.submit(await signIn(page, ADMINISTRATOR), 'Enregistrer');
    const live = await portal
      .db('assignments')
      .join('roles', 'roles.id', 'role_id')
      .where({ account_id: person.id, ended_at: null })
      .pluck('code');
    assert.deepEqual(live.toSorted(), ['energie-lecteur', 'energie-redacteur']);
    assert.equal((await portal.db('accounts').first().where({ id: person.id })).last_name, 'RÉCRIT');
  });

  test('what is ticked in the two lists, and moved, is there again', async () => {
    const role = async (code: string) => String((await portal.db('roles').first('id').where({ code })).id);
    const [moved, ticked] = [await role('energie-lecteur'), await role('energie-redacteur')];
    await agent.signIn(ADMINISTRATOR);
    const page = await agent.submit(
      await agent.get('/gestion/comptes/nouveau'),
      '>> Ajouter les habilitations cochées',
      { ajouter: moved, nom: 'LISTES' },
    );
    const { action, fields } = fillForm(page, 'Créer le compte', { ajouter: ticked });
    await endSessions();
    const back = await signIn(await agent.follow(await agent.post(action, fields)), ADMINISTRATOR);
    const again = fillForm(back, 'Créer le compte').fields;
    for (const field of [
      ['roles', moved],
      ['ajouter', ticked],
      ['nom', 'LISTES'],
    ])
      assert.ok(
        again.some((each) => each.join() === field.join()),
        field.join(),
      );
  });

  test('somebody else changed the record meanwhile: told as if it had been sent at once', async () => {
    const { id } = await portal.db('applications').first('id').orderBy('id');
    const path = `/gestion/applications-et-roles/applications/${id}/modification`;
    const values = { nom: 'Saisi avant' };
    const page = await sendLate('national@ucanss.fr', { path, button: 'Enregistrer', values });
    const second = createAgent(portal);
    await second.signIn('national@ucanss.fr');
    await second.submit(await second.get(path), 'Enregistrer', { nom: 'Entre-temps' });
    second.close();
    const answer = await agent.submit(await signIn(page, 'national@ucanss.fr'), 'Enregistrer');
    assert.equal(answer.status, 409);
    assert.match(answer.text, /Modifié entre-temps/);
  });

  test('what it was about is decided, or gone, meanwhile: said, and nothing done', async () => {
    const account = await createAccount(portal.db);
    const id = await createRequest(portal.db, { account });
    const path = `/gestion/demandes/${id}/refus`;
    const late = () => sendLate(ADMINISTRATOR, { path, button: 'Confirmer', values: { motif: 'Trop tard' } });
    const page = await late();
    await portal
      .db('requests')
      .where({ id })
      .update({ organism_id: (await organismOf(portal.db, 'CAF-701')).id });
    const gone = await signIn(page, ADMINISTRATOR);
    assert.match(gone.text, /ne peut plus être repris/);
    assert.doesNotMatch(gone.text, /Voici ce que vous aviez saisi/);
    const person = await createAccount(portal.db);
    const act = { path: `/gestion/comptes/${person.id}/adresse`, button: 'Demander le changement' };
    const asked = await sendLate(ADMINISTRATOR, { ...act, values: { email: 'x@caf39.caf.fr' } });
    await portal
      .db('accounts')
      .where({ id: person.id })
      .update({ active: false, deactivated_at: new Date() });
    const back = await signIn(asked, ADMINISTRATOR);
    assert.equal(new URL(back.path, portal.url).pathname, `/gestion/comptes/${person.id}`);
    assert.match(back.notices.join(' '), /ne peut plus être repris/);
  });

  test('« Mot de passe oublié » is a way back to it too', async () => {
    const person = await createAccount(portal.db, { password: demonstrationPassword });
    await sendLate(person.email, { values: { motif: 'Par le lien' } });
    const token = await createLink(portal.db, 'password_reset', { accountId: person.id }, portal.clock.now());
    const password = 'une-autre-phrase-bien-longue';
    const link = await agent.get(`/mot-de-passe/${token}`);
    const fields = { password, confirmation: password };
    const back = await agent.follow(await agent.submit(link, 'Enregistrer', fields));
    assert.equal(motifOf(back), 'Par le lien');
    assert.match(back.notices.join(' '), /mot de passe est enregistré.*|Votre session avait pris fin/);
  });

  test('nothing is kept for an account that was deactivated meanwhile', async () => {
    const person = await createAccount(portal.db, { password: demonstrationPassword });
    await agent.signIn(person.email, demonstrationPassword);
    const { action, fields } = fillForm(await agent.get('/applications/energie'), ASK, { motif: 'x' });
    await portal
      .db('accounts')
      .where({ id: person.id })
      .update({ active: false, deactivated_at: new Date() });
    const page = await agent.follow(await agent.post(action, fields));
    assert.match(page.notices.join(), /n’a pas pu être gardé/);
    assert.deepEqual(await rows(), []);
  });

  test('a button alone has nothing to keep: one comes back to the page that has it', async () => {
    await agent.signIn(ADMINISTRATOR);
    const token = await agent.token();
    await endSessions();
    const paths = {
      '/gestion/comptes/12/droits/34/maintien': '/gestion/comptes/12',
      '/gestion/comptes/12/adresse/annulation': '/gestion/comptes/12/adresse',
      '/gestion/motifs-de-refus/5/suppression': '/gestion/motifs-de-refus',
      '/gestion/messages/5/renvoi': '/gestion/messages',
    };
    for (const [path, retour] of Object.entries(paths)) {
      const answer = await agent.post(path, { _csrf: token });
      const address = new URL(answer.headers.location ?? '', portal.url);
      assert.deepEqual(Object.fromEntries(address.searchParams), { retour, fin: 'rien' }, path);
    }
    const answer = await agent.post('/organisme-courant', { _csrf: token, retour: '/gestion/journal?q=a' });
    assert.match(answer.headers.location ?? '', /retour=%2Fgestion%2Fjournal%3Fq%3Da/);
    assert.deepEqual(await rows(), []);
  });

  test('a form that asks to be kept is never done, whatever its token', async () => {
    await agent.signIn(EMPLOYEE);
    const { action, fields } = fillForm(await agent.get('/applications/energie'), ASK, { motif: 'Garder' });
    const shown = await agent.post(action, [...fields, ['_garder', 'oui']]);
    assert.equal(shown.status, 422);
    assert.equal(motifOf(shown), 'Garder');
    await endSessions();
    const page = await agent.follow(await agent.post(action, [...fields, ['_garder', 'oui']]));
    assert.equal(motifOf(await signIn(page, EMPLOYEE)), 'Garder');
    assert.equal((await portal.db('requests').where({ reason: 'Garder' })).length, 0);
    const visitor = createAgent(portal);
    const refused = await visitor.post('/mot-de-passe/oubli', { email: EMPLOYEE, _garder: 'oui' });
    assert.deepEqual([refused.status, refused.$('#email').val()], [422, EMPLOYEE]);
    visitor.close();
  });

  test('« Annuler » changes nothing: with a session that is over or another one, it goes back', async () => {
    await agent.signIn(ADMINISTRATOR);
    for (const _csrf of ['', 'x']) {
      const fields = { _csrf, annuler: '/gestion/comptes?nom=a' };
      const answer = await agent.post('/gestion/comptes/1/desactivation', fields);
      assert.equal(answer.headers.location, '/gestion/comptes?nom=a');
    }
  });

  for (const [file, list] of [
    ['/gestion/etat.xlsx?q=mantel&page=2', '/gestion/etat?q=mantel&page=2'],
    ['/gestion/demandes/refus.pdf?perimetre=CAF-701', '/gestion/demandes/refus?perimetre=CAF-701'],
    ['/gestion/comptes/7/historique.csv', '/gestion/comptes/7/historique'],
    ['/gestion/lots/7/lot.xlsx?q=a', '/gestion/lots/7?q=a'],
    [
      '/gestion/administrateurs-locaux/tous.csv?q=etat.csv',
      '/gestion/administrateurs-locaux/tous?q=etat.csv',
    ],
  ] as const) {
    test(`an export followed signed out leads back to its list: ${file}`, async () => {
      const answer = await agent.get(file);
      const address = new URL(answer.headers.location ?? '', portal.url);
      assert.deepEqual(Object.fromEntries(address.searchParams), { retour: list, fin: 'export' });
      const page = await agent.follow(answer);
      assert.match(page.notices.join(), /vous reviendrez à la liste/);
    });
  }
});
