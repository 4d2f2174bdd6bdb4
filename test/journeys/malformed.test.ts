import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { routes } from '../../src/routes/index.ts';
import { createAccount } from '../factories/accounts.ts';
import { grant } from '../factories/assignments.ts';
import { createOrganism } from '../factories/organisms.ts';
import { type Agent, createAgent } from '../tools/agent.ts';
import type { Page } from '../tools/page.ts';
import { startTestPortal, type TestPortal } from '../tools/portal.ts';

const PASSWORD = 'une-phrase-de-passe-longue';

/** Values as they stand in an address or a body: percent-encoded, rightly or wrongly. */
const VALUES = [
  ...[
    '',
    '%00',
    'a%00b',
    '%',
    '%zz',
    '%u0041',
    '%ff',
    '%c3%28',
    '%c0%80',
    '%ed%a0%80',
    '%ed%b0%80',
    '%f0%9f%99%82',
  ],
  ...['%0d%0aSet-Cookie:%20a=b', '%0a', '%09', '%7f', '%c2%85', '%e2%80%ae', '%ef%bb%bf', '%ef%bf%bf'],
  ...[
    '0',
    '-1',
    '1.5',
    '1e309',
    '9'.repeat(400),
    '0x10',
    'NaN',
    'Infinity',
    '-0',
    '2147483648',
    '9223372036854775808',
  ],
  ...[
    "'",
    '"',
    "'%20OR%201=1--",
    "');DROP%20TABLE%20accounts;--",
    '$1',
    '?',
    '??',
    ':nom',
    '%25',
    '_',
    '%5c',
    '%5c%25',
  ],
  ...[
    '%3Cscript%3Ealert(1)%3C/script%3E',
    '%3C%25=%201%20%25%3E',
    '%7B%7B1%7D%7D',
    '$%7B1%7D',
    '=1%2B1',
    '../../etc/passwd',
  ],
  ...[
    'true',
    'null',
    'undefined',
    '[]',
    '%7B%7D',
    '[object%20Object]',
    '__proto__',
    'constructor',
    'toString',
  ],
  ...[
    'x'.repeat(300),
    'x'.repeat(200_000),
    '%F0%9F%99%82'.repeat(500),
    'a%20'.repeat(500),
    '%e1%ba%9b%cc%a3',
  ],
];

/** Shapes of a field that no form of the portal sends. */
const SHAPES = (name: string) => [
  `${name}`,
  `${name}[]=a`,
  `${name}[]=a&${name}[]=b`,
  `${name}[a]=b`,
  `${name}[__proto__][x]=1`,
  `${name}.a=b`,
  `${name}=a&${name}=b`,
  `${name}=%00&${name}=%00`,
  `${name}=1&${name}=1&${name}=1`,
];

/** Whole queries or bodies. */
const WHOLES = [
  ...[
    '',
    '&',
    '=',
    '&&&===',
    '?',
    '%',
    '%00',
    '%00=%00',
    '=a',
    'a',
    '%ff=%ff',
    '__proto__=1',
    '__proto__[x]=1',
  ],
  ...[
    'constructor[prototype][x]=1',
    'hasOwnProperty=1',
    'toString=1',
    'inconnu=1',
    'a;b=c',
    'x'.repeat(20_000),
  ],
  `${'a=1&'.repeat(900)}`,
  `${'a[b]'.repeat(500)}=1`,
  `a${'[a]'.repeat(900)}=1`,
];

const LIST = ['q', 'nom', 'tri', 'sens', 'page', 'taille', 'perimetre'];

/** The fields that each address reads. A list page or a form that is not here fails the test below. */
const QUERIES: Readonly<Record<string, readonly string[]>> = {
  '/': ['q', 'page', 'tri', 'x'],
  '/connexion': ['retour', 'email', 'page', 'q', 'x'],
  '/applications': ['q', 'theme', 'page', 'tri'],
  '/mes-informations': ['q', 'page', 'tri', 'id'],
  '/gestion/etat': LIST,
  '/gestion/etat.xlsx': ['q', 'tri', 'page', 'perimetre'],
  '/gestion/etat.pdf': ['q', 'tri', 'page', 'perimetre'],
  '/gestion/etat.csv': ['q', 'tri', 'page', 'perimetre'],
};

const FORMS: Readonly<Record<string, readonly string[]>> = {
  '/connexion': ['email', 'password', 'retour', '_csrf'],
  '/deconnexion': ['retour', 'x', 'y', 'z'],
  '/session/prolongation': ['x', 'y', 'z', 'retour'],
  '/organisme-courant': ['organisme', 'retour', 'x', 'y'],
  '/mot-de-passe/oubli': ['email', 'x', 'y', 'z'],
  '/mot-de-passe/force': ['password', 'usage', 'lien', 'x'],
  '/mot-de-passe/:token': ['password', 'confirmation', 'x', 'y'],
  '/activation/:token': ['password', 'confirmation', 'x', 'y'],
  '/inscription': ['nom', 'prenom', 'email', 'fonction', 'telephone', 'organisme', 'motif'],
  '/inscription/:token': ['x', 'y', 'z', 'confirmer'],
  '/applications/:code': ['role', 'motif', 'x', 'y'],
  '/mes-informations/demandes/:id/annulation': ['motif', 'x', 'y', 'z'],
};

const fieldInputs = (names: readonly string[]) =>
  names.flatMap((name) => [...VALUES.map((value) => `${name}=${value}`), ...SHAPES(name)]);

