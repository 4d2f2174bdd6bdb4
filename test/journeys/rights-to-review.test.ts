import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createAccount } from '../factories/accounts.ts';
import { grant } from '../factories/assignments.ts';
import { organismOf } from '../factories/organisms.ts';
import { clean } from '../tools/page.ts';
import { named, useAccounts } from './accounts-stage.ts';

describe('R63: rights « à revoir » of who joined from another organism', () => {
  const stage = useAccounts();

  /** Somebody who came with two rights, one of them reserved, and was given a third one here. */
  async function newcomer(fields: object = {}) {
    const person = await createAccount(stage.db, { ...fields });
    for (const role of ['energie-lecteur', 'sda-administrateur']) await grant(stage.db, person, role);
    const former = await organismOf(stage.db, 'CPAM-391');
    await stage.db('assignments').where({ account_id: person.id }).update({ inherited_from: former.id });
    await grant(stage.db, person, 'accords-locaux-acces-en-lecture');
    return { person, path: `/gestion/comptes/${person.id}` };
  }
  const events = (id: number, action: string) =>
    stage.db('audit_events').where({ subject_account_id: id, action }).orderBy('id');

  test('they come first on the account page, are marked in the list, and found there', async () => {
    const { person, path } = await newcomer({ last_name: 'AREVOIR' });
    await createAccount(stage.db, { last_name: 'AREVOIR' });
    const page = await stage.admin.get(path);
    assert.deepEqual(page.texts('main table .right-name').map(clean), [
      'SDA_Administrateur',
      'Energie Lecteur',
      'Accords locaux - Accès en lecture',
    ]);
    assert.match(page.texts('.review').join(), /2 droits viennent de l’organisme que/);
    const all = await stage.admin.get('/gestion/comptes?nom=arevoir');
    assert.equal(all.rows.length, 2);
    assert.equal(all.$('main tbody [aria-label="Droits à revoir"]').length, 1);
    const found = await stage.admin.get('/gestion/comptes?nom=arevoir&droits=a-revoir');
    assert.deepEqual(found.column('Mail'), [person.email]);
    assert.match(found.texts('main').join(), /dont des droits sont à revoir/);
  });

  test('the menu counts the people concerned, here alone, and leads to them; it says nothing where there is nobody', async () => {
    const shown = async () =>
      (await stage.admin.get('/gestion/journal'))
        .texts('#menu a')
        .map(clean)
        .find((text) => /Droits à revoir/.test(text));
    await stage.db('assignments').update({ inherited_from: null });
    assert.equal(await shown(), undefined);
    const { person } = await newcomer();
    await newcomer({ active: false });
    await newcomer({ organism_id: (await organismOf(stage.db, 'CPAM-391')).id });
    assert.equal(await shown(), 'Droits à revoir1 (1 personne)');
    const page = await stage.admin.get('/gestion/journal');
    const found = await stage.admin.get(String(page.$('#menu a:contains("Droits à revoir")').attr('href')));
    assert.deepEqual(found.column('Mail'), [person.email]);
  });

  test('« Tout garder » keeps them, each with its event; there is then nothing to review', async () => {
    const { person, path } = await newcomer();
    const done = await stage.admin.follow(
      await stage.admin.submit(await stage.admin.get(path), `Tout garder pour ${named(person)}`),
    );
    assert.match(done.notices.join(), /Gardé : (Energie Lecteur|SDA_Administrateur), /);
    assert.equal(done.$('.review').length, 0);
    assert.equal((await events(person.id, 'assignment.confirmed')).length, 2);
    assert.equal((await stage.rolesOf(person)).length, 3);
    const token = { _csrf: await stage.admin.token(), organisme: 'CAF-391' };
    const again = await stage.admin.follow(await stage.admin.post(`${path}/droits-a-revoir/maintien`, token));
    assert.match(again.notices.join(), /Aucun droit n’est plus à revoir\./);
  });

  test('« Tout retirer » names them, says what Ucanss alone gives back, and leaves the others', async () => {
    const { person, path } = await newcomer();
    const asked = await stage.admin.submit(await stage.admin.get(path), `Tout retirer à ${named(person)}`);
    assert.deepEqual(asked.texts('[data-confirmation] li').map(clean), [
      'SDA_Administrateur',
      'Energie Lecteur',
    ]);
    assert.match(
      asked.texts('[data-confirmation]').join(),
      /Seule l’Ucanss pourra redonner : SDA_Administrateur\./,
    );
    const done = await stage.admin.follow(
      await stage.admin.submit(asked, 'Confirmer', { motif: 'Mutation' }),
    );
    assert.match(done.notices.join(), /Retiré : /);
    assert.deepEqual(await stage.rolesOf(person), ['accords-locaux-acces-en-lecture']);
    const removed = await events(person.id, 'assignment.removed');
    assert.deepEqual(
      removed.map(({ details }) => details.reason),
      ['Mutation', 'Mutation'],
    );
  });

  test('P1, P5, profiles: not one’s own, nor another organism’s, and an auditor has no button', async () => {
    const { path } = await newcomer();
    const auditor = await stage.enter('auditeur@ucanss.fr');
    const page = await auditor.get(`${path}?perimetre=CAF-391`);
    assert.equal(page.$('.review').length, 1);
    assert.equal(page.$('.review button').length, 0);
    auditor.close();
    const other = await stage.enter('admin.cpam39@assurance-maladie.fr');
    const token = { _csrf: await other.token(), organisme: 'CPAM-391' };
    for (const end of ['maintien', 'suppression'])
      assert.equal((await other.post(`${path}/droits-a-revoir/${end}`, token)).status, 404, end);
    other.close();
    const me = await stage.accountOf('wtestportail@test.fr');
    const own = { _csrf: await stage.admin.token(), organisme: 'CAF-391' };
    const refused = await stage.admin.follow(
      await stage.admin.post(`/gestion/comptes/${me.id}/droits-a-revoir/maintien`, own),
    );
    assert.match(refused.notices.join(), /vos propres droits|propres/);
  });

  test('P3: removing one reserved role says that only Ucanss gives it back, to a local administrator', async () => {
    const { path } = await newcomer();
    const query = 'suppression-de-droits?role=sda-administrateur';
    const page = await stage.admin.get(`${path}/${query}`);
    assert.match(
      page.texts('[data-confirmation]').join(),
      /Seule l’Ucanss pourra redonner : SDA_Administrateur\./,
    );
    const ordinary = await stage.admin.get(`${path}/suppression-de-droits?role=energie-lecteur`);
    assert.doesNotMatch(ordinary.texts('[data-confirmation]').join(), /Seule l’Ucanss/);
    const national = await stage.enter('national@ucanss.fr');
    const free = await national.get(`${path}/${query}&perimetre=CAF-391`);
    assert.doesNotMatch(free.texts('[data-confirmation]').join(), /Seule l’Ucanss/);
    national.close();
  });
});
