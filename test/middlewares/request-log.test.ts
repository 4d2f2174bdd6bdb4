import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Unavailable } from '../../src/domain/errors.ts';
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
        app.get('/attente', () => {
          throw new Unavailable('Revenez plus tard.');
        });
        app.get('/coupure', (_req, res) => {
          res.write('la moitié');
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
    '/second-facteur/',
    '//activation/',
    '/ACTIVATION/',
    // Whole, as to a proxy: it opens the page as well.
    'http://127.0.0.1/activation/',
    'HTTP://127.0.0.1:1//Mot-de-passe/',
    '/%61ctivation/',
    '/activation%2F',
    '/x/../activation/',
    '/./adresse//',
    '/activation/oubli/',
  ]) {
    test(`the token of a link ${path}… is not in it`, async () => {
      assert.doesNotMatch(await logOf(`${path}jeton-tres-secret`), /jeton/);
    });
  }

  test('a path is cut at 200 characters', async () => {
    const { req } = JSON.parse(await logOf(`/${'x'.repeat(5_000)}`));
    assert.equal(req.path, `/${'x'.repeat(199)}`);
    const { req: whole } = JSON.parse(await logOf('http://127.0.0.1/gestion/comptes/12?nom=MANTEL'));
    assert.equal(whole.path, '/gestion/comptes/12');
  });

  test('pages about an address are no links', async () => {
    for (const path of ['/mes-informations/adresse/annulation', '/gestion/comptes/12/adresse/annulation'])
      assert.equal(JSON.parse(await logOf(path)).req.path, path);
  });

  test('« Mot de passe oublié » is no token', async () => {
    assert.match(await logOf('/mot-de-passe/oubli'), /\/mot-de-passe\/oubli/);
  });

  test('a failure is logged with its cause and the identifier that the page shows', async () => {
    lines.length = 0;
    const page = await agent.get('/panne');
    const [failure, ...others] = lines.map((line) => JSON.parse(line));
    assert.deepEqual(others, [], 'one line a request');
    assert.equal(failure.level, 50);
    assert.deepEqual([failure.err.message, failure.res.statusCode], ['unforeseen', 500]);
    assert.equal(failure.req.id, page.refused(500).texts('main code').join());
  });

  test('an answer of 503 that is no failure of the program has no stack', async () => {
    const { level, res, err } = JSON.parse(await logOf('/attente'));
    assert.deepEqual([level, res.statusCode, err], [50, 503, undefined]);
  });

  test('an answer that fails after it has begun is cut, and logged like the others', async () => {
    lines.length = 0;
    await assert.rejects(agent.get('/coupure'));
    while (lines.length === 0) await nextTurn();
    // The agent may have asked twice.
    const told = lines.map((line) => JSON.parse(line));
    assert.equal(new Set(told.map(({ req }) => req.id)).size, told.length, 'one line a request');
    for (const { level, err } of told) assert.deepEqual([level, err.message], [50, 'unforeseen']);
  });

  test('what the database tells of a failure is not in it: it quotes people', async () => {
    const log = await logOf('/doublon');
    assert.match(log, /duplicate key/);
    assert.match(log, /23505/);
    assert.doesNotMatch(log, /tmantel|4242/);
  });
});
