import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { routes } from '../../src/routes/index.ts';
import { textOfFile } from '../tools/files.ts';
import type { Page } from '../tools/page.ts';
import { startTestPortal, type TestPortal } from '../tools/portal.ts';
import { tellCases } from '../tools/sample.ts';
import { isLocal, maker, ORGANISMS, openSessions } from './access-people.ts';
import { type Case, type Expected, type Outcome, PROFILES, type Profile } from './access-rows.ts';
import { EXPECTED } from './access-table.ts';

const PERIMETERS = ['CAF-391', 'CPAM-391', 'UCN', 'tous', 'INCONNU', "x' OR 1=1", '\0'];
// A file of the whole country is long to make: its default says enough.
const PERIMETERS_OF_FILES = ['CPAM-391', 'INCONNU', '\0'];

const FILE = /\.(xlsx|pdf|csv)$/;
// Read to its end as CSV, and for one organism; of the whole country its beginning says who gets it.
const LONG_FILE = /^\/gestion\/(etat|demandes|journal).*\.(xlsx|pdf)$/;

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

/** What a person who may only read may leave in the trail. */
const READING = [
  'sign_in.succeeded',
  'sign_out',
  'access.refused',
  'export.started',
  'export.ended',
  'search.outside',
  'search.person_told',
  'request.cancelled',
  'request.reminded',
];

/** Where an address is unknown to everyone, those who differ most speak for the others. */
const MOST_UNLIKE: readonly Profile[] = ['visitor', 'employee', 'administrator', 'ucanss'];

// Files first: the matrix itself fills the trail, and its files would grow with it.
const table = routes
  .map((route) => ({ ...route, name: `${route.method.toUpperCase()} ${route.path}` }))
  .toSorted((one, other) => Number(FILE.test(other.path)) - Number(FILE.test(one.path)));

/** What the person got, or the status where it is none that the table knows. */
function outcomeOf(page: Page): Outcome | string {
  if (page.status === 303 && /^\/connexion\?retour=|^\/connexion$/.test(String(page.headers.location)))
    return 'sign in';
  if ([200, 204, 302, 303, 409, 422].includes(page.status)) return 'answer';
  if (page.status === 403) return 'refused';
  return page.status === 404 ? 'unknown' : `status ${page.status}`;
}

const NATIONAL: readonly Profile[] = ['ucanss', 'auditor'];

const POWERLESS: ReadonlySet<Profile> = new Set([
  'auditor',
  'employee',
  'formerAdministrator',
  'deactivated',
]);

