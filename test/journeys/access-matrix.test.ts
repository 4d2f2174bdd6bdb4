import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { routes } from '../../src/routes/index.ts';
import { createAccount } from '../factories/accounts.ts';
import { createRequest } from '../factories/requests.ts';
import { textOfFile } from '../tools/files.ts';
import type { Page } from '../tools/page.ts';
import { startTestPortal, type TestPortal } from '../tools/portal.ts';
import { openSessions } from './access-people.ts';
import { EXPECTED, type Expected, type Outcome, PROFILES, type Profile } from './access-table.ts';

/** Organisms whose people each local profile may read. */
const ORGANISMS: Partial<Record<Profile, readonly string[]>> = {
  administrator: ['CAF-391'],
  otherAdministrator: ['CPAM-391'],
  twoOrganisms: ['CAF-251', 'CAF-701'],
};

// As they stand in an address.
const PERIMETERS = ['CAF-391', 'CPAM-391', 'UCN', 'tous', 'INCONNU', 'x%27%20OR%201=1', '%00'];

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

const table = routes.map((route) => ({ ...route, name: `${route.method.toUpperCase()} ${route.path}` }));

/** What the person got, or the status where it is none that the table knows. */
function outcomeOf(page: Page): Outcome | string {
  if (page.status === 303 && /^\/connexion(\?|$)/.test(String(page.headers.location))) return 'sign in';
  if ([200, 204, 302, 303, 422].includes(page.status)) return 'answer';
  if (page.status === 403) return 'refused';
  return page.status === 404 ? 'unknown' : `status ${page.status}`;
}

describe('every route × every profile', () => {
  let portal: TestPortal;
  let people: Awaited<ReturnType<typeof openSessions>>;
  let foreignRequest: number;
  /** Someone that the profile manages, and someone that no local profile does. */
  const managed = new Map<Profile, number>();
  let outsider: number;
  let cases = 0;

  before(async () => {
    portal = await startTestPortal();
    people = await openSessions(portal);
    const stranger = await createAccount(portal.db, { organism: 'CPAM-391' });
    for (const [profile, [organism = '']] of Object.entries(ORGANISMS) as [Profile, readonly string[]][]) {
      managed.set(profile, (await createAccount(portal.db, { organism })).id);
    }
    outsider = (await createAccount(portal.db, { organism: 'UCN' })).id;
    foreignRequest = await createRequest(portal.db, { account: stranger, role: 'annuaire-add-lecteur' });
  });
  after(async () => {
    people?.close();
    await portal?.stop();
  });

  /** A request of the profile's own that waits, made anew each time because the act uses it up. */
  async function ownRequest(profile: Profile): Promise<number> {
    const account = people.accountOf(profile);
    if (!account) return foreignRequest;
    await portal.db('requests').where({ account_id: account.id, status: 'pending' }).delete();
    return createRequest(portal.db, { account, role: 'annuaire-add-lecteur' });
  }

  async function concrete(path: string, value: string, profile: Profile): Promise<string> {
    if (value === '$own') return path.replace(/:\w+/, String(await ownRequest(profile)));
    if (value === '$managed') {
      return path.replace(/:\w+/, String(managed.get(profile) ?? managed.get('administrator')));
    }
    if (value === '$stranger') return path.replace(/:\w+/, String(outsider));
    return path.replace(/:\w+/, value === '$foreign' ? String(foreignRequest) : value);
  }

  /** The addresses of a route for a profile, and what must come of each. */
  async function casesOf(path: string, expected: Expected, profile: Profile): Promise<[string, Outcome][]> {
    const outcome = expected.row[profile];
    if (!expected.parameters) {
      const narrowed = expected.people ? PERIMETERS.map((code) => `${path}?perimetre=${code}`) : [];
      return [path, ...narrowed].map((address) => [address, outcome]);
    }
    const found: [string, Outcome][] = [];
    for (const value of expected.parameters.known)
      found.push([await concrete(path, value, profile), outcome]);
    for (const value of expected.parameters.unknown) {
      found.push([await concrete(path, value, profile), outcome === 'answer' ? 'unknown' : outcome]);
    }
    return found;
  }

  async function fault(
    profile: Profile,
    method: string,
    address: string,
    outcome?: Outcome,
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
    const organisms = ORGANISMS[profile];
    if (!organisms || !/^\/gestion/.test(page.path) || page.status !== 200) return [];
    const found = new Set((await textOfFile(page)).toLowerCase().match(/[\w.+-]+@[\w.-]+\.[a-z]{2,}/g));
    const ours = portal.db('accounts').join('organisms', 'organisms.id', 'organism_id');
    const known = [...(await ours.whereIn('code', organisms).pluck('email')), 'habilitations@ucanss.fr'];
    known.push(people.accountOf(profile)?.email ?? '');
    // The PDF cuts a long address over two lines: its end is enough to know whose it is.
    return [...found].filter((email) => !known.some((each) => each.endsWith(email)));
  }

  test('the table lists every route, and nothing else', () => {
    assert.deepEqual(table.map(({ name }) => name).sort(), Object.keys(EXPECTED).sort());
  });

  for (const { name, method, path } of table) {
    test(name, async () => {
      const expected = EXPECTED[name];
      assert.ok(expected, `${name} is not in the table`);
      const wrong: string[] = [];
      for (const profile of PROFILES) {
        const [first, ...others] = await casesOf(path, expected, profile);
        if (first && method === 'get') wrong.push(...(await fault(profile, 'HEAD', ...first)));
        for (const each of first ? [first, ...others] : []) {
          wrong.push(...(await fault(profile, method.toUpperCase(), ...each)));
        }
      }
      assert.deepEqual(wrong, []);
    });
  }

  test('no other method does anything on any path', async () => {
    const wrong: string[] = [];
    for (const address of new Set(table.map(({ path }) => path.replace(/:\w+/, '1')))) {
      for (const method of METHODS.filter((each) => !isRoute(each, address))) {
        for (const profile of PROFILES) wrong.push(...(await fault(profile, method, address, 'unknown')));
      }
    }
    assert.deepEqual(wrong, []);
  });

  test('an address in capitals, with more slashes or dots, is guarded as the plain one or unknown', async () => {
    const wrong: string[] = [];
    for (const { name, method, path } of table.filter((route) => !route.path.includes(':'))) {
      const forms = [path.toUpperCase(), `${path}/`, `${path}//`, `/${path}`, path.replace('/', '/%2e/')];
      for (const address of forms) {
        for (const profile of PROFILES) {
          const page = await people.ask(profile, method.toUpperCase(), address);
          cases += 1;
          const actual = outcomeOf(page);
          if (actual === 'unknown' || actual === EXPECTED[name]?.row[profile]) continue;
          wrong.push(`${profile} ${method} ${address}: ${actual}`);
        }
      }
    }
    assert.deepEqual(wrong, []);
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
