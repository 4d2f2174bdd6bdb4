import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readBytes } from './made.ts';

const TITLES = 'reference;acte;nom\n';
const ONE = [{ line: 2, cells: { reference: 'R1', acte: 'nomination', nom: 'ÉLÉGANT' } }];

describe('a CSV, as people keep it', () => {
  const text = 'Référence;ACTE;Nom\r\nR1;nomination;ÉLÉGANT\r\n';
  for (const [name, bytes] of Object.entries({
    'UTF-8': Buffer.from(text),
    'UTF-8 with a byte-order mark': Buffer.from(`\ufeff${text}`),
    'Windows-1252': Buffer.from(text, 'latin1'),
    'line ends of Unix': Buffer.from(text.replaceAll('\r', '')),
    commas: Buffer.from(text.replaceAll(';', ',')),
    tabs: Buffer.from(text.replaceAll(';', '\t')),
    quotes: Buffer.from('"reference";"acte";"nom"\n"R1";"nomination";"ÉLÉGANT"'),
    'other columns, in another order': Buffer.from('nom;x;ACTE;reference\nÉLÉGANT;y;nomination;R1'),
    'spaces that do not break, empty lines at the end': Buffer.from(
      `${TITLES}\u00a0R1 ;nomination;\u202fÉLÉGANT\n;;\n\u00a0;;\n\n\n`,
    ),
  })) {
    test(name, async () => assert.deepEqual(await readBytes(bytes), ONE));
  }

  test('lines have their number in the file, whatever is empty or goes over several', async () => {
    const lines = await readBytes(`${TITLES}\nR1;fin;"A\nB"\n\nR2;fin;C`);
    assert.deepEqual(
      lines.map(({ line, cells }) => [line, cells.nom]),
      [
        [3, 'A\nB'],
        [6, 'C'],
      ],
    );
  });

  test('a million empty lines cost the process next to nothing, and hold up nobody', async () => {
    let longest = 0;
    let last = performance.now();
    const watch = setInterval(() => {
      longest = Math.max(longest, performance.now() - last);
      last = performance.now();
    }, 5);
    const lines = await readBytes(`${TITLES}${'\n'.repeat(1_000_000)}R1;nomination;ÉLÉGANT\n`);
    clearInterval(watch);
    assert.deepEqual(
      lines.map(({ line }) => line),
      [1_000_002],
    );
    assert.ok(longest < 1_000, `${longest} ms without a breath`);
  });

  test('lines shorter than the titles cost what others do', async () => {
    const cost = async (line: string) => {
      const start = process.cpuUsage();
      assert.equal((await readBytes(TITLES + line.repeat(30_000))).length, 30_000);
      return process.cpuUsage(start).user;
    };
    await cost('R1;fin;A\n');
    assert.ok((await cost('R1\n')) < 2 * (await cost('R1;fin;A\n')));
  });

  test('a formula is a text like any other; a line that is short has empty cells', async () => {
    const [line] = await readBytes(`${TITLES}=HYPERLINK("x");fin`);
    assert.deepEqual(line?.cells, { reference: '=HYPERLINK("x")', acte: 'fin', nom: '' });
  });
});

