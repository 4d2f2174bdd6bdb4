import assert from 'node:assert/strict';
import { test } from 'node:test';
import ExcelJS from 'exceljs';
import { columnLetters, linesOf } from '../../src/exports/sheet-rows.ts';
import { type Sheet, writeWorkbook } from '../../src/exports/workbook.ts';
import type { Column, Row } from '../../src/presenters/table.ts';
import { heading, memory, neverStopped, people, peopleColumns, source, unzip } from './tools.ts';

async function bytesOf(sheets: readonly Sheet[], rowsASheet?: number): Promise<Buffer> {
  const { output, content } = memory();
  const limit = rowsASheet === undefined ? {} : { rowsASheet };
  await writeWorkbook(output, sheets, { about: heading, signal: neverStopped(), ...limit });
  return content();
}

async function read(bytes: Buffer): Promise<ExcelJS.Workbook> {
  const workbook = new ExcelJS.Workbook();
  await workbook.xlsx.load(new Uint8Array(bytes).buffer as never);
  return workbook;
}

const personnes = (rows: readonly Row[], columns: readonly Column[] = peopleColumns): Sheet => ({
  name: 'Personnes',
  columns,
  rows: source(rows).rows,
});
const columnsFor = (row: Row): Column[] => row.map((_, index) => ({ header: `C${index}`, width: 10 }));
const cellsOf = (sheet: ExcelJS.Worksheet | undefined, row: number): unknown[] =>
  Object.values(sheet?.getRow(row).values ?? {});

test('two sheets, each with its rows, its frozen bold header and its filter', async () => {
  const habilitations = { name: 'Habilitations', columns: peopleColumns, rows: source(people(450)).rows };
  const workbook = await read(await bytesOf([personnes(people(1000)), habilitations]));
  assert.deepEqual(
    workbook.worksheets.map(({ name, rowCount }) => [name, rowCount]),
    [
      ['Personnes', 1001],
      ['Habilitations', 451],
      ['À propos', 8],
    ],
  );
  assert.equal(workbook.title, 'État des habilitations');
  for (const sheet of workbook.worksheets.slice(0, 2)) {
    assert.deepEqual(
      cellsOf(sheet, 1),
      peopleColumns.map(({ header }) => header),
    );
    assert.equal(sheet.getCell('A1').font.bold, true);
    assert.notEqual(sheet.getCell('A2').font?.bold, true);
    assert.equal(sheet.views[0]?.state, 'frozen');
    assert.equal(sheet.autoFilter, `A1:H${sheet.rowCount}`);
    assert.equal(sheet.getColumn(3).width, 32);
  }
  assert.equal(workbook.getWorksheet('Personnes')?.getCell('C1001').value, 'prenom.nom1000@caf39.caf.fr');
});

test('a day is a real date, shown JJ/MM/AAAA; any other text of its column stays a text', async () => {
  const columns: Column[] = [{ header: 'Depuis le', width: 12, kind: 'date' }];
  const rows = [['2026-11-22'], ['1901-01-01'], ['2026-02-30'], ['hier'], ['1899-12-31'], [null]];
  const sheet = (await read(await bytesOf([personnes(rows, columns)]))).getWorksheet('Personnes');
  assert.deepEqual(sheet?.getCell('A2').value, new Date('2026-11-22T00:00:00Z'));
  assert.equal(sheet?.getCell('A2').numFmt, 'dd/mm/yyyy');
  assert.deepEqual(sheet?.getCell('A3').value, new Date('1901-01-01T00:00:00Z'));
  assert.deepEqual(
    [4, 5, 6].map((row) => sheet?.getCell(`A${row}`).value),
    ['2026-02-30', 'hier', '1899-12-31'],
  );
  assert.equal(sheet?.getCell('A7').value, null);
});

