import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { recordEvents } from '../../src/database/transaction.ts';
import { type AccountRow, accountOf, createAccount } from '../factories/accounts.ts';
import { grant } from '../factories/assignments.ts';
import { createOrganism, type OrganismRow } from '../factories/organisms.ts';
import { createRequest } from '../factories/requests.ts';
import { type Agent, createAgent } from '../tools/agent.ts';
import { createTestClock } from '../tools/clock.ts';
import { readCsv, readPdf, readWorkbook } from '../tools/files.ts';
import { startTestPortal, type TestPortal } from '../tools/portal.ts';

/** Half past midnight in Paris: in UTC it is still the day before. */
const HALF_PAST_MIDNIGHT = '2026-03-02T23:30:00.000Z';
/** Half past eleven at night in Paris. */
const LATE = '2026-03-03T22:30:00.000Z';
const PERSON = {
  ...{ last_name: 'ENTIÈRE', first_name: 'Ève', email: 'eve.entiere@test.fr' },
  ...{ function_title: 'Chargée d’études', phone: '01 02 03 04 05' },
};

/** A file: its sheet, its columns in order, and its one row, all written out. */
interface WholeFile {
  who: 'local' | 'national';
  path: () => string;
  query: string;
  sheet: string;
  columns: readonly string[];
  row: () => readonly string[];
}

const REQUEST_COLUMNS = [
  ...['Nom', 'Prénom', 'Email', 'Fonction', "Nom de l'organisme", 'Rôle concerné', 'Date de la demande'],
];
const DECIDED_COLUMNS = [...REQUEST_COLUMNS, 'Décidée par', 'Décidée le', 'Motif'];