describe('a CSV that is not taken says why, and nothing of what it holds', () => {
  const refused: Record<string, [bytes: string | Buffer, sentence: RegExp]> = {
    nothing: ['', /vide/],
    'titles alone': [TITLES, /vide/],
    'a missing column': ['reference;acte\nSECRET;y', /Il manque la colonne «\u00a0nom\u00a0»/],
    'missing columns': ['x\nSECRET', /Il manque les colonnes «\u00a0reference\u00a0», «\u00a0acte\u00a0»/],
    'a column twice': ['nom;reference;acte;NOM\nSECRET;b;c;d', /«\u00a0nom\u00a0» est deux fois/],
    'UTF-16': [Buffer.from('\ufeffreference;acte', 'utf16le'), /UTF-16/],
    'UTF-16 without mark': [Buffer.from('reference;acte', 'utf16le'), /UTF-16/],
    'no text': [Buffer.from([1, 2, 0, 3, 0, 0, 7]), /ne se lit pas/],
    'no text further on': [Buffer.from(`${TITLES}${'a;b;c\n'.repeat(2000)}\0`), /ne se lit pas/],
    'a quote that stays open': [`${TITLES}"SECRET;b;c\nd;e;f`, /La ligne \d ne se lit pas/],
    'a line without end': [`${TITLES}${'SECRET'.repeat(10_000)};b;c`, /La ligne 2 dépasse/],
    'a long cell': [`${TITLES}a;b;c\n${'S'.repeat(2_001)};b;c`, /Une cellule de la ligne 3 dépasse/],
    'many columns': [`${'x;'.repeat(200)}\n`, /La ligne 1 dépasse/],
    'many lines with nothing in them': [TITLES + ';;\n'.repeat(200_001), /plus de 100.000\u00a0lignes/],
    'many lines': [TITLES + 'a;b;c\n'.repeat(100_001), /plus de 100.000\u00a0lignes/],
    'too many bytes': [Buffer.alloc(20 * 1024 * 1024 + 1, 'a;b;c\n'), /dépasse 20\u00a0Mo/],
  };
  for (const [name, [bytes, sentence]] of Object.entries(refused)) {
    test(name, async () => {
      const error: Error = await readBytes(bytes).then(
        () => assert.fail('it was taken'),
        (fault) => fault,
      );
      assert.match(error.message, sentence);
      assert.doesNotMatch(error.message, /SECRET|SSS/);
    });
  }
});

describe('social security numbers stop the file', () => {
  /** With its key. */
  const withKey = (signs: string): string => {
    const digits = signs.replace('2A', '19').replace('2B', '18');
    return signs + String(97 - (Number(digits) % 97)).padStart(2, '0');
  };
  const number = withKey('1841276451089');
  const stopped = async (cell: string, titles = 'reference;acte;nom;sécu') => {
    const error: Error = await readBytes(`${titles}\nR1;fin;A;\nR2;fin;B;${cell}`).then(
      () => assert.fail(`${cell} was taken`),
      (fault) => fault,
    );
    assert.match(error.message, /La colonne contient des numéros de sécurité sociale/);
    assert.ok(!error.message.includes(cell), error.message);
    return error.message;
  };

  for (const [name, cell] of Object.entries({
    'without space': number,
    'with spaces': number.replace(/^(.)(..)(..)(..)(...)(...)(..)$/, '$1 $2 $3 $4 $5 $6 $7'),
    'of Corse-du-Sud': withKey('184122A451089'),
    'of Haute-Corse': withKey('284122B451089').replace('B', 'b'),
    'within a sentence': `numéro ${number}, à vérifier`,
  })) {
    test(name, async () => assert.match(await stopped(cell), /«\u00a0sécu\u00a0»/));
  }

  test('a column has its place, as a spreadsheet shows it, whether it has a title or not', async () => {
    await assert.rejects(
      readBytes(`${number};b;c\nx;y;z`),
      /sécurité sociale\u00a0: colonne A, la 1re\. Rien/,
    );
    assert.match(await stopped(number), /«\u00a0sécu\u00a0» \(colonne D, la 4e\)\. Rien/);
    assert.match(await stopped(number, 'reference;acte;nom'), /sociale\u00a0: colonne D, la 4e\. Rien/);
    assert.match(await stopped(`${';'.repeat(24)}${number}`), /sociale\u00a0: colonne AB, la 28e\. Rien/);
  });

  test('a number with another key, longer or shorter is none', async () => {
    const wrong = number.slice(0, 13) + String((Number(number.slice(13)) % 97) + 1).padStart(2, '0');
    for (const cell of [wrong, `${number}1`, number.slice(0, 13), '0384000000'])
      assert.equal((await readBytes(`reference;acte;nom\n${cell};fin;A`)).length, 1, cell);
  });
});
