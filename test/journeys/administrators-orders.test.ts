import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { createAccount } from '../factories/accounts.ts';
import { grant } from '../factories/assignments.ts';
import { createOrganism } from '../factories/organisms.ts';
import { type Agent, createAgent } from '../tools/agent.ts';
import { readCsv } from '../tools/files.ts';
import { startTestPortal, type TestPortal } from '../tools/portal.ts';

const LIST = '/gestion/administrateurs-locaux';
const ROLE = 'administrateur-local';

/** Four organisms, one that nobody administers, and people whose names are alike: each order is written out. */
const ORGANISMS = {
  ALPHA: { name: 'Rangement Alpha', branch: 'Retraite', department: '39' },
  BETA: { name: 'Rangement Bêta', branch: 'Famille', department: '2A' },
  DELTA: { name: 'Rangement Delta', branch: 'Famille', department: '39' },
  GAMMA: { name: 'Rangement Gamma', branch: 'Maladie', department: '39' },
} as const;

/** By the letters of their addresses; made in the order b, d, a, c, e. */
const PEOPLE = {
  b: { organism: 'ALPHA', last: 'DUPOND', first: 'Zoé', since: '2026-03-04', end: '2027-01-31' },
  d: { organism: 'ALPHA', last: 'DUPOND', first: 'Zoé', since: '2026-03-02', end: null },
  a: { organism: 'BETA', last: 'ÉTIENNE', first: 'Anne', since: '2026-03-03', end: '2026-12-31' },
  c: { organism: 'BETA', last: 'DUPOND', first: 'Anne', since: '2026-03-02', end: null },
  e: { organism: 'DELTA', last: 'ABEL', first: 'Zoé', since: '2026-03-05', end: null },
} as const;
const SIGNED_IN = { b: '2026-10-02T09:00:00Z', c: '2026-10-01T09:00:00Z' };

/** Lines of « Tous les administrateurs locaux », by the letter of the person; « - » for the organism without one. */
const DIRECTORY = {
  organisme: { asc: 'bdcae-', desc: '-eacdb' },
  branche: { asc: 'cae-bd', desc: 'db-eac' },
  departement: { asc: 'cabde-', desc: '-edbac' },
  // Names that are alike keep the order in which their accounts were made; nobody comes last, both ways.
  nom: { asc: 'ecbda-', desc: 'adbce-' },
  email: { asc: 'abcde-', desc: 'edcba-' },
};

const ADMINISTRATORS = {
  nom: { asc: 'ecbda', desc: 'adbce' },
  organisme: { asc: 'bdcae', desc: 'eacdb' },
  email: { asc: 'abcde', desc: 'edcba' },
  depuis: { asc: 'dcabe', desc: 'ebacd' },
  // Those whom nobody here named come last, both ways.
  par: { asc: 'acebd', desc: 'cadbe' },
  fin: { asc: 'abedc', desc: 'bacde' },
  connexion: { asc: 'cbeda', desc: 'bcade' },
};

describe('the orders of the lists of administrators, written out', () => {
  let portal: TestPortal;
  let agent: Agent;

  before(async () => {
    portal = await startTestPortal();
    const { db } = portal;
    const codes = new Map<string, string>();
    for (const [key, { name, branch, department }] of Object.entries(ORGANISMS)) {
      const { id: branch_id } = await db('branches').first('id').where({ name: branch });
      codes.set(key, (await createOrganism(db, { name, branch_id, department })).code);
    }
    const granters = { c: 'wtestportail@test.fr', a: 'suppleante@caf39.caf.fr' } as Record<string, string>;
    for (const [letter, person] of Object.entries(PEOPLE)) {
      const organism = codes.get(person.organism) ?? '';
      const account = await createAccount(db, {
        ...{ last_name: person.last, first_name: person.first, email: `${letter}.rangement@test.fr` },
        ...{ organism, last_sign_in_at: SIGNED_IN[letter as 'b'] ?? null },
      });
      const by = granters[letter] && (await db('accounts').first('id').where({ email: granters[letter] })).id;
      await grant(db, account, ROLE, {
        ...{ organism, granted_at: person.since, granted_by: by ?? null },
        ...(person.end && { ends_on: person.end }),
      });
    }
    agent = createAgent(portal);
    await agent.signIn('national@ucanss.fr');
  });
  after(async () => {
    agent?.close();
    await portal?.stop();
  });

  const letters = (emails: readonly string[]) => emails.map((email) => email.at(0) ?? '-').join('');

  for (const [sort, orders] of Object.entries(DIRECTORY)) {
    for (const [way, expected] of Object.entries(orders)) {
      test(`R72: « Tous » by ${sort}, ${way}: the page, its pages and its file`, async () => {
        const query = `q=rangement&tri=${sort}&sens=${way}`;
        const page = await agent.get(`${LIST}/tous?${query}`);
        assert.equal(letters(page.rows.map((row) => row[4] ?? '')), expected);
        const [header = [], ...rows] = readCsv((await agent.get(`${LIST}/tous.csv?${query}`)).bytes);
        assert.equal(letters(rows.map((row) => row[header.indexOf('Email')] ?? '')), expected);
      });
    }
  }

  for (const [sort, orders] of Object.entries(ADMINISTRATORS)) {
    for (const [way, expected] of Object.entries(orders)) {
      test(`R65: « Administrateurs locaux » by ${sort}, ${way}`, async () => {
        const page = await agent.get(`${LIST}?q=rangement&tri=${sort}&sens=${way}`);
        assert.equal(letters(page.column('Email')), expected);
      });
    }
  }

  test('R72: ties go on from one page to the next: everyone once', async () => {
    const found: string[] = [];
    for (const page of [1, 2, 3]) {
      const rows = (await agent.get(`${LIST}/tous?tri=departement&taille=10&page=${page}`)).rows;
      found.push(...rows.map((row) => row.join(' | ')));
    }
    assert.deepEqual([found.length, new Set(found).size], [30, 30]);
  });
});
