import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { paths } from '../../src/paths.ts';
import type { Route } from '../../src/routes/define-route.ts';
import { routes } from '../../src/routes/index.ts';
import { createAccount } from '../factories/accounts.ts';
import { createDraft } from '../factories/drafts.ts';
import { createFactors } from '../factories/factors.ts';
import type { Page } from '../tools/page.ts';
import { startTestPortal, type TestPortal } from '../tools/portal.ts';
import { forgetProofs, stayProved } from '../tools/proved.ts';
import { tellCases } from '../tools/sample.ts';
import { isLocal, maker, openSessions } from './access-people.ts';
import type { Case } from './access-rows.ts';
import { EXPECTED } from './access-table.ts';

const PROFILES = ['administrator', 'ucanss'] as const;
type Who = (typeof PROFILES)[number];

/** What an old proof comes to: the page that asks who one is; that it will be asked; nothing. */
type Answer = 'asked' | 'said' | 'open';

interface Tried {
  told: string;
  profile: Who;
  route: Route;
  method: string;
  address: string;
  fields: Record<string, string>;
  old: Answer;
}

/** What an act needs beside what the table has of it, to be done. */
const MORE: Readonly<Record<string, Record<string, string>>> = {
  [paths.delegations.endDate.pattern]: { fin: '2027-01-31' },
  [paths.nationalRoles.endDate.pattern]: { fin: '2027-01-31' },
};

/** P11: no local administrator agrees to a change of address. */
const BY_UCANSS = [paths.batches.show, paths.requests.accept].map(
  ({ pattern }) => `administrator ${pattern}`,
);

const SAID = 'votre identité vous sera demandée';
const isAsked = ({ headers }: Page) => /^\/mes-informations\/identite(\?|$)/.test(headers.location ?? '');

/** True where the page has the form of this address. */
const hasForm = (page: Page, address: string): boolean =>
  page.$(`main form[method=post][action^="${address}"]`).length > 0;