test('an instant is a date with its time, digits are a number; any other text of their columns stays a text', async () => {
  const columns: Column[] = [
    { header: 'Date', width: 18, kind: 'instant' },
    { header: 'N°', width: 10, kind: 'number' },
  ];
  const rows = [
    ['2026-11-22 10:05', '12'],
    ['Jamais', '012'],
    ['2026-11-22', '=1+1'],
  ];
  const sheet = (await read(await bytesOf([personnes(rows, columns)]))).getWorksheet('Personnes');
  assert.deepEqual(cellsOf(sheet, 2), [new Date('2026-11-22T10:05:00Z'), 12]);
  assert.deepEqual(cellsOf(sheet, 3), ['Jamais', '012']);
  assert.deepEqual(cellsOf(sheet, 4), [new Date('2026-11-22T00:00:00Z'), '=1+1']);
  assert.equal(sheet?.getCell('A2').numFmt, 'dd/mm/yyyy hh:mm');
});

test('texts wrap, in rows as high as their lines: some readers take heights as they are written', async () => {
  const columns: Column[] = [
    { header: 'Nom', width: 10 },
    { header: 'Habilitations', width: 20 },
    { header: 'Depuis le', width: 12, kind: 'date' },
  ];
  const rows = [
    ['MANTEL', 'Un ; Deux', '2026-11-22'],
    ['DE LA TOUR', 'Energie Lecteur ; Energie Rédacteur', null],
    ['A', `${'x'.repeat(45)}\nY`, 'Jamais'],
    ['A', 'mot '.repeat(600), null],
  ];
  const sheet = (await read(await bytesOf([personnes(rows, columns)]))).getWorksheet('Personnes');
  assert.deepEqual(sheet?.getCell('A2').alignment, { vertical: 'top', wrapText: true });
  assert.deepEqual(sheet?.getCell('B2').alignment, { vertical: 'top', wrapText: true });
  assert.deepEqual(sheet?.getCell('C2').alignment, { vertical: 'top', horizontal: 'left' });
  assert.deepEqual(
    [2, 3, 4, 5].map((row) => sheet?.getRow(row).height),
    [undefined, 30, 60, 409],
  );
});

test('the lines of a text, about as a spreadsheet breaks it', () => {
  const LINES: Readonly<Record<string, number>> = {
    '': 1,
    'dix lettre': 1,
    'DIX LETTRE': 2,
    'dix lettres': 2,
    'a b c d e f': 2,
    ['a'.repeat(21)]: 2,
    ['a'.repeat(23)]: 3,
    'un\n\ndeux': 3,
    'aa aaaaaaaaaaaa a': 3,
    'aaaaaaaaaa b': 2,
  };
  for (const [text, lines] of Object.entries(LINES)) assert.equal(linesOf(text, 10), lines, text);
});

test('sheets print in landscape, as wide as a page, the header on each, with its number', async () => {
  const bytes = await bytesOf([personnes(people(3))]);
  const xml = unzip(bytes).get('xl/worksheets/sheet1.xml') ?? '';
  assert.match(xml, /<pageSetup [^>]*orientation="landscape"/);
  assert.match(xml, /fitToHeight="0"/);
  assert.match(xml, /<oddFooter>&amp;Cpage &amp;P \/ &amp;N<\/oddFooter>/);
  assert.match(unzip(bytes).get('xl/workbook.xml') ?? '', /_xlnm\.Print_Titles[^>]*>[^<]*\$1:\$1/);
});

test('« À propos » says what the workbook covers, by whom, when and how many lines', async () => {
  const more = { ...personnes(people(2)), name: 'Habilitations' };
  const workbook = await read(await bytesOf([personnes(people(25)), more], 11));
  const sheet = workbook.getWorksheet('À propos');
  const lines = [2, 3, 4, 5, 6, 7, 8].map((row) => cellsOf(sheet, row));
  assert.deepEqual(lines, [
    ['Liste', 'État des habilitations'],
    ['Périmètre', 'CAF du Jura'],
    ['Filtres', 'Aucun'],
    ['Établi par', 'Welcome TESTPORTAIL'],
    ['Établi le', new Date('2026-11-22T10:00:00Z')],
    ['Nombre de lignes de «\u00a0Personnes\u00a0»', 25],
    ['Nombre de lignes de «\u00a0Habilitations\u00a0»', 2],
  ]);
  assert.equal(sheet?.getCell('B6').numFmt, 'dd/mm/yyyy hh:mm');
});

