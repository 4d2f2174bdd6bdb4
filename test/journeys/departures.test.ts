import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createAccount } from '../factories/accounts.ts';
import { grant } from '../factories/assignments.ts';
import { createRequest } from '../factories/requests.ts';
import type { Page } from '../tools/page.ts';
import { named, useAccounts } from './accounts-stage.ts';
import { A1 } from './guide.ts';

describe('« Départ », « Actes prévus »', () => {
  const stage = useAccounts();
  const departOf = (person: { id: number }) => `/gestion/comptes/${person.id}/depart`;
  const isActive = async ({ id }: { id: number }) =>
    (await stage.db('accounts').where({ id }).first()).active;
  const ON = '2099-12-01';
  const linkOf = (page: Page, name: string): string => {
    const links = page.$('main a').toArray();
    const found = links.find(
      (link) => (page.$(link).attr('aria-label') ?? page.$(link).text()).trim() === name,
    );
    assert.ok(found, `${page.path} has no link « ${name} »`);
    return page.$(found).attr('href') ?? '';
  };

  test('R76: from the row, with what goes ticked; the notice says what went, and leads to the batch', async () => {
    const person = await createAccount(stage.db);
    await grant(stage.db, person, 'energie-lecteur');
    await createRequest(stage.db, { account: person, role: 'sda-consultation' });
    const list = await stage.find(person);
    const page = await stage.admin.get(linkOf(list, `Départ de ${named(person)}`));
    const text = page.texts('main').join();
    assert.ok(text.includes(A1) && text.includes('Supprimer aussi son habilitation'), text);
    assert.match(text, /Refuser sa demande/);
    const after = await stage.admin.follow(
      await stage.admin.submit(page, 'Confirmer', { motif: 'Retraite' }),
    );
    assert.match(
      after.notices.join(),
      /est fait : compte désactivé, 1 habilitation supprimée, 1 demande refusée/,
    );
    assert.match(after.path, /gestion\/comptes\?/, 'back to the list as it was filtered');
    assert.deepEqual([await isActive(person), await stage.rolesOf(person)], [false, []]);
    const batch = await stage.admin.get(linkOf(after, 'Voir ce qui a été fait, ou annuler'));
    assert.deepEqual(batch.column('Résultat'), ['Départ fait']);
  });

  test('a form without reason, or with a day that is past or does not exist, is shown again as it was', async () => {
    const person = await createAccount(stage.db);
    await grant(stage.db, person, 'energie-lecteur');
    const page = await stage.admin.get(departOf(person));
    for (const [values, sentence] of [
      [{ motif: '' }, /Indiquez le motif du départ/],
      [{ motif: 'Retraite', jour: '2020-01-01' }, /Cette date est passée/],
      [{ motif: 'Retraite', jour: '31/02/2099' }, /une date complète et qui existe/],
      [{ motif: 'Retraite', jour: '2100-06-01' }, /dans les deux ans/],
    ] as const) {
      const again = await stage.admin.submit(page, 'Confirmer', { ...values, droits: '' });
      assert.equal(again.status, 422);
      assert.match(again.texts('main').join(), sentence);
      assert.equal(await isActive(person), true);
    }
  });

  test('for a day to come: seen in the lists, on the page, in « À faire »; given up from there', async () => {
    const person = await createAccount(stage.db);
    const page = await stage.admin.get(departOf(person));
    const soon = new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10);
    const shown = soon.split('-').reverse().join('/');
    const planned = await stage.admin.submit(page, 'Confirmer', { motif: 'Retraite', jour: soon });
    const after = await stage.admin.follow(planned);
    assert.match(after.notices.join(), new RegExp(`est prévu le ${shown} : rien ne change d’ici là`));
    assert.equal(await isActive(person), true);
    assert.ok((await stage.find(person)).text.includes(`aria-label="Départ le ${shown}"`));
    const state = await stage.admin.get(`/gestion/etat?nom=${encodeURIComponent(person.last_name)}`);
    assert.ok(state.text.includes(`aria-label="Départ le ${shown}"`));
    assert.match((await stage.admin.get('/gestion')).texts('main').join(), /actes? prévus?/);
    const again = await stage.admin.get(departOf(person));
    assert.match(again.texts('main').join(), /déjà prévu le .* : celui-ci le remplace/);
    assert.deepEqual([again.$('[name=jour]').val(), again.$('[name=motif]').val()], [soon, 'Retraite']);
    const account = await stage.admin.get(`/gestion/comptes/${person.id}`);
    assert.match(account.texts('main').join(), new RegExp(`Départ prévu le ${shown}`));
    const cancelling = await stage.admin.submit(account, `Annuler Départ de ${named(person)}`);
    const done = await stage.admin.follow(await stage.admin.submit(cancelling, 'Confirmer'));
    assert.match(done.notices.join(), /annulé, rien n’aura lieu/);
    assert.equal(done.path.split('?')[0], `/gestion/comptes/${person.id}`, 'back to the page');
    const twice = await stage.admin.submit(cancelling, 'Confirmer');
    assert.ok([303, 302, 404].includes(twice.status), String(twice.status));
    assert.equal(
      (await stage.db('planned_acts').where({ account_id: person.id }).first()).state,
      'cancelled',
    );
  });

  test('R79: a delegation that begins later, in whose place; its end is not before its beginning', async () => {
    const person = await createAccount(stage.db);
    const page = await stage.admin.get(`/gestion/administrateurs-locaux/${person.id}/designation`);
    const [from, to] = [30, 60].map((days) =>
      new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10),
    ) as [string, string];
    const wrong = await stage.admin.submit(page, 'Confirmer', { debut: to, fin: from });
    assert.equal(wrong.status, 422);
    assert.match(wrong.texts('main').join(), /finirait avant d’avoir commencé/);
    const done = await stage.admin.follow(
      await stage.admin.submit(page, 'Confirmer', { debut: from, fin: to }),
    );
    assert.match(done.notices.join(), /sera administrateur local .* à partir du/);
    assert.deepEqual(await stage.rolesOf(person), []);
    const acts = await stage.admin.get('/gestion/actes-prevus?taille=100');
    const row = acts.rows.find((cells) => cells.join().includes(named(person)));
    assert.match(row?.join() ?? '', /Délégation/);
  });

  test('P1, P9: no way to leave for oneself; why, for who is beyond', async () => {
    const beyond = await createAccount(stage.db);
    await grant(stage.db, beyond, 'auditeur');
    const page = await stage.admin.get(departOf(beyond));
    assert.match(page.texts('main').join(), /Les droits de cette personne dépassent les vôtres/);
    assert.equal(page.texts('main form').length, 0, 'nothing to confirm');
    assert.ok(!(await stage.find(beyond)).texts('main table a').some((text) => text.startsWith('Départ')));
    const sent = await stage.admin.post(departOf(beyond), { motif: 'Retraite', jour: ON });
    assert.ok(sent.status < 500);
    assert.equal((await stage.db('planned_acts').where({ account_id: beyond.id })).length, 0);
  });
});
