import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type AccountRow, createAccount } from '../factories/accounts.ts';
import { grant } from '../factories/assignments.ts';
import { createRequest } from '../factories/requests.ts';
import { next } from '../factories/sequence.ts';
import type { Agent } from '../tools/agent.ts';
import type { Page } from '../tools/page.ts';
import { named, useAccounts } from './accounts-stage.ts';

const NEW = '/gestion/comptes/nouveau';
const CREATE = 'Créer le compte';
const TAKE = 'Reprendre ses rôles';
const UNSAVED = 'Rien n’est encore enregistré : vérifiez les habilitations ci-dessous.';

describe('R77 « Comme un collègue »', () => {
  const stage = useAccounts();

  const someone = () => ({ nom: 'Arrivante', prenom: 'Lise', email: `lise.${next()}@caf39.caf.fr` });
  const editing = (person: AccountRow) => `/gestion/comptes/${person.id}/modification`;
  const take = (page: Page, values: Record<string, string>, agent: Agent = stage.admin) =>
    agent.submit(page, TAKE, values);
  const codes = async (page: Page, side: string): Promise<string[]> => {
    const ids = page
      .$(`[data-side=${side}] [data-items] li`)
      .toArray()
      .map((row) => page.$(row).attr('data-id') ?? '');
    return stage.db('roles').whereIn('id', ids).orderBy('code').pluck('code');
  };
  /** What was taken, in words: the sentence, then its lines. */
  const told = (page: Page) => page.texts('#droits-repris :is(p, li)');
  /** What is said at a field of a form that was refused. */
  const fault = (page: Page, field = 'collegue') =>
    page.refused(422).texts(`#${field}-erreur`).join().replace('Erreur : ', '');
  const recap = (page: Page) => page.texts('[data-recap] li:not([hidden])');

  /** A colleague who holds these roles, under a name of their own. */
  async function colleague(roles: readonly string[], fields: object = {}): Promise<AccountRow> {
    const person = await createAccount(stage.db, { ...fields });
    for (const role of roles) await grant(stage.db, person, role, { ends_on: '2027-01-31' });
    return person;
  }

  test('creation: their roles come beside what was there, told in words; nothing is saved before « Créer le compte »', async () => {
    const model = await colleague([
      'energie-lecteur',
      'sda-consultation',
      'energie-administrateur',
      'auditeur',
    ]);
    await grant(stage.db, model, 'administrateur-local', { organism: 'CAF-391' });
    await grant(stage.db, model, 'marches-lecteur', { ends_on: '2026-11-21' });
    const person = someone();
    const sda = String((await stage.db('roles').first('id').where({ code: 'sda-consultation' })).id);
    const moved = await stage.admin.submit(
      await stage.admin.get(NEW),
      '>> Ajouter les habilitations cochées',
      { ...person, fonction: 'Juriste', ajouter: sda },
    );
    const page = await take(moved, { collegue: named(model) });
    assert.equal(page.status, 200);
    assert.deepEqual(told(page), [
      `1 droit repris de ${named(model)} : Energie Lecteur. ${UNSAVED}`,
      'À demander à l’Ucanss : Energie Administrateur.',
      'Déjà là : SDA_Consultation.',
      'Non repris : Administrateur local (une délégation se donne à part), Auditeur (donné par l’Ucanss).',
    ]);
    assert.deepEqual(await codes(page, 'assigned'), [
      'energie-administrateur',
      'energie-lecteur',
      'sda-consultation',
    ]);
    assert.deepEqual(recap(page), [
      '2 droits accordés : SDA_Consultation, Energie Lecteur',
      '1 droit demandé à l’Ucanss : Energie Administrateur',
    ]);
    for (const [field, value] of Object.entries({ ...person, fonction: 'Juriste', collegue: '' }))
      assert.equal(page.$(`#${field}`).val() ?? '', value, field);
    assert.equal(page.$('form[data-unsaved]').attr('data-unsaved'), 'true');
    assert.equal(await stage.db('accounts').where({ email: person.email }).first(), undefined);
    const created = await stage.admin.follow(await stage.admin.submit(page, CREATE));
    assert.match(created.notices.join(), /Accordé : .*Energie Lecteur.*Demandé à l’Ucanss : Energie Admin/);
    const account = await stage.accountOf(person.email);
    assert.deepEqual(await stage.rolesOf(account), ['energie-lecteur', 'sda-consultation']);
    const ends = await stage.db('assignments').where({ account_id: account.id }).pluck('ends_on');
    assert.deepEqual(ends, [null, null], 'end dates are not copied');
    const asked = await stage.db('requests').where({ account_id: account.id, status: 'pending' });
    assert.equal(asked.length, 1);
  });

  test('several people, nobody, nothing, too much: told at the field, with what was typed', async () => {
    const last = `JUMEAU${next()}`;
    const [one, two] = [
      await colleague(['energie-lecteur'], { last_name: last, first_name: 'Ève' }),
      await colleague(['marches-lecteur'], {
        last_name: last,
        first_name: 'Ève',
        function_title: 'Acheteuse',
      }),
    ];
    await colleague([], { last_name: `${last}X`, first_name: 'Ève' });
    const person = someone();
    const form = await stage.admin.get(NEW);
    const choices = await take(form, { ...person, collegue: `eve ${last}` });
    assert.equal(choices.status, 422);
    assert.deepEqual(choices.texts('.colleague .choices label'), [
      `Ève ${last} Gestionnaire · ${one.email}`,
      `Ève ${last} Acheteuse · ${two.email}`,
    ]);
    assert.match(choices.notices.join(), new RegExp(`Plusieurs personnes correspondent à « eve ${last} »`));
    assert.equal(choices.$('#nom').val(), person.nom);
    const chosen = await take(choices, { collegue_choisi: String(two.id) });
    assert.deepEqual(await codes(chosen, 'assigned'), ['marches-lecteur']);
    // The address tells them apart at once.
    const byMail = await take(form, { collegue: one.email.toUpperCase() });
    assert.deepEqual(await codes(byMail, 'assigned'), ['energie-lecteur']);
    const refusals = {
      'zzz qqq':
        'Aucune personne active de la CAF du Jura ne correspond à « zzz qqq » : vérifiez le nom, ou indiquez l’email.',
      '': 'Indiquez un collègue, par son nom ou par son email.',
      'a b c d e f g h i j k l m': 'Indiquez seulement le nom, ou l’email : 12 mots au plus.',
    };
    for (const [collegue, message] of Object.entries(refusals)) {
      const page = await take(form, { ...person, collegue });
      assert.equal(page.status, 422, collegue);
      assert.equal(fault(page), message);
      assert.equal(page.$('#collegue').val() ?? '', collegue);
      assert.deepEqual(await codes(page, 'assigned'), []);
    }
  });

  test('P5 of another organism, or with an account that is not active: as unknown, whatever is sent', async () => {
    const elsewhere = await colleague(['energie-lecteur'], { organism: 'CPAM-391' });
    const gone = await colleague(['energie-lecteur'], { active: false });
    for (const person of [elsewhere, gone]) {
      for (const collegue of [named(person), person.email]) {
        const page = await take(await stage.admin.get(NEW), { collegue });
        assert.equal(page.status, 422);
        assert.match(fault(page), /^Aucune personne active de la CAF du Jura/);
      }
      const forged = await stage.admin.post(NEW, {
        ...{ _csrf: await stage.admin.token(), organisme: 'CAF-391', reprendre: 'oui' },
        ...{ collegue: 'personne', collegue_choisi: String(person.id) },
      });
      assert.deepEqual(await codes(forged.refused(422), 'assigned'), []);
    }
  });

  test('modification: nothing that is there is taken away, what was ticked stays, what is asked already is not again', async () => {
    const model = await colleague([
      'energie-lecteur',
      'marches-lecteur',
      'sda-administrateur',
      'mon-profil-siadd',
    ]);
    const person = await colleague(['veille-rh-lecteur', 'energie-lecteur']);
    await createRequest(stage.db, { account: person, role: 'sda-administrateur' });
    const ids = new Map(
      (await stage.db('roles').select('id', 'code')).map(({ id, code }) => [code, String(id)]),
    );
    const ticked = {
      ajouter: String(ids.get('donnees-rh-lecteur')),
      retirer: String(ids.get('veille-rh-lecteur')),
    };
    const form = await stage.admin.get(editing(person));
    const page = await take(form, {
      ...ticked,
      collegue: model.email,
      motif: 'Même poste',
      fonction: 'Cadre',
    });
    assert.deepEqual(told(page), [
      `1 droit repris de ${named(model)} : Marchés - Lecteur. ${UNSAVED}`,
      'À demander à l’Ucanss : Mon profil SIADD.',
      'Déjà demandé à l’Ucanss : SDA_Administrateur.',
      'Déjà là : Energie Lecteur.',
    ]);
    assert.deepEqual(recap(page), [
      '1 droit accordé : Marchés - Lecteur',
      '1 droit demandé à l’Ucanss : Mon profil SIADD',
    ]);
    const checked = page
      .$('.dual :checked')
      .toArray()
      .map((box) => page.$(box).val());
    assert.deepEqual(checked.sort(), Object.values(ticked).sort());
    assert.deepEqual([page.$('#motif').val(), page.$('#fonction').val()], ['Même poste', 'Cadre']);
    assert.deepEqual(await stage.rolesOf(person), ['energie-lecteur', 'veille-rh-lecteur']);
    // Unticked: only what moved counts.
    const saved = await stage.admin.submit(page, 'Enregistrer', { ajouter: [], retirer: [] });
    const record = await stage.admin.follow(saved);
    assert.match(
      record.notices.join(),
      /Accordé : Marchés - Lecteur\. Demandé à l’Ucanss : Mon profil SIADD/,
    );
    assert.deepEqual(await stage.rolesOf(person), [
      'energie-lecteur',
      'marches-lecteur',
      'veille-rh-lecteur',
    ]);
  });

  test('what was about to be removed comes back; a closed role does not', async () => {
    const model = await colleague(['energie-lecteur', 'communaute-membre']);
    const person = await colleague(['energie-lecteur']);
    const { id: retirer } = await stage.db('roles').first('id').where({ code: 'energie-lecteur' });
    const form = await stage.admin.get(editing(person));
    const moved = await stage.admin.submit(form, '<< Retirer les habilitations cochées', {
      retirer: String(retirer),
    });
    assert.deepEqual(recap(moved), ['1 droit retiré : Energie Lecteur']);
    const national = await stage.enter('national@ucanss.fr');
    const { id } = await stage.db('roles').first('id').where({ code: 'communaute-membre' });
    const closing = await national.submit(
      await national.get(`/gestion/applications-et-roles/${id}/modification`),
      'Enregistrer',
      { etat: 'ferme' },
    );
    await national.submit(closing, 'Confirmer');
    national.close();
    const page = await take(moved, { collegue: named(model) });
    assert.equal(told(page)[0], `1 droit repris de ${named(model)} : Energie Lecteur. ${UNSAVED}`);
    assert.equal(told(page)[1], 'Non repris : Communauté - Membre (rôle fermé).');
    assert.deepEqual(recap(page), []);
  });

  test('who has nothing, and oneself: said; nothing is offered of one’s own rights, nor to an inactive account', async () => {
    const [nobody, person] = [await colleague([]), await colleague(['energie-lecteur'])];
    const form = await stage.admin.get(editing(person));
    assert.deepEqual(told(await take(form, { collegue: nobody.email })), [
      `${named(nobody)} n’a aucune habilitation : il n’y a rien à reprendre.`,
    ]);
    const own = await take(form, { collegue: person.email });
    assert.match(fault(own), /^Aucune autre personne active/);
    const me = await stage.accountOf('wtestportail@test.fr');
    const gone = await colleague([], { active: false });
    for (const other of [me, gone])
      assert.equal((await stage.admin.get(editing(other))).$('#collegue').length, 0);
  });

  test('a colleague named and not taken is not lost without a word: nothing is saved', async () => {
    const model = await colleague(['energie-lecteur']);
    const person = someone();
    const page = await stage.admin.submit(await stage.admin.get(NEW), CREATE, {
      ...person,
      collegue: named(model),
    });
    assert.equal(page.status, 422);
    assert.match(page.notices.join(), /Un collègue était indiqué : ses rôles viennent d’être repris/);
    assert.deepEqual(await codes(page, 'assigned'), ['energie-lecteur']);
    assert.equal(await stage.db('accounts').where({ email: person.email }).first(), undefined);
    await stage.admin.submit(page, CREATE);
    assert.deepEqual(await stage.rolesOf(await stage.accountOf(person.email)), ['energie-lecteur']);
  });

  test('P3, P13 Ucanss says first of which organism; what is reserved is given at once', async () => {
    const national = await stage.enter('national@ucanss.fr');
    const model = await colleague(['energie-administrateur'], { organism: 'CPAM-391' });
    const missing = await take(await national.get(NEW), { collegue: named(model) }, national);
    assert.equal(missing.status, 422);
    assert.equal(fault(missing, 'perimetre'), 'Choisissez l’organisme de la personne.');
    const other = await take(missing, { perimetre: 'CAF-391' }, national);
    assert.match(fault(other), /^Aucune personne active de la CAF du Jura/);
    const page = await take(missing, { perimetre: 'CPAM-391' }, national);
    assert.equal(told(page)[0], `1 droit repris de ${named(model)} : Energie Administrateur. ${UNSAVED}`);
    assert.deepEqual(recap(page), ['1 droit accordé : Energie Administrateur']);
    national.close();
  });
});
