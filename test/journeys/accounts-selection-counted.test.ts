import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type AccountRow, createAccount } from '../factories/accounts.ts';
import { grant } from '../factories/assignments.ts';
import { openDraft } from '../tools/draft.ts';
import { clean, type Page } from '../tools/page.ts';
import { useAccounts } from './accounts-stage.ts';

describe('« Gestion des comptes »: what is taken from many, and accounts that are opened again', () => {
  const stage = useAccounts();

  const people = (count: number, fields: object = {}) =>
    Promise.all(Array.from({ length: count }, () => createAccount(stage.db, { ...fields })));
  const idsOf = (accounts: readonly AccountRow[]) => accounts.map(({ id }) => id);
  const activeOf = (accounts: readonly AccountRow[]): Promise<boolean[]> =>
    stage.db('accounts').whereIn('id', idsOf(accounts)).orderBy('id').pluck('active');
  const labels = (page: Page) => page.texts('main form label').map(clean);

  test('R45: above ten people the number is typed before they are deactivated or lose a role', async () => {
    const eleven = await people(11);
    const page = await openDraft(stage.admin, { acte: 'desactiver' }, idsOf(eleven));
    assert.deepEqual(labels(page), ['Motif', 'Nombre']);
    for (const nombre of ['', '10', 'onze']) {
      const refused = await stage.admin.submit(page, 'Confirmer', { motif: 'Fermeture', nombre });
      assert.equal(refused.status, 422, nombre);
      assert.match(
        refused.texts('main .error-summary').join(),
        /Indiquez le nombre de personnes de la sélection : 11\./,
      );
      assert.equal(refused.$('textarea[name=motif]').text(), 'Fermeture');
      assert.equal(refused.$('input[name=nombre]').attr('value') ?? '', nombre);
    }
    assert.deepEqual([...new Set(await activeOf(eleven))], [true]);
    const done = await stage.admin.submit(page, 'Confirmer', { motif: 'Fermeture', nombre: ' 11 ' });
    assert.equal(done.status, 303);
    assert.deepEqual([...new Set(await activeOf(eleven))], [false]);

    const holders = await people(11);
    for (const holder of holders) await grant(stage.db, holder, 'energie-lecteur');
    const removing = { acte: 'supprimer', role: 'energie-lecteur' };
    const removal = await openDraft(stage.admin, removing, idsOf(holders));
    assert.deepEqual(labels(removal), ['Motif', 'Nombre']);
    assert.equal((await stage.admin.submit(removal, 'Confirmer')).status, 422);
    assert.equal((await stage.admin.submit(removal, 'Confirmer', { nombre: '11' })).status, 303);
  });

  test('ten people are not counted, nor people who are given something', async () => {
    const ten = await people(10);
    assert.deepEqual(labels(await openDraft(stage.admin, { acte: 'desactiver' }, idsOf(ten))), ['Motif']);
    const eleven = [...ten, ...(await people(1))];
    const granting = await openDraft(
      stage.admin,
      { acte: 'activer', role: 'energie-lecteur' },
      idsOf(eleven),
    );
    assert.ok(!labels(granting).includes('Nombre'));
  });

  test('« Réactiver la sélection »: who comes back, with which rights, told before and by message; the others stay', async () => {
    const inactive = { active: false, last_name: 'REVIENT' };
    const [back, kept, active] = [
      await createAccount(stage.db, inactive),
      await createAccount(stage.db, { ...inactive, closed_by_ucanss: true }),
      await createAccount(stage.db, { last_name: 'REVIENT' }),
    ];
    const beyond = await createAccount(stage.db, inactive);
    await grant(stage.db, beyond, 'auditeur');
    await grant(stage.db, back, 'energie-lecteur');
    await grant(stage.db, back, 'sda-administrateur');
    const list = await stage.admin.get('/gestion/comptes?nom=revient&compte=inactif');
    assert.deepEqual(list.texts('form[data-selection] button[name=acte]'), ['Réactiver la sélection']);
    const page = await openDraft(stage.admin, { acte: 'reactiver' }, idsOf([back, kept, active, beyond]));
    assert.equal(page.heading, 'Réactiver la sélection');
    assert.deepEqual(page.texts('main details summary').map(clean).sort(), [
      'Laissé : compte déjà actif : 1',
      'Laissé : compte désactivé par l’Ucanss, qui seule le réactive : 1',
      'Laissé : ses droits dépassent les vôtres, demandez à l’Ucanss : 1',
      'Le compte sera réactivé, avec les droits qu’il a gardés : 1',
    ]);
    assert.match(page.texts('[data-confirmation]').join(), /1 message partira\./);
    const result = await stage.admin.follow(await stage.admin.submit(page, 'Confirmer', { motif: 'Retour' }));
    assert.match(result.texts('main').join(), /1 compte réactivé/);
    assert.deepEqual(await activeOf([back, kept, active, beyond]), [true, false, true, false]);
    const event = await stage.db('audit_events').where({ action: 'account.reactivated' }).first();
    assert.deepEqual(
      [event.subject_account_id, event.details, event.batch_id === null],
      [back.id, { reason: 'Retour' }, false],
    );
    const messages = await stage.db('messages').where({ template: 'account-reactivated' });
    assert.deepEqual(
      messages.map(({ recipient, data }) => [recipient, data.reason, data.rights]),
      [[back.email, 'Retour', ['SDA_Administrateur', 'Energie Lecteur']]],
    );
    const batches = await stage.admin.get('/gestion/lots');
    assert.equal(batches.column('Action')[0], '1 compte réactivé ; 3 personnes laissées telles quelles');
  });

  test('one account: the page before says which rights come back, and the person is told', async () => {
    const person = await createAccount(stage.db, { active: false });
    await grant(stage.db, person, 'energie-lecteur');
    await grant(stage.db, person, 'veille-rh-lecteur', { ends_on: '2020-01-01' });
    const page = await stage.admin.get(`/gestion/comptes/${person.id}/reactivation`);
    assert.match(page.texts('[data-confirmation]').join(), /1 droit revient : Energie Lecteur\./);
    assert.deepEqual(page.texts('.breadcrumb-line li').map(clean).slice(0, 2), [
      'Gestion',
      'Gestion des comptes',
    ]);
    await stage.admin.submit(page, 'Confirmer');
    const [message] = await stage.db('messages').where({ account_id: person.id });
    assert.deepEqual([message.template, message.data.rights], ['account-reactivated', ['Energie Lecteur']]);
  });
});
