import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { recordEvents } from '../../src/database/transaction.ts';
import { job } from '../../src/domain/audit-event.ts';
import { type AccountRow, createAccount } from '../factories/accounts.ts';
import { grant } from '../factories/assignments.ts';
import { createOrganism, organismOf } from '../factories/organisms.ts';
import { createRequest } from '../factories/requests.ts';
import { type Agent, createAgent } from '../tools/agent.ts';
import { createTestClock } from '../tools/clock.ts';
import { readCsv, readWorkbook } from '../tools/files.ts';
import { startTestPortal, type TestPortal } from '../tools/portal.ts';

const [YESTERDAY, TODAY] = ['2026-11-21', '2026-11-22'];
const PASSWORD = 'une-phrase-de-passe-longue';
const ADMINISTRATORS = '/gestion/administrateurs-locaux';

describe('P8: a last day is a day like the others', () => {
  let portal: TestPortal;
  let local: Agent;
  let national: Agent;
  /** Whose right ends today, and whose ended yesterday although no job has written it. */
  let last: AccountRow;
  let over: AccountRow;

  before(async () => {
    portal = await startTestPortal();
    [local, national] = [createAgent(portal), createAgent(portal)];
    await local.signIn('wtestportail@test.fr');
    await national.signIn('national@ucanss.fr');
    last = await createAccount(portal.db, { last_name: 'DERNIERJOUR', password: PASSWORD });
    over = await createAccount(portal.db, { last_name: 'JOURPASSE', password: PASSWORD });
    await grant(portal.db, last, 'energie-lecteur', { ends_on: TODAY });
    await grant(portal.db, over, 'energie-lecteur', { ends_on: YESTERDAY });
  });
  after(async () => {
    local?.close();
    national?.close();
    await portal?.stop();
  });

  const both = 'q=camille&taille=100';

  test('« État des habilitations », page and both sheets of its file', async () => {
    const shown = async ({ last_name }: AccountRow) =>
      (await local.get(`/gestion/etat?nom=${last_name}`)).column('Habilitations').join();
    assert.match(await shown(last), /Energie Lecteur/);
    assert.equal(await shown(over), 'Aucune habilitation');
    const sheets = readWorkbook((await local.get('/gestion/etat.xlsx?nom=jour')).bytes);
    const rights = sheets
      .get('Personnes')
      ?.slice(1)
      .map((row) => [row[0], row.at(-1)]);
    assert.deepEqual(rights, [
      ['DERNIERJOUR', 'Energie Lecteur'],
      ['JOURPASSE', 'Aucune habilitation'],
    ]);
    const lines = sheets
      .get('Habilitations')
      ?.slice(1)
      .map((row) => [row[0], row[8]]);
    assert.deepEqual(lines, [['DERNIERJOUR', '22/11/2026']]);
  });

  test('« Gestion des comptes »: holders, and those without', async () => {
    const names = async (having: string) => {
      const page = await local.get(`/gestion/comptes?role=energie-lecteur&ayant=${having}&${both}`);
      return page.column('Nom').filter((name) => /DERNIERJOUR|JOURPASSE/.test(name));
    };
    assert.deepEqual(await names('oui'), ['Camille DERNIERJOUR']);
    assert.deepEqual(await names('non'), ['Camille JOURPASSE']);
  });

  test('a selection to grant the role leaves who holds it today', async () => {
    const form = await local.get(`/gestion/comptes?role=energie-lecteur&ayant=non&nom=jourpasse`);
    const draft = await local.follow(
      await local.submit(form, 'Activer des droits pour la sélection', {
        ids: [String(over.id)],
      }),
    );
    assert.match(draft.texts('.confirmation-effect').join(), /sera activé pour 1 personne/);
    const answer = await local.post('/gestion/lots', {
      ...{ _csrf: await local.token(), organisme: 'CAF-391', acte: 'activer', role: 'energie-lecteur' },
      ids: String(last.id),
    });
    const told = await local.follow(answer);
    assert.match(told.texts('details').join(), /Laissé : a déjà ce rôle : 1 Camille DERNIERJOUR/);
  });

  test('the account page, « Mes informations », and the catalogue of the person', async () => {
    const roles = async ({ id }: AccountRow) => (await local.get(`/gestion/comptes/${id}`)).column('Rôle');
    assert.deepEqual([await roles(last), await roles(over)], [['Energie Lecteur'], []]);
    for (const [person, holds] of [
      [last, true],
      [over, false],
    ] as const) {
      const agent = createAgent(portal);
      const page = await agent.signIn(person.email, PASSWORD);
      assert.equal(/Energie Lecteur/.test(page.texts('main').join()), holds, person.last_name);
      const asking = await agent.get('/applications/energie');
      assert.equal(/22\/11\/2026/.test(asking.texts('main').join()), holds, person.last_name);
      agent.close();
    }
  });

  test('administrators: the list, the directory and its file, and Ucanss warned before the last one stops', async () => {
    const home = await createOrganism(portal.db, { name: 'Caisse du dernier jour' });
    const person = await createAccount(portal.db, { organism: home.id, last_name: 'FINISSANTE' });
    const former = await createAccount(portal.db, { organism: home.id, last_name: 'FINIE' });
    const role = 'administrateur-local';
    await grant(portal.db, person, role, { organism: home.code, ends_on: TODAY });
    await grant(portal.db, former, role, { organism: home.code, ends_on: YESTERDAY });
    const list = await national.get(`${ADMINISTRATORS}?perimetre=${home.code}`);
    assert.deepEqual(list.column('Nom'), ['Camille FINISSANTE']);
    assert.deepEqual(list.column('Jusqu’au'), ['22/11/2026']);
    const directory = await local.get(`${ADMINISTRATORS}/tous?q=dernier+jour`);
    assert.deepEqual(directory.column('Nom'), ['Camille FINISSANTE']);
    const csv = readCsv((await local.get(`${ADMINISTRATORS}/tous.csv?q=dernier+jour`)).bytes);
    assert.deepEqual(
      csv.slice(1).map((row) => row[3]),
      ['FINISSANTE'],
    );
    const without = (await local.get(`${ADMINISTRATORS}/tous?sans=oui&taille=100`)).column('Organisme');
    assert.ok(!without.includes(home.name));
    // P2: whoever administers today counts; who did until yesterday does not.
    const removal = await national.get(`${ADMINISTRATORS}/${person.id}/retrait?perimetre=${home.code}`);
    assert.match(removal.text, /l’organisme n’en aura plus/);
    const closing = await national.get(`/gestion/comptes/${person.id}/desactivation?perimetre=${home.code}`);
    assert.match(closing.text, /l’organisme n’en aura plus/);
    const gone = await national.get(`${ADMINISTRATORS}/${former.id}/retrait?perimetre=${home.code}`);
    assert.match(gone.texts('main .notice').join(), /n’est pas, ou n’est plus/);
  });

  test('« Situation » of a request, and the page that decides it: what the person holds today', async () => {
    for (const [person, held, before] of [
      [last, 'Energie Lecteur', 'Energie Lecteur'],
      [over, 'Aucune habilitation', 'aucune'],
    ] as const) {
      const id = await createRequest(portal.db, { account: person, role: 'marches-lecteur' });
      const list = await local.get(`/gestion/demandes/en-cours?q=${person.last_name}`);
      assert.deepEqual(list.texts('details dd'), ['Nouvelle mission', held]);
      const page = await local.get(`/gestion/demandes/${id}/acceptation`);
      assert.ok(page.texts('main li').includes(`Habilitations actuelles : ${before}`), person.last_name);
    }
  });

  test('national profiles: the list', async () => {
    for (const [name, ends_on] of [
      ['AUDITRICE', TODAY],
      ['AUDITEUR-PASSE', YESTERDAY],
    ] as const) {
      const person = await createAccount(portal.db, { organism: 'UCANSS', last_name: name });
      await grant(portal.db, person, 'auditeur', { ends_on });
    }
    const page = await national.get('/gestion/profils-nationaux?q=camille+audit');
    assert.deepEqual(page.column('Jusqu’au'), ['22/11/2026']);
  });

  test('« Du » and « Au » of the journal and of a history hold the whole of their days in Paris', async () => {
    const { id: organismId } = await organismOf(portal.db, 'CAF-391');
    const instants = {
      'the first instant': '2026-12-04T23:00:00.000Z',
      'the last second': '2026-12-05T22:59:59.999Z',
      'the day before': '2026-12-04T22:59:59.999Z',
      'the day after': '2026-12-05T23:00:00.000Z',
    };
    const details = { label: 'Energie Lecteur', reason: '', ends_on: null };
    for (const [reason, instant] of Object.entries(instants).sort(([, a], [, b]) => (a < b ? -1 : 1))) {
      const context = { db: portal.db, clock: createTestClock(instant), actor: job('end-dates') };
      await recordEvents(context, {
        ...{ action: 'assignment.granted', details: { ...details, reason } },
        ...{ organismId, subjectAccountId: last.id },
      });
    }
    for (const path of ['/gestion/journal', `/gestion/comptes/${last.id}/historique`]) {
      const file = await local.get(`${path}.csv?acte=assignment.granted&du=2026-12-05&au=2026-12-05`);
      const [header = [], ...rows] = readCsv(file.bytes);
      const told = rows.map((row) => row[header.indexOf('Motif')]);
      assert.deepEqual(told, ['the last second', 'the first instant'], path);
    }
  });
});
