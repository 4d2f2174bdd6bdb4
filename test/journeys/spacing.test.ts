import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { textOfFile } from '../tools/files.ts';
import type { Page } from '../tools/page.ts';
import { startTestPortal, type TestPortal } from '../tools/portal.ts';
import { pageSpacingFaults, spacingFaults } from '../tools/spacing.ts';
import { isLocal, maker, openSessions } from './access-people.ts';
import type { Case, Outcome, Profile } from './access-rows.ts';
import { EXPECTED } from './access-table.ts';

const VISITS: readonly Profile[] = [
  'visitor',
  'employee',
  'administrator',
  'twoOrganisms',
  'ucanss',
  'auditor',
];
const FILE = /\.(xlsx|pdf|csv)$/;

/** Of what a list says in some states alone. */
const STATES: Partial<Record<Profile, readonly string[]>> = {
  administrator: [
    '/gestion/etat?q=xqzw',
    '/gestion/etat?page=99',
    '/gestion/comptes?nom=xqzw&prenom=a&q=b&role=energie-lecteur&ayant=non&add=non&droits=a-revoir',
    '/gestion/comptes?ayant=non&compte=x&organisme=x&role=inconnu',
    '/gestion/comptes?organisme=non',
    '/gestion/comptes?organisme=non&nom=un&role=energie-lecteur',
    '/gestion/comptes?compte=inactif',
    '/gestion/demandes/en-cours?age=x&decideur=x&q=xqzw',
    '/gestion/demandes/refus?q=xqzw',
    '/gestion/journal?genre=tout&taille=100',
    '/gestion/journal?acte=x&du=hier&au=hier&genre=x',
    '/gestion/administrateurs-locaux/nouveau?q=xqzw',
    '/gestion/administrateurs-locaux/tous?q=xqzw&branche=x',
    '/gestion/lots?q=xqzw',
  ],
  ucanss: ['/gestion/comptes?organisme=non&nom=un', '/gestion/journal?genre=tout&taille=100'],
};

describe('French spacing, wherever the portal writes', () => {
  let portal: TestPortal;
  let people: Awaited<ReturnType<typeof openSessions>>;
  let make: ReturnType<typeof maker>;
  before(async () => {
    portal = await startTestPortal();
    people = await openSessions(portal);
    make = maker(portal, people.accountOf);
  });
  beforeEach(() => portal.db('rate_limits').delete());
  after(async () => {
    people?.close();
    await portal?.stop();
  });

  async function ask(profile: Profile, name: string, each: Case): Promise<Page> {
    const [method = '', path = ''] = name.split(' ');
    const words: string[] = [];
    for (const word of each.path?.split('/') ?? []) words.push(await make(word, profile));
    const fields: Record<string, string> = {};
    for (const [field, word] of Object.entries(each.fields ?? {})) fields[field] = await make(word, profile);
    if (EXPECTED.get(name)?.oneOrganism && !isLocal(profile)) fields.perimetre = 'CAF-391';
    return people.ask(
      profile,
      method,
      path.replace(/:\w+/g, () => words.shift() ?? ''),
      fields,
    );
  }

  /** What is ill spaced in an answer, or in the page that it leads to. */
  async function faultsOf(profile: Profile, name: string, answer: Page): Promise<string[]> {
    const to = answer.headers.location;
    const page = answer.status < 400 && to ? await people.ask(profile, 'GET', to) : answer;
    assert.ok(page.status < 500, `${name}: ${page.status}`);
    return pageSpacingFaults(page.$).map((fault) => `${name}: ${fault}`);
  }

  /** What is ill spaced in what a profile gets: a case of each route and outcome. */
  async function faultsAmong(profile: Profile, of: (name: string) => boolean, outcomes: readonly Outcome[]) {
    const faults: string[] = [];
    for (const [name, { cases }] of [...EXPECTED].filter(([route]) => of(route))) {
      const chosen = outcomes.flatMap((outcome) => cases.find(({ row }) => row[profile] === outcome) ?? []);
      for (const each of chosen)
        faults.push(...(await faultsOf(profile, name, await ask(profile, name, each))));
    }
    return faults;
  }

  const isPage = (name: string) => name.startsWith('GET ') && !FILE.test(name);
  const isAct = (name: string) => name.startsWith('POST ') && !/connexion$/.test(name);

  for (const profile of VISITS) {
    test(`every page of ${profile}, found, unknown or refused`, async () => {
      const faults = await faultsAmong(profile, isPage, ['answer', 'unknown', 'refused']);
      for (const path of STATES[profile] ?? [])
        faults.push(...(await faultsOf(profile, path, await people.ask(profile, 'GET', path))));
      assert.deepEqual([...new Set(faults)], []);
    });
  }

  for (const profile of ['visitor', 'employee', 'administrator', 'ucanss'] as const) {
    test(`what acts of ${profile} answer, done or refused`, async () => {
      assert.deepEqual([...new Set(await faultsAmong(profile, isAct, ['answer']))], []);
    });
  }

  // A reader of PDF makes plain spaces of all; what ends a line there is told by test/exports/report.test.ts.
  test('every file of every list, filtered', async () => {
    const faults: string[] = [];
    const files = [...EXPECTED.entries()].filter(([name]) => /\.(xlsx|csv)$/.test(name));
    for (const [name, { cases }] of files) {
      const profile = (['administrator', 'ucanss'] as const).find((who) => cases[0]?.row[who] === 'answer');
      const [each] = cases;
      if (!profile || !each) continue;
      await portal.db('rate_limits').delete();
      const file = await ask(profile, name, { ...each, fields: { ...each.fields, q: 'mantel' } });
      assert.equal(file.status, 200, name);
      for (const fault of spacingFaults(await textOfFile(file))) faults.push(`${name}: ${fault}`);
    }
    assert.deepEqual([...new Set(faults)], []);
  });
});