describe('R89: signed in with an old proof, with a recent one × every route', () => {
  let portal: TestPortal;
  let people: Awaited<ReturnType<typeof openSessions>>;
  let make: ReturnType<typeof maker>;
  const tried: Tried[] = [];

  before(async () => {
    portal = await startTestPortal();
    people = await openSessions(portal);
    make = maker(portal, people.accountOf);
    for (const profile of PROFILES) {
      for (const route of routes) {
        const each = caseOf(route, profile);
        if (each) tried.push(await made(route, profile, each, typeof route.identity === 'function'));
      }
      tried.push(...(await dearer(profile)));
    }
  });
  // A person may take a hundred files an hour.
  beforeEach(() => portal.db('rate_limits').delete());
  after(async () => {
    people?.close();
    await portal?.stop();
  });

  /** What that profile finds there, or the first of what nobody finds; nothing where it is not theirs. */
  function caseOf({ method, path }: Route, profile: Who): Case | undefined {
    const listed = EXPECTED.get(`${method.toUpperCase()} ${path}`)?.cases ?? [];
    const open = listed.filter(({ row }) => row[profile] !== 'refused');
    return open.find(({ row }) => row[profile] === 'answer') ?? open[0];
  }

  async function made(route: Route, profile: Who, each: Omit<Case, 'row'>, isCheap: boolean): Promise<Tried> {
    const words: string[] = [];
    for (const word of each.path?.split('/') ?? []) words.push(await make(word, profile));
    // Of one organism, as a file of the whole country is long to make.
    const fields: Record<string, string> = isLocal(profile) ? {} : { perimetre: 'CAF-391' };
    for (const [field, word] of Object.entries(each.fields ?? {})) fields[field] = await make(word, profile);
    Object.assign(fields, MORE[route.path]);
    const address = route.path.replace(/:\w+/g, () => words.shift() ?? '');
    if (route.path === paths.accounts.resetFactor.pattern)
      await createFactors(portal.db, { id: Number(address.split('/')[3]) });
    const method = route.method.toUpperCase();
    const told = `${profile} ${method} ${address}`;
    return { told, profile, route, method, address, fields, old: isCheap ? 'open' : answerOf(route) };
  }

  /** By what the route declares. */
  function answerOf({ method, identity }: Route): Answer {
    if (identity === undefined) return 'open';
    return method === 'get' && identity !== 'before-page' ? 'said' : 'asked';
  }

  /** The same addresses about what asks: more than fifty people, an agreement to another address (P11). */
  async function dearer(profile: Who): Promise<Tried[]> {
    const { db } = portal;
    const crowd = await Promise.all(Array.from({ length: 51 }, () => createAccount(db)));
    const organismId = crowd[0]?.organism_id ?? 0;
    const createdBy = people.accountOf(profile)?.id ?? 0;
    const draft = (kind: 'deactivate' | 'accept', ids: number[]) =>
      createDraft(db, { createdBy, organismId, kind, selectedIds: ids });
    const ids = crowd.map(({ id }) => id);
    const subjects: [path: string, id: number, fields: Case['fields'], isCheap?: true][] = [
      [paths.batches.show.pattern, await draft('deactivate', ids), { nombre: '51' }],
      [paths.batches.show.pattern, await draft('deactivate', ids.slice(1)), { nombre: '50' }, true],
      [paths.batches.show.pattern, await draft('accept', [await askedAddress()]), {}],
      [paths.requests.accept.pattern, await askedAddress(), {}],
    ];
    const found: Tried[] = [];
    for (const [path, id, fields = {}, isCheap = false] of subjects)
      for (const route of routes.filter((each) => each.path === path))
        found.push(await made(route, profile, { path: String(id), fields }, isCheap));
    return found;
  }

  /** A change of address that a local administrator asked for, which waits. */
  async function askedAddress(): Promise<number> {
    const { id } = await createAccount(portal.db, { password: 'une-phrase-de-passe-longue' });
    const fields = { email: `autre.${id}@caf39.caf.fr` };
    await people.ask('administrator', 'POST', `/gestion/comptes/${id}/adresse`, fields);
    return (await portal.db('requests').where({ account_id: id, kind: 'address' }).first('id')).id;
  }

  /** Events of that person's doing. */
  const doneBy = async (profile: Who): Promise<number> => {
    const theirs = portal.db('audit_events').where({ actor_account_id: people.accountOf(profile)?.id ?? 0 });
    return Number((await theirs.count('id').first())?.count);
  };

  test('every route is tried', () => {
    const left = routes.filter((route) => !tried.some((each) => each.route === route));
    assert.deepEqual(left, []);
  });

  /** What each comes to, and whether its person has done anything thereby; the two at once. */
  async function tryEach(judge: (page: Page, each: Tried, acted: boolean) => string[]): Promise<string[]> {
    const ofOne = async (profile: Who) => {
      const wrong: string[] = [];
      for (const each of tried.filter((one) => one.profile === profile)) {
        const before = await doneBy(profile);
        const page = await people.ask(profile, each.method, each.address, each.fields);
        const acted = (await doneBy(profile)) !== before;
        wrong.push(...judge(page, each, acted).map((fault) => `${each.told} (${page.status}): ${fault}`));
      }
      return wrong;
    };
    return (await Promise.all(PROFILES.map(ofOne))).flat();
  }

  test('old: what asks leads there and does nothing, its page says it; nothing else ever does', async (t) => {
    await forgetProofs(portal.db);
    const wrong = await tryEach((page, { old, address }, acted) => {
      const [asked, said] = [isAsked(page), page.text.includes(SAID)];
      return [
        ...(asked === (old === 'asked') ? [] : [asked ? 'asks' : 'does not ask']),
        ...(asked && acted ? ['does something'] : []),
        ...(said && old !== 'said' ? ['says it'] : []),
        ...(old === 'said' && !said && hasForm(page, address) ? ['does not say it'] : []),
      ];
    });
    assert.deepEqual(wrong, []);
    tellCases(t, tried.length);
  });

  test('recent: nothing leads there nor says it, and what was asked for is done', async (t) => {
    await stayProved(portal.db);
    const idle = new Set<string>();
    const wrong = await tryEach((page, { old, profile, route }, acted) => {
      if (old === 'asked' && route.method === 'post' && !acted) idle.add(`${profile} ${route.path}`);
      return isAsked(page) || page.text.includes(SAID) ? ['asks, or says it'] : [];
    });
    assert.deepEqual(wrong, []);
    // One's own is done in second-factor.test.ts and passkeys.test.ts: these two have no second factor.
    const left = [...idle].filter((each) => !each.includes(' /mes-informations/'));
    assert.deepEqual(left, BY_UCANSS);
    tellCases(t, tried.length);
  });
});
