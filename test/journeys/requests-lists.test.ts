import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { accountOf, createAccount } from '../factories/accounts.ts';
import { createOrganism } from '../factories/organisms.ts';
import { createRequest } from '../factories/requests.ts';
import { readCsv, readPdf, readWorkbook } from '../tools/files.ts';
import { useManagement } from './management-stage.ts';

const PENDING = '/gestion/demandes/en-cours';

describe('« Demandes d’habilitations »: the lists and their files', () => {
  const stage = useManagement();

  test('R15, R20, R21, R26 three lists with their columns, dates as JJ/MM/AAAA, search and page size', async () => {
    for (const [path, heading] of [
      [PENDING, "Demandes d'habilitations : En cours"],
      ['/gestion/demandes/accepte', "Demandes d'habilitations : Accepté"],
      ['/gestion/demandes/refus', "Demandes d'habilitations : Refus"],
    ] as const) {
      const page = await stage.local.get(path);
      assert.equal(page.status, 200);
      assert.equal(page.heading, heading);
      const columns = page.texts('thead th').join('|');
      for (const column of [
        'Nom',
        'Prénom',
        'Email',
        'Fonction',
        "Nom de l'organisme",
        'Rôle concerné',
        'Date de la demande',
      ]) {
        assert.ok(columns.includes(column), `${path} lacks « ${column} »`);
      }
      assert.match(page.column('Date de la demande')[0] ?? '', /^\d{2}\/\d{2}\/\d{4}$/);
      assert.equal(page.$('select[name=taille]').val(), '10');
    }
    assert.ok((await stage.local.get(PENDING)).texts('thead th').includes('Action'));
  });

  test('R20 a row leads to the account page, named by the person, while it can be seen from here', async () => {
    const links = async () =>
      (await stage.local.get(`${PENDING}?q=partant`))
        .$('main tbody a[aria-label]')
        .toArray()
        .map(({ attribs }) => [attribs['aria-label'], attribs.href]);
    const { account } = await stage.ask('PARTANT');
    const name = `${account.first_name} PARTANT`;
    assert.deepEqual(await links(), [[name, `/gestion/comptes/${account.id}`]]);
    const { organism_id: elsewhere } = await accountOf(stage.portal.db, 'admin.ucn@urssaf.fr');
    await stage.portal.db('accounts').where({ id: account.id }).update({ organism_id: elsewhere });
    assert.deepEqual(await links(), []);
    assert.equal(
      (await stage.local.get(`${PENDING}?q=leconfine`)).$('main tbody a').length,
      0,
      'no account yet',
    );
  });

  test('R20, R26 sorted by role and by name, both ways, searched or not', async () => {
    for (const role of ['marches-lecteur', 'energie-lecteur', 'elections-declarant'])
      await stage.ask('TRIÉ', role);
    for (const [query, column] of [
      ['tri=role', 'Rôle concerné'],
      ['tri=nom', 'Nom'],
      ['tri=role&q=a', 'Rôle concerné'],
    ] as const) {
      const listed = async (way: string) =>
        (await stage.local.get(`${PENDING}?${query}&taille=100&sens=${way}`))
          .column(column)
          .map((cell) => cell.replace(/ Situation de .*/, ''));
      const whole = await listed('asc');
      assert.ok(whole.length > 3);
      assert.deepEqual(whole, whole.toSorted(new Intl.Collator('fr').compare), query);
      const backwards = await listed('desc');
      assert.deepEqual(backwards, whole.toReversed(), query);
    }
  });

  test('R26 the name of the organism shown narrows nothing; that of another one finds nothing', async () => {
    const found = async (query: string) =>
      (await stage.local.get(`${PENDING}?taille=100&q=${query}`)).column('Nom');
    const all = await found('');
    assert.ok(all.length > 0);
    assert.deepEqual(await found('caf+du+jura'), all);
    assert.deepEqual(await found('leconfine+jura'), ['LECONFINE']);
    assert.deepEqual(await found('cpam+du+jura'), []);
  });

  test('R16-R19 account and role requests of my organism, each with its role', async () => {
    const page = await stage.local.get(`${PENDING}?q=leconfine`);
    assert.deepEqual(page.column('Nom'), ['LECONFINE']);
    assert.match(
      page.column('Rôle concerné')[0] ?? '',
      /^Droits d'accès à la ressource : Portail accès connecté/,
    );
    await stage.ask('DEMANDEUR');
    assert.match(
      (await stage.local.get(`${PENDING}?q=demandeur`)).column('Rôle concerné')[0] ?? '',
      /^Energie Lecteur/,
    );
    const rows = await stage.portal
      .db('requests')
      .where({ status: 'pending' })
      .whereNot({ organism_id: (await accountOf(stage.portal.db, 'wtestportail@test.fr')).organism_id });
    assert.ok(rows.length > 0);
    const all = await stage.local.get(`${PENDING}?taille=100`);
    for (const row of rows) assert.ok(!all.text.includes(row.email), `${row.email} is of another organism`);
  });

  test('R22 the bar of the selection is there as soon as one request can be decided, and for those alone', async () => {
    const bar = async (page: string) => {
      const list = await stage.local.get(page);
      return [list.texts('form[data-selection] button[name=acte]'), list.$('input[name=ids]').length];
    };
    await stage.ask('BARRÉE', 'energie-administrateur');
    assert.deepEqual(await bar(`${PENDING}?q=barree`), [[], 0], 'all for Ucanss');
    await stage.ask('BARRÉE', 'energie-lecteur');
    const buttons = ['Accepter la sélection', 'Refuser la sélection'];
    assert.deepEqual(await bar(`${PENDING}?q=barree`), [buttons, 1]);
    for (const decided of ['accepte', 'refus'])
      assert.deepEqual(await bar(`/gestion/demandes/${decided}`), [[], 0], decided);
  });

  test('R20, R23: a file holds what its list tells: the reason of who asks, or who decided, when and why', async () => {
    const { db } = stage.portal;
    const decider = await accountOf(db, 'suppleante@caf39.caf.fr');
    const asked = { submitted_at: '2026-10-02T09:00:00.000Z', reason: 'Pourquoi je demande' };
    const decided = { decided_at: '2026-10-14T22:30:00.000Z', decided_by: decider.id };
    for (const [list, fields, told] of [
      ['en-cours', asked, { 'Motif de la demande': 'Pourquoi je demande' }],
      [
        'accepte',
        { ...asked, ...decided, status: 'accepted' },
        { 'Décidée par': 'Maud SUPPLÉANTE', 'Décidée le': '15/10/2026', Motif: '' },
      ],
      [
        'refus',
        { ...asked, ...decided, status: 'refused', decision_reason: 'Pas ce service' },
        { 'Décidée par': 'Maud SUPPLÉANTE', 'Décidée le': '15/10/2026', Motif: 'Pas ce service' },
      ],
    ] as const) {
      const account = await createAccount(db, { last_name: 'ENFICHIER' });
      await createRequest(db, { account, role: 'marches-lecteur', function_title: 'Juriste', ...fields });
      const file = await stage.local.get(`/gestion/demandes/${list}.csv?q=enfichier`);
      const [header = [], row = [], ...others] = readCsv(file.bytes);
      assert.deepEqual(others, [], list);
      assert.deepEqual(Object.fromEntries(header.map((name, at) => [name, row[at]])), {
        ...{ Nom: 'ENFICHIER', Prénom: 'Camille', Email: account.email, Fonction: 'Juriste' },
        ...{ "Nom de l'organisme": 'CAF du Jura', 'Rôle concerné': 'Marchés - Lecteur' },
        'Date de la demande': '02/10/2026',
        ...told,
      });
    }
  });

  test('where none waits, the list says when the last one of the organism was decided: not those of others', async () => {
    const { db } = stage.portal;
    const organism = await createOrganism(db);
    const account = await createAccount(db, { organism: organism.id });
    const said = async () => (await stage.national.get(`${PENDING}?perimetre=${organism.code}`)).text;
    const decide = async (status: string, day: string) => {
      const decided = { decided_at: day, decided_by: account.id, decision_reason: 'Motif' };
      const about = { account, role: 'energie-lecteur', organism_id: organism.id };
      await createRequest(db, { ...about, status, ...decided });
    };
    assert.match(await said(), /Aucune demande n’a encore été traitée\./);
    for (const [status, day, told] of [
      ['accepted', '2026-10-05', '05/10/2026'],
      ['refused', '2026-10-19', '19/10/2026'],
      ['accepted', '2026-09-01', '19/10/2026'],
    ] as const) {
      await decide(status, day);
      assert.match(await said(), new RegExp(`La dernière demande a été traitée le ${told}\\.`));
    }
  });

  test('exports hold the result as filtered, and it alone, whatever the page; a wrong criterion is refused', async () => {
    for (const [rank, role] of ['energie-lecteur', 'marches-lecteur', 'sda-consultation'].entries()) {
      const account = await createAccount(stage.portal.db, { last_name: `FILTREE${rank}` });
      await createRequest(stage.portal.db, { account, role });
    }
    const query = 'q=filtree&tri=nom&sens=desc&taille=10&page=7';
    const file = async (kind: string) => (await stage.local.get(`${PENDING}.${kind}?${query}`)).bytes;
    const expected = ['FILTREE2', 'FILTREE1', 'FILTREE0'];
    const names = (rows: readonly string[][] | undefined) => rows?.slice(1).map(([name]) => name);
    assert.deepEqual(names(readCsv(await file('csv'))), expected);
    assert.deepEqual(names(readWorkbook(await file('xlsx')).get('Demandes')), expected);
    const pdf = (await readPdf(await file('pdf'))).join();
    assert.deepEqual(pdf.match(/FILTREE\d/g), expected);
    assert.match(pdf.replace(/\s+/g, ' '), /Fin de la liste : 3 demandes/);
    const decided = await stage.local.get('/gestion/demandes/accepte.csv?q=acceptee');
    assert.equal(
      decided.headers['content-disposition'],
      'attachment; filename="demandes-acceptees_CAF-391_2026-11-22.csv"',
    );
    for (const row of readCsv(decided.bytes).slice(1)) assert.equal(row[0], 'ACCEPTÉE');
    for (const kind of ['xlsx', 'pdf', 'csv'])
      assert.equal((await stage.local.get(`${PENDING}.${kind}?tri=inconnu`)).status, 422);
  });
});
