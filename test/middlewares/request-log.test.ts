import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type Agent, createAgent } from '../tools/agent.ts';
import { serveSmallApp } from '../tools/web.ts';

describe('the log of requests', () => {
  const lines: string[] = [];
  let agent: Agent;
  let close: () => void;

  before(async () => {
    const web = await serveSmallApp(
      (app) => {
        app.get('/gestion/comptes/:id', (_req, res) => res.send('ok'));
        app.get('/panne', () => {
          throw new Error('unforeseen');
        });
        app.get('/doublon', () => {
          const client = { secretKey: 4242 };
          const detail = 'Key (email)=(tmantel@caf39.caf.fr) already exists.';
          throw Object.assign(new Error('duplicate key'), { code: '23505', detail, client });
        });
      },
      (line) => lines.push(line),
    );
    close = web.close;
    agent = createAgent(web);
  });
  after(() => {
    agent.close();
    close();
  });

  /** What is logged while this address is asked for. */
  async function logOf(path: string, headers: Record<string, string> = {}): Promise<string> {
    lines.length = 0;
    await agent.get(path, headers);
    return lines.join('');
  }

  test('a request is one line, with its method, its path and its status', async () => {
    const { req, res, msg } = JSON.parse(await logOf('/gestion/comptes/12'));
    assert.deepEqual([req.method, req.path, res.statusCode], ['GET', '/gestion/comptes/12', 200]);
    assert.ok(msg && req.id);
  });

  test('what was searched for is not in it: it may be a name', async () => {
    assert.doesNotMatch(await logOf('/gestion/comptes/12?nom=MANTEL&q=secret'), /MANTEL|secret/);
    assert.doesNotMatch(await logOf('/inconnu?nom=MANTEL'), /MANTEL/);
  });

  test('neither cookies nor addresses are in it', async () => {
    const log = await logOf('/gestion/comptes/12', {
      Cookie: 'portail=s%3Avaleur',
      'User-Agent': 'Navigateur',
    });
    assert.doesNotMatch(log, /valeur|Navigateur|127\.0\.0\.1/);
  });

  for (const path of [
    '/inscription/',
    '/activation/',
    '/adresse/',
    '/mot-de-passe/',
    '//activation/',
    '/ACTIVATION/',
  ]) {
    test(`the token of a link ${path}… is not in it`, async () => {
      assert.doesNotMatch(await logOf(`${path}jeton-tres-secret`), /jeton/);
    });
  }

  test('« Mot de passe oublié » is no token', async () => {
    assert.match(await logOf('/mot-de-passe/oubli'), /\/mot-de-passe\/oubli/);
  });

  test('a failure is logged with its cause and the identifier that the page shows', async () => {
    lines.length = 0;
    const page = await agent.get('/panne');
    const failure = lines.map((line) => JSON.parse(line)).find(({ err }) => err);
    assert.equal(failure.err.message, 'unforeseen');
    assert.equal(failure.req.id, page.texts('main code').join());
  });

  test('what the database tells of a failure is not in it: it quotes people', async () => {
    const log = await logOf('/doublon');
    assert.match(log, /duplicate key/);
    assert.match(log, /23505/);
    assert.doesNotMatch(log, /tmantel|4242/);
  });
});
