import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { routes } from '../../src/routes/index.ts';
import { type Agent, createAgent } from '../tools/agent.ts';
import { countEvents } from '../tools/last-events.ts';
import { startTestPortal, type TestPortal } from '../tools/portal.ts';

type Headers = Record<string, string | undefined>;

// What a browser says of a request that another site, another port or a sandboxed frame made.
const ELSEWHERE: Readonly<Record<string, Headers>> = {
  'another site': { 'Sec-Fetch-Site': 'cross-site', Origin: 'https://ailleurs.exemple' },
  'another site, by an old browser': { 'Sec-Fetch-Site': undefined, Origin: 'https://ailleurs.exemple' },
  'another port of the same host': { 'Sec-Fetch-Site': 'same-site', Origin: 'http://127.0.0.1:1' },
  'another port, by an old browser': { 'Sec-Fetch-Site': undefined, Origin: 'http://127.0.0.1:1' },
  'a sandboxed frame': { 'Sec-Fetch-Site': 'cross-site', Origin: 'null' },
  'a sandboxed frame, by an old browser': { 'Sec-Fetch-Site': undefined, Origin: 'null' },
  'a typed address': { 'Sec-Fetch-Site': 'none', Origin: undefined },
  'nobody knows where': { 'Sec-Fetch-Site': undefined, Origin: undefined },
};

const posts = routes.filter(({ method }) => method !== 'get');
const addressOf = ({ path }: { path: string }) => path.replace(/:\w+/g, '1');
const acts = posts.map(addressOf);
const signedActs = posts.filter(({ access }) => access !== 'public').map(addressOf);

describe('requests from elsewhere', () => {
  let portal: TestPortal;
  let administrator: Agent;
  let visitor: Agent;
  let token: string;

  before(async () => {
    portal = await startTestPortal();
    administrator = createAgent(portal);
    visitor = createAgent(portal);
    await administrator.signIn('wtestportail@test.fr');
    token = await administrator.token();
  });
  after(async () => {
    administrator?.close();
    visitor?.close();
    await portal?.stop();
  });

  const eventCount = () => countEvents(portal.db);

  for (const [origin, headers] of Object.entries(ELSEWHERE)) {
    test(`every act that comes from ${origin} is refused, even with the right token, and leaves nothing`, async () => {
      const before = await eventCount();
      for (const path of acts) {
        for (const [name, agent] of Object.entries({ visitor, administrator })) {
          const page = await agent.post(path, { _csrf: token }, headers);
          assert.equal(page.status, 403, `${path} by ${name}`);
          assert.match(page.text, /ne vient pas d’une page du portail/);
        }
      }
      assert.equal(await eventCount(), before);
    });
  }

  for (const method of ['PUT', 'PATCH', 'DELETE', 'POST', 'PROPFIND', 'LINK']) {
    test(`${method} on any page is refused from elsewhere`, async () => {
      for (const [origin, headers] of Object.entries(ELSEWHERE)) {
        for (const path of ['/', '/gestion/etat', '/inconnu']) {
          const page = await administrator.send({
            method,
            path,
            headers: { ...headers, 'Content-Length': '0' },
          });
          assert.equal(page.status, 403, `${method} ${path} from ${origin}`);
        }
      }
    });
  }

  test('from the portal itself, an act needs the token of its session: it is not done, and its page says so', async () => {
    const stranger = createAgent(portal);
    await stranger.signIn('tmantel@caf39.caf.fr');
    const tokens = {
      none: undefined,
      wrong: 'x'.repeat(token.length),
      another: await stranger.token(),
      two: [token, token],
    };
    // Some of these pages leave a trace whenever they are shown.
    const shown = ['access.refused', 'search.person_told'];
    const done = async () => portal.db('audit_events').whereNotIn('action', shown).pluck('action');
    const before = await done();
    for (const [name, value] of Object.entries(tokens)) {
      for (const path of signedActs) {
        const fields =
          value === undefined ? [] : [value].flat().map((each): [string, string] => ['_csrf', each]);
        const page = await administrator.post(path, fields);
        // The page of the form, or the refusal that this page is; never what the form does.
        assert.ok(
          [422, 404, 403, 303].includes(page.status),
          `${path} with the token: ${name}: ${page.status}`,
        );
        if (page.status === 422)
          assert.match(page.notices.join(), /rien n’a été enregistré|Choisissez/, path);
      }
    }
    stranger.close();
    assert.deepEqual(await done(), before);
    assert.equal((await administrator.get('/mes-informations')).status, 200, 'and nobody was signed out');
  });

  test('the token may come in a header, for the scripts of the portal', async () => {
    const page = await administrator.post('/session/prolongation', {}, { 'X-CSRF-Token': token });
    assert.equal(page.status, 204);
  });

  test('another site may link to the portal: reading changes nothing', async () => {
    const page = await administrator.get('/mes-informations', { 'Sec-Fetch-Site': 'cross-site' });
    assert.equal(page.status, 200);
  });
});