describe('every file, whole: its columns in order, and a row with all that it has', () => {
  let portal: TestPortal;
  let agents: Record<WholeFile['who'], Agent>;
  let person: AccountRow;
  let home: OrganismRow;
  let batchId: number;
  let eventId: number;

  before(async () => {
    portal = await startTestPortal();
    const { db } = portal;
    agents = { local: createAgent(portal), national: createAgent(portal) };
    await agents.local.signIn('wtestportail@test.fr');
    await agents.national.signIn('national@ucanss.fr');
    const { id: by } = await accountOf(db, 'suppleante@caf39.caf.fr');
    person = await createAccount(db, PERSON);
    await grant(db, person, 'energie-lecteur', {
      ...{ granted_at: HALF_PAST_MIDNIGHT, granted_by: by, ends_on: '2027-01-31' },
    });
    const asked = { account: person, created_at: HALF_PAST_MIDNIGHT, submitted_at: HALF_PAST_MIDNIGHT };
    const typed = { function_title: PERSON.function_title, phone: PERSON.phone };
    await createRequest(db, { ...asked, ...typed, role: 'sda-consultation', reason: 'Remplacement' });
    const decided = { decided_at: LATE, decided_by: by, ...asked, ...typed };
    await createRequest(db, { ...decided, role: 'energie-lecteur', status: 'accepted' });
    await createRequest(db, {
      ...{
        ...decided,
        role: 'annuaire-add-lecteur',
        status: 'refused',
        decision_reason: 'Hors de ses missions',
      },
    });
    home = await createOrganism(db, {
      ...{
        code: 'ENTIER-1',
        name: 'Caisse entière',
        acronym: 'CENT',
        city: 'Dole',
        mail_domain: 'entiere.fr',
      },
      ...{ closed_at: HALF_PAST_MIDNIGHT },
    });
    await grant(db, person, 'administrateur-local', { organism: home.code });
    await grant(db, person, 'auditeur', {
      ...{ granted_at: HALF_PAST_MIDNIGHT, granted_by: by, ends_on: '2027-02-28' },
    });
    await db('accounts').where({ id: person.id }).update({ last_sign_in_at: LATE });
    await db('roles')
      .where({ code: 'energie-lecteur' })
      .update({
        ...{ description: 'Lit les consommations', audience: 'Acheteurs', default_duration_days: 90 },
        ...{ request_mode: 'procedure', procedure: 'Écrire au pôle énergie', closed_at: HALF_PAST_MIDNIGHT },
      });
    const roleId = (await db('roles').first('id').where({ code: 'energie-lecteur' })).id;
    const [batch] = await db('batches')
      .insert({
        ...{ kind: 'grant', role_id: roleId, organism_id: person.organism_id, created_by: by, changed: 1 },
        created_at: HALF_PAST_MIDNIGHT,
      })
      .returning('id');
    batchId = batch.id;
    await db('batch_lines').insert({ batch_id: batchId, account_id: person.id, outcome: 'granted' });
    await recordEvents(
      {
        ...{ db, clock: createTestClock('2026-12-01T23:30:00.000Z') },
        actor: { kind: 'account', accountId: by },
      },
      {
        action: 'account.deactivated',
        details: { reason: 'Départ à la retraite' },
        subjectAccountId: person.id,
      },
    );
    eventId = Number((await db('audit_events').max('id as last').first())?.last);
  });
  after(async () => {
    for (const agent of Object.values(agents ?? {})) agent.close();
    await portal?.stop();
  });

  const { last_name, first_name, email, function_title, phone } = PERSON;
  const ASKED = [last_name, first_name, email, function_title, 'CAF du Jura'];
  const ROLES = 'Administrateur local (Caisse entière) ; Auditeur ; Energie Lecteur';

  const FILES: Record<string, WholeFile> = {
    'État des habilitations': {
      ...{ who: 'local', path: () => '/gestion/etat', query: 'nom=entiere', sheet: 'Personnes' },
      columns: ['Nom', 'Prénom', 'Email', 'Fonction', 'Organisme', 'Compte', 'Habilitations'],
      row: () => [...ASKED, 'Actif', ROLES],
    },
    'Demandes : En cours': {
      ...{ who: 'local', path: () => '/gestion/demandes/en-cours', query: 'q=entiere', sheet: 'Demandes' },
      columns: [...REQUEST_COLUMNS, 'Motif de la demande'],
      row: () => [...ASKED, 'SDA_Consultation', '03/03/2026', 'Remplacement'],
    },
    'Demandes : Accepté': {
      ...{ who: 'local', path: () => '/gestion/demandes/accepte', query: 'q=entiere', sheet: 'Demandes' },
      columns: DECIDED_COLUMNS,
      row: () => [...ASKED, 'Energie Lecteur', '03/03/2026', 'Maud SUPPLÉANTE', '03/03/2026', ''],
    },
    'Demandes : Refus': {
      ...{ who: 'local', path: () => '/gestion/demandes/refus', query: 'q=entiere', sheet: 'Demandes' },
      columns: DECIDED_COLUMNS,
      row: () => [
        ...[...ASKED, 'Annuaire ADD - Lecteur', '03/03/2026', 'Maud SUPPLÉANTE', '03/03/2026'],
        'Hors de ses missions',
      ],
    },
    'the result of a batch': {
      ...{ who: 'local', path: () => `/gestion/lots/${batchId}/lot`, query: '', sheet: 'Résultat' },
      columns: ['Nom', 'Prénom', 'Email', 'Résultat'],
      row: () => [last_name, first_name, email, 'Droit activé'],
    },
    'Historique du compte': {
      ...{ who: 'local', path: () => `/gestion/comptes/${person.id}/historique` },
      ...{ query: 'acte=account.deactivated', sheet: 'Historique' },
      columns: ['Date', 'Acte', 'Mouvement', 'Par', 'Motif'],
      row: () => [
        ...['02/12/2026 à 00:30', 'Désactivation', 'Désactivation du compte de Ève ENTIÈRE'],
        ...['Maud SUPPLÉANTE', 'Départ à la retraite'],
      ],
    },
    Journal: {
      ...{ who: 'local', path: () => '/gestion/journal', sheet: 'Journal' },
      query: 'acte=account.deactivated&personne=entiere',
      columns: ['Date', 'Acte', 'Événement', 'Organisme', 'Par', 'Motif', 'N°'],
      row: () => [
        ...['02/12/2026 à 00:30', 'Désactivation', 'Désactivation du compte de Ève ENTIÈRE', 'CAF du Jura'],
        ...['Maud SUPPLÉANTE', 'Départ à la retraite', String(eventId)],
      ],
    },
    'Tous les administrateurs locaux': {
      ...{ who: 'local', path: () => '/gestion/administrateurs-locaux/tous', query: 'q=entiere' },
      sheet: 'Administrateurs locaux',
      columns: ['Organisme', 'Branche', 'Département', 'Nom', 'Prénom', 'Email', 'Téléphone'],
      row: () => ['Caisse entière', 'Branche Famille', '39', last_name, first_name, email, phone],
    },
    Organismes: {
      ...{ who: 'national', path: () => '/gestion/organismes', query: 'q=entiere' },
      sheet: 'Organismes',
      columns: [
        ...['Code', 'Nom', 'Sigle', 'Branche', 'Département', 'Région', 'Ville', 'Domaine de messagerie'],
        'Fermé le',
      ],
      row: () => [
        ...['ENTIER-1', 'Caisse entière', 'CENT', 'Branche Famille', '39', 'Bourgogne-Franche-Comté', 'Dole'],
        ...['entiere.fr', '03/03/2026'],
      ],
    },
    'Applications et rôles': {
      ...{ who: 'national', path: () => '/gestion/applications-et-roles', sheet: 'Rôles' },
      query: 'q=energie+lecteur',
      columns: [
        ...['Thème', 'Application', 'Rôle', 'Adresse de l’application', 'Code', 'Description', 'Public'],
        ...['Validation', 'Demande', 'Procédure', 'Durée par défaut', 'Fermé le'],
      ],
      row: () => [
        ...['Immobilier et développement durable', 'Energie', 'Energie Lecteur'],
        ...[
          'https://energie.exemple.fr',
          'energie-lecteur',
          'Lit les consommations',
          'Acheteurs',
          'Administrateur local',
          'Par une procédure',
        ],
        ...['Écrire au pôle énergie', '90 jours', '03/03/2026'],
      ],
    },
    'Profils nationaux': {
      ...{ who: 'national', path: () => '/gestion/profils-nationaux', query: 'q=entiere' },
      sheet: 'Profils nationaux',
      columns: [
        ...['Nom', 'Prénom', 'Email', 'Organisme', 'Compte', 'Profil', 'Depuis le', 'Donné par', 'Jusqu’au'],
        ...['Dernière connexion', 'Second facteur'],
      ],
      row: () => [
        ...[
          last_name,
          first_name,
          email,
          'CAF du Jura',
          'Actif',
          'Auditeur',
          '03/03/2026',
          'Maud SUPPLÉANTE',
        ],
        ...['28/02/2027', '03/03/2026 à 23:30', 'Non'],
      ],
    },
  };

  for (const [name, { who, path, query, sheet, columns, row }] of Object.entries(FILES)) {
    test(`${name}: CSV, Excel and PDF`, async () => {
      const file = async (format: string) => (await agents[who].get(`${path()}.${format}?${query}`)).bytes;
      const expected = [[...columns], [...row()]];
      assert.deepEqual(readCsv(await file('csv')), expected);
      assert.deepEqual(readWorkbook(await file('xlsx')).get(sheet), expected);
      // A PDF cuts long cells over several lines.
      const text = (await readPdf(await file('pdf'))).join().replace(/\s/g, '');
      for (const cell of expected.flat()) assert.ok(text.includes(cell.replace(/\s/g, '')), cell);
    });
  }

  test('« Habilitations », the second sheet of « État »', async () => {
    const sheets = readWorkbook((await agents.local.get('/gestion/etat.xlsx?nom=entiere')).bytes);
    const [header, ...rows] = sheets.get('Habilitations') ?? [];
    assert.deepEqual(header, [
      ...['Nom', 'Prénom', 'Email', 'Organisme', 'Application', 'Rôle', 'Depuis le', 'Accordée par'],
      ...['Jusqu’au', 'Compte'],
    ]);
    assert.deepEqual(rows.at(-1), [
      ...[last_name, first_name, email, 'CAF du Jura', 'Energie', 'Energie Lecteur', '03/03/2026'],
      ...['Maud SUPPLÉANTE', '31/01/2027', 'Actif'],
    ]);
  });

  test('P5: who left since is named in the file of a batch, and no more; national profiles read on', async () => {
    const { db } = portal;
    const gone = await createAccount(db, { last_name: 'SORTIE', email: 'partie.ailleurs@test.fr' });
    await db('batch_lines').insert({ batch_id: batchId, account_id: gone.id, outcome: 'granted' });
    const { id } = await db('organisms').first('id').where({ code: 'CPAM-391' });
    await db('accounts').where({ id: gone.id }).update({ organism_id: id });
    const path = `/gestion/lots/${batchId}`;
    const rows = async (agent: Agent) =>
      readCsv((await agent.get(`${path}/lot.csv?q=sortie`)).bytes).slice(1);
    assert.deepEqual(await rows(agents.local), [['SORTIE', 'Camille', '', 'Droit activé']]);
    assert.deepEqual(await rows(agents.national), [['SORTIE', 'Camille', gone.email, 'Droit activé']]);
    const page = await agents.local.get(`${path}?q=sortie`);
    assert.deepEqual(page.column('Mail'), ['']);
    assert.equal(page.$('main tbody a').length, 0);
    for (const format of ['xlsx', 'pdf'] as const) {
      const { bytes } = await agents.local.get(`${path}/lot.${format}`);
      const text =
        format === 'pdf' ? (await readPdf(bytes)).join() : [...readWorkbook(bytes).values()].flat(2).join();
      assert.ok(!text.includes('partie.ailleurs'), format);
    }
  });
});
