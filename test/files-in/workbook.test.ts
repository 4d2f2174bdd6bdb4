import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { archiveOf, readBytes, rowOf, workbookByHand, workbookOf } from './made.ts';

const TITLES = ['Référence', 'acte', 'NOM'];
const MEGABYTE = 1024 * 1024;

describe('a workbook', () => {
  test('as Excel writes it: dates, numbers, texts of several styles; formulas are not worked out', async () => {
    const styled = { richText: [{ text: 'DU' }, { font: { bold: true }, text: 'PONT' }] };
    const lines = await readBytes(
      await workbookOf(
        TITLES,
        [12_300_000_000_000, new Date('2026-02-01'), styled],
        [],
        [{ formula: '1+1', result: 2 }, true, { text: 'lien', hyperlink: 'https://exemple.fr' }],
      ),
    );
    assert.deepEqual(
      lines.map(({ line, cells }) => [line, ...Object.values(cells)]),
      [
        [2, '12300000000000', '2026-02-01', 'DUPONT'],
        [4, '=1+1', 'VRAI', 'lien'],
      ],
    );
  });

  test('as LibreOffice orders it: the first tab is read, whatever its file', async () => {
    const lines = await readBytes(workbookByHand(rowOf(1, ...TITLES) + rowOf(5, 'R1', 'fin', 'A &amp; B')));
    assert.deepEqual(lines, [{ line: 5, cells: { reference: 'R1', acte: 'fin', nom: 'A & B' } }]);
  });

  test('10,000 lines come in chunks', async () => {
    const rows = Array.from({ length: 10_000 }, (_, at) => [`R${at}`, 'fin', 'A']);
    assert.equal((await readBytes(await workbookOf(TITLES, ...rows))).length, 10_000);
  });
});

describe('a workbook that is not taken says why', () => {
  const envelope = (word: string) =>
    Buffer.concat([
      Buffer.from([0xd0, 0xcf, 0x11, 0xe0]),
      Buffer.alloc(70_000),
      Buffer.from(word, 'utf16le'),
    ]);
  const titles = rowOf(1, ...TITLES);
  const refused: Record<string, [bytes: () => Buffer | Promise<Buffer>, sentence: RegExp]> = {
    'with nothing in it': [() => workbookOf(), /vide/],
    'without a column': [() => workbookOf(['reference', 'nom']), /Il manque la colonne «\u00a0acte\u00a0»/],
    'of an old Excel': [() => envelope('Workbook'), /ancien Excel/],
    'with a password': [() => envelope('EncryptedPackage'), /mot de passe/],
    'with a password, by its archive': [() => workbookByHand(titles, { flags: 1 }), /mot de passe/],
    'of another kind of archive': [() => archiveOf([{ name: 'a.txt', content: 'a' }]), /ne se lit pas/],
    'that was cut': [
      async () => (await workbookOf(TITLES, ['R1', 'fin', 'A'])).subarray(0, -200),
      /ne se lit pas/,
    ],
    'whose sheet is no XML': [() => workbookByHand(`${titles}<row r="2"><c r="A2"`), /ne se lit pas/],
    'with a column beyond the last': [
      () => workbookByHand(`${titles}<row r="2"><c r="ZZZZZ2"><v>1</v></c></row>`),
      /ne se lit pas/,
    ],
    'with a social security number': [
      () => workbookOf([...TITLES, 'NIR'], ['R1', 'fin', 'A', 184_127_645_108_946]),
      /La colonne contient des numéros de sécurité sociale\u00a0: «\u00a0NIR\u00a0»/,
    ],
    'whose directory tells a bomb': [() => workbookByHand(titles, { told: 300 * MEGABYTE }), /décompressé/],
    'that unpacks to a hundred times itself': [
      () => workbookByHand(titles + ' '.repeat(3 * MEGABYTE)),
      /décompressé/,
    ],
    'that unpacks to a hundred times itself, and lies': [
      () => workbookByHand(titles + '<a/>'.repeat(MEGABYTE), { told: 10 }),
      /décompressé/,
    ],
    'whose texts have no end': [
      () => workbookByHand(titles, {}, [{ name: 'xl/sharedStrings.xml', content: noise(300 * 1024) }]),
      /décompressé/,
    ],
  };
  for (const [name, [bytes, sentence]] of Object.entries(refused)) {
    test(name, async () => assert.rejects(readBytes(await bytes()), sentence));
  }

  test('a part beside its directory is not read at all', async () => {
    const whole = workbookByHand(titles + rowOf(2, 'R1', 'fin', 'A'));
    const hidden = archiveOf([{ name: 'xl/worksheets/sheet1.xml', content: 'x'.repeat(100) }]).subarray(
      0,
      40,
    );
    // Offsets are told from the beginning of the archive: what stands before is no part of it.
    await assert.rejects(readBytes(Buffer.concat([hidden, whole])), /ne se lit pas/);
  });
});

/** Text that packs badly. */
const noise = (length: number): string =>
  Array.from({ length }, (_, at) => String.fromCharCode(97 + ((at * at * 7 + (at >> 3)) % 26))).join('');