describe('malformed input', () => {
  let portal: TestPortal;
  let agent: Agent;
  let token: string;
  let exports = 0;

  before(async () => {
    portal = await startTestPortal({ template: 'reference', environment: { TRUST_PROXY: '1' } });
    // An organism of two people: what is tried is how a request is read, not how long a list is.
    const organism = await createOrganism(portal.db);
    const administrator = await createAccount(portal.db, { organism: organism.id, password: PASSWORD });
    await createAccount(portal.db, { organism: organism.id });
    await grant(portal.db, administrator, 'administrateur-local', { organism: organism.code });
    agent = createAgent(portal);
    await agent.signIn(administrator.email, PASSWORD);
    token = encodeURIComponent(await agent.token());
  });
  after(async () => {
    agent?.close();
    await portal?.stop();
  });

  /** Asks for everything, eight at once, and returns what was answered with a failure of the server. */
  async function failures(
    inputs: readonly string[],
    ask: (input: string) => Promise<Page>,
  ): Promise<string[]> {
    const failed: string[] = [];
    const left = [...inputs];
    const worker = async () => {
      for (let input = left.pop(); input !== undefined; input = left.pop()) {
        const page = await ask(input).catch((error: Error) => error);
        if (page instanceof Error) failed.push(`${page.message}: ${input.slice(0, 120)}`);
        else if (page.status >= 500) failed.push(`${page.status}: ${input.slice(0, 120)}`);
      }
    };
    await Promise.all(Array.from({ length: 8 }, worker));
    return failed;
  }

  test('every address that reads a query, and every form, is tried', () => {
    const gets = routes.filter(
      ({ method, path }) => method === 'get' && /^\/gestion\/./.test(path) && !path.includes(':'),
    );
    const posts = routes.filter(({ method }) => method === 'post');
    assert.deepEqual(
      gets.map(({ path }) => path).filter((path) => !(path in QUERIES)),
      [],
    );
    assert.deepEqual(
      posts.map(({ path }) => path).filter((path) => !(path in FORMS)),
      [],
    );
  });

  for (const [path, names] of Object.entries(QUERIES)) {
    const inputs = [...fieldInputs(names), ...WHOLES];
    test(`${inputs.length} queries of GET ${path}: never a 500`, async () => {
      assert.ok(inputs.length >= 300);
      const failed = await failures(inputs, async (input) => {
        exports += 1;
        // A person may take a hundred files an hour: more are wanted here.
        if (exports % 50 === 0) await portal.db('rate_limits').delete();
        return agent.get(`${path}?${input}`);
      });
      assert.deepEqual(failed, []);
    });
  }

  for (const [path, names] of Object.entries(FORMS)) {
    const inputs = [...fieldInputs(names), ...WHOLES];
    test(`${inputs.length} bodies of POST ${path}: never a 500`, async () => {
      assert.ok(inputs.length >= 300);
      const signedIn = routes.some(
        (route) => route.method === 'post' && route.path === path && route.access !== 'public',
      );
      let sender = 0;
      const address = path.replace(':code', 'energie').replace(/:\w+/, '1');
      const failed = await failures(inputs, (input) => {
        sender += 1;
        if (signedIn) return agent.send({ method: 'POST', path: address, body: `_csrf=${token}&${input}` });
        // From an address each, so that no limit answers before the form does.
        const visitor = createAgent(portal, { address: `10.0.${sender >> 8}.${sender & 255}` });
        return visitor.send({ method: 'POST', path: address, body: input }).finally(() => visitor.close());
      });
      assert.deepEqual(failed, []);
    });
  }

  test('paths, whatever is in them: never a 500', async () => {
    const parts = VALUES.filter((value) => value.length < 20_000).map((value) =>
      value.replace(/[?#]/g, '%3f'),
    );
    const paths = [...new Set(routes.map(({ path }) => path))].filter((path) => path.includes(':'));
    const inputs = [
      ...parts.flatMap((part) => [
        `/${part}`,
        `/gestion/${part}`,
        `/gestion/etat/${part}`,
        `/assets/${part}`,
      ]),
      ...paths.flatMap((path) => parts.map((part) => path.replace(/:\w+/, part))),
      ...['//', '///', '/./', '/../', '/%2e%2e/', '/.%00./', '/*', '/;', `/${'a/'.repeat(2_000)}`],
    ];
    const failed = await failures(inputs, (path) => agent.get(path));
    assert.deepEqual(failed, []);
  });

  test('cookies and headers, whatever is in them: never a 500', async () => {
    const names = [
      'Cookie',
      'Sec-Fetch-Site',
      'Origin',
      'Referer',
      'Accept-Language',
      'If-None-Match',
      'Range',
      'X-CSRF-Token',
    ];
    const inputs = names.flatMap((name) =>
      VALUES.filter((value) => value.length < 5_000).map((value) => `${name}:${value}`),
    );
    const failed = await failures(inputs, (input) => {
      const [name = '', ...value] = input.split(':');
      const prefix = name === 'Cookie' ? 'portail=' : '';
      return agent.get('/gestion/etat', { [name]: prefix + value.join(':') });
    });
    assert.deepEqual(failed, []);
  });

  test('the portal still answers after all that', async () => {
    const page = await agent.get('/gestion/etat');
    assert.deepEqual([page.status, page.headers.location], [200, undefined]);
    assert.equal((await agent.get('/readyz')).status, 200);
  });
});
