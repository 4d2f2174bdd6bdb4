import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createAccount } from '../factories/accounts.ts';
import { grant } from '../factories/assignments.ts';
import { readCsv } from '../tools/files.ts';
import { clean } from '../tools/page.ts';
import { useAccounts } from './accounts-stage.ts';

describe('« Gestion des comptes »: since when, and its files', () => {
  const stage = useAccounts();
  const LIST = '/gestion/comptes?nom=depuis';
  const heads = async (path: string) => (await stage.admin.get(path)).texts('thead th').map(clean);
  const names = async (path: string) => (await stage.admin.get(path)).column('Nom');

  /** Three people with a right each: given on other days, by other people, until other days. */
  async function people() {
    const admin = await stage.db('accounts').first('id').where({ email: 'wtestportail@test.fr' });
    const deputy = await stage.db('accounts').first('id').where({ email: 'suppleante@caf39.caf.fr' });
    const rights = [
      ['DEPUISUN', { granted_at: '2026-03-01T23:30:00Z', granted_by: admin.id, ends_on: '2026-12-01' }],
      ['DEPUISDEUX', { granted_at: '2025-01-10T09:00:00Z', granted_by: deputy.id }],
      ['DEPUISTROIS', { granted_at: '2026-11-01T09:00:00Z', granted_by: null, ends_on: '2027-06-30' }],
    ] as const;
    for (const [last_name, right] of rights) {
      const person = await createAccount(stage.db, { last_name, first_name: 'Ada' });
      await grant(stage.db, person, 'energie-lecteur', right);
    }
    await stage
      .db('accounts')
      .where({ last_name: 'DEPUISUN' })
      .update({ last_sign_in_at: '2026-11-20T10:00:00Z' });
    await stage
      .db('accounts')
      .where({ last_name: 'DEPUISDEUX' })
      .update({ last_sign_in_at: '2026-08-01T10:00:00Z' });
  }

  test('with a role chosen the list says since when, by whom and until when, and sorts by each', async () => {
    await people();
    const page = await stage.admin.get(`${LIST}&role=energie-lecteur`);
    assert.deepEqual(page.column('Depuis le'), ['10/01/2025', '01/11/2026', '02/03/2026']);
    assert.deepEqual(page.column('Accordée par'), ['Maud SUPPLÉANTE', '', 'Welcome TESTPORTAIL']);
    assert.deepEqual(page.column('Jusqu’au'), ['Sans date de fin', '30/06/2027', '01/12/2026']);
    const [one, two, three] = ['Ada DEPUISUN', 'Ada DEPUISDEUX', 'Ada DEPUISTROIS'];
    for (const [sort, order] of [
      ['depuis', [two, one, three]],
      ['par', [two, one, three]],
      ['jusquau', [one, three, two]],
    ] as const) {
      const path = `${LIST}&role=energie-lecteur&tri=${sort}`;
      assert.deepEqual(await names(path), order, sort);
      assert.deepEqual(await names(`${path}&sens=desc`), order.toReversed(), `${sort}, the other way`);
    }
    assert.ok(!(await heads(`${LIST}&role=energie-lecteur&ayant=non`)).includes('Depuis le'));
    // Nothing is sorted by a right that nobody listed has.
    assert.equal((await names(`${LIST}&tri=depuis`)).length, 3);
  });

  test('« Dernière connexion », « Fin de droits dans 30 jours »: who is found, the last day and the day after', async () => {
    const [one, two, three] = ['Ada DEPUISUN', 'Ada DEPUISDEUX', 'Ada DEPUISTROIS'];
    const page = await stage.admin.get(`${LIST}&tri=connexion`);
    assert.deepEqual(page.column('Dernière connexion'), ['01/08/2026', '20/11/2026', 'Jamais']);
    assert.deepEqual(await names(`${LIST}&connexion=jamais`), [three]);
    assert.deepEqual(await names(`${LIST}&connexion=plus-de-90-jours`), [two]);
    assert.deepEqual(await names(`${LIST}&droits=fin-proche`), [one]);
    const { id: account_id } = await stage.db('accounts').first('id').where({ last_name: 'DEPUISTROIS' });
    const ends = (ends_on: string) => stage.db('assignments').where({ account_id }).update({ ends_on });
    await ends('2026-12-22');
    assert.deepEqual(await names(`${LIST}&droits=fin-proche`), [three, one]);
    await ends('2026-12-23');
    assert.deepEqual(await names(`${LIST}&droits=fin-proche`), [one]);
    const sentence = (await stage.admin.get(`${LIST}&droits=fin-proche`)).texts('.filters-sentence').join();
    assert.match(clean(sentence), /dont un droit finit dans les 30 jours/);
  });

  test('its files hold the people that it shows, and the rights of the role that was chosen', async () => {
    const csv = async (query: string) =>
      readCsv((await stage.admin.get(`/gestion/comptes.csv?${query}`)).bytes);
    const [head, ...rows] = await csv('nom=depuis&role=energie-lecteur&tri=depuis');
    assert.deepEqual(head, [
      'Nom',
      'Prénom',
      'Organisme',
      'Branches',
      'Mail',
      'Téléphone',
      'Compte',
      'Dernière connexion',
      'Depuis le',
      'Accordée par',
      'Jusqu’au',
    ]);
    assert.deepEqual(
      rows.map(([name, , organism, , , , state, seen, since, by, until]) => [
        name,
        organism,
        state,
        seen,
        since,
        by,
        until,
      ]),
      [
        ['DEPUISDEUX', 'CAF du Jura', 'Actif', '01/08/2026', '10/01/2025', 'Maud SUPPLÉANTE', ''],
        ['DEPUISUN', 'CAF du Jura', 'Actif', '20/11/2026', '02/03/2026', 'Welcome TESTPORTAIL', '01/12/2026'],
        ['DEPUISTROIS', 'CAF du Jura', 'Actif', '', '01/11/2026', '', '23/12/2026'],
      ],
    );
    // Nothing of a right that nobody listed has.
    for (const query of ['nom=depuis', 'nom=depuis&role=energie-lecteur&ayant=non'])
      assert.deepEqual((await csv(query))[0], head?.slice(0, -3), query);
    for (const extension of ['xlsx', 'pdf'])
      assert.equal((await stage.admin.get(`/gestion/comptes.${extension}?nom=depuis`)).status, 200);
  });

  test('Ucanss has the same of everybody: each filter and order is answered, and says what it does not do', async () => {
    const ucanss = await stage.enter('national@ucanss.fr');
    for (const query of [
      'droits=a-revoir',
      'droits=fin-proche',
      'connexion=jamais',
      'connexion=plus-de-90-jours',
    ])
      for (const sort of ['nom', 'organisme', 'connexion', 'depuis', 'par', 'jusquau'])
        for (const role of ['', '&role=energie-lecteur'])
          assert.equal(
            (await ucanss.get(`/gestion/comptes?${query}&tri=${sort}${role}`)).status,
            200,
            `${query} ${sort}`,
          );
    const ending = await ucanss.get(`${LIST}&droits=fin-proche`);
    assert.deepEqual(ending.column('Nom'), ['Ada DEPUISUN']);
    const sorted = await ucanss.get(`${LIST}&role=energie-lecteur&tri=depuis`);
    assert.deepEqual(sorted.column('Nom'), ['Ada DEPUISDEUX', 'Ada DEPUISTROIS', 'Ada DEPUISUN']);
    assert.match(sorted.texts('main').join(), /la page est triée par nom/);
    ucanss.close();
  });

  test('what must not leave does not: people of elsewhere, a role that is unknown, a criterion that is none', async () => {
    for (const query of ['organisme=non&nom=unique', 'role=inconnu', 'connexion=x', 'droits=x', 'tri=x']) {
      const answer = await stage.admin.get(`/gestion/comptes.csv?${query}`);
      assert.equal(answer.status, 422, query);
      assert.match(answer.texts('main').join(), /L’export n’a pas été fait/, query);
    }
    const outside = await stage.admin.get('/gestion/comptes?organisme=non&nom=unique');
    assert.equal(outside.$('main a[href*=".csv"]').length, 0);
    assert.ok(!outside.texts('thead th').map(clean).includes('Dernière connexion'));
    const seen = [
      ['AILLEURSB', '2026-01-01T10:00:00Z'],
      ['AILLEURSA', '2026-02-01T10:00:00Z'],
    ] as const;
    for (const [last_name, last_sign_in_at] of seen)
      await createAccount(stage.db, { last_name, first_name: 'Ada', organism: 'CAF-251', last_sign_in_at });
    // The order would tell when people of elsewhere signed in (P5).
    for (const order of ['', '&sens=desc']) {
      const path = `/gestion/comptes?organisme=non&nom=ailleurs${order}`;
      assert.deepEqual(await names(`${path}&tri=connexion`), await names(`${path}&tri=nom`));
    }
    const ignored = await stage.admin.get('/gestion/comptes?organisme=non&nom=unique&connexion=jamais');
    assert.match(ignored.texts('main').join(), /« Dernière connexion » ne sont pas pris en compte/);
  });
});
