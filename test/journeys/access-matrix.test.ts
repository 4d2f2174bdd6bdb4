import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { routes } from '../../src/routes/index.ts';
import { textOfFile } from '../tools/files.ts';
import type { Page } from '../tools/page.ts';
import { startTestPortal, type TestPortal } from '../tools/portal.ts';
import { isLocal, maker, ORGANISMS, openSessions } from './access-people.ts';
import { EXPECTED, type Expected, type Outcome, PROFILES, type Profile } from './access-table.ts';

// As they stand in an address.
const PERIMETERS = ['CAF-391', 'CPAM-391', 'UCN', 'tous', 'INCONNU', 'x%27%20OR%201=1', '%00'];

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

/** What a person who may only read may leave in the trail. */
const READING = [
  'sign_in.succeeded',
  'sign_out',
  'access.refused',
  'list.exported',
  'search.outside',
  'request.cancelled',
];

const table = routes.map((route) => ({ ...route, name: `${route.method.toUpperCase()} ${route.path}` }));

/** What the person got, or the status where it is none that the table knows. */
function outcomeOf(page: Page): Outcome | string {
  if (page.status === 303 && /^\/connexion\?retour=|^\/connexion$/.test(String(page.headers.location)))
    return 'sign in';
  if ([200, 204, 302, 303, 409, 422].includes(page.status)) return 'answer';
  if (page.status === 403) return 'refused';
  return page.status === 404 ? 'unknown' : `status ${page.status}`;
}

describe('every route × every profile', () => {
  let portal: TestPortal;
  let people: Awaited<ReturnType<typeof openSessions>>;
  let make: ReturnType<typeof maker>;
  let cases = 0;

  before(async () => {
    portal = await startTestPortal();
    people = await openSessions(portal);
    make = maker(portal, people.accountOf);
  });
  after(async () => {
    people?.close();
    await portal?.stop();
  });

  /** The addresses of a route for a profile, each made when it is asked for, and what must come of it. */
  function casesOf(
    path: string,
    expected: Expected,
    profile: Profile,
  ): [address: () => Promise<string>, Outcome][] {
    if (!expected.values) {
      const narrowed = expected.people ? PERIMETERS.map((code) => `${path}?perimetre=${code}`) : [];
      return [path, ...narrowed].map((address) => [async () => address, expected.row[profile]]);
    }
    return expected.values.map(([value, row]) => [
      async () => {
        const made: string[] = [];
        for (const word of value.split('/')) made.push(await make(word, profile));
        return path.replace(/:\w+/g, () => made.shift() ?? '');
      },
      row[profile],
    ]);
  }

  async function faultsOf(
    profile: Profile,
    method: string,
    address: string,
    outcome: Outcome,
  ): Promise<string[]> {
    const page = await people.ask(profile, method, address);
    cases += 1;
    const actual = outcomeOf(page);
    const wrong = actual === outcome ? [] : [`${profile} ${method} ${address}: ${actual}, not ${outcome}`];
    const leaks = (await leaksOf(profile, page)).map(
      (email) => `${profile} ${method} ${address} shows ${email}`,
    );
    return [...wrong, ...leaks];
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
    const { own } = ORGANISMS[profile];
    const known = [
      ...(await ours.where('code', own).pluck('email')),
      ...(await asked.where('code', own).pluck('email')),
      ...['habilitations@ucanss.fr', 'nom@organisme.fr', people.accountOf(profile)?.email ?? ''],
    ];
    // The PDF cuts a long address over two lines: its end is enough to know whose it is.
    return [...found].filter((email) => !known.some((each) => each.endsWith(email)));
  }

  test('the table lists every route, and nothing else', () => {
    assert.deepEqual(table.map(({ name }) => name).sort(), [...EXPECTED.keys()].sort());
  });

  for (const { name, method, path } of table) {
    test(name, async () => {
      const expected = EXPECTED.get(name);
      assert.ok(expected, `${name} is not in the table`);
      const wrong: string[] = [];
      for (const profile of PROFILES) {
        for (const [index, [address, outcome]] of casesOf(path, expected, profile).entries()) {
          const made = await address();
          const methods = method === 'get' && index === 0 ? ['HEAD', 'GET'] : [method.toUpperCase()];
          for (const each of methods) wrong.push(...(await faultsOf(profile, each, made, outcome)));
        }
      }
      assert.deepEqual(wrong, []);
    });
  }

  test('no other method does anything on any path', async () => {
    const wrong: string[] = [];
    for (const address of new Set(table.map(({ path }) => path.replace(/:\w+/g, '1')))) {
      for (const method of METHODS.filter((each) => !isRoute(each, address))) {
        for (const profile of PROFILES) wrong.push(...(await faultsOf(profile, method, address, 'unknown')));
      }
    }
    assert.deepEqual(wrong, []);
  });

  test('an address in capitals, with more slashes or dots, is guarded as the plain one or unknown', async () => {
    const wrong: string[] = [];
    for (const { name, method, path } of table.filter((route) => !/:|\.(xlsx|pdf|csv)$/.test(route.path))) {
      for (const address of [
        path.toUpperCase(),
        `${path}/`,
        `${path}//`,
        `/${path}`,
        path.replace('/', '/%2e/'),
      ]) {
        for (const profile of PROFILES) {
          const actual = outcomeOf(await people.ask(profile, method.toUpperCase(), address));
          cases += 1;
          if (actual === 'unknown' || actual === EXPECTED.get(name)?.row[profile]) continue;
          wrong.push(`${profile} ${method} ${address}: ${actual}`);
        }
      }
    }
    assert.deepEqual(wrong, []);
  });

  test('after all that, who may only read has changed nothing', async () => {
    for (const profile of ['auditor', 'employee', 'formerAdministrator', 'deactivated'] as const) {
      const done = await portal
        .db('audit_events')
        .where({ actor_account_id: people.accountOf(profile)?.id ?? 0 })
        .whereNotIn('action', READING)
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
        .where({ actor_account_id: people.accountOf(profile)?.id ?? 0, actor_kind: 'account' })
        .whereNot('organisms.code', own)
        // What attaching somebody leaves in the former organism (R64).
        .whereNotIn('action', ['account.attached', 'request.moved', 'delegation.removed'])
        .select('action', 'organisms.code');
      assert.deepEqual(
        done.filter(({ action }) => action !== 'sign_in.succeeded'),
        [],
        profile,
      );
    }
  });

  test('at least 1,500 cases were tried', () => {
    assert.ok(cases >= 1_500, `${cases} cases`);
  });
});

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
