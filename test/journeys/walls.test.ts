import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { routes } from '../../src/routes/index.ts';
import { type Agent, createAgent } from '../tools/agent.ts';
import { lastEvent } from '../tools/last-events.ts';
import type { Page } from '../tools/page.ts';
import { startTestPortal, type TestPortal } from '../tools/portal.ts';

const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
];

/** What every answer bounds a browser with. */
function assertHeaders({ headers, path, status }: Page): void {
  const at = `${status} ${path}`;
  assert.deepEqual(String(headers['content-security-policy']).split(/;\s*/), POLICY, at);
  assert.equal(headers['x-content-type-options'], 'nosniff', at);
  assert.equal(headers['x-frame-options'], 'DENY', at);
  assert.equal(headers['referrer-policy'], 'same-origin', at);
  assert.match(
    String(headers['permissions-policy']),
    /camera=\(\), .*geolocation=\(\), .*microphone=\(\)/,
    at,
  );
  assert.equal(headers['cross-origin-opener-policy'], 'same-origin', at);
  assert.equal(headers['cross-origin-resource-policy'], 'same-origin', at);
  assert.equal(headers['x-powered-by'], undefined, at);
  assert.equal(headers.server, undefined, at);
}

/** A refusal says in French what happened, and how to go back. */
function assertFrenchPage(page: Page, status: number): void {
  assert.equal(page.status, status, page.path.slice(0, 80));
  assert.equal(page.$('html').attr('lang'), 'fr');
  assert.notEqual(page.heading, '');
  assert.ok(page.$('main a[href^="/"]').length > 0, `${page.path} has no way back`);
  assertHeaders(page);
}

