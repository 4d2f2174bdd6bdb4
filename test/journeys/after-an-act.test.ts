import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { systemClock } from '../../src/domain/clock.ts';
import { createLink } from '../../src/security/links.ts';
import { createAccount } from '../factories/accounts.ts';
import { createAgent } from '../tools/agent.ts';
import { named, useAccounts } from './accounts-stage.ts';

describe('after an act, and after a refusal: what comes next is said', () => {
  const stage = useAccounts();

  test('a list that an act has emptied does not speak of spelling', async () => {
    const person = await createAccount(stage.db, { last_name: 'SEULETTE' });
    const list = await stage.admin.get('/gestion/comptes?nom=seulette');
    const asked = await stage.admin.submit(list, `Désactiver le compte de ${named(person)}`);
    const done = await stage.admin.follow(await stage.admin.submit(asked, 'Confirmer', { motif: 'Départ' }));
    assert.match(done.texts('.empty').join(), /Plus rien ne correspond/);
    assert.doesNotMatch(done.text, /orthographe/);
    assert.match(
      (await stage.admin.get('/gestion/comptes?nom=seulette')).texts('.empty').join(),
      /orthographe/,
    );
  });

  test('a notice has no link to the page that one is on', async () => {
    const person = await createAccount(stage.db);
    const path = `/gestion/comptes/${person.id}`;
    const asked = await stage.admin.get(`${path}/desactivation?retour=${path}`);
    const done = await stage.admin.follow(await stage.admin.submit(asked, 'Confirmer', { motif: 'Départ' }));
    assert.equal(done.path, path);
    assert.match(done.notices.join(), /est désactivé/);
    assert.equal(done.$('main > .notice a').length, 0);
  });

  test('a page that is not there leads to a search, by profile', async () => {
    const missing = await stage.admin.get('/gestion/comptes/999999');
    assert.equal(missing.status, 404);
    assert.deepEqual(missing.texts('.failure-ways a'), [
      'Chercher une personne',
      'Chercher une application',
      'Revenir à l’accueil',
    ]);
    const agent = await stage.enter('wadama@ucanss.fr');
    const unknown = await agent.get('/inconnue');
    assert.equal(unknown.status, 404);
    assert.deepEqual(unknown.texts('.failure-ways a'), ['Chercher une application', 'Revenir à l’accueil']);
    agent.close();
    const visitor = createAgent(stage.portal);
    const closed = await visitor.get('/inconnue');
    assert.equal(closed.status, 404);
    assert.deepEqual(closed.texts('.failure-ways a'), ['Revenir à l’accueil']);
    visitor.close();
  });

  test('a file that is refused leads back to its list, with its criteria', async () => {
    const refused = await stage.admin.get('/gestion/etat.xlsx?nom=mantel&tri=inconnu');
    assert.equal(refused.status, 422);
    const back = refused.$('.failure-ways a');
    assert.equal(back.text().trim(), 'Corriger les critères de la liste');
    assert.equal(back.attr('href'), '/gestion/etat?nom=mantel&tri=inconnu');
  });

  test('a password that is weak and not confirmed has both said at once', async () => {
    const person = await createAccount(stage.db);
    const subject = { accountId: person.id };
    const token = await createLink(stage.db, 'activation', subject, systemClock.now());
    const visitor = createAgent(stage.portal);
    const form = await visitor.get(`/activation/${token}`);
    const answer = await visitor.submit(form, 'Enregistrer', {
      password: 'azertyuiop12',
      confirmation: 'autre',
    });
    assert.equal(answer.status, 422);
    assert.equal(answer.texts('.error-summary li').length, 2);
    assert.match(answer.texts('.error-summary').join(), /Les deux mots de passe sont différents/);
    visitor.close();
  });
});
