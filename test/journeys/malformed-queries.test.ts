import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { routes } from '../../src/routes/index.ts';
import { startTestPortal, type TestPortal } from '../tools/portal.ts';
import { sample, tellCases } from '../tools/sample.ts';
import {
  FEW,
  FEW_SHARED,
  failuresOf,
  fewInputsFor,
  inputsFor,
  makeSmallWorld,
  type SmallWorld,
  VALUES,
  WHOLES,
} from './malformed-values.ts';

// Where nothing is read from the query, or only by the code of the page of the same name.
const FEW_UNREAD = 8;

const LIST = ['q', 'tri', 'sens', 'page', 'taille', 'perimetre'];

/** The fields that each address reads, where it is not those of any list. */
const FIELDS: Readonly<Record<string, readonly string[]>> = {
  '/': ['q'],
  '/connexion': ['retour', 'email'],
  '/applications': ['q'],
  '/demonstration/composants': ['planche'],
  '/recherche': ['q'],
  '/gestion': ['perimetre'],
  '/gestion/etat': [...LIST, 'nom'],
  '/gestion/comptes': [...LIST, 'nom', 'prenom', 'role', 'ayant', 'organisme', 'compte', 'add'],
  '/gestion/comptes/:id/historique': ['acte', 'du', 'au', 'tri', 'page', 'taille'],
  '/gestion/journal': [...LIST, 'personne', 'acteur', 'genre', 'acte', 'du', 'au'],
  '/gestion/applications-et-roles': ['validation', 'demande', 'etat', 'q', 'tri'],
  '/gestion/applications-et-roles/nouveau-role': ['application', 'retour'],
  '/gestion/organismes': ['branche', 'etat', 'q', 'tri'],
  '/gestion/demandes/en-cours': [...LIST, 'age', 'decideur'],
  '/gestion/messages': ['etat', 'q', 'tri', 'sens', 'page', 'perimetre'],
  '/gestion/administrateurs-locaux/tous': ['branche', 'departement', 'sans', 'q', 'tri', 'page'],
};

// The files of a list and its page are read by the same code: the page gets everything.
const FILE = /\.(xlsx|pdf|csv)$/;
const SAME_AS_CSV = /\.(xlsx|pdf)$/;

/** What confirms an act reads the way back alone, with the same code everywhere: this one gets everything. */
const WAY_BACK = ['retour', 'perimetre'];
const EVERY_WAY_BACK = '/gestion/comptes/:id';

/** Lists that are read by the code of another one. */
const SAME_AS_OTHERS = new Set([
  '/gestion/demandes',
  '/gestion/demandes/accepte',
  '/gestion/demandes/refus',
  '/gestion/comptes/nouveau',
  '/gestion/applications-et-roles/nouvelle-application',
  '/gestion/organismes/nouveau',
]);

/** Where the pages of the national profiles begin: an administrateur Ucanss asks for those. */
const OF_UCANSS = routes
  .filter(({ access }) => access.startsWith('national'))
  .map(({ path }) => path.split(/[/.]/, 3).join('/'));

/** What a page of management reads where it is not said above; the other pages read nothing. */
function fieldsOf(path: string): readonly string[] {
  const page = path.replace(/\.(xlsx|pdf|csv)$/, '');
  const fields = FIELDS[page] ?? (path.startsWith('/gestion') ? (path.includes(':') ? WAY_BACK : LIST) : []);
  return page === path ? fields : fields.slice(0, 4);
}

/** True where other queries, read by the same code, are tried in full. */
const isTriedElsewhere = (path: string): boolean =>
  FILE.test(path) || SAME_AS_OTHERS.has(path) || (fieldsOf(path) === WAY_BACK && path !== EVERY_WAY_BACK);

const pages = routes
  .filter(({ method, path }) => method === 'get' && !SAME_AS_CSV.test(path))
  .map(({ path }) => path);
const files = routes.filter(({ path }) => SAME_AS_CSV.test(path)).map(({ path }) => path);
const reading = pages.filter((path) => fieldsOf(path).length > 0);
const deaf = pages.filter((path) => fieldsOf(path).length === 0);

