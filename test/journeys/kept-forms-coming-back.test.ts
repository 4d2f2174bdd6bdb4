import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { demonstrationPassword } from '../../src/presenters/demonstration.ts';
import { createLink } from '../../src/security/links.ts';
import { createAccount } from '../factories/accounts.ts';
import { endAssignment, grant } from '../factories/assignments.ts';
import { organismOf } from '../factories/organisms.ts';
import { createRequest } from '../factories/requests.ts';
import { createAgent } from '../tools/agent.ts';
import { fillForm } from '../tools/page.ts';
import { ADMINISTRATOR, ASK, motifOf, useKeptForms } from './kept-forms-stage.ts';

describe('coming back to a form whose session is over', () => {
  const stage = useKeptForms();

  test('P13: a form of an organism that is no longer theirs is not given back in another one', async () => {
    const person = await createAccount(stage.portal.db, { password: demonstrationPassword });
    const delegations = [];
    for (const organism of ['CAF-251', 'CAF-701'])
      delegations.push(await grant(stage.portal.db, person, 'administrateur-local', { organism }));
    const values = { nom: 'AILLEURS' };
    const path = '/gestion/comptes/nouveau?perimetre=CAF-701';
    const page = await stage.sendLate(person.email, { path, button: 'Créer le compte', values });
    await endAssignment(stage.portal.db, Number(delegations[1]));
    const back = await stage.signIn(page, person.email);
    assert.match(back.notices.join(), /pour un autre organisme.*pas repris/);
    assert.doesNotMatch(back.text, /AILLEURS/);
  });

  test('what was granted while it was kept stays: the form takes away what it took away, no more', async () => {
    const person = await createAccount(stage.portal.db);
    await grant(stage.portal.db, person, 'energie-lecteur');
    const path = `/gestion/comptes/${person.id}/modification`;
    const page = await stage.sendLate(ADMINISTRATOR, {
      path,
      button: 'Enregistrer',
      values: { nom: 'RÉCRIT' },
    });
    await grant(stage.portal.db, person, 'energie-redacteur');
    await stage.agent.submit(await stage.signIn(page, ADMINISTRATOR), 'Enregistrer');
    const live = await stage.portal
      .db('assignments')
      .join('roles', 'roles.id', 'role_id')
      .where({ account_id: person.id, ended_at: null })
      .pluck('code');
    assert.deepEqual(live.toSorted(), ['energie-lecteur', 'energie-redacteur']);
    assert.equal((await stage.portal.db('accounts').first().where({ id: person.id })).last_name, 'RÉCRIT');
  });

  test('what is ticked in the two lists, and moved, is there again', async () => {
    const role = async (code: string) =>
      String((await stage.portal.db('roles').first('id').where({ code })).id);
    const [moved, ticked] = [await role('energie-lecteur'), await role('energie-redacteur')];
    await stage.agent.signIn(ADMINISTRATOR);
    const page = await stage.agent.submit(
      await stage.agent.get('/gestion/comptes/nouveau'),
      '>> Ajouter les habilitations cochées',
      { ajouter: moved, nom: 'LISTES' },
    );
    const { action, fields } = fillForm(page, 'Créer le compte', { ajouter: ticked });
    await stage.endSessions();
    const back = await stage.signIn(
      await stage.agent.follow(await stage.agent.post(action, fields)),
      ADMINISTRATOR,
    );
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
    const { id } = await stage.portal.db('applications').first('id').orderBy('id');
    const path = `/gestion/applications-et-roles/applications/${id}/modification`;
    const values = { nom: 'Saisi avant' };
    const page = await stage.sendLate('national@ucanss.fr', { path, button: 'Enregistrer', values });
    const second = createAgent(stage.portal);
    await second.signIn('national@ucanss.fr');
    await second.submit(await second.get(path), 'Enregistrer', { nom: 'Entre-temps' });
    second.close();
    const answer = await stage.agent.submit(await stage.signIn(page, 'national@ucanss.fr'), 'Enregistrer');
    assert.equal(answer.status, 409);
    assert.match(answer.text, /Modifié entre-temps/);
  });

  test('what it was about is decided, or gone, meanwhile: said, and nothing done', async () => {
    const account = await createAccount(stage.portal.db);
    const id = await createRequest(stage.portal.db, { account });
    const path = `/gestion/demandes/${id}/refus`;
    const late = () =>
      stage.sendLate(ADMINISTRATOR, { path, button: 'Confirmer', values: { motif: 'Trop tard' } });
    const page = await late();
    await stage.portal
      .db('requests')
      .where({ id })
      .update({ organism_id: (await organismOf(stage.portal.db, 'CAF-701')).id });
    const gone = await stage.signIn(page, ADMINISTRATOR);
    assert.match(gone.text, /ne peut plus être repris/);
    assert.doesNotMatch(gone.text, /Voici ce que vous aviez saisi/);
    const person = await createAccount(stage.portal.db);
    const act = { path: `/gestion/comptes/${person.id}/adresse`, button: 'Demander le changement' };
    const asked = await stage.sendLate(ADMINISTRATOR, { ...act, values: { email: 'x@caf39.caf.fr' } });
    await stage.portal
      .db('accounts')
      .where({ id: person.id })
      .update({ active: false, deactivated_at: new Date() });
    const back = await stage.signIn(asked, ADMINISTRATOR);
    assert.equal(new URL(back.path, stage.portal.url).pathname, `/gestion/comptes/${person.id}`);
    assert.match(back.notices.join(' '), /ne peut plus être repris/);
  });

  test('« Mot de passe oublié » is a way back to it too', async () => {
    const person = await createAccount(stage.portal.db, { password: demonstrationPassword });
    await stage.sendLate(person.email, { values: { motif: 'Par le lien' } });
    const token = await createLink(
      stage.portal.db,
      'password_reset',
      { accountId: person.id },
      stage.portal.clock.now(),
    );
    const password = 'une-autre-phrase-bien-longue';
    const link = await stage.agent.get(`/mot-de-passe/${token}`);
    const fields = { password, confirmation: password };
    const back = await stage.agent.follow(await stage.agent.submit(link, 'Enregistrer', fields));
    assert.equal(motifOf(back), 'Par le lien');
    assert.match(back.notices.join(' '), /mot de passe est enregistré.*|Votre session avait pris fin/);
  });

  test('nothing is kept for an account that was deactivated meanwhile', async () => {
    const person = await createAccount(stage.portal.db, { password: demonstrationPassword });
    await stage.agent.signIn(person.email, demonstrationPassword);
    const { action, fields } = fillForm(await stage.agent.get('/applications/energie'), ASK, { motif: 'x' });
    await stage.portal
      .db('accounts')
      .where({ id: person.id })
      .update({ active: false, deactivated_at: new Date() });
    const page = await stage.agent.follow(await stage.agent.post(action, fields));
    assert.match(page.notices.join(), /n’a pas pu être gardé/);
    assert.deepEqual(await stage.rows(), []);
  });

  test('a button alone has nothing to keep: one comes back to the page that has it', async () => {
    await stage.agent.signIn(ADMINISTRATOR);
    const token = await stage.agent.token();
    await stage.endSessions();
    const paths = {
      '/gestion/comptes/12/droits/34/maintien': '/gestion/comptes/12',
      '/gestion/comptes/12/adresse/annulation': '/gestion/comptes/12/adresse',
      '/gestion/motifs-de-refus/5/suppression': '/gestion/motifs-de-refus',
      '/gestion/messages/5/renvoi': '/gestion/messages',
    };
    for (const [path, retour] of Object.entries(paths)) {
      const answer = await stage.agent.post(path, { _csrf: token });
      const address = new URL(answer.headers.location ?? '', stage.portal.url);
      assert.deepEqual(Object.fromEntries(address.searchParams), { retour, fin: 'rien' }, path);
    }
    const answer = await stage.agent.post('/organisme-courant', {
      _csrf: token,
      retour: '/gestion/journal?q=a',
    });
    assert.match(answer.headers.location ?? '', /retour=%2Fgestion%2Fjournal%3Fq%3Da/);
    assert.deepEqual(await stage.rows(), []);
  });

  test('a selection whose session is over leads back to its list: nothing is done, and it says so', async () => {
    await stage.agent.signIn(ADMINISTRATOR);
    const list = await stage.agent.get('/gestion/comptes?nom=mantel');
    await stage.endSessions();
    const answer = await stage.agent.submit(list, 'Désactiver la sélection', { tout: 'oui' });
    const page = await stage.agent.follow(answer);
    assert.match(page.notices.join(), /Votre session a pris fin/);
    const back = await stage.signIn(page, ADMINISTRATOR);
    assert.match(back.path, /^\/gestion\/comptes\?nom=mantel/);
  });

  test('« Annuler » changes nothing: with a session that is over or another one, it goes back', async () => {
    await stage.agent.signIn(ADMINISTRATOR);
    for (const _csrf of ['', 'x']) {
      const fields = { _csrf, annuler: '/gestion/comptes?nom=a' };
      const answer = await stage.agent.post('/gestion/comptes/1/desactivation', fields);
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
      const answer = await stage.agent.get(file);
      const address = new URL(answer.headers.location ?? '', stage.portal.url);
      assert.deepEqual(Object.fromEntries(address.searchParams), { retour: list, fin: 'export' });
      const page = await stage.agent.follow(answer);
      assert.match(page.notices.join(), /vous reviendrez à la liste/);
    });
  }
});
