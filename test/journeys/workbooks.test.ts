import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { CellObject, WorkSheet } from '@e965/xlsx';
import { utils } from '@e965/xlsx';
import { type Agent, createAgent } from '../tools/agent.ts';
import { openWorkbook } from '../tools/files.ts';
import { startTestPortal, type TestPortal } from '../tools/portal.ts';

const NATIONAL = [
  '/gestion/profils-nationaux',
  '/gestion/applications-et-roles',
  '/gestion/organismes',
  '/gestion/journal',
] as const;
const LOCAL = [
  '/gestion/etat',
  '/gestion/demandes/en-cours',
  '/gestion/demandes/accepte',
  '/gestion/demandes/refus',
  '/gestion/administrateurs-locaux/tous',
  '/gestion/journal',
] as const;

const DAY = 'dd/mm/yyyy';
const INSTANT = 'dd/mm/yyyy hh:mm';

/** The cells under each header, as another library reads them. */
function columnsOf(sheet: WorkSheet): Map<string, (CellObject | undefined)[]> {
  const { e: end } = utils.decode_range(String(sheet['!ref']));
  const at = (row: number, column: number): CellObject | undefined =>
    sheet[utils.encode_cell({ r: row, c: column })];
  return new Map(
    Array.from({ length: end.c + 1 }, (_, column) => [
      String(at(0, column)?.v),
      Array.from({ length: end.r }, (_, row) => at(row + 1, column)),
    ]),
  );
}

/** Every cell has the type of what it says, and its column is as wide as its days; returns how many there are. */
function checkColumn(of: string, found: readonly (CellObject | undefined)[], width: number): number {
  const cells = found.filter((cell) => cell !== undefined);
  for (const cell of cells) {
    assert.ok(['s', 'n', 'd'].includes(cell.t), `${of}: ${cell.t}`);
    assert.equal(cell.f, undefined, `${of}: a formula`);
    // A day that is only a text neither sorts nor filters.
    if (cell.t === 's') assert.doesNotMatch(String(cell.v), /^\d{4}-\d\d-\d\d|^\d\d\/\d\d\/\d{4}$/, of);
    if (cell.t !== 'd') continue;
    assert.ok(cell.z === DAY || cell.z === INSTANT, `${of}: ${cell.z}`);
    assert.ok(width > String(cell.w).length, `${of}: ${width} characters wide`);
  }
  assert.ok(width > 0 && width <= 80, `${of}: ${width} characters wide`);
  return cells.length;
}

describe('workbooks, read by another program than the one that writes them', () => {
  let portal: TestPortal;
  let local: Agent;
  let national: Agent;
  before(async () => {
    portal = await startTestPortal();
    local = createAgent(portal);
    await local.signIn('wtestportail@test.fr');
    national = createAgent(portal);
    await national.signIn('national@ucanss.fr');
  });
  after(async () => {
    local?.close();
    national?.close();
    await portal?.stop();
  });

  const CASES = [
    ...LOCAL.map((path) => [path, 'a local administrator', () => local] as const),
    ...NATIONAL.map((path) => [path, 'Ucanss', () => national] as const),
  ];
  for (const [path, who, agent] of CASES) {
    test(`${path}.xlsx for ${who}: its sheets, days that are days, widths that hold them`, async () => {
      const page = await agent().get(`${path}.xlsx`);
      assert.equal(page.status, 200);
      const { SheetNames: names, Sheets: sheets } = openWorkbook(page.bytes);
      const lists = names.slice(0, -1);
      assert.equal(names.at(-1), 'À propos');
      const about = columnsOf(sheets['À propos'] ?? {});
      const counts = about.get('Valeur')?.filter((cell) => cell?.t === 'n');
      let cells = 0;
      for (const [index, name] of lists.entries()) {
        const sheet = sheets[name] ?? {};
        const columns = columnsOf(sheet);
        const [first] = columns.values();
        assert.equal(counts?.[index]?.v, first?.length, `${name}: its lines`);
        assert.match(String(sheet['!autofilter']?.ref), new RegExp(`^A1:[A-Z]${(first?.length ?? 0) + 1}$`));
        for (const [column, [header, found]] of [...columns].entries()) {
          const width = sheet['!cols']?.[column]?.width ?? 0;
          cells += checkColumn(`${name}, ${header}`, found, width);
        }
      }
      assert.ok(cells > 0);
    });
  }

  test('« État »: the state of an account is as wide in both sheets', async () => {
    const { Sheets: sheets } = openWorkbook((await local.get('/gestion/etat.xlsx')).bytes);
    const widths = ['Personnes', 'Habilitations'].map((name) => {
      const sheet = sheets[name] ?? {};
      return sheet['!cols']?.[[...columnsOf(sheet).keys()].indexOf('Compte')]?.width;
    });
    assert.equal(widths[0], widths[1]);
  });

  test('« État »: the kinds of its cells, column by column', async () => {
    const page = await local.get('/gestion/etat.xlsx?q=energie');
    const { Sheets: sheets, Props: properties } = openWorkbook(page.bytes);
    const kinds = (name: string) =>
      [...columnsOf(sheets[name] ?? {})].map(([header, cells]) => [
        header,
        [...new Set(cells.flatMap((cell) => (cell && cell.v !== '' ? [cell.t] : [])))].join(),
      ]);
    assert.deepEqual(kinds('Personnes'), [
      ...['Nom', 'Prénom', 'Email', 'Fonction', 'Organisme', 'Compte', 'Habilitations'].map((header) => [
        header,
        's',
      ]),
    ]);
    const rights = Object.fromEntries(kinds('Habilitations'));
    assert.equal(rights['Depuis le'], 'd');
    assert.ok(['', 'd'].includes(rights['Jusqu’au'] ?? '?'));
    assert.equal(properties?.Title, 'État des habilitations');
    const about = columnsOf(sheets['À propos'] ?? {}).get('Valeur') ?? [];
    assert.deepEqual(
      about.map((cell) => cell?.v),
      [
        ...['État des habilitations', 'CAF du Jura', 'Rechercher\u00a0: «\u00a0energie\u00a0»'],
        ...['Welcome TESTPORTAIL', new Date('2026-11-22T10:00:00Z')],
        ...['Personnes', 'Habilitations'].map(
          (name) => utils.decode_range(String(sheets[name]?.['!ref'])).e.r,
        ),
      ],
    );
  });
});
