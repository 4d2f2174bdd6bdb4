import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { accountOf } from '../factories/accounts.ts';
import { grant } from '../factories/assignments.ts';
import { type Agent, createAgent } from '../tools/agent.ts';
import { readCsv } from '../tools/files.ts';
import { startTestPortal, type TestPortal } from '../tools/portal.ts';
import { type ExpectedPerson, matchesSearch, readPeople, sorted } from './entitlements-oracle.ts';

const TODAY = '2026-11-22';
const NATIONAL = { 'administrateur Ucanss': 'national@ucanss.fr', auditeur: 'auditeur@ucanss.fr' } as const;

for (const [profile, email] of Object.entries(NATIONAL)) {
  describe(`« État des habilitations », by an ${profile}`, () => {
    let portal: TestPortal;
    let agent: Agent;
    let everyone: ExpectedPerson[];

    before(async () => {
      portal = await startTestPortal();
      agent = createAgent(portal);
      await agent.signIn(email);
      everyone = await readPeople(portal.db, [], TODAY);
    });
    after(async () => {
      agent?.close();
      await portal?.stop();
    });

    const list = (query: Record<string, string> = {}) =>
      agent.get(`/gestion/etat?${new URLSearchParams(query)}`);
    const inOrder = (people: ExpectedPerson[], column = 'nom', direction = 'asc') =>
      sorted(people, column, direction).map((person) => person.email);
    const of = (code: string) => everyone.filter((person) => person.code === code);

    test('by default, every organism: « plus de 1 000 », with the organism of each person', async () => {
      const page = await list({ taille: '100' });
      assert.ok(everyone.length > 1_000);
      assert.equal(page.texts('.page-summary').join(), 'plus de 1 000 personnes · Tous les organismes');
      assert.deepEqual(page.column('Email'), inOrder(everyone).slice(0, 100));
      const organisms = new Map(everyone.map((person) => [person.email, person.organism]));
      assert.deepEqual(
        page.column('Organisme'),
        page.column('Email').map((each) => organisms.get(each)),
      );
    });

    test('the organism filter comes first, with every organism, and narrows to one', async () => {
      const page = await list();
      const [first] = page
        .$('main form[role=search] select, main form[role=search] input:not([type=hidden])')
        .toArray();
      assert.equal(page.$(first).attr('name'), 'perimetre');
      assert.equal(page.$('#perimetre option').length, 1 + (await portal.db('organisms')).length);
      const narrowed = await agent.submit(page, 'Rechercher', { perimetre: 'CAF-391' });
      assert.match(narrowed.texts('.page-summary').join(), /^57 personnes · CAF du Jura$/);
      assert.equal(narrowed.$('#perimetre option[selected]').attr('value'), 'CAF-391');
    });

    test('with an organism chosen, the filters of each list send one perimeter: the one that is chosen next', async () => {
      const { id } = await accountOf(portal.db, 'tmantel@caf39.caf.fr');
      const lists = ['etat', 'demandes/en-cours', 'demandes/refus', 'comptes', `comptes/${id}/historique`];
      for (const path of [...lists, 'administrateurs-locaux', 'administrateurs-locaux/tous', 'journal']) {
        const page = await agent.get(`/gestion/${path}?perimetre=CAF-391&taille=25`);
        assert.equal(page.$('main form[role=search] [name=perimetre]').length, 1, path);
      }
    });

    for (const perimetre of ['CAF-391', 'CPAM-391', 'UCN', 'UCANSS']) {
      test(`perimetre=${perimetre} shows exactly the people of that organism`, async () => {
        const expected = inOrder(of(perimetre));
        const found: string[] = [];
        for (let page = 1; page <= Math.ceil(expected.length / 100); page += 1) {
          found.push(...(await list({ perimetre, taille: '100', page: String(page) })).column('Email'));
        }
        assert.deepEqual(found, expected);
      });
    }

    test('links, sorts, sizes and exports keep the perimeter', async () => {
      const page = await list({ perimetre: 'CAF-391', q: 'energie' });
      const hrefs = page
        .$('main a[href^="/gestion/etat"]')
        .toArray()
        .map((link) => page.$(link).attr('href') ?? '');
      assert.ok(hrefs.length > 8);
      for (const href of hrefs)
        assert.equal(new URL(href, portal.url).searchParams.get('perimetre'), 'CAF-391', href);
      const resized = await agent.submit(page, 'Afficher ce nombre d’éléments', { taille: '25' });
      assert.match(resized.texts('.page-summary').join(), /CAF du Jura/);
    });

    test('the menu keeps the perimeter from one page to the next', async () => {
      const page = await list({ perimetre: 'CAF-391' });
      const entry = page.$('#menu a:contains("État des habilitations")').attr('href');
      assert.equal(entry, '/gestion/etat?perimetre=CAF-391');
    });

    const UNKNOWN = [
      'INCONNU',
      'caf-391',
      'CAF-391%00',
      "'",
      'CAF-391&perimetre=UCN',
      'x'.repeat(300),
      '%C3%A9',
    ];
    for (const perimetre of UNKNOWN) {
      test(`an unknown perimeter (${perimetre.slice(0, 25)}) shows every organism and says so; an export is a 422`, async () => {
        const page = await agent.get(`/gestion/etat?perimetre=${perimetre}`);
        assert.equal(page.status, 200);
        assert.match(page.notices.join(), /Ce périmètre est inconnu/);
        assert.match(page.texts('.page-summary').join(), /Tous les organismes/);
        for (const format of ['xlsx', 'pdf', 'csv']) {
          const answer = await agent.get(`/gestion/etat.${format}?perimetre=${perimetre}`);
          assert.equal(answer.status, 422);
          assert.equal(answer.headers['content-disposition'], undefined);
        }
      });
    }

    const WORDS = [
      'mantel',
      'energie lecteur',
      'jura',
      'xy',
      'z',
      'deontologue',
      'introuvable',
      'caf du jura directrice',
    ];
    for (const q of WORDS) {
      test(`R11: « ${q} » over every organism`, async () => {
        const expected = inOrder(everyone.filter((person) => matchesSearch(person, q)));
        const page = await list({ q, taille: '100' });
        assert.deepEqual(page.column('Email'), expected.slice(0, 100));
        const count = expected.length > 1_000 ? 'plus de 1 000' : String(expected.length);
        assert.match(page.texts('.page-summary').join(), new RegExp(`^${count} personne`));
      });
    }

    for (const tri of ['prenom', 'email', 'fonction', 'organisme', 'habilitations']) {
      for (const sens of ['asc', 'desc']) {
        test(`sorted by ${tri}, ${sens}, over every organism`, async () => {
          const page = await list({ tri, sens, taille: '100' });
          assert.deepEqual(page.column('Email'), inOrder(everyone, tri, sens).slice(0, 100));
        });
      }
    }

    test('an export of every organism holds everyone, and says so in its name', async () => {
      const answer = await agent.get('/gestion/etat.csv');
      assert.match(
        String(answer.headers['content-disposition']),
        /etat-des-habilitations_tous_2026-11-22\.csv/,
      );
      const rows = readCsv(answer.bytes).slice(1);
      assert.deepEqual(
        rows.map(([, , each]) => each),
        inOrder(everyone),
      );
    });

    test('an export of one organism is named and traced for it', async () => {
      const answer = await agent.get('/gestion/etat.csv?perimetre=UCN');
      assert.match(String(answer.headers['content-disposition']), /_UCN_/);
      assert.equal(readCsv(answer.bytes).length - 1, of('UCN').length);
      const event = await portal
        .db('audit_events')
        .where({ action: 'export.started' })
        .orderBy('id', 'desc')
        .first();
      const { id } = await portal.db('organisms').first('id').where({ code: 'UCN' });
      assert.deepEqual(
        [event.organism_id, event.details.perimetre ?? event.details.filters.perimetre],
        [id, 'UCN'],
      );
    });
  });
}

describe('a person who administers an organism and is national too', () => {
  test('has the national view', async () => {
    const portal = await startTestPortal();
    const agent = createAgent(portal);
    try {
      const account = await accountOf(portal.db, 'national@ucanss.fr');
      await grant(portal.db, account, 'administrateur-local', { organism: 'UCANSS' });
      await agent.signIn(account.email);
      const page = await agent.get('/gestion/etat');
      assert.match(page.texts('.page-summary').join(), /Tous les organismes/);
    } finally {
      agent.close();
      await portal.stop();
    }
  });
});
