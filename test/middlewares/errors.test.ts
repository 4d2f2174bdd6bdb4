import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { CommitUnknown } from '../../src/database/client.ts';
import {
  Conflict,
  CrossSite,
  Forbidden,
  NoRoom,
  NotFound,
  Refused,
  TooLong,
  TooMany,
} from '../../src/domain/errors.ts';
import { type Agent, createAgent } from '../tools/agent.ts';
import { serveSmallApp } from '../tools/web.ts';

const failed = (message: string, more: object = {}) => Object.assign(new Error(message), more);

const DETAIL = 'relation "secrets" does not exist at /srv/portail/src';

/** What goes wrong, the status it gives and the title of the page. */
const FAULTS: Readonly<Record<string, readonly [error: unknown, status: number, heading: string]>> = {
  'not found': [new NotFound(), 404, 'Page introuvable'],
  forbidden: [new Forbidden(), 403, 'Accès refusé'],
  'cross-site': [new CrossSite(), 403, 'Accès refusé'],
  conflict: [new Conflict('Cette demande a déjà été acceptée.'), 409, 'La situation a changé'],
  refused: [new Refused('Cet organisme perdrait son dernier administrateur.'), 422, 'Demande refusée'],
  'no room for an export': [new NoRoom('Deux exports sont déjà en cours.', 30), 429, 'Export à recommencer'],
  'an export too long': [new TooLong(), 503, 'Export trop long'],
  'too many': [new TooMany('Réessayez dans une heure.', 120), 429, 'Trop de tentatives'],
  'a body too large': [failed('request entity too large', { status: 413 }), 413, 'Envoi trop volumineux'],
  'an unknown media': [failed('unsupported charset', { status: 415 }), 415, 'Format non pris en charge'],
  'a malformed path': [new URIError('URI malformed'), 404, 'Page introuvable'],
  'a malformed body': [failed('request aborted', { status: 400 }), 404, 'Page introuvable'],
  'a status that has no page': [failed('teapot', { status: 418 }), 500, 'Une erreur est survenue'],
  'an unforeseen error': [failed(DETAIL), 500, 'Une erreur est survenue'],
  'what is not an error': [DETAIL, 500, 'Une erreur est survenue'],
};

const AWAY: Readonly<Record<string, object>> = {
  'connection refused': { code: 'ECONNREFUSED' },
  'connection lost': { code: 'ECONNRESET' },
  'server shutting down': { code: '57P01' },
  'crash recovery': { code: '57P03' },
  'too many connections': { code: '53300' },
  'connection failure': { code: '08006' },
  'pool exhausted': { name: 'KnexTimeoutError' },
};

describe('the errors middleware', () => {
  let agent: Agent;
  let close: () => void;
  const faults = new Map<string, unknown>([
    ...Object.entries(FAULTS).map(([name, [error]]) => [name, error] as const),
    ...Object.entries(AWAY).map(([name, more]) => [name, failed('lost', more)] as const),
    ['terminated', failed('Connection terminated unexpectedly')],
    ['unknown', new CommitUnknown('The answer to COMMIT was lost', { cause: new Error('anything') })],
  ]);

  before(async () => {
    const web = await serveSmallApp((app) => {
      app.all('/:fault', (req) => {
        throw faults.get(String(req.params.fault)) ?? new NotFound();
      });
    });
    close = web.close;
    agent = createAgent(web);
  });
  after(() => {
    agent.close();
    close();
  });

  for (const [name, [error, status, heading]] of Object.entries(FAULTS)) {
    test(`${name}: ${status}, a French page with a way back`, async () => {
      const page = await agent.get(`/${encodeURIComponent(name)}`);
      assert.equal(page.status, status);
      assert.equal(page.heading, heading);
      assert.equal(page.$('html').attr('lang'), 'fr');
      assert.ok(page.texts('main a').includes('Revenir à l’accueil'));
      if (error instanceof Refused || error instanceof Conflict) assert.ok(page.text.includes(error.message));
      if (error instanceof TooMany || error instanceof TooLong) {
        assert.equal(page.headers['retry-after'], String(error.retryAfter));
      }
    });
  }

  for (const name of [...Object.keys(AWAY), 'terminated']) {
    test(`database away (${name}): 503`, async () => {
      const page = await agent.get(`/${encodeURIComponent(name)}`);
      assert.equal(page.status, 503);
      assert.equal(page.heading, 'Service momentanément indisponible');
      assert.ok(Number(page.headers['retry-after']) > 0);
      assert.match(page.notices.join(), /^Le portail ne peut pas joindre ses données/);
      assert.equal(page.$('main a:contains(Réessayer)').attr('href'), `/${encodeURIComponent(name)}`);
    });

    test(`database away (${name}) after a form of which nobody knows what was done: it is said`, async () => {
      const page = await agent.post(`/${encodeURIComponent(name)}`, {});
      assert.equal(page.status, 503);
      assert.match(page.notices.join(), /^Votre action a peut-être été enregistrée : vérifiez/);
      assert.equal(page.$('main a').first().attr('href'), '/');
    });
  }

  test('a COMMIT whose answer was lost is a 503, whatever lost it', async () => {
    assert.equal((await agent.post('/unknown', {})).status, 503);
  });

  test('a 500 shows a reference and never a detail', async () => {
    const page = await agent.get('/an%20unforeseen%20error');
    assert.match(page.refused(500).texts('main code').join(), /^[0-9a-f-]{36}$/);
    assert.ok(!page.text.includes('secrets') && !page.text.includes('/srv'));
  });

  test('an unknown or malformed path is a 404', async () => {
    for (const path of ['/no/such/page', '/%', '/%zz', '/%c3%28', '/%00']) {
      assert.equal((await agent.get(path)).status, 404, path);
    }
  });
});
