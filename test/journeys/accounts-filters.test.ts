import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createAccount } from '../factories/accounts.ts';
import { grant } from '../factories/assignments.ts';
import { clean } from '../tools/page.ts';
import { useAccounts } from './accounts-stage.ts';
import { R37 } from './guide.ts';

describe('« Gestion des comptes »: the filters and the table', () => {
  const stage = useAccounts();

  test('R27: the filters have their labels, in fieldsets, and their initial values', async () => {
    const { $, ...page } = await stage.admin
      .get('/gestion/comptes')
      .then((each) => ({ $: each.$, heading: each.heading }));
    assert.equal(page.heading, 'Gestion des comptes');
    const legends = $('fieldset legend')
      .toArray()
      .map((element) => clean($(element).text()));
    assert.deepEqual(legends, [
      'Personnes ayant le rôle',
      'Personne dans mon organisme',
      'Compte',
      'Avec ADD',
    ]);
    const checked = $('input[type=radio][checked]')
      .toArray()
      .map((element) => `${$(element).attr('name')}=${$(element).attr('value')}`);
    assert.deepEqual(checked, ['ayant=oui', 'organisme=oui', 'compte=actif', 'add=oui']);
    for (const [id, label] of [
      ['nom', 'Nom'],
      ['prenom', 'Prénom'],
      ['role', 'Rôle sélectionné'],
    ]) {
      assert.equal(clean($(`label[for=${id}]`).text()), label);
    }
    assert.equal(clean($('#role option').first().text()), 'Aucun');
    assert.equal($('#role option[selected]').attr('value'), '');
  });

  test('the introduction is the guide’s, letter for letter, and « Nouveau » leads to the creation (R48)', async () => {
    const page = await stage.admin.get('/gestion/comptes');
    assert.ok(page.texts('main p').includes(R37));
    assert.match(page.texts('details.tips li').join(), /Vous pouvez cocher le bouton « tout » à gauche/);
    const link = page.$('main a').filter((_, element) => clean(page.$(element).text()) === 'Nouveau');
    assert.equal(link.attr('href'), '/gestion/comptes/nouveau');
  });

  test('who reads it is told what they may do: the auditor of nothing to press, Ucanss of where it is', async () => {
    const told = async (email: string, query = '') => {
      const agent = await stage.enter(email);
      const pages = [await agent.get(`/gestion/comptes${query}`), await agent.get(`/gestion/lots${query}`)];
      agent.close();
      return pages.map((page) => page.texts('main').join());
    };
    const read = (await told('auditeur@ucanss.fr')).join();
    assert.match(
      read,
      /Vous consultez les comptes et les droits des personnes de tous les organismes, sans rien modifier\./,
    );
    assert.doesNotMatch(read, /nouveau|cocher|Cochez|votre organisme/i);
    const [everywhere] = await told('national@ucanss.fr');
    assert.match(String(everywhere), /choisissez d’abord un organisme/);
    const [there] = await told('national@ucanss.fr', '?perimetre=CAF-391');
    assert.match(String(there), /mettre à jour les droits des personnes de la CAF du Jura\./);
    assert.doesNotMatch(`${everywhere}${there}`, /votre organisme|bouton « nouveau » ci-dessus/);
  });

  test('R29, P3, P3b, P4: the roles are those that can be granted, by application, the reserved ones tagged', async () => {
    const { $ } = await stage.admin.get('/gestion/comptes');
    const codes = $('#role option')
      .toArray()
      .map((option) => String($(option).attr('value')));
    const grantable = await stage
      .db('roles')
      .where({ kind: 'ordinary' })
      .whereNot({ validator: 'free' })
      .whereNull('closed_at')
      .pluck('code');
    assert.deepEqual(codes.filter((code) => code !== '').sort(), grantable.sort());
    assert.match($('#role option[value=sda-administrateur]').text(), /Validation Ucanss/);
    assert.doesNotMatch($('#role option[value=sda-consultation]').text(), /Validation Ucanss/);
    assert.equal($('#role option[value=sda-consultation]').parent('optgroup').attr('label'), 'SDA');
  });

  test('R37: the columns, « Prénom NOM », 10 rows, only my organism', async () => {
    const page = await stage.admin.get('/gestion/comptes');
    assert.deepEqual(page.texts('main thead th'), [
      'Tout',
      'Nom',
      'Organisme',
      'Branches',
      'Mail',
      'Téléphone',
      'Dernière connexion',
      'Action',
    ]);
    assert.equal(page.rows.length, 10);
    assert.deepEqual([...new Set(page.column('Organisme'))], ['CAF du Jura']);
    assert.deepEqual([...new Set(page.column('Branches'))], ['Branche Famille']);
    assert.match((await stage.people('nom=mantel')).join(), /^Thomas MANTEL/);
    const total = await stage
      .db('accounts')
      .join('organisms', 'organisms.id', 'organism_id')
      .where({ code: 'CAF-391', active: true })
      .count();
    assert.ok(
      page.texts('.filters-sentence')[0]?.endsWith(`: ${total[0]?.count}`),
      page.texts('.filters-sentence')[0],
    );
  });

  test('R28, R36: « Nom » and « Prénom » narrow, without accents or case, and combine', async () => {
    assert.equal((await stage.people('nom=SUPPLEANTE')).length, 1);
    assert.equal((await stage.people('prenom=maud&nom=suppl')).length, 1);
    assert.equal((await stage.people('prenom=thomas&nom=suppl')).length, 0);
    assert.equal((await stage.people('nom=thomas')).length, 0, 'a first name is not a last name');
  });

  test('R31, R32: holders, then those without, are everyone together; the sentence says which', async () => {
    const holders = await stage.people('role=energie-lecteur&ayant=oui');
    const others = await stage.people('role=energie-lecteur&ayant=non');
    assert.equal(holders.length + others.length, (await stage.people('')).length);
    assert.ok(holders.some((name) => name.startsWith('Thomas MANTEL')));
    const page = await stage.admin.get('/gestion/comptes?role=energie-lecteur&ayant=non');
    assert.match(
      page.texts('.filters-sentence').join(),
      /^Personnes actives de la CAF du Jura qui n’ont pas Energie Lecteur : \d+$/,
    );
  });

  test('P8: who held the role until yesterday does not have it, whatever the read model still says', async () => {
    const person = await createAccount(stage.db, { last_name: 'ECHU' });
    await grant(stage.db, person, 'energie-lecteur', { ends_on: '2026-11-21' });
    assert.deepEqual(await stage.people('nom=echu&role=energie-lecteur&ayant=oui'), []);
    assert.equal((await stage.people('nom=echu&role=energie-lecteur&ayant=non')).length, 1);
  });

  test('R34: « Inactif » lists the deactivated accounts, and they alone', async () => {
    const inactive = await stage.people('compte=inactif');
    assert.ok(inactive.some((name) => name.startsWith('Paul PARTI')));
    assert.ok(!(await stage.people('')).some((name) => name.startsWith('Paul PARTI')));
  });

  test('R35: « Avec ADD : Non » leaves executives out', async () => {
    const page = await stage.admin.get('/gestion/comptes?taille=100');
    const executives = page.texts('[data-label=Nom]:has([aria-label=ADD])');
    assert.ok(executives.includes('Odile DIRECTRICE'));
    assert.deepEqual(
      await stage.people('add=non'),
      page.column('Nom').filter((name) => !executives.includes(name)),
    );
  });

  test('R36: every combination of the filters finds whom a plain query finds', async () => {
    const { id: roleId } = await stage.db('roles').first('id').where({ code: 'sda-consultation' });
    const { organism_id: organismId } = await stage.accountOf('tmantel@caf39.caf.fr');
    const held = (account: string) =>
      `EXISTS (SELECT 1 FROM assignments WHERE account_id = ${account} AND role_id = ? AND ended_at IS NULL)`;
    let found = 0;
    for (const [role = '', ayant = '', compte = '', add = '', nom = ''] of combinations(
      ['', 'sda-consultation'],
      ['oui', 'non'],
      ['actif', 'inactif'],
      ['oui', 'non'],
      ['', 'a'],
    )) {
      const expected = await stage
        .db('accounts')
        .where({ organism_id: organismId, active: compte === 'actif' })
        .whereLike('last_key', `%${nom}%`)
        .modify((query) => {
          if (add === 'non') query.where({ is_executive: false });
          if (role !== '') query.whereRaw(`${ayant === 'oui' ? '' : 'NOT '}${held('accounts.id')}`, [roleId]);
        })
        .pluck('email');
      const filters = new URLSearchParams({ role, ayant, compte, add, nom, taille: '100' });
      const page = await stage.admin.get(`/gestion/comptes?${filters}`);
      assert.deepEqual(page.column('Mail').sort(), expected.sort(), filters.toString());
      found += expected.length;
    }
    assert.ok(found > 300, 'most combinations find somebody');
  });

  test('an unknown value shows the page with its default and says so', async () => {
    const page = await stage.admin.get('/gestion/comptes?compte=zzz&add=zzz&x=1');
    assert.equal(page.status, 200);
    assert.equal(page.texts('main .notice-warning').length, 3, page.notices.join(' | '));
    assert.equal(page.rows.length, 10);
  });

  test('R38, R39: each row leads to the account page and its history', async () => {
    const thomas = await stage.accountOf('tmantel@caf39.caf.fr');
    const { $ } = await stage.admin.get('/gestion/comptes?nom=mantel');
    const links = $('main table tbody a')
      .toArray()
      .map((element) => [clean($(element).text()), $(element).attr('href')]);
    assert.deepEqual(links, [
      ['Thomas MANTEL', `/gestion/comptes/${thomas.id}`],
      ['Accéder à la fiche de Thomas MANTEL', `/gestion/comptes/${thomas.id}`],
      [
        "Consulter l'historique des actions sur le compte de Thomas MANTEL",
        `/gestion/comptes/${thomas.id}/historique`,
      ],
      [
        'Départ de Thomas MANTEL',
        `/gestion/comptes/${thomas.id}/depart?retour=${encodeURIComponent('/gestion/comptes?nom=mantel')}`,
      ],
    ]);
  });
});

/** One value of each list, in every way. */
const combinations = (...lists: string[][]): string[][] =>
  lists.reduce<string[][]>((all, list) => all.flatMap((one) => list.map((value) => [...one, value])), [[]]);
