import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { accountOf, createAccount } from '../factories/accounts.ts';
import { endAssignment, grant } from '../factories/assignments.ts';
import { type Agent, createAgent } from '../tools/agent.ts';
import { clean, type Page } from '../tools/page.ts';
import { startTestPortal, type TestPortal } from '../tools/portal.ts';
import {
  type ExpectedPerson,
  matchesName,
  matchesSearch,
  readPeople,
  sorted,
} from './entitlements-oracle.ts';

const TODAY = '2026-11-22';
const PATH = '/gestion/etat';

describe('« État des habilitations », by a local administrator', () => {
  let portal: TestPortal;
  let agent: Agent;
  let people: ExpectedPerson[];

  before(async () => {
    portal = await startTestPortal();
    agent = createAgent(portal);
    await agent.signIn('wtestportail@test.fr');
    people = await readPeople(portal.db, ['CAF-391'], TODAY);
  });
  after(async () => {
    agent?.close();
    await portal?.stop();
  });

  const list = (query: Record<string, string> = {}) => agent.get(`${PATH}?${new URLSearchParams(query)}`);
  const everyone = (query: Record<string, string> = {}) => list({ taille: '100', ...query });
  const emails = (page: Page) => page.column('Email');
  const summary = (page: Page) => page.texts('.page-summary').join();
  const inOrder = (found: ExpectedPerson[], column = 'nom', direction = 'asc') =>
    sorted(found, column, direction).map(({ email }) => email);

  test('R7, R8: by default, everyone of my organism who has an account, and nobody else', async () => {
    const page = await everyone();
    assert.equal(page.heading, 'État des habilitations');
    assert.equal(people.length, 57);
    assert.deepEqual(emails(page), inOrder(people));
    assert.equal(summary(page), '57 personnes · CAF du Jura');
  });

  test('R8: deactivated people have an account still, and are marked', async () => {
    const page = await everyone({ q: 'parti@caf39' });
    assert.deepEqual(page.column('Nom'), ['PARTI']);
    assert.equal(page.$('[data-label=Nom] .tag').attr('aria-label'), 'Inactif');
  });

  test('R14 each row leads to the account page, by a link named by the person', async () => {
    const page = await everyone({ q: 'tmantel' });
    const link = page.$('main tbody a[aria-label="Thomas MANTEL"]');
    assert.equal(link.text(), 'MANTEL');
    assert.equal((await agent.get(String(link.attr('href')))).heading, 'Thomas MANTEL');
  });

  test('R9: live: a right given or removed shows at the next display', async () => {
    const account = await accountOf(portal.db, 'wadama@ucanss.fr');
    const shown = async () => (await everyone({ q: account.email })).column('Habilitations').join();
    assert.equal(await shown(), 'Aucune habilitation');
    const assignment = await grant(portal.db, account, 'energie-lecteur');
    assert.equal(await shown(), 'Energie Lecteur');
    await endAssignment(portal.db, assignment);
    assert.equal(await shown(), 'Aucune habilitation');
  });

  test('P8: a right is shown until its last day, with that day, and no longer', async () => {
    const account = await createAccount(portal.db, { last_name: 'ÉCHÉANCE' });
    await grant(portal.db, account, 'energie-lecteur', { ends_on: TODAY });
    const shown = async () => (await everyone({ nom: 'echeance' })).column('Habilitations').join();
    assert.equal(await shown(), 'Energie Lecteur jusqu’au 22/11/2026');
    portal.clock.set('2026-11-23T08:00:00.000Z');
    assert.equal(await shown(), 'Aucune habilitation');
    portal.clock.set('2026-11-22T09:00:00.000Z');
    await portal.db('assignments').where({ account_id: account.id }).delete();
    await portal.db('accounts').where({ id: account.id }).delete();
  });

  const NAMES = [
    'mantel',
    'MANTEL thomas',
    'thomas mantel',
    'suppleante',
    'SUPPLÉANTE',
    'é',
    'a',
    'an',
    'caf39',
    'xyz',
    'martin m',
  ];
  for (const nom of NAMES) {
    test(`R10: « Nom : » narrows to who has « ${nom} » in « NOM Prénom »`, async () => {
      const expected = people.filter((person) => matchesName(person, nom));
      const page = await everyone({ nom });
      assert.deepEqual(emails(page), inOrder(expected));
      assert.equal(page.$('#nom').attr('value'), nom);
    });
  }

  const WORDS = [
    ...[
      'energie',
      'ÉNERGIE',
      'lecteur energie',
      'Energie  Lecteur',
      'accords locaux',
      'sda_consultation',
      'sda',
      'a',
      'ma',
    ],
    ...[
      'thomas gestionnaire',
      'gestionnaire thomas',
      'caf du jura',
      'CAF-391',
      'mantel caf39',
      '@',
      '.fr',
      'directrice add',
    ],
    ...[
      'administrateur local',
      'annuaire rédacteur',
      'responsable',
      'œuvre',
      "d'",
      '%',
      '_',
      '\\',
      "'",
      '--',
      'introuvable',
    ],
  ];
  for (const q of WORDS) {
    test(`R11: « Rechercher : » « ${q} » finds each word in some element of the line`, async () => {
      const expected = people.filter((person) => matchesSearch(person, q));
      assert.deepEqual(emails(await everyone({ q })), inOrder(expected));
    });
  }

  test('R10, R11: both fields combine', async () => {
    const expected = people.filter((person) => matchesName(person, 'm') && matchesSearch(person, 'lecteur'));
    assert.ok(expected.length > 0 && expected.length < 57);
    assert.deepEqual(emails(await everyone({ nom: 'm', q: 'lecteur' })), inOrder(expected));
  });

  test('R14: each line has name, first name, e-mail, function and every role, or « Aucune habilitation »', async () => {
    const page = await everyone();
    const byEmail = new Map(people.map((person) => [person.email, person]));
    assert.deepEqual(page.texts('main table caption'), ["Droits d'accès au site ucanss.fr"]);
    assert.equal(page.$('main table').length, 1);
    for (const row of page.$('main table tbody tr').toArray()) {
      const cell = (label: string) => clean(page.$(row).find(`[data-label="${label}"]`).text());
      const person = byEmail.get(cell('Email'));
      assert.ok(person);
      assert.ok(cell('Nom').startsWith(person.lastName));
      assert.deepEqual([cell('Prénom'), cell('Fonction')], [person.firstName, person.functionTitle]);
      const roles = page
        .$(row)
        .find('li')
        .toArray()
        .map((item) => clean(page.$(item).text()).replace(/ jusqu’au .*/, ''));
      assert.deepEqual(roles, person.roles);
      if (roles.length === 0) assert.equal(cell('Habilitations'), 'Aucune habilitation');
    }
  });

  test('R14: a text of a person is shown as it is, never as a page', async () => {
    const text = '<img src=x onerror=alert(1)>"\'&';
    const account = await createAccount(portal.db, {
      last_name: text,
      first_name: text,
      function_title: text,
    });
    const page = await everyone({ q: account.email });
    assert.equal(page.$('main img').length, 0);
    assert.equal(page.column('Prénom').join(), text);
    await portal.db('accounts').where({ id: account.id }).delete();
  });

  for (const column of ['nom', 'prenom', 'email', 'fonction', 'habilitations']) {
    for (const sens of ['asc', 'desc']) {
      test(`sorted by ${column}, ${sens}: in that order, told to assistive technology`, async () => {
        const page = await everyone({ tri: column, sens });
        assert.deepEqual(emails(page), inOrder(people, column, sens));
        const told = page.$('th[aria-sort]');
        assert.equal(told.length, 1);
        assert.equal(told.attr('aria-sort'), sens === 'asc' ? 'ascending' : 'descending');
        // What the heading announces is what it then does: the other order.
        const [link, next] = [told.find('a'), sens === 'asc' ? 'desc' : 'asc'];
        assert.match(link.attr('title') ?? '', next === 'desc' ? /ordre décroissant$/ : /ordre croissant$/);
        const asked = new URL(link.attr('href') ?? '', 'http://x').searchParams;
        assert.equal(asked.get('sens') ?? 'asc', next);
      });
    }
  }

  for (const taille of [10, 25, 50, 100]) {
    test(`« Afficher ${taille} éléments »: the pages hold everyone once, in order`, async () => {
      const found: string[] = [];
      const pages = Math.ceil(people.length / taille);
      for (let page = 1; page <= pages; page += 1) {
        const shown = await list({ taille: String(taille), page: String(page) });
        assert.ok(shown.rows.length <= taille);
        assert.match(shown.texts('title').join(), new RegExp(`page ${page}\\b`));
        if (pages > 1) assert.deepEqual(shown.texts('[aria-current=page]').slice(-1), [`Page ${page}`]);
        found.push(...emails(shown));
      }
      assert.deepEqual(found, inOrder(people));
    });
  }

  test('a page past the last one says so, and leads back', async () => {
    const page = await list({ page: '99', q: 'caf' });
    assert.equal(page.status, 200);
    assert.equal(page.rows.length, 0);
    assert.match(page.texts('main h2').join(), /au-delà de la dernière/);
    const back = page.$('main .empty a').attr('href') ?? '';
    assert.equal((await agent.get(back)).rows.length, 10);
  });

  test('nobody found is an answer, with the way back to everyone', async () => {
    const page = await list({ q: 'introuvable', tri: 'email' });
    assert.match(page.texts('main h2').join(), /Aucune personne ne correspond/);
    const links = page
      .$('main a:contains("Effacer les filtres")')
      .toArray()
      .map((link) => page.$(link).attr('href'));
    assert.deepEqual(new Set(links), new Set(['/gestion/etat?tri=email']));
  });

  test('everything keeps the other criteria: search, sort, size, pages', async () => {
    const first = await list({ q: 'caf', tri: 'email', taille: '25', sens: 'desc' });
    const searched = await agent.submit(first, 'Rechercher', { nom: 'a' });
    assert.deepEqual(queryOf(searched), { q: 'caf', nom: 'a', tri: 'email', sens: 'desc', taille: '25' });
    const resized = await agent.submit(searched, 'Afficher ce nombre d’éléments', { taille: '10' });
    assert.deepEqual(queryOf(resized), { q: 'caf', nom: 'a', tri: 'email', sens: 'desc', taille: '10' });
    const next = resized.$('main nav a[rel=next]').attr('href') ?? '';
    assert.deepEqual(queryOf(await agent.get(next)), {
      q: 'caf',
      nom: 'a',
      tri: 'email',
      sens: 'desc',
      page: '2',
    });
    const sort = resized.$('main th a:contains("Fonction")').attr('href') ?? '';
    assert.deepEqual(queryOf(await agent.get(sort)), { q: 'caf', nom: 'a', tri: 'fonction' });
  });

  /** The criteria of a page's address, the empty ones left out: a form sends them too. */
  function queryOf(page: Page): Record<string, string> {
    assert.equal(page.status, 200);
    const entries = [...new URL(page.path, portal.url).searchParams].filter(([, value]) => value !== '');
    return Object.fromEntries(entries);
  }

  const UNKNOWN = [
    'tri=mot_de_passe',
    'sens=haut',
    'page=zero',
    'taille=1000',
    'inconnu=1',
    'q=a&q=b',
    'q=%00',
    'nom=%00',
  ];
  for (const query of UNKNOWN) {
    test(`an unknown criterion (${query}) shows the page with its default, and says so`, async () => {
      const page = await agent.get(`${PATH}?${query}`);
      assert.equal(page.status, 200);
      assert.equal(page.rows.length, 10);
      assert.equal(page.notices.length, 1);
      assert.deepEqual(emails(page), inOrder(people).slice(0, 10));
    });
  }

  test('R7: no criterion reaches another organism', async () => {
    for (const perimetre of ['CPAM-391', 'tous', 'UCANSS']) {
      assert.deepEqual(emails(await everyone({ perimetre })), inOrder(people));
    }
    assert.equal((await everyone({ q: 'admin.cpam39@assurance-maladie.fr' })).rows.length, 0);
  });
});
