import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { writeCsv } from '../../src/exports/csv.ts';
import { type Column, type Row, withoutControls } from '../../src/presenters/table.ts';
import { memory, neverStopped, people, peopleColumns, source } from './tools.ts';

async function csvOf(columns: readonly Column[], rows: readonly Row[]): Promise<string> {
  const { output, content } = memory();
  await writeCsv(output, columns, source(rows).rows, { signal: neverStopped() });
  return content().toString('utf8');
}

const cellsOf = (csv: string): string[][] =>
  parse(csv, { bom: true, delimiter: ';', record_delimiter: '\r\n' });
const oneColumn: readonly Column[] = [{ header: 'Fonction', width: 20 }];

test('a French spreadsheet opens it: byte-order mark, semicolons, CRLF, JJ/MM/AAAA', async () => {
  const csv = await csvOf(peopleColumns, people(1));
  assert.equal(
    csv,
    '\ufeffNom;Prénom;Email;Fonction;Organisme;Compte;Habilitations;Depuis le\r\n' +
      'NOM1;Prénom;prenom.nom1@caf39.caf.fr;Conseillère;CAF du Jura;Actif;Energie Lecteur;22/11/2026\r\n',
  );
});

test('no rows leave the names of the columns, and 1,000 rows are 1,000 lines', async () => {
  assert.equal(cellsOf(await csvOf(peopleColumns, [])).length, 1);
  assert.equal(cellsOf(await csvOf(peopleColumns, people(1000))).length, 1001);
});

test('separators, quotes and line ends stay inside their cell', async () => {
  const awkward = ['a;b', 'dit "Bob"', 'deux\r\nlignes', ' bords ', 'Łukasz 😀', null];
  const csv = await csvOf(
    awkward.map((_, index) => ({ header: `C${index}`, width: 10 })),
    [awkward],
  );
  assert.deepEqual(cellsOf(csv)[1], ['a;b', 'dit "Bob"', 'deux\r\nlignes', ' bords ', 'Łukasz 😀', '']);
  // Some readers trim what has no quotes: spaces at either end would be lost.
  assert.match(await csvOf(oneColumn, [[' a'], ['a '], ['a b']]), /\r\n" a"\r\n"a "\r\na b\r\n$/);
});

test('a cell that would start a formula starts with an apostrophe', async () => {
  const payloads = [
    '=1+1',
    '+33 3 84',
    '-2',
    '@SUM(A1)',
    '\t=1',
    '\r=1',
    '\n=1',
    '\x00=1+1',
    '＝1+1',
    '=HYPERLINK("x";"y")',
  ];
  const cells = cellsOf(
    await csvOf(
      oneColumn,
      payloads.map((payload) => [payload]),
    ),
  )
    .slice(1)
    .flat();
  assert.equal(cells.length, payloads.length);
  for (const cell of cells) assert.match(cell, /^'/);
  assert.equal(cells[0], "'=1+1");
  assert.equal(cells[7], "'=1+1");
});

test('control characters are dropped and a very long cell is whole', async () => {
  const long = 'é'.repeat(100_000);
  const cells = cellsOf(await csvOf(oneColumn, [['a\x00\x07b\x1b\x7f\x85c'], [long]]));
  assert.deepEqual(cells[1], ['abc']);
  assert.deepEqual(cells[2], [long]);
});

test('whatever the texts, they come back as they were, harmless', async () => {
  const text = fc.string({ unit: 'binary', maxLength: 30 });
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(text, text), { minLength: 1, maxLength: 5 }), async (rows) => {
      const columns = [...oneColumn, { header: 'Autre', width: 10 }];
      const read = cellsOf(await csvOf(columns, rows)).slice(1);
      const expected = rows.map((row) => row.map(withoutControls));
      assert.deepEqual(
        read.map((row) => row.map((cell) => cell.replace(/^'(?=[=+\-@\t\r\n＋－＝＠])/, ''))),
        expected.map((row) => row.map((cell) => cell.replace(/^'(?=[=+\-@\t\r\n＋－＝＠])/, ''))),
      );
      for (const cell of read.flat()) assert.doesNotMatch(cell, /^[=+\-@\t\r\n]/);
    }),
    { numRuns: 200 },
  );
});
