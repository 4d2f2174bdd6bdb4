import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { readCaptured } from '../../src/mail/captured.ts';
import { type AccountRow, createAccount } from '../factories/accounts.ts';
import { type Agent, createAgent } from '../tools/agent.ts';
import { createTestClock } from '../tools/clock.ts';
import { eventually } from '../tools/eventually.ts';
import { readCsv, readPdf, readWorkbook } from '../tools/files.ts';
import { startTestPortal, type TestPortal } from '../tools/portal.ts';

const PASSWORD = 'une-phrase-de-passe-longue';

/** Half past eleven at night, and an hour later: in UTC both are of one day, in Paris of two. */
const NIGHTS = [
  {
    at: '2026-11-22T22:30:00.000Z',
    day: '22/11/2026',
    time: '23:30',
    iso: '2026-11-22',
    before: '2026-11-21',
  },
  {
    at: '2026-11-22T23:30:00.000Z',
    day: '23/11/2026',
    time: '00:30',
    iso: '2026-11-23',
    before: '2026-11-22',
  },
] as const;

for (const { at, day, time, iso, before: yesterday } of NIGHTS) {
  describe(`at ${time} in Paris, everything is of the ${day}`, () => {
    let portal: TestPortal;
    let admin: Agent;
    let own: Agent;
    let person: AccountRow;

    before(async () => {
      portal = await startTestPortal({ clock: createTestClock(at) });
      admin = createAgent(portal);
      await admin.signIn('wtestportail@test.fr');
      person = await createAccount(portal.db, { last_name: 'NOCTURNE', password: PASSWORD });
      own = createAgent(portal);
      await own.signIn(person.email, PASSWORD);
    });
    after(async () => {
      admin?.close();
      own?.close();
      await portal?.stop();
    });

    test('a request, its message, its decision, and the right', async () => {
      const page = await own.get('/applications/energie');
      const asked = { role: 'energie-lecteur', motif: 'De nuit' };
      await own.submit(page, "Demander l'accès à l'application", asked);
      const pending = await admin.get('/gestion/demandes/en-cours?q=nocturne');
      assert.match(pending.column('Date de la demande').join(), new RegExp(`^${day}`));
      const messages = () => readCaptured(portal.environment.dataDirectory, 50);
      await eventually(async () => (await messages()).some(({ subject }) => /NOCTURNE/.test(subject)));
      const told = (await messages()).find(({ subject }) => /NOCTURNE/.test(subject));
      assert.match(told?.text ?? '', new RegExp(`Date de la demande\\s*:\\s*${day}`));

      const form = await admin.submit(pending, 'Accepter la demande de Camille NOCTURNE');
      await admin.submit(form, 'Confirmer');
      const [header = [], row = []] = readCsv(
        (await admin.get('/gestion/demandes/accepte.csv?q=nocturne')).bytes,
      );
      const cell = (label: string) => row[header.indexOf(label)];
      assert.deepEqual([cell('Date de la demande'), cell('Décidée le')], [day, day]);
      const record = await admin.get(`/gestion/comptes/${person.id}`);
      assert.match(record.texts('main').join(), new RegExp(day));
      assert.match((await own.get('/mes-informations')).texts('main').join(), new RegExp(day));
      const history = await admin.get(`/gestion/comptes/${person.id}/historique`);
      assert.match(history.column('Date').join(), new RegExp(`${day} à ${time}`));
    });

    test('the files of the night: their names, what they say of themselves, and their cells', async () => {
      const xlsx = await admin.get('/gestion/etat.xlsx?nom=nocturne');
      assert.match(String(xlsx.headers['content-disposition']), new RegExp(`CAF-391_${iso}\\.xlsx`));
      const sheets = readWorkbook(xlsx.bytes);
      assert.equal(sheets.get('Habilitations')?.[1]?.[6], day);
      assert.ok(sheets.get('À propos')?.flat().includes(`${day} à ${time}`));
      const pdf = await admin.get('/gestion/etat.pdf?nom=nocturne');
      assert.match(
        (await readPdf(pdf.bytes)).join().replace(/\s+/g, ' '),
        new RegExp(`Édité le ${day} à ${time}`),
      );
      const journal = await admin.get(
        `/gestion/journal.csv?genre=tout&personne=nocturne&du=${iso}&au=${iso}`,
      );
      const rows = readCsv(journal.bytes).slice(1);
      assert.ok(rows.length > 3);
      for (const [date] of rows) assert.equal(date, `${day} à ${time}`);
    });

    test('the last day that a form takes is of Paris too', async () => {
      const list = await admin.get('/gestion/comptes?nom=nocturne&role=sda-consultation&ayant=non');
      const form = await admin.submit(list, 'Activer des droits de Camille NOCTURNE');
      assert.equal((await admin.submit(form, 'Confirmer', { fin: yesterday })).status, 422);
      await admin.submit(form.inOtherTab, 'Confirmer', { fin: iso });
      const held = await admin.get('/gestion/comptes?nom=nocturne&role=sda-consultation');
      assert.deepEqual(held.column('Nom'), ['Camille NOCTURNE']);
    });
  });
}