describe('every route × every profile', () => {
  let portal: TestPortal;
  let people: Awaited<ReturnType<typeof openSessions>>;
  let make: ReturnType<typeof maker>;
  let cases = 0;
  let refusals = 0;
  /** Refusals that a busy machine may have traced before it said to come back. */
  let askedAgain = 0;
  /** Acts that somebody without any right to act asked for. */
  let forged = 0;
  /** The last event before the matrix. */
  let beginning: number;

  before(async () => {
    portal = await startTestPortal();
    people = await openSessions(portal);
    make = maker(portal, people.accountOf);
    beginning = Number((await portal.db('audit_events').max('id as last').first())?.last);
  });
  // A person may take a hundred files an hour: more are wanted here.
  beforeEach(() => portal.db('rate_limits').delete());
  after(async () => {
    people?.close();
    await portal?.stop();
  });

  /** The cases of a route, with those that a list adds: every perimeter. */
  function casesOf(name: string, { cases: listed, people: covers }: Expected): readonly Case[] {
    const [first] = listed;
    if (!covers || !first) return listed;
    const perimeters = FILE.test(name) ? PERIMETERS_OF_FILES : PERIMETERS;
    return [...listed, ...perimeters.map((perimetre) => ({ ...first, fields: { perimetre } }))];
  }

  function count(profile: Profile, method: string, actual: string): void {
    cases += 1;
    if (method === 'POST' && POWERLESS.has(profile)) forged += 1;
    if (actual === 'refused') refusals += 1;
  }

  /** Asks for a case as the profile would, and says what is wrong with what comes. */
  async function faultsOf(
    profile: Profile,
    name: string,
    each: Case,
    { oneOrganism = false, again = 60 } = {},
  ): Promise<string[]> {
    const [method = '', path = ''] = name.split(' ');
    const words: string[] = [];
    for (const word of each.path?.split('/') ?? []) words.push(await make(word, profile));
    const fields: Record<string, string> = oneOrganism && !isLocal(profile) ? { perimetre: 'CAF-391' } : {};
    for (const [field, word] of Object.entries(each.fields ?? {})) fields[field] = await make(word, profile);
    const address = path.replace(/:\w+/g, () => words.shift() ?? '');
    const beginningOnly =
      LONG_FILE.test(path) && NATIONAL.includes(profile) && fields.perimetre === undefined;
    const page = await people.ask(profile, method, address, fields, { beginningOnly });
    // Every profile asks at once: a busy machine has no place for so many files, or no time, and says to come back.
    if ((page.status === 503 || (page.status === 429 && FILE.test(path))) && again > 0) {
      await pause(1_000);
      askedAgain += 1;
      return faultsOf(profile, name, each, { oneOrganism, again: again - 1 });
    }
    const [actual, outcome] = [outcomeOf(page), each.row[profile]];
    count(profile, method, actual);
    const told = `${profile} ${method} ${page.path}`;
    const wrong = actual === outcome ? [] : [`${told}: ${actual}, not ${outcome}`];
    return [...wrong, ...(await leaksOf(profile, page)).map((email) => `${told} shows ${email}`)];
  }

  /** Addresses of people that a local profile reads on the answer, and has no business reading. */
  async function leaksOf(profile: Profile, page: Page): Promise<string[]> {
    // The directory of administrators is everyone's to read (R72), and « Rattacher » names the person (P5).
    const open = /^\/gestion\/administrateurs-locaux\/tous|\/rattachement$/;
    if (!isLocal(profile) || !page.path.startsWith('/gestion') || open.test(page.path) || page.status !== 200)
      return [];
    const found = new Set((await textOfFile(page)).toLowerCase().match(/[\w.+-]+@[\w.-]+\.[a-z]{2,}/g));
    const ours = portal.db('accounts').join('organisms', 'organisms.id', 'organism_id');
    const asked = portal.db('requests').join('organisms', 'organisms.id', 'organism_id');
    const left = portal
      .db('audit_events')
      .join('organisms', 'organisms.id', 'audit_events.organism_id')
      .join('accounts', 'accounts.id', 'subject_account_id');
    const { own } = ORGANISMS[profile];
    const known = [
      ...(await ours.where('code', own).pluck('email')),
      ...(await asked.where('code', own).pluck('email')),
      // What comes before somebody's departure stays in the journal that they leave.
      ...(await left.where({ code: own, action: 'account.left' }).pluck('email')),
      ...['habilitations@ucanss.fr', 'nom@organisme.fr', people.accountOf(profile)?.email ?? ''],
    ];
    // The PDF cuts a long address over two lines: its end is enough to know whose it is.
    return [...found].filter((email) => !known.some((each) => each.endsWith(email)));
  }

  test('the table lists every route, and nothing else', () => {
    assert.deepEqual(table.map(({ name }) => name).sort(), [...EXPECTED.keys()].sort());
  });

  for (const { name, method } of table) {
    test(name, async () => {
      const expected = EXPECTED.get(name);
      assert.ok(expected, `${name} is not in the table`);
      const wrong = await forEachProfile(PROFILES, async (profile) => {
        const found: string[] = [];
        for (const [index, each] of casesOf(name, expected).entries()) {
          const asked =
            method === 'get' && index === 0 && !FILE.test(name)
              ? [name.replace('GET', 'HEAD'), name]
              : [name];
          for (const way of asked)
            found.push(...(await faultsOf(profile, way, each, { oneOrganism: expected.oneOrganism })));
        }
        return found;
      });
      assert.deepEqual(wrong, []);
    });
  }

  test('no other method does anything on any path', async () => {
    const row = Object.fromEntries(PROFILES.map((profile) => [profile, 'unknown'])) as Case['row'];
    const wrong = await forEachProfile(MOST_UNLIKE, async (profile) => {
      const found: string[] = [];
      for (const address of new Set(table.map(({ path }) => path.replace(/:\w+/g, '1')))) {
        for (const method of METHODS.filter((each) => !isRoute(each, address)))
          found.push(...(await faultsOf(profile, `${method} ${address}`, { row })));
      }
      return found;
    });
    assert.deepEqual(wrong, []);
  });

  test('an address in capitals, with more slashes or dots, is guarded as the plain one or unknown', async () => {
    const plain = table.filter(({ path }) => !path.includes(':') && !FILE.test(path));
    const wrong = await forEachProfile(MOST_UNLIKE, async (profile) => {
      const found: string[] = [];
      for (const { name, method, path } of plain) {
        const others = [path.toUpperCase(), `${path}/`, `${path}//`, `/${path}`, path.replace('/', '/%2e/')];
        for (const address of others) {
          const actual = outcomeOf(await people.ask(profile, method.toUpperCase(), address));
          cases += 1;
          if (actual === 'refused') refusals += 1;
          if (actual === 'unknown' || actual === EXPECTED.get(name)?.cases[0]?.row[profile]) continue;
          found.push(`${profile} ${method} ${address}: ${actual}`);
        }
      }
      return found;
    });
    assert.deepEqual(wrong, []);
  });

  test('after all that, each refusal has left its event', async () => {
    const traced = await portal
      .db('audit_events')
      .where({ action: 'access.refused' })
      .where('id', '>', beginning)
      .count()
      .first();
    assert.ok(refusals > 300, `${refusals} refusals`);
    const more = Number(traced?.count) - refusals;
    assert.ok(more >= 0 && more <= askedAgain, `${more} more, of ${askedAgain} asked again`);
  });

  test('after all that, who may only read has changed nothing', async () => {
    assert.ok(forged >= 649, `${forged} acts were forged`);
    for (const profile of POWERLESS) {
      const done = await portal
        .db('audit_events')
        .where({ actor_account_id: people.accountOf(profile)?.id ?? 0 })
        .where('id', '>', beginning)
        .whereNotIn('action', READING)
        // One's phone is one's own (R78).
        .whereNot((own) =>
          own.where({ action: 'account.updated' }).whereRaw('subject_account_id = actor_account_id'),
        )
        .pluck('action');
      assert.deepEqual(done, [], profile);
    }
  });

  test('after all that, no local administrator has changed anything of another organism', async () => {
    for (const [profile, { own }] of Object.entries(ORGANISMS) as [
      keyof typeof ORGANISMS,
      { own: string },
    ][]) {
      const done = await portal
        .db('audit_events')
        .join('organisms', 'organisms.id', 'audit_events.organism_id')
        .where({ actor_account_id: people.accountOf(profile)?.id ?? 0 })
        .where('audit_events.id', '>', beginning)
        .whereNot('organisms.code', own)
        // Their own sign-ins are of their home organism.
        .whereRaw('subject_account_id IS DISTINCT FROM actor_account_id')
        // What attaching somebody leaves in the former organism (R64), and one's own requests.
        .whereNotIn('action', [
          'account.attached',
          'account.left',
          'request.moved',
          'delegation.removed',
          'request.cancelled',
          'request.reminded',
        ])
        .select('action', 'organisms.code');
      assert.deepEqual(done, [], profile);
    }
  });

  test('at least 1,500 cases were tried', (t) => {
    assert.ok(cases >= 1_500, `${cases} cases`);
    tellCases(t, cases);
  });
});

/** The faults that the work finds for each profile; they ask at once, each in a session of its own. */
async function forEachProfile(
  profiles: readonly Profile[],
  work: (profile: Profile) => Promise<string[]>,
): Promise<string[]> {
  return (await Promise.all(profiles.map(work))).flat();
}

/** True when some route answers this method on this address: « /inscription/:token » covers « /inscription/x ». */
function isRoute(method: string, address: string): boolean {
  const asked = address.split('/');
  return table.some(({ name, path }) => {
    const known = path.split('/');
    const same = known.every(
      (part, index) => part === asked[index] || (part.startsWith(':') && asked[index]),
    );
    return name.startsWith(`${method} `) && known.length === asked.length && same;
  });
}
