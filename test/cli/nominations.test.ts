import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { createTestDatabase, type TestDatabase } from '../tools/database.ts';
import { bareEnvironment } from '../tools/process.ts';

const root = join(import.meta.dirname, '../..');
const TITLES = 'reference;acte;date_effet;civilite;nom;prenom;email;fonction;organisme\n';
const GOOD = 'N-1;nomination;01/02/2026;Mme;Dupont;Anne;anne.dupont@caf39.caf.fr;Directrice;CAF-391';
const BAD = 'N-2;nomination;31/02/2026;;Durand;Paul;paul.durand@caf39.caf.fr;Directeur;CAF-391';

describe('npm run nominations', () => {
  let database: TestDatabase;
  let folder: string;
  before(async () => {
    database = await createTestDatabase({ template: 'reference' });
    folder = mkdtempSync(join(tmpdir(), 'portail-nominations-'));
  });
  after(async () => {
    rmSync(folder, { recursive: true, force: true });
    await database.drop();
  });

  function run(...options: string[]): Promise<{ code: number; out: string; err: string }> {
    const env = { ...bareEnvironment(), DATABASE_URL: database.url };
    return new Promise((resolve) =>
      execFile(
        process.execPath,
        ['src/cli/nominations.ts', ...options],
        { cwd: root, env },
        (error, out, err) => resolve({ code: Number(error?.code ?? 0), out, err }),
      ),
    );
  }

  const write = (name: string, ...lines: string[]): string => {
    const path = join(folder, name);
    writeFileSync(path, TITLES + lines.join('\n'));
    return path;
  };
  const accounts = () => database.db('accounts').where('email', 'like', '%@caf39.caf.fr').pluck('email');

  test('says what becomes of each line, and changes nothing; a line in error is told by the exit code', async () => {
    const { code, out } = await run(write('two.csv', GOOD, BAD));
    assert.equal(code, 1);
    const [first = '', second = '', last = ''] = out.trim().split('\n');
    assert.match(first, /^2\tÀ créer\tN-1\tAnne DUPONT anne\.dupont@caf39\.caf\.fr$/);
    assert.match(second, /^3\tEn erreur\tN-2\t.*date/);
    assert.match(last, /^Compared as number \d+: 1 en erreur, 1 à créer\.$/);
    assert.deepEqual(await accounts(), []);
    assert.equal((await run(write('one.csv', GOOD))).code, 0);
  });

  test('--apply does every line that is not in error, once, by the command', async () => {
    const path = write('again.csv', GOOD, BAD);
    const { code, out } = await run(path, '--apply');
    assert.equal(code, 1, out);
    assert.deepEqual(await accounts(), ['anne.dupont@caf39.caf.fr']);
    const [event] = await database
      .db('audit_events')
      .where({ action: 'account.created' })
      .orderBy('id', 'desc');
    assert.deepEqual(
      [event.actor_kind, event.actor_job, event.details.executive],
      ['job', 'nominations', true],
    );
    const [batch] = await database.db('batches').where({ kind: 'nominations' });
    assert.deepEqual([batch.created_by, batch.changed], [null, 1]);
    const again = await run(write('same.csv', GOOD), '--apply');
    assert.deepEqual([again.code, /Déjà fait/.test(again.out)], [0, true]);
    assert.equal((await database.db('batches')).length, 1);
  });

  test('a file that is not there, or not taken, is told in a sentence', async () => {
    const missing = await run(join(folder, 'none.csv'));
    assert.deepEqual([missing.code, /none\.csv does not exist/.test(missing.err)], [2, true]);
    const { code, err } = await run(write('secu.csv', `${GOOD};184127645108946`));
    assert.equal(code, 1);
    assert.match(err, /La colonne contient des numéros de sécurité sociale/);
    assert.ok(!err.includes('184127645108946'));
  });
});
