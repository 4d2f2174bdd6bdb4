import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { after, before, describe, test } from 'node:test';
import { workbookOf } from '../files-in/made.ts';
import { type Agent, createAgent } from '../tools/agent.ts';
import { eventually } from '../tools/eventually.ts';
import { readWorkbook } from '../tools/files.ts';
import { lastEvent } from '../tools/last-events.ts';
import { type ChosenFile, MULTIPART, multipartOf, submitFile } from '../tools/multipart.ts';
import type { Page } from '../tools/page.ts';
import { startTestPortal, type TestPortal } from '../tools/portal.ts';
import { openWire } from '../tools/wire.ts';

const TITLES = 'reference;acte;date_effet;civilite;nom;prenom;email;fonction;organisme\n';
const PATH = '/gestion/nominations';
const csv = (...lines: string[]): ChosenFile => ({
  name: 'nominations.csv',
  bytes: TITLES + lines.join('\n'),
});
const nominated = (name: string, number = name) =>
  `N-${number};nomination;22/11/2026;Mme;${name};Anne;anne.${name.toLowerCase()}@caf39.caf.fr;Directrice;CAF-391`;
const NIR = '1 84 12 76 451 089 46';

describe('« Nominations » (R81)', () => {
  let portal: TestPortal;
  let ucanss: Agent;

  before(async () => {
    portal = await startTestPortal();
    ucanss = createAgent(portal);
    await ucanss.signIn('national@ucanss.fr');
  });
  after(async () => {
    ucanss?.close();
    await portal?.stop();
  });

  const send = async (file: ChosenFile | null): Promise<Page> =>
    submitFile(ucanss, await ucanss.get(PATH), 'Comparer', file);
  const compare = async (file: ChosenFile): Promise<Page> => ucanss.follow(await send(file));
  /** The file is gone as soon as the answer is. */
  const nothingKept = () =>
    eventually(() => !readdirSync(tmpdir()).some((name) => name.startsWith('portail-fichier-')));
  const counts = async () => ({
    accounts: (await portal.db('accounts').count('* AS n').first())?.n,
    lines: (await portal.db('nomination_lines').count('* AS n').first())?.n,
  });

  test('the page, before anything was sent', async () => {
    const page = await ucanss.get(PATH);
    assert.equal(page.heading, 'Nominations');
    assert.deepEqual(page.texts('label[for=fichier]'), ['Fichier']);
    assert.ok(page.text.includes('Aucun fichier de nominations'));
  });

  test('a file is compared, read, applied; each line says what it is, then what it has come to', async () => {
    const before = await counts();
    const page = await compare(
      csv(
        nominated('Premiere'),
        'N-2;nomination;31/02/2026;;X;Y;x@caf39.caf.fr;;CAF-391',
        'N-3;nomination;22/11/2026;;ADAMA;William;wadama@ucanss.fr;Directeur;CAF-391',
        'N-4;fin;22/11/2026;;SOMMET;Yves;directeur.ucn@urssaf.fr;;UCN',
        'N-5;nomination;01/01/2027;;Venir;Zoé;zoe.venir@caf39.caf.fr;Directrice;CAF-391',
      ),
    );
    assert.match(page.heading, /^Nominations, fichier n° \d+$/);
    assert.deepEqual(page.column('Verdict'), [
      'En erreur',
      'À créer',
      'À modifier',
      'Fin de fonction',
      'À venir',
    ]);
    assert.match(page.column('À savoir').join(), /« date_effet », « 31\/02\/2026 » : Indiquez une date/);
    assert.equal((await counts()).accounts, before.accounts, 'nothing is written before');
    const confirmation = await ucanss.submit(page, 'Appliquer');
    assert.equal(confirmation.heading.replace(/\d+/, 'N'), 'Appliquer le fichier n° N');
    assert.match(
      confirmation.texts('main').join(),
      /4 lignes du fichier « nominations.csv » seront appliquées/,
    );
    assert.match(confirmation.texts('main').join(), /2 messages partiront/);
    const done = await ucanss.follow(await ucanss.submit(confirmation, 'Confirmer'));
    assert.match(done.notices.join(), /Le fichier est appliqué/);
    assert.match(done.text, /3 lignes faites, 1 ligne à venir/);
    assert.equal((await portal.db('accounts').where({ email: 'anne.premiere@caf39.caf.fr' })).length, 1);
    // As one batch, which its page accounts for.
    const batch = await ucanss.get(String(done.$('a:contains("Voir le lot")').attr('href')));
    assert.match(batch.heading, /Résultat : Nominations/);
    assert.equal(batch.rows.length, 3);
    assert.match((await ucanss.get('/gestion/lots')).rows.join(), /3 nominations appliquées/);
    // Sent again, it changes nothing.
    const again = await compare(csv(nominated('Premiere')));
    assert.deepEqual(
      again.rows.map((cells) => cells[1]),
      ['Déjà fait'],
    );
    assert.ok(!again.texts('button').includes('Appliquer'));
  });

  test('a workbook is read as well; the verdicts leave in files; a filter narrows them', async () => {
    const [titles = '', line = ''] = [TITLES.trim(), nominated('Classeur')];
    const bad = nominated('Fautif').replace('nomination', 'promotion');
    const bytes = await workbookOf(titles.split(';'), line.split(';'), bad.split(';'));
    const page = await compare({ name: 'Nominations été.xlsx', bytes });
    assert.match(page.texts('.page-summary').join(), /Nominations été\.xlsx/);
    const narrowed = await ucanss.get(`${page.path.split('?')[0]}?verdict=en-erreur`);
    assert.equal(narrowed.rows.length, 1);
    const file = await ucanss.get(`${page.path.split('?')[0]}/lignes.xlsx`);
    const rows = readWorkbook(file.bytes).get('Nominations') ?? [];
    assert.deepEqual(rows[0]?.slice(0, 2), ['Ligne', 'Référence']);
    assert.equal(rows.length, 3);
  });

  test('a confirmation sent twice, or by two at once, is done once', async () => {
    const page = await compare(csv(nominated('Double')));
    const confirmation = await ucanss.submit(page, 'Appliquer');
    const answers = await Promise.all([
      ucanss.submit(confirmation, 'Confirmer'),
      ucanss.submit(confirmation.inOtherTab, 'Confirmer'),
    ]);
    assert.deepEqual(
      answers.map(({ status }) => status),
      [303, 303],
    );
    const [person] = await portal.db('accounts').where({ email: 'anne.double@caf39.caf.fr' });
    assert.equal((await portal.db('messages').where({ account_id: person.id })).length, 1);
  });

  test('the same file sent twice at once makes two imports, and is done once', async () => {
    const pages = await Promise.all([1, 2].map(() => compare(csv(nominated('Jumelle')))));
    assert.notEqual(pages[0]?.path, pages[1]?.path);
    const confirmations = await Promise.all(pages.map((page) => ucanss.submit(page, 'Appliquer')));
    await Promise.all(confirmations.map((page) => ucanss.submit(page, 'Confirmer')));
    const states = await portal
      .db('nomination_lines')
      .where({ reference: 'N-Jumelle' })
      .orderBy('state')
      .pluck('state');
    assert.deepEqual(states, ['applied', 'left']);
  });

  describe('a file that is not taken leaves nothing, and says why', () => {
    const refused: Record<string, [file: ChosenFile | null, sentence: RegExp]> = {
      none: [null, /Choisissez un fichier/],
      'an empty one': [{ name: 'vide.csv', bytes: '' }, /vide/],
      'without columns': [{ name: 'x.csv', bytes: 'a;b\nc;d' }, /Il manque les colonnes/],
      'of social security numbers': [
        csv(nominated('Premiere'), `${nominated('Autre')};${NIR}`),
        /La colonne contient des numéros de sécurité sociale : colonne J, la 10e/,
      ],
      'in UTF-16': [{ name: 'x.csv', bytes: Buffer.from(`\ufeff${TITLES}`, 'utf16le') }, /UTF-16/],
      'of an old Excel': [{ name: 'x.xls', bytes: Buffer.from([0xd0, 0xcf, 0x11, 0xe0]) }, /ancien Excel/],
    };
    for (const [name, [file, sentence]] of Object.entries(refused)) {
      test(name, async () => {
        const before = await counts();
        const page = (await send(file)).refused(422);
        assert.match(page.texts('[data-error-summary] a[href="#fichier"]').join(), sentence);
        assert.ok(!page.text.includes(NIR));
        assert.deepEqual(await counts(), before);
        await nothingKept();
        const last = await lastEvent(portal.db);
        assert.ok(!JSON.stringify(last.details).includes(NIR));
      });
    }

    test('beyond 20 MB', async () => {
      const page = await send({ name: 'grand.csv', bytes: Buffer.alloc(21 * 1024 * 1024, 'a;b\n') });
      assert.match(page.refused(413).notices.join(), /dépasse 20 Mo/);
      await nothingKept();
    });

    test('a file that is cut on its way, two of them, or one by another field: the form says which', async () => {
      const whole = multipartOf([['_csrf', await ucanss.token()]], csv(nominated('Coupee')));
      const text = whole.toString();
      const boundary = text.slice(0, text.indexOf('\r\n'));
      const part = text.slice(text.lastIndexOf(`${boundary}\r\n`), text.lastIndexOf(`${boundary}--`));
      const sent: [body: string, sentence: RegExp][] = [
        [text.slice(0, -90), /L’envoi de ce fichier a été coupé/],
        [text.replace(part, part + part), /Plusieurs fichiers sont arrivés/],
        [text.replace('name="fichier"', 'name="autre"'), /n’est pas arrivé par le champ « Fichier »/],
      ];
      for (const [body, sentence] of sent) {
        const headers = { 'Content-Type': MULTIPART };
        const page = await ucanss.send({ method: 'POST', path: PATH, headers, body });
        assert.match(page.refused(422).texts('[data-error-summary] a[href="#fichier"]').join(), sentence);
        await nothingKept();
      }
      assert.deepEqual(await portal.db('nomination_lines').where({ reference: 'N-Coupee' }), []);
    });

    test('a form that is cut, of another session, or has no boundary', async () => {
      const form = await ucanss.get(PATH);
      const cut = (headers: string, body: string | Buffer) =>
        ucanss.send({ method: 'POST', path: PATH, headers: { 'Content-Type': headers }, body });
      const early = await cut(MULTIPART, multipartOf([], csv('x')).subarray(0, 100));
      assert.deepEqual([early.status, early.heading], [415, 'Envoi interrompu']);
      assert.equal((await cut('multipart/form-data', 'x')).status, 415);
      assert.equal(
        (await cut(MULTIPART, multipartOf([['_csrf', 'x']], csv(nominated('Volee'))))).status,
        422,
      );
      const many = Array.from({ length: 30 }, (_, at) => [`champ${at}`, 'x'] as const);
      assert.equal((await cut(MULTIPART, multipartOf(many, null))).status, 413);
      assert.equal(form.heading, 'Nominations');
      await nothingKept();
    });
  });

  test('who goes away in the middle of a file leaves nothing of it', async () => {
    const wire = await openWire(portal.url);
    const body = multipartOf([['_csrf', await ucanss.token()]], csv(nominated('Partie')));
    wire.socket.write(
      `POST ${PATH} HTTP/1.1\r\nHost: ${new URL(portal.url).host}\r\nSec-Fetch-Site: same-origin\r\nCookie: ${ucanss.cookies()}\r\n` +
        `Content-Type: ${MULTIPART}\r\nContent-Length: ${body.length}\r\n\r\n`,
    );
    wire.socket.write(body.subarray(0, body.length - 40));
    await eventually(() => readdirSync(tmpdir()).some((name) => name.startsWith('portail-fichier-')));
    wire.socket.destroy();
    await nothingKept();
    assert.deepEqual(await portal.db('nomination_lines').where({ reference: 'N-Partie' }), []);
  });

  test('an auditor reads, and sends nothing; nobody else has the page', async () => {
    const auditor = createAgent(portal);
    await auditor.signIn('auditeur@ucanss.fr');
    const page = await auditor.get(PATH);
    assert.deepEqual([page.status, page.texts('button').includes('Comparer')], [200, false]);
    const body = multipartOf([['_csrf', await auditor.token()]], csv(nominated('Interdite')));
    const refused = await auditor.send({
      method: 'POST',
      path: PATH,
      headers: { 'Content-Type': MULTIPART },
      body,
    });
    assert.equal(refused.status, 403);
    auditor.close();
    const local = createAgent(portal);
    await local.signIn('wtestportail@test.fr');
    assert.equal((await local.get(PATH)).status, 403);
    local.close();
    const visitor = createAgent(portal);
    const asked = await visitor.send({
      method: 'POST',
      path: PATH,
      headers: { 'Content-Type': MULTIPART },
      body,
    });
    assert.match(String(asked.headers.location), /^\/connexion/);
    visitor.close();
    await nothingKept();
  });
});
