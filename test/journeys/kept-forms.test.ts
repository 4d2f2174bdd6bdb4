import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { demonstrationPassword } from '../../src/presenters/demonstration.ts';
import { accountOf, createAccount } from '../factories/accounts.ts';
import { createAgent } from '../tools/agent.ts';
import { fillForm, type Page } from '../tools/page.ts';
import { ASK, EMPLOYEE, motifOf, useKeptForms } from './kept-forms-stage.ts';

const OTHER = 'wadama@ucanss.fr';

describe('a form whose session is over', () => {
  const stage = useKeptForms();

  test('« Connexion » says it, after a wrong password too; the form is back, and sent by the person alone', async () => {
    const { email } = await createAccount(stage.portal.db, { password: demonstrationPassword });
    const values = { motif: 'Suivi', role: 'energie-redacteur' };
    const page = await stage.sendLate(email, { values });
    assert.equal(page.heading, 'Connexion');
    const wrong = await stage.agent.submit(page, 'Se connecter', { email, password: 'faux' });
    assert.equal(wrong.status, 422);
    assert.match(wrong.notices.join(), /rien n’a été enregistré/);
    const back = await stage.signIn(wrong, email);
    assert.equal(motifOf(back), 'Suivi');
    assert.equal((await stage.portal.db('requests').where({ reason: 'Suivi' })).length, 0);
    assert.equal((await stage.agent.submit(back, ASK)).status, 303);
    assert.equal((await stage.portal.db('requests').where({ reason: 'Suivi' })).length, 1);
  });

  test('the form is kept without password nor token, under the digest of a key that one cookie carries', async () => {
    const values = { email: 'autre@caf39.caf.fr', password: 'un-secret-de-passage' };
    const button = 'Envoyer le lien de confirmation';
    const page = await stage.sendLate(EMPLOYEE, { path: '/mes-informations/adresse', button, values });
    const row = await stage.rowOf();
    assert.equal(row.fields, '[["email","autre@caf39.caf.fr"]]');
    const cookie = /portail-formulaire=([\w-]{43})(;|$)/.exec(stage.agent.cookies())?.[1] ?? '';
    assert.ok(cookie !== '' && !JSON.stringify(row).includes(cookie));
    const back = await stage.signIn(page, EMPLOYEE);
    assert.equal(back.$('#email').val(), 'autre@caf39.caf.fr');
    assert.doesNotMatch(back.text, /un-secret-de-passage/);
  });

  test('the cookie is of this site alone, out of reach of scripts, for fifteen minutes', async () => {
    await stage.agent.signIn(EMPLOYEE);
    const { action, fields } = fillForm(await stage.agent.get('/applications/energie'), ASK);
    await stage.endSessions();
    const { headers } = await stage.agent.post(action, fields);
    const line = headers['set-cookie']?.find((cookie) => cookie.startsWith('portail-formulaire')) ?? '';
    assert.match(line, /; Max-Age=900; Path=\/; Expires=[^;]+; HttpOnly; SameSite=Strict$/);
  });

  test('somebody else signs in on the same browser: it is dropped, and said', async () => {
    const page = await stage.sendLate(EMPLOYEE, { values: { motif: 'Confidentiel' } });
    const landed = await stage.signIn(page, OTHER);
    assert.equal(landed.heading, 'Mes informations');
    assert.match(landed.notices.join(), /rempli sous un autre compte.*effacé/);
    assert.deepEqual(await stage.rows(), []);
    await stage.agent.submit(landed, 'Se déconnecter');
    const late = await stage.signIn(page, EMPLOYEE);
    assert.match(late.notices.join(), /n’est plus gardé/);
    assert.equal(motifOf(late), '');
  });

  test('it is given back to its own page, and to no other', async () => {
    const page = await stage.sendLate(EMPLOYEE, { values: { motif: 'Pour Énergie' } });
    const { id } = await stage.rowOf();
    assert.equal(motifOf(await stage.signIn(page, EMPLOYEE)), 'Pour Énergie');
    for (const path of [
      '/applications/achats-mutualises',
      '/mes-informations',
      '/mes-informations/adresse',
    ]) {
      const other = await stage.agent.get(`${path}?reprise=${id}`);
      assert.equal(other.status, 200, path);
      assert.match(other.notices.join(), /n’est plus gardé/, path);
      assert.doesNotMatch(other.$.html(), /Pour Énergie/, path);
    }
  });

  test('nobody else has it: not with its address, not from another browser, not its own person without the key', async () => {
    await stage.sendLate(EMPLOYEE, { values: { motif: 'Confidentiel' } });
    const { id } = await stage.rowOf();
    for (const email of [OTHER, EMPLOYEE]) {
      const elsewhere = createAgent(stage.portal);
      await elsewhere.signIn(email);
      const page = await elsewhere.get(`/applications/energie?reprise=${id}`);
      assert.equal(page.status, 200);
      assert.match(page.notices.join(), /n’est plus gardé/);
      assert.doesNotMatch(page.text, /Confidentiel/);
      elsewhere.close();
    }
  });

  test('it is kept for who filled it, as the form says: whoever else used the browser since', async () => {
    await stage.agent.signIn(EMPLOYEE);
    const { action, fields } = fillForm(await stage.agent.get('/applications/energie'), ASK, {
      motif: 'De Thomas',
    });
    await stage.agent.post('/connexion', { email: OTHER, password: demonstrationPassword });
    const shown = await stage.agent.post(action, fields);
    assert.equal(shown.status, 422);
    assert.match(shown.notices.join(), /ouvert sous un autre compte que le vôtre/);
    assert.doesNotMatch(shown.text, /De Thomas/);
    await stage.endSessions();
    const page = await stage.agent.follow(await stage.agent.post(action, fields));
    const landed = await stage.signIn(page, OTHER);
    assert.doesNotMatch(landed.text, /De Thomas/);
  });

  test('a token that was not ours, altered or of another account is nobody’s: nothing is kept, and that is said', async () => {
    await stage.agent.signIn(EMPLOYEE);
    const form = fillForm(await stage.agent.get('/applications/energie'), ASK, { motif: 'Perdu' });
    const token = form.fields.find(([name]) => name === '_csrf')?.[1] ?? '';
    const { id } = await accountOf(stage.portal.db, OTHER);
    await stage.endSessions();
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
      const page = await stage.agent.follow(
        await stage.agent.post(form.action, { motif: 'Perdu', _csrf: value }),
      );
      assert.match(page.notices.join(), /rien n’a été enregistré.*n’a pas pu être gardé/, value);
    }
    assert.deepEqual(await stage.rows(), []);
  });

  test('fifteen minutes, and no longer', async () => {
    const page = await stage.sendLate(EMPLOYEE, { values: { motif: 'Un quart d’heure' } });
    stage.portal.clock.set('2026-11-22T09:14:59.000Z');
    const back = await stage.signIn(page, EMPLOYEE);
    assert.equal(motifOf(back), 'Un quart d’heure');
    stage.portal.clock.set('2026-11-22T09:15:00.000Z');
    const late = await stage.agent.get(back.path);
    assert.match(late.notices.join(), /n’est plus gardé/);
    assert.equal(motifOf(late), '');
  });

  test('somebody else signs in once its time is over: that alone is said, not that it was dropped', async () => {
    const page = await stage.sendLate(EMPLOYEE, { values: { motif: 'Un quart d’heure' } });
    stage.portal.clock.set('2026-11-22T09:15:00.000Z');
    const landed = await stage.signIn(page, OTHER);
    assert.match(landed.notices.join(), /n’est plus gardé/);
    assert.doesNotMatch(landed.notices.join(), /effacé/);
    assert.equal(motifOf(landed), '');
    assert.deepEqual(await stage.rows(), []);
  });

  test('three a person, the last ones, each given back to its tab', async () => {
    const pages: Page[] = [];
    for (const motif of ['un', 'deux', 'trois', 'quatre'])
      pages.push(await stage.sendLate(EMPLOYEE, { values: { motif } }));
    assert.equal((await stage.rows()).length, 3);
    const given: string[] = [];
    for (const page of pages) given.push(motifOf(await stage.signIn(page, EMPLOYEE)));
    assert.deepEqual(given, ['', 'deux', 'trois', 'quatre']);
  });

  test('« Back » from « Connexion » does not lose it: its page has it, another says that it waits', async () => {
    await stage.sendLate(EMPLOYEE, { values: { motif: 'Suivi' } });
    const signInFrom = async (retour: string) => {
      await stage.endSessions();
      return stage.signIn(await stage.agent.get(`/connexion?retour=${encodeURIComponent(retour)}`), EMPLOYEE);
    };
    assert.equal(motifOf(await signInFrom('/applications/energie')), 'Suivi');
    const elsewhere = await signInFrom('/mes-informations');
    assert.equal(elsewhere.path, '/mes-informations');
    assert.match(elsewhere.notices.join(), /est gardé encore quelques minutes/);
    const link = elsewhere.$('a:contains("Le reprendre")').attr('href');
    assert.equal(motifOf(await stage.agent.get(String(link))), 'Suivi');
    await stage.sendLate(EMPLOYEE, { values: { motif: 'Autre' } });
    const last = await signInFrom('/applications/energie');
    assert.equal(motifOf(last), 'Autre');
    assert.equal(last.$('a:contains("Le reprendre")').length, 1, 'the first one waits');
  });

  test('thirty at once leave three', async () => {
    await stage.agent.signIn(EMPLOYEE);
    const { action, fields } = fillForm(await stage.agent.get('/applications/energie'), ASK, { motif: 'x' });
    await stage.endSessions();
    await Promise.all(Array.from({ length: 30 }, () => stage.agent.post(action, fields)));
    assert.equal((await stage.rows()).length, 3);
  });

  test('up to 64 kB; what is longer is not kept, which is said', async () => {
    await stage.agent.signIn(EMPLOYEE);
    const { fields } = fillForm(await stage.agent.get('/applications/energie'), ASK);
    const around = JSON.stringify(fields.filter(([name]) => !['_csrf', '_cle'].includes(name))).length;
    await stage.sendLate(EMPLOYEE, { values: { motif: 'x'.repeat(65_536 - around) } });
    assert.equal((await stage.rows()).length, 1);
    await stage.portal.db('kept_forms').delete();
    const page = await stage.sendLate(EMPLOYEE, { values: { motif: 'x'.repeat(65_537 - around) } });
    assert.deepEqual(await stage.rows(), []);
    assert.match(page.notices.join(), /rien n’a été enregistré.*trop long pour être gardé/);
  });

  test('characters that no text can hold, names of every kind and wrong addresses: never a 500, nothing lost', async () => {
    await stage.agent.signIn(EMPLOYEE);
    const form = fillForm(await stage.agent.get('/applications/energie'), ASK);
    const token = form.fields.find(([name]) => name === '_csrf')?.[1] ?? '';
    await stage.endSessions();
    const fields: [string, string][] = [
      ['_csrf', token],
      ['motif', 'Nul \0, seul \ud800, « > " \' & <textarea>'],
      ['motif', 'deux fois'],
      ...['__proto__', 'constructor', 'toString', '', 'organisme', 'perimetre', 'retour', 'reprise'].map(
        (name): [string, string] => [name, '\0//ailleurs'],
      ),
    ];
    const page = await stage.agent.follow(await stage.agent.post(form.action, fields));
    const back = await stage.signIn(page, EMPLOYEE);
    assert.equal(back.status, 200);
    assert.match(motifOf(back), /« > " ' & <textarea>/);
    for (const reprise of ['', '0', '-1', '1e3', 'x', '\0', '9'.repeat(15), '9'.repeat(40), '1&reprise=2']) {
      const wrong = await stage.agent.get(`/applications/energie?reprise=${reprise.replace('\0', '%00')}`);
      assert.equal(wrong.status, 200, reprise);
      assert.match(wrong.notices.join(), /n’est plus gardé/);
    }
    for (const cookie of ['x', '.', '.'.repeat(5_000), `${'a'.repeat(43)}.${'b'.repeat(43)}`]) {
      const headers = {
        Cookie: `${stage.agent
          .cookies()
          .split('; ')
          .find((each) => each.startsWith('portail='))}; portail-formulaire=${cookie}`,
      };
      assert.equal((await stage.agent.get('/applications/energie?reprise=1', headers)).status, 200);
    }
    const visitor = createAgent(stage.portal);
    for (const fin of ['x', '__proto__', 'toString', 'gardee&fin=perdue'])
      assert.equal((await visitor.get(`/connexion?fin=${fin}`)).notices.length, 0, fin);
    visitor.close();
  });

  test('a form that asks to be kept is never done, whatever its token', async () => {
    await stage.agent.signIn(EMPLOYEE);
    const { action, fields } = fillForm(await stage.agent.get('/applications/energie'), ASK, {
      motif: 'Garder',
    });
    const shown = await stage.agent.post(action, [...fields, ['_garder', 'oui']]);
    assert.equal(shown.status, 422);
    assert.equal(motifOf(shown), 'Garder');
    await stage.endSessions();
    const page = await stage.agent.follow(await stage.agent.post(action, [...fields, ['_garder', 'oui']]));
    assert.equal(motifOf(await stage.signIn(page, EMPLOYEE)), 'Garder');
    assert.equal((await stage.portal.db('requests').where({ reason: 'Garder' })).length, 0);
    const visitor = createAgent(stage.portal);
    const refused = await visitor.post('/mot-de-passe/oubli', { email: EMPLOYEE, _garder: 'oui' });
    assert.deepEqual([refused.status, refused.$('#email').val()], [422, EMPLOYEE]);
    visitor.close();
  });
});
