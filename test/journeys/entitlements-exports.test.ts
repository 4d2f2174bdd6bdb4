import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { accountOf, createAccount } from '../factories/accounts.ts';
import { type Agent, createAgent } from '../tools/agent.ts';
import { eventually } from '../tools/eventually.ts';
import { readCsv, readPdf, readWorkbook } from '../tools/files.ts';
import { lastEvents } from '../tools/last-events.ts';
import { clean } from '../tools/page.ts';
import { startTestPortal, type TestPortal } from '../tools/portal.ts';
import {
  COLUMNS,
  type ExpectedPerson,
  lineOf,
  matchesSearch,
  readPeople,
  sorted,
} from './entitlements-oracle.ts';

const TODAY = '2026-11-22';
const FORMATS = ['xlsx', 'pdf', 'csv'] as const;

const TYPES = {
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  pdf: 'application/pdf',
  csv: 'text/csv; charset=utf-8',
} as const;

/** A PDF cuts long cells over several lines: what is compared has no space at all. */
const squash = (text: string): string => text.replace(/\s/g, '');

describe('exports of « État des habilitations »', () => {
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

  const file = (format: string, query: Record<string, string> = {}) =>
    agent.get(`/gestion/etat.${format}?${new URLSearchParams(query)}`);

  /** What is filtered and how, and the people that must come out, in order. */
  const CASES: Readonly<Record<string, { query: Record<string, string>; expected: () => ExpectedPerson[] }>> =
    {
      'everyone, on six pages': { query: {}, expected: () => sorted(people, 'nom', 'asc') },
      'a search': {
        query: { q: 'energie', page: '2', taille: '10' },
        expected: () =>
          sorted(
            people.filter((person) => matchesSearch(person, 'energie')),
            'nom',
            'asc',
          ),
      },
      'another order': {
        query: { tri: 'fonction', sens: 'desc' },
        expected: () => sorted(people, 'fonction', 'desc'),
      },
      'one person': {
        query: { nom: 'Testportail' },
        expected: () => people.filter(({ lastName }) => lastName === 'TESTPORTAIL'),
      },
      nobody: { query: { q: 'introuvable' }, expected: () => [] },
    };

  for (const [name, { query, expected }] of Object.entries(CASES)) {
    test(`R12: « Excel » holds the result as filtered, not the page: ${name}`, async () => {
      const sheets = readWorkbook((await file('xlsx', query)).bytes);
      assert.deepEqual([...sheets.keys()], ['Personnes', 'Habilitations', 'À propos']);
      assert.deepEqual(sheets.get('Personnes'), [COLUMNS, ...expected().map(lineOf)]);
    });

    test(`R13: « PDF » holds the same people: ${name}`, async () => {
      const pages = await readPdf((await file('pdf', query)).bytes);
      const text = squash(pages.join());
      const found = people.filter(({ email }) => text.includes(squash(email)));
      assert.deepEqual(
        found.map(({ email }) => email).sort(),
        expected()
          .map(({ email }) => email)
          .sort(),
      );
      for (const person of expected()) {
        for (const cell of lineOf(person)) assert.ok(text.includes(squash(cell)), cell);
      }
      pages.forEach((page, index) => {
        assert.match(clean(page), new RegExp(`page ${index + 1} / ${pages.length}`));
      });
    });

    test(`the CSV holds the same people: ${name}`, async () => {
      assert.deepEqual(readCsv((await file('csv', query)).bytes), [COLUMNS, ...expected().map(lineOf)]);
    });
  }

  test('R14: the sheet « Habilitations » has a line a right, with since when and by whom', async () => {
    const sheets = readWorkbook((await file('xlsx')).bytes);
    const [header, ...lines] = sheets.get('Habilitations') ?? [];
    assert.deepEqual(header, [
      ...['Nom', 'Prénom', 'Email', 'Organisme', 'Application', 'Rôle', 'Depuis le', 'Accordée par'],
      ...['Jusqu’au', 'Compte'],
    ]);
    const rights = await portal.db.raw(
      `SELECT a.email, r.label, p.name AS application, o.name AS organism,
         to_char(s.granted_at AT TIME ZONE 'Europe/Paris', 'DD/MM/YYYY') AS since,
         coalesce(g.first_name || ' ' || g.last_name, '') AS by,
         coalesce(to_char(s.ends_on, 'DD/MM/YYYY'), '') AS until,
         CASE WHEN a.active THEN 'Actif' ELSE 'Inactif' END AS account
       FROM assignments s
       JOIN accounts a ON a.id = s.account_id
       JOIN organisms o ON o.id = a.organism_id
       JOIN roles r ON r.id = s.role_id
       JOIN applications p ON p.id = r.application_id
       LEFT JOIN accounts g ON g.id = s.granted_by
       WHERE o.code = 'CAF-391' AND s.ended_at IS NULL AND (s.ends_on IS NULL OR s.ends_on >= ?)`,
      [TODAY],
    );
    const expected = rights.rows.map((row: Record<string, string>) =>
      [
        ...[row.email, row.organism, row.application, row.label, row.since, row.by],
        ...[row.until, row.account],
      ].join('|'),
    );
    assert.deepEqual(lines.map((cells) => cells.slice(2).join('|')).sort(), expected.sort());
    const emails = lines.map(([, , email]) => email);
    const inOrder = sorted(people, 'nom', 'asc').flatMap(({ email, roles }) => roles.map(() => email));
    assert.deepEqual(emails, inOrder);
  });

  for (const format of FORMATS) {
    test(`the ${format} has its type, and the name of the organism and of the day`, async () => {
      const { headers, status } = await file(format);
      assert.equal(status, 200);
      assert.equal(headers['content-type'], TYPES[format]);
      const name = `etat-des-habilitations_CAF-391_2026-11-22.${format}`;
      assert.equal(headers['content-disposition'], `attachment; filename="${name}"`);
      assert.match(String(headers['cache-control']), /no-store/);
      assert.equal(headers['x-content-type-options'], 'nosniff');
    });

    test(`the ${format} is traced: its filters before its first byte, its rows before its end`, async () => {
      await file(format, { nom: 'mantel', q: 'energie' });
      const [ended, started] = await lastEvents(portal.db, 2);
      const { id, organism_id } = await accountOf(portal.db, 'wtestportail@test.fr');
      for (const event of [started, ended])
        assert.deepEqual([event.actor_account_id, event.organism_id], [id, organism_id]);
      const filters = { nom: 'mantel', q: 'energie', perimetre: 'CAF-391' };
      const told = { list: 'etat-des-habilitations', format, filters };
      assert.deepEqual([started.action, started.details], ['export.started', told]);
      assert.deepEqual([ended.action, ended.details], ['export.ended', { ...told, rows: 1 }]);
    });

    const WRONG = [
      'tri=x',
      'sens=x',
      'q=a&q=b',
      'q=%00',
      'nom=a&nom=b',
      'inconnu=1',
      'page=x',
      'taille=7',
      `q=${'a+'.repeat(30)}`,
    ];
    test(`a wrong criterion of the ${format} is a 422 in French: the wrong people never leave in a file`, async () => {
      const count = async () =>
        Number((await portal.db('audit_events').count('* as n').whereLike('action', 'export.%').first())?.n);
      const before = await count();
      for (const query of WRONG) {
        const page = await agent.get(`/gestion/etat.${format}?${query}`);
        assert.equal(page.status, 422, query);
        assert.equal(page.heading, 'Demande refusée');
        assert.match(page.text, /L’export n’a pas été fait/);
        assert.equal(page.headers['content-disposition'], undefined);
        assert.ok(page.$('main a').length > 0);
      }
      assert.equal(await count(), before);
    });
  }

  test('the links of the page carry its filters, and not its page', async () => {
    const page = await agent.get('/gestion/etat?q=energie&nom=m&tri=email&sens=desc&page=2&taille=25');
    for (const [label, format] of [
      ['Excel', 'xlsx'],
      ['PDF', 'pdf'],
      ['CSV', 'csv'],
    ] as const) {
      const href = page.$(`main a:contains("${label}")`).attr('href') ?? '';
      const url = new URL(href, portal.url);
      assert.equal(url.pathname, `/gestion/etat.${format}`);
      assert.deepEqual(Object.fromEntries(url.searchParams), {
        q: 'energie',
        nom: 'm',
        tri: 'email',
        sens: 'desc',
      });
      assert.equal((await agent.get(href)).status, 200);
    }
  });

  test('the CSV opens in a spreadsheet: byte-order mark, semicolons, CRLF', async () => {
    const text = (await file('csv', { nom: 'Testportail' })).text;
    assert.ok(text.startsWith('\ufeffNom;Prénom;Email;'));
    assert.equal(text.split('\r\n').length, 3);
  });

  test('no cell can start a formula, and what surrounds it is kept', async () => {
    const starts = ['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '=HYPERLINK("http://x";"y")', '"quoted";'];
    for (const [index, text] of starts.entries()) {
      await createAccount(portal.db, {
        last_name: `FORMULE${index}`,
        first_name: text,
        function_title: text,
      });
    }
    const rows = readCsv((await file('csv', { nom: 'formule' })).bytes).slice(1);
    assert.equal(rows.length, starts.length);
    for (const cell of rows.flat()) assert.doesNotMatch(cell, /^[=+\-@\t\r]/);
    const sheets = readWorkbook((await file('xlsx', { nom: 'formule' })).bytes);
    const shown = sheets
      .get('Personnes')
      ?.slice(1)
      .map(([, firstName]) => firstName);
    assert.deepEqual(shown, starts);
    await portal.db('accounts').where('last_name', 'like', 'FORMULE%').delete();
  });

  test('names that need more than Latin 1 come out whole in the PDF', async () => {
    const { id } = await createAccount(portal.db, { last_name: 'ŁUKASZEWICZ-ŠKODA', first_name: 'Çağla' });
    const text = (await readPdf((await file('pdf', { nom: 'lukaszewicz-skoda' })).bytes)).join(' ');
    for (const name of ['ŁUKASZEWICZ-ŠKODA', 'Çağla']) assert.ok(squash(text).includes(name), text);
    await portal.db('accounts').where({ id }).delete();
  });

  test('the PDF says of whom, when and with which filters', async () => {
    const [first = ''] = await readPdf((await file('pdf', { q: 'lecteur', nom: 'm' })).bytes);
    const text = clean(first);
    for (const said of [
      'État des habilitations',
      'CAF du Jura',
      'Édité le 22/11/2026 à 10:00 par Welcome TESTPORTAIL',
      'Nom : « m »',
      'Rechercher : « lecteur »',
    ]) {
      assert.ok(text.includes(said), `${said} is missing in ${text.slice(0, 300)}`);
    }
  });

  test('the PDF says when a right ends, and ends with how many people it holds', async () => {
    const { rows } = await portal.db.raw(
      `SELECT r.label, to_char(s.ends_on, 'DD/MM/YYYY') AS day FROM assignments s
       JOIN roles r ON r.id = s.role_id JOIN accounts a ON a.id = s.account_id JOIN organisms o ON o.id = a.organism_id
       WHERE o.code = 'CAF-391' AND s.role_kind = 'ordinary' AND s.ended_at IS NULL AND s.ends_on >= ?`,
      [TODAY],
    );
    assert.ok(rows.length > 0);
    const pages = await readPdf((await file('pdf')).bytes);
    const text = squash(pages.join());
    for (const { label, day } of rows) assert.ok(text.includes(squash(`${label} jusqu’au ${day}`)), label);
    assert.match(clean(pages.at(-1) ?? ''), /Fin de la liste : 57 personnes/);
  });

  test('past a hundred exports in an hour, a 429 in French; the pages stay', async () => {
    await portal.db('rate_limits').where('key', 'like', 'exports:%').update({ points: 100 });
    const page = await file('csv');
    assert.equal(page.status, 429);
    assert.match(page.text, /100 exports en une heure/);
    assert.ok(Number(page.headers['retry-after']) > 0);
    assert.equal((await agent.get('/gestion/etat')).status, 200);
    await portal.db('rate_limits').delete();
  });

  test('a person who leaves in the middle of a file frees the database', async () => {
    const free = async () => {
      const { rows } = await portal.db.raw(
        `SELECT count(*)::int AS n FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in%'`,
      );
      return rows[0].n === 0;
    };
    await Promise.allSettled(
      FORMATS.map((format) => {
        const url = `${portal.url}/gestion/etat.${format}`;
        return fetch(url, { headers: { Cookie: agent.cookies() }, signal: AbortSignal.timeout(15) });
      }),
    );
    // Several looks in a row: the server may have begun the file after the person left.
    let looks = 0;
    await eventually(async () => {
      looks = (await free()) ? looks + 1 : 0;
      return looks === 5;
    });
  });
});