test('no cell is a formula, whatever it starts with', async () => {
  const payloads = [
    '=1+1',
    '+1',
    '-1',
    '@SUM(1)',
    '\t=1',
    "=cmd|' /C calc'!A0",
    '=HYPERLINK("http://x";"y")',
    '{=1}',
  ];
  const bytes = await bytesOf([personnes([payloads], columnsFor(payloads))]);
  const sheet = (await read(bytes)).getWorksheet('Personnes');
  assert.deepEqual(cellsOf(sheet, 2), payloads);
  sheet?.eachRow((row) => row.eachCell((cell) => assert.equal(cell.type, ExcelJS.ValueType.String)));
  const xml = unzip(bytes).get('xl/worksheets/sheet1.xml') ?? '';
  assert.doesNotMatch(xml, /<f[ >/]|<hyperlink/);
  const cells = xml.slice(xml.indexOf('<row r="2"')).match(/<c [^>]*>/g) ?? [];
  assert.equal(cells.length, payloads.length);
  for (const cell of cells) assert.match(cell, /t="inlineStr"/);
});

test('markup, controls, broken characters and escapes do not leave their cell', async () => {
  const row = [
    '<b>&amp;"\'</b>',
    'a\x00\x07\x1bb\x85',
    'Łukasz 😀',
    'c\ud800d',
    'e\ufffef',
    'deux\nlignes',
    ' bords ',
    '',
  ];
  const bytes = await bytesOf([personnes([row], columnsFor(row))]);
  const sheet = (await read(bytes)).getWorksheet('Personnes');
  const expected = ['<b>&amp;"\'</b>', 'ab', 'Łukasz 😀', 'cd', 'ef', 'deux\nlignes', ' bords '];
  assert.deepEqual(cellsOf(sheet, 2), expected);
});

test('what Excel would take for the escape of a character is escaped itself', async () => {
  const xml = unzip(await bytesOf([personnes([['_x003D_1+1']], columnsFor(['']))])).get(
    'xl/worksheets/sheet1.xml',
  );
  assert.match(xml ?? '', /<t xml:space="preserve">_x005F_x003D_1\+1<\/t>/);
});

/** Excel's own limit, in characters. */
const MAXIMUM_CELL_LENGTH = 32_767;

test('a cell never holds more than Excel takes', async () => {
  const rows = [
    ['é'.repeat(MAXIMUM_CELL_LENGTH)],
    ['é'.repeat(MAXIMUM_CELL_LENGTH + 1)],
    [`a${'😀'.repeat(20_000)}`],
  ];
  const sheet = (await read(await bytesOf([personnes(rows, columnsFor(['']))]))).getWorksheet('Personnes');
  const [whole, cut, emoji] = [2, 3, 4].map((row) => String(sheet?.getCell(`A${row}`).value));
  assert.equal(whole, rows[0]?.[0]);
  assert.equal(cut?.length, MAXIMUM_CELL_LENGTH);
  assert.ok(cut?.endsWith('é…'));
  assert.ok(emoji?.isWellFormed());
  assert.ok((emoji?.length ?? 0) <= MAXIMUM_CELL_LENGTH);
});

test('no rows leave the header; past the limit of a sheet the rows go on in the next one', async () => {
  const empty = (await read(await bytesOf([personnes([])]))).getWorksheet('Personnes');
  assert.equal(empty?.rowCount, 1);
  const workbook = await read(
    await bytesOf([personnes(people(25)), { ...personnes(people(2)), name: 'Suite' }], 11),
  );
  assert.deepEqual(
    workbook.worksheets.map(({ name, rowCount }) => [name, rowCount]),
    [
      ['Personnes', 11],
      ['Personnes (2)', 11],
      ['Personnes (3)', 6],
      ['Suite', 3],
      ['À propos', 8],
    ],
  );
  assert.equal(workbook.worksheets[1]?.getCell('A2').value, 'NOM11');
  assert.equal(workbook.worksheets[2]?.getCell('A6').value, 'NOM25');
});

test('the columns are lettered as a spreadsheet does', () => {
  assert.deepEqual([0, 7, 25, 26, 27, 701, 702].map(columnLetters), ['A', 'H', 'Z', 'AA', 'AB', 'ZZ', 'AAA']);
});
