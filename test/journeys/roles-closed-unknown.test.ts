import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createAccount } from '../factories/accounts.ts';
import { grant } from '../factories/assignments.ts';
import { createRequest } from '../factories/requests.ts';
import { makeDraft } from '../tools/draft.ts';
import { clean } from '../tools/page.ts';
import { useAccounts } from './accounts-stage.ts';

describe('« Rôle sélectionné »: a role that is closed, unknown, or missing', () => {
  const stage = useAccounts();

  test('an unknown role lists nobody, says so, and has no act ready', async () => {
    for (const role of ['inconnu', 'auditeur', 'administrateur-local', "x'y", 'r'.repeat(500)]) {
      const page = await stage.admin.get(`/gestion/comptes?role=${encodeURIComponent(role)}`);
      assert.equal(page.status, 200, role);
      assert.equal(page.$('main table').length, 0, role);
      assert.equal(page.$('form[data-selection]').length, 0, role);
      assert.match(page.texts('main').join(), /Rôle inconnu/, role);
    }
    const twice = await stage.admin.get('/gestion/comptes?role=energie-lecteur&role=x');
    assert.equal(twice.$('main table').length, 0);
  });

  test('an unknown role selects nobody, whatever the act', async () => {
    for (const acte of ['desactiver', 'reactiver', 'supprimer', 'activer']) {
      const answer = await makeDraft(stage.admin, { acte, tout: 'oui', role: 'inconnu' });
      assert.equal(answer.status, 422, acte);
    }
  });

  test('« ayant le rôle : Non » without a role says to choose one', async () => {
    const page = await stage.admin.get('/gestion/comptes?ayant=non');
    assert.match(page.notices.join(), /choisissez un rôle/);
    assert.doesNotMatch((await stage.admin.get('/gestion/comptes')).notices.join(), /choisissez un rôle/);
  });

  test('closing a role is asked again, with who keeps it and what waits; « Annuler » gives the form back', async () => {
    const [one, two] = [await createAccount(stage.db), await createAccount(stage.db)];
    for (const person of [one, two]) await grant(stage.db, person, 'veille-rh-lecteur');
    const national = await stage.enter('national@ucanss.fr');
    const { id } = await stage.db('roles').first('id').where({ code: 'veille-rh-lecteur' });
    await createRequest(stage.db, { account: await createAccount(stage.db), role: 'veille-rh-lecteur' });
    const kept = await stage.db('assignments').count().where({ role_id: id, ended_at: null }).first();
    const waiting = await stage.db('requests').count().where({ role_id: id, status: 'pending' }).first();
    const path = `/gestion/applications-et-roles/${id}/modification`;
    const state = async () => (await stage.db('roles').first('closed_at').where({ id })).closed_at;
    const form = await national.get(path);
    const asked = await national.submit(form, 'Enregistrer', { etat: 'ferme', description: 'Autre texte' });
    assert.equal(asked.status, 200);
    assert.equal(clean(asked.heading), 'Fermer le rôle « Veille RH - Lecteur »');
    const said = clean(asked.texts('[data-confirmation] li').join());
    assert.match(said, new RegExp(`^${kept?.count} personnes la gardent : `));
    const requests = Number(waiting?.count);
    assert.match(
      said,
      requests === 1
        ? /1 demande ne pourra qu’être refusée\./
        : new RegExp(`${requests} demandes ne pourront qu’être refusées\\.`),
    );
    assert.equal(await state(), null);
    assert.match(said, /dernière habilitation ouverte de « [^»]+ » : l’application quitte le catalogue\./);
    const { id: among } = await stage.db('roles').first('id').where({ code: 'energie-lecteur' });
    const other = await national.get(`/gestion/applications-et-roles/${among}/modification`);
    const closing = await national.submit(other, 'Enregistrer', { etat: 'ferme' });
    assert.doesNotMatch(closing.texts('[data-confirmation] li').join(), /catalogue/);

    const back = await national.submit(asked, 'Annuler');
    assert.equal(back.status, 200);
    assert.equal(back.$('textarea[name=description]').text(), 'Autre texte');
    assert.equal(await state(), null);

    const again = await national.submit(back, 'Enregistrer');
    assert.equal((await national.submit(again, 'Confirmer')).status, 303);
    assert.notEqual(await state(), null);
    // Closed already: nothing more to ask, nor to open it again.
    const reopened = await national.submit(await national.get(path), 'Enregistrer', { etat: 'ouvert' });
    assert.equal(reopened.status, 303);
    assert.equal(await state(), null);
    national.close();
  });
});