describe('what every answer carries', () => {
  let portal: TestPortal;
  let administrator: Agent;
  let employee: Agent;
  let visitor: Agent;

  before(async () => {
    portal = await startTestPortal();
    administrator = createAgent(portal);
    employee = createAgent(portal);
    visitor = createAgent(portal);
    await administrator.signIn('wtestportail@test.fr');
    await employee.signIn('tmantel@caf39.caf.fr');
  });
  after(async () => {
    for (const agent of [administrator, employee, visitor]) agent?.close();
    await portal?.stop();
  });

  test('every GET of the route table has the headers, whoever asks, and is kept by nobody', async () => {
    for (const { path } of routes.filter(({ method }) => method === 'get')) {
      for (const agent of [visitor, employee, administrator]) {
        const page = await agent.get(path.replace(/:\w+/g, '1'));
        assertHeaders(page);
        assert.match(String(page.headers['cache-control']), /no-store/, path);
        assert.equal(page.headers['strict-transport-security'], undefined, 'HSTS is for https alone');
      }
    }
  });

  test('health, style sheets and scripts have them too; files are kept, and come with their type', async () => {
    assertHeaders(await visitor.get('/livez'));
    assertHeaders(await visitor.get('/readyz'));
    const signIn = await visitor.get('/connexion');
    const addresses = signIn
      .$('link[href], script[src], img[src]')
      .toArray()
      .map((element) => signIn.$(element).attr('href') ?? signIn.$(element).attr('src') ?? '');
    assert.ok(addresses.length > 10);
    for (const address of addresses) {
      const file = await visitor.get(address);
      assert.equal(file.status, 200, address);
      assertHeaders(file);
      assert.match(String(file.headers['cache-control']), /max-age=2592000/);
      assert.match(String(file.headers['content-type']), /css|javascript|svg|woff2/);
    }
  });

  test('no file of the project but the public ones is served', async () => {
    const wanted = [
      '/assets/../package.json',
      '/assets/%2e%2e/package.json',
      '/assets/..%2fpackage.json',
      '/assets/%2e%2e%2f%2e%2e%2fetc/passwd',
      '/assets/vendor/atkinson/..%2f..%2fpackage.json',
      '/assets/js/tsconfig.json/..%2f..%2f..%2fpackage.json',
      '/.git/HEAD',
      '/package.json',
      '/src/server.ts',
      '/views/layout/start.ejs',
      '/var/session-secret',
    ];
    for (const path of wanted) {
      const page = await visitor.get(path);
      assert.ok([403, 404].includes(page.status), `${path}: ${page.status}`);
      assert.ok(!page.text.includes('devDependencies') && !page.text.includes('root:'), path);
    }
  });

  test('an unknown page is a 404 in French with a way back, for everyone', async () => {
    for (const agent of [visitor, employee, administrator]) {
      for (const path of [
        '/inconnu',
        '/gestion/inconnu',
        '/gestion/etat/',
        '/gestion/etat.doc',
        '/%',
        '/%c3%28',
      ]) {
        const page = await agent.get(path);
        assertFrenchPage(page, 404);
      }
    }
  });

  test('a page that the profile does not have is a 403 in French with a way back, and is traced', async () => {
    // The pages above were some of them: past a number, they are traced no more.
    await portal.db('rate_limits').delete();
    assertFrenchPage(await employee.get('/gestion/etat'), 403);
    const event = await lastEvent(portal.db);
    assert.equal(event.action, 'access.refused');
    assert.deepEqual(event.details, { method: 'GET', path: '/gestion/etat' });
  });

  test('a body over the limit is a 413 in French, also for who is signed in', async () => {
    for (const agent of [visitor, administrator]) {
      assertFrenchPage(await agent.post('/connexion', { email: 'x'.repeat(210 * 1024) }), 413);
      const many = Array.from({ length: 1_001 }, (_, index): [string, string] => [`f${index}`, '1']);
      assertFrenchPage(await agent.post('/connexion', many), 413);
    }
  });

  test('a body in an unknown alphabet or compression is a 415 in French', async () => {
    const charset = { 'Content-Type': 'application/x-www-form-urlencoded; charset=utf-7' };
    assertFrenchPage(await visitor.post('/connexion', { email: 'a' }, charset), 415);
    assertFrenchPage(await visitor.post('/connexion', { email: 'a' }, { 'Content-Encoding': 'zip' }), 415);
  });

  test('« Annuler » goes back to where it says, and never off the site', async () => {
    for (const [back, expected] of [
      ['/gestion/etat?nom=a', '/gestion/etat?nom=a'],
      ['//ailleurs.fr', '/'],
      ['https://ailleurs.fr', '/'],
    ] as const) {
      const { status, headers } = await visitor.post('/gestion/comptes/nouveau', { annuler: back });
      assert.deepEqual([status, headers.location], [303, expected]);
    }
  });

  test('a refusal is announced', async () => {
    const page = await visitor.get('/nulle-part');
    assert.match(page.refused(404).notices.join(), /Cette page n’existe pas/);
  });

  test('what is not a form is a 415, never read as one', async () => {
    for (const type of [
      'application/json',
      'multipart/form-data; boundary=x',
      'text/plain',
      'text/xml',
      'x',
    ]) {
      const body = JSON.stringify({ email: 'wtestportail@test.fr', password: 'lanterne-violette-39-moulin' });
      const page = await visitor.send({
        method: 'POST',
        path: '/connexion',
        headers: { 'Content-Type': type },
        body,
      });
      assertFrenchPage(page, 415);
    }
  });

  test('no body at all is an empty form', async () => {
    const page = await visitor.send({
      method: 'POST',
      path: '/connexion',
      headers: { 'Content-Length': '0' },
    });
    assert.equal(page.status, 422);
  });

  test('a method that no route has is a 404, never an act', async () => {
    for (const method of ['PUT', 'DELETE', 'PATCH', 'PROPFIND']) {
      const page = await visitor.send({ method, path: '/connexion' });
      assertFrenchPage(page, 404);
    }
    const trace = await visitor.send({ method: 'TRACE', path: '/connexion' });
    assert.ok([403, 404, 405].includes(trace.status));
  });

  test('HEAD answers as GET, without a body', async () => {
    const head = await administrator.send({ method: 'HEAD', path: '/gestion/etat' });
    assert.equal(head.status, 200);
    assert.equal(head.bytes.length, 0);
    assertHeaders(head);
  });
});