describe('malformed queries', () => {
  let portal: TestPortal;
  let world: SmallWorld;
  let asked = 0;

  before(async () => {
    portal = await startTestPortal({ template: 'reference' });
    world = await makeSmallWorld(portal);
  });
  after(async () => {
    world?.agent.close();
    world?.ucanss.close();
    await portal?.stop();
  });

  async function get(path: string) {
    asked += 1;
    // A person may take a hundred files an hour: more are wanted here.
    if (asked % 50 === 0) await portal.db('rate_limits').delete();
    const national = OF_UCANSS.some((beginning) => path.startsWith(beginning));
    return (national ? world.ucanss : world.agent).get(path);
  }

  const addressOf = (path: string) =>
    path.replace(/:\w+/g, (name) => (name === ':code' ? 'energie' : String(world.numberFor(path))));

  for (const path of reading) {
    const all = (isTriedElsewhere(path) ? fewInputsFor : inputsFor)(fieldsOf(path));
    const inputs = sample(all, isTriedElsewhere(path) ? FEW_SHARED : FEW, path);
    test(`${inputs.length} queries of GET ${path}: never a 500`, async (t) => {
      assert.ok(all.length >= (isTriedElsewhere(path) ? 100 : 300));
      assert.deepEqual(await failuresOf(inputs, (input) => get(`${addressOf(path)}?${input}`)), []);
      tellCases(t, inputs.length);
    });
  }

  const short = fewInputsFor(['q']).filter((input) => input.length < 1_000);
  for (const path of files) {
    const inputs = sample(short, FEW_UNREAD, path);
    test(`${inputs.length} of them on GET ${path}: never a 500`, async (t) => {
      assert.deepEqual(await failuresOf(inputs, (input) => get(`${addressOf(path)}?${input}`)), []);
      tellCases(t, inputs.length);
    });
  }

  for (const path of deaf) {
    const inputs = sample(WHOLES, FEW_UNREAD, path);
    test(`${inputs.length} queries of GET ${path}, which reads none: never a 500`, async (t) => {
      assert.deepEqual(await failuresOf(inputs, (input) => get(`${addressOf(path)}?${input}`)), []);
      tellCases(t, inputs.length);
    });
  }

  test('paths, whatever is in them: never a 500', async (t) => {
    const parts = VALUES.filter((value) => value.length < 20_000).map((value) =>
      value.replace(/[?#]/g, '%3f'),
    );
    const patterns = [...new Set(routes.map(({ path }) => path))].filter((path) => path.includes(':'));
    const all = [
      ...parts.flatMap((part) => [
        `/${part}`,
        `/gestion/${part}`,
        `/gestion/etat/${part}`,
        `/assets/${part}`,
      ]),
      // Identifiers are read by the same code everywhere: the addresses take the values in turn.
      ...patterns.flatMap((path, turn) =>
        parts.filter((_, index) => index % 4 === turn % 4).map((part) => path.replace(/:\w+/g, () => part)),
      ),
      ...['//', '///', '/./', '/../', '/%2e%2e/', '/.%00./', '/*', '/;', `/${'a/'.repeat(2_000)}`],
    ];
    const inputs = sample(all, 5 * FEW, 'paths');
    assert.deepEqual(await failuresOf(inputs, get), []);
    tellCases(t, inputs.length);
  });

  test('cookies and headers, whatever is in them: never a 500', async (t) => {
    const names = [
      'Cookie',
      'Sec-Fetch-Site',
      'Origin',
      'Referer',
      'Accept-Language',
      'If-None-Match',
      'Range',
      'Accept',
    ];
    const values = VALUES.filter((value) => value.length < 5_000);
    const all = names.flatMap((name) => values.map((value) => `${name}:${value}`));
    const inputs = sample(all, 2 * FEW, 'headers');
    const failed = await failuresOf(inputs, (input) => {
      const [name = '', ...value] = input.split(':');
      const prefix = name === 'Cookie' ? 'portail=' : '';
      return world.agent.get('/gestion/etat', { [name]: prefix + value.join(':') });
    });
    assert.deepEqual(failed, []);
    tellCases(t, inputs.length);
  });

  test('the portal still answers after all that', async () => {
    const page = await world.agent.get('/gestion/etat');
    assert.deepEqual([page.status, page.headers.location], [200, undefined]);
    assert.equal((await world.agent.get('/readyz')).status, 200);
  });
});
