import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { nominationsIn } from '../../src/schemas/nominations.ts';

const TITLES = 'reference;acte;date_effet;civilite;nom;prenom;email;fonction;organisme\n';
const GOOD = 'R-1;nomination;22/11/2026;Mme;Dupont;Ana;ana@caf39.caf.fr;Directrice;CAF-391';

describe('R81: what a line of a file says, or why it cannot be read', () => {
  let folder = '';
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'portail-nominations-'));
  });
  after(() => rmSync(folder, { recursive: true }));

  async function read(text: string) {
    const path = join(folder, 'essai.csv');
    writeFileSync(path, TITLES + text);
    const lines = [];
    for await (const some of nominationsIn(path)) lines.push(...some);
    return lines;
  }
  const fault = async (line: string) => (await read(line))[0]?.unreadable ?? '';

  test('every mistake of a line is told, in the order of the columns, and what is right is read', async () => {
    const line = 'R-1;nomination;31/02/2027;Dr;;=A1;ana@CAF39.caf.fr;Directrice;caf-391';
    const [found] = await read(line);
    assert.equal(
      found?.unreadable,
      [
        'Colonne «\u00a0date_effet\u00a0», «\u00a031/02/2027\u00a0»\u00a0: Indiquez une date qui existe, par exemple 31/12/2027 ou 2027-12-31.',
        'Colonne «\u00a0civilite\u00a0», «\u00a0Dr\u00a0»\u00a0: Écrivez «\u00a0M.\u00a0» ou «\u00a0Mme\u00a0», ou laissez cette case vide.',
        'Colonne «\u00a0nom\u00a0»\u00a0: Le nom manque.',
        'Colonne «\u00a0prenom\u00a0»\u00a0: une formule ne se lit pas\u00a0: mettez à sa place ce qu’elle donne.',
      ].join(' '),
    );
    assert.deepEqual(
      [found?.act, found?.effectiveOn, found?.civility, found?.email, found?.organismCode],
      ['nomination', null, null, 'ana@caf39.caf.fr', 'CAF-391'],
    );
  });

  test('a value that is refused is told up to forty signs, and never where it may be the number of somebody', async () => {
    assert.match(await fault(GOOD.replace('22/11/2026', 'demain')), /«\u00a0demain\u00a0»/);
    assert.match(await fault(GOOD.replace('nomination', 'x'.repeat(60))), /«\u00a0x{40}\u00a0»/);
    for (const number of ['1841276451089', '1 84 12 76 451 089', 'n° 184127645'])
      assert.doesNotMatch(await fault(GOOD.replace('22/11/2026', number)), /84/);
    assert.doesNotMatch(await fault(GOOD.replace('22/11/2026', '')), /«\u00a0\u00a0»/);
  });

  test('what is read of a line is its own, whatever the one above holds', async () => {
    const lines = await read(
      [GOOD, GOOD.replace('R-1', ''), GOOD.replace('nomination', 'fin'), GOOD].join('\n'),
    );
    assert.deepEqual(
      lines.map(({ act, unreadable }) => [act, unreadable === null]),
      [
        ['nomination', true],
        ['nomination', false],
        ['fin', true],
        ['nomination', true],
      ],
    );
  });

  test('lines that cannot be read cost no more than others', async () => {
    const count = 5_000;
    const once = async (text: string) => {
      const start = process.cpuUsage();
      assert.equal((await read(text)).length, count);
      return process.cpuUsage(start).user;
    };
    // Whatever else the process does at that moment.
    const cost = async (text: string) => Math.min(await once(text), await once(text), await once(text));
    const different = (at: number) => GOOD.replaceAll('R-1', `R-${at}`).replaceAll(/Dupont|Ana/gi, `$&${at}`);
    const good = await cost(Array.from({ length: count }, (_, at) => different(at)).join('\n'));
    assert.ok((await cost('1\n'.repeat(count))) < good);
    assert.ok(
      (await cost(`${GOOD.replace('22/11/2026', 'x').replace('Dupont', '')}\n`.repeat(count))) < good,
    );
  });
});
