import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type AccountRow, createAccount } from '../factories/accounts.ts';
import { endAssignment, grant } from '../factories/assignments.ts';
import { openDraft } from '../tools/draft.ts';
import type { Page } from '../tools/page.ts';
import { named, useAccounts } from './accounts-stage.ts';

describe('« Gestion des comptes »: a page that is older than what it shows', () => {
  const stage = useAccounts();

  const holder = async (role = 'energie-lecteur', fields = {}) => {
    const person = await createAccount(stage.db, fields);
    return { person, right: await grant(stage.db, person, role) };
  };
  const isActive = async (person: AccountRow) =>
    (await stage.db('accounts').first('active').where({ id: person.id })).active;
  const deactivate = (person: AccountRow) =>
    stage.db('accounts').where({ id: person.id }).update({ active: false, deactivated_at: new Date() });

  /** The confirmation that a row's button leads to, as somebody has it before their eyes. */
  const confirmationOf = async (person: AccountRow, query: string, button: string): Promise<Page> =>
    stage.admin.submit(await stage.find(person, query), button);
  const confirm = async (page: Page, values = {}) =>
    stage.admin.follow(await stage.admin.submit(page, 'Confirmer', values));

  test('R40: the right was removed meanwhile: told, the other rights stay, the list comes back', async () => {
    const { person, right } = await holder();
    await grant(stage.db, person, 'annuaire-add-lecteur');
    const page = await confirmationOf(
      person,
      'role=energie-lecteur',
      `Supprimer des droits de ${named(person)}`,
    );
    await endAssignment(stage.db, right);
    const answer = await confirm(page);
    assert.match(answer.notices.join(), /n’a pas, ou n’a plus, « Energie Lecteur »/);
    assert.match(answer.path, /^\/gestion\/comptes\?.*role=energie-lecteur/);
    assert.deepEqual(await stage.rolesOf(person), ['annuaire-add-lecteur']);
    assert.deepEqual(await stage.eventsOf(person), []);
  });

  test('R41: the right was granted, or the account closed, meanwhile: told, and nothing is given twice', async () => {
    for (const [change, said] of [
      [(person: AccountRow) => grant(stage.db, person, 'energie-lecteur'), /a déjà « Energie Lecteur »/],
      [deactivate, /est désactivé : réactivez-le/],
    ] as const) {
      const person = await createAccount(stage.db);
      const button = `Activer des droits de ${named(person)}`;
      const page = await confirmationOf(person, 'role=energie-lecteur&ayant=non', button);
      await change(person);
      assert.match((await confirm(page)).notices.join(), said);
      assert.ok((await stage.rolesOf(person)).length <= 1);
      assert.deepEqual(await stage.eventsOf(person), []);
    }
  });

  test('R43: closed, or opened again, by somebody else meanwhile: told', async () => {
    const [open, closed] = [await createAccount(stage.db), await createAccount(stage.db, { active: false })];
    const closing = await confirmationOf(open, '', `Désactiver le compte de ${named(open)}`);
    const opening = await confirmationOf(closed, 'compte=inactif', `Réactiver le compte de ${named(closed)}`);
    await deactivate(open);
    await stage.db('accounts').where({ id: closed.id }).update({ active: true, deactivated_at: null });
    assert.match((await confirm(closing, { motif: 'Départ' })).notices.join(), /est déjà désactivé/);
    assert.match((await confirm(opening)).notices.join(), /est déjà actif/);
    for (const person of [open, closed]) assert.deepEqual(await stage.eventsOf(person), []);
  });

  test('P5: the person moved meanwhile: every act of the old page is a 404, and changes nothing', async () => {
    const { person, right } = await holder();
    const [removal, closing, account, editing] = [
      await confirmationOf(person, 'role=energie-lecteur', `Supprimer des droits de ${named(person)}`),
      await confirmationOf(person, '', `Désactiver le compte de ${named(person)}`),
      await stage.admin.get(`/gestion/comptes/${person.id}/droits/${right}/fin`),
      await stage.admin.get(`/gestion/comptes/${person.id}/modification`),
    ];
    await stage.moveAway(person);
    const _csrf = await stage.admin.token();
    for (const answer of [
      await stage.admin.submit(removal, 'Confirmer'),
      await stage.admin.submit(closing, 'Confirmer', { motif: 'Départ' }),
      await stage.admin.submit(account, 'Confirmer', { fin: '2027-01-31' }),
      await stage.admin.submit(editing, 'Enregistrer', { fonction: 'Autre' }),
      await stage.admin.post(`/gestion/comptes/${person.id}/adresse`, {
        ...{ _csrf, organisme: 'CAF-391', email: 'ailleurs@caf39.caf.fr' },
      }),
    ]) {
      assert.equal(answer.status, 404, answer.path);
    }
    assert.deepEqual([await stage.rolesOf(person), await isActive(person)], [['energie-lecteur'], true]);
    assert.deepEqual(await stage.eventsOf(person), []);
  });

  test('R58, R61: attached here, or become an executive, meanwhile: told', async () => {
    for (const [change, said] of [
      [(person: AccountRow) => stage.moveAway(person, 'CAF-391'), /fait déjà partie de cet organisme/],
      [
        (person: AccountRow) => stage.db('accounts').where({ id: person.id }).update({ is_executive: true }),
        /Seuls les agents non ADD/,
      ],
    ] as const) {
      const person = await createAccount(stage.db, { organism: 'CAF-251' });
      const button = `Rattacher ${named(person)} à mon organisme`;
      const page = await confirmationOf(person, 'organisme=non', button);
      await change(person);
      assert.match((await confirm(page)).notices.join(), said);
      const events = (await stage.eventsOf(person)).map(({ action }) => action);
      assert.deepEqual([...new Set(events)], ['search.person_told'], 'nothing but what was told (P12)');
    }
  });

  test('R47, R63: on the account page, a right removed meanwhile is neither dated, nor kept, nor given back', async () => {
    const { person, right } = await holder();
    const { organism_id } = await stage.accountOf('admin.cpam39@assurance-maladie.fr');
    await stage.db('assignments').where({ id: right }).update({ inherited_from: organism_id });
    const dating = await stage.admin.get(`/gestion/comptes/${person.id}/droits/${right}/fin`);
    const page = await stage.admin.get(`/gestion/comptes/${person.id}`);
    const editing = await stage.admin.get(`/gestion/comptes/${person.id}/modification`);
    await endAssignment(stage.db, right);
    const kept = await stage.admin.follow(await stage.admin.submit(page, 'Garder Energie Lecteur'));
    for (const answer of [await confirm(dating, { fin: '2027-01-31' }), kept]) {
      assert.match(answer.notices.join(), /a été retiré ou changé entre-temps/);
    }
    await stage.admin.submit(editing, 'Enregistrer', { fonction: 'Autre' });
    assert.deepEqual(await stage.rolesOf(person), []);
  });

  describe('a selection', () => {
    /** The confirmation of an act on these ticked people. */
    function ticked(acte: string, people: readonly AccountRow[]): Promise<Page> {
      const fields = { acte, role: 'energie-lecteur', ayant: 'non' };
      return openDraft(
        stage.admin,
        fields,
        people.map(({ id }) => id),
      );
    }

    /** What the result says of each person. */
    const lines = (page: Page) =>
      new Map(page.column('Nom').map((name, rank) => [name, page.column('Résultat')[rank]]));

    test('R45, R46: a right removed meanwhile is a line left, with why; the others are done', async () => {
      const [one, gone, two] = [await holder(), await holder(), await holder()];
      const page = await ticked(
        'supprimer',
        [one, gone, two].map(({ person }) => person),
      );
      await endAssignment(stage.db, gone.right);
      const result = await confirm(page);
      assert.deepEqual(
        lines(result),
        new Map([
          [named(one.person), 'Droit supprimé'],
          [named(gone.person), 'Laissé : n’a pas ce rôle'],
          [named(two.person), 'Droit supprimé'],
        ]),
      );
      assert.match(result.notices.join(), /supprimé pour 2 personnes ; 1 personne laissée telle quelle/);
    });

    test('R45, R46: granted or closed meanwhile: a line each, and nothing else is lost', async () => {
      const [one, held, closed] = [
        await createAccount(stage.db),
        await createAccount(stage.db),
        await createAccount(stage.db),
      ];
      const page = await ticked('activer', [one, held, closed]);
      await grant(stage.db, held, 'energie-lecteur');
      await deactivate(closed);
      assert.deepEqual(
        lines(await confirm(page)),
        new Map([
          [named(one), 'Droit activé'],
          [named(held), 'Laissé : a déjà ce rôle'],
          [named(closed), 'Laissé : compte inactif'],
        ]),
      );
      const again = await ticked('desactiver', [one, closed]);
      await deactivate(one);
      assert.equal(again.status, 200);
      const result = await confirm(again, { motif: 'Départ' });
      assert.deepEqual([...new Set(result.column('Résultat'))], ['Laissé : compte inactif']);
    });

    test('R45, P5: somebody moved meanwhile: a line says so, and the others are done', async () => {
      const [stays, leaves] = [await createAccount(stage.db), await createAccount(stage.db)];
      const page = await ticked('desactiver', [stays, leaves]);
      await stage.moveAway(leaves);
      const missing = (await stage.admin.submit(page, 'Confirmer', { motif: ' ' })).refused(422);
      assert.match(missing.texts('details').join(), /Laissé : ne fait plus partie de l’organisme : 1/);
      const result = await confirm(missing, { motif: 'Départ en retraite' });
      assert.deepEqual(
        lines(result),
        new Map([
          [named(stays), 'Compte désactivé'],
          [named(leaves), 'Laissé : ne fait plus partie de l’organisme'],
        ]),
      );
      assert.doesNotMatch(result.text, new RegExp(leaves.email), 'no view of the account there');
      assert.deepEqual([await isActive(stays), await isActive(leaves)], [false, true]);
    });
  });
});
