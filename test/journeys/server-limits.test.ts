import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, afterEach, before, describe, test } from 'node:test';
import { type Agent, createAgent } from '../tools/agent.ts';
import { eventually } from '../tools/eventually.ts';
import { Page } from '../tools/page.ts';
import { startTestPortal, type TestPortal } from '../tools/portal.ts';
import { openWire, type Wire } from '../tools/wire.ts';

const HEAD = 'POST /connexion HTTP/1.1\r\nHost: localhost\r\n';
const FORM = `${HEAD}Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 1000\r\n\r\n`;
const KILOBYTE = 'x'.repeat(1024);

describe('what the server takes of a request', () => {
  let portal: TestPortal;
  // Those of the portal itself take half a minute.
  let hurried: TestPortal;
  let agent: Agent;
  const wires: Wire[] = [];

  before(async () => {
    portal = await startTestPortal({ template: 'reference' });
    hurried = await startTestPortal({
      beside: portal,
      limits: { headers: 2_000, request: 4_000, checks: 100 },
    });
    agent = createAgent(portal);
  });
  afterEach(() => {
    for (const { socket } of wires.splice(0)) socket.destroy();
  });
  after(async () => {
    agent?.close();
    await hurried?.stop();
    await portal?.stop();
  });

  async function open(text: string, { url } = portal): Promise<Wire> {
    const wire = await openWire(url);
    wires.push(wire);
    wire.socket.write(text);
    return wire;
  }

  /** The one answer of a connection that the portal then closed, read as a page. */
  async function answerOf(wire: Wire): Promise<Page> {
    await wire.closed;
    const [head = '', ...body] = Buffer.from(wire.received(), 'latin1').toString('utf8').split('\r\n\r\n');
    const [first = '', ...lines] = head.split('\r\n');
    const headers = Object.fromEntries(
      lines.map((line) => [
        line.slice(0, line.indexOf(':')).toLowerCase(),
        line.slice(line.indexOf(':') + 2),
      ]),
    );
    const html = Buffer.from(body.join('\r\n\r\n'));
    assert.equal(Number(headers['content-length']), html.length, wire.received());
    return new Page('', Number(first.split(' ')[1]), headers, html);
  }

  function assertPage(page: Page, status: number, heading: string): void {
    assert.equal(page.status, status);
    assert.equal(page.heading, heading);
    assert.equal(page.$('html').attr('lang'), 'fr');
    assert.ok(page.texts('main a').includes('Revenir à l’accueil'));
    assert.match(page.notices.join(), /\w/);
    assert.match(String(page.headers['content-security-policy']), /default-src 'none'/);
    assert.equal(page.headers['x-content-type-options'], 'nosniff');
    assert.equal(page.headers['cache-control'], 'no-store');
    assert.equal(page.headers.connection, 'close');
  }

  test('a head that does not end in time has its page, and the connection is closed', async () => {
    assertPage(await answerOf(await open(HEAD, hurried)), 408, 'Demande trop lente');
  });

  test('a body that does not end in time too, byte by byte or not at all', async () => {
    const [slow, silent] = [await open(FORM, hurried), await open(FORM, hurried)];
    const dripping = setInterval(() => slow.socket.write('a'), 100);
    assertPage(await answerOf(silent), 408, 'Demande trop lente');
    assertPage(await answerOf(slow), 408, 'Demande trop lente');
    clearInterval(dripping);
  });

  test('a connection that asks for nothing is closed without a word', async () => {
    const wire = await open('', hurried);
    await wire.closed;
    assert.equal(wire.received(), '');
  });

  test('200 slow heads and bodies keep nobody else from their pages', async () => {
    const slow = await Promise.all(
      Array.from({ length: 200 }, (_, at) => open(at % 2 === 0 ? HEAD : FORM, hurried)),
    );
    const other = createAgent(hurried);
    for (let page = 0; page < 20; page += 1) assert.equal((await other.get('/connexion')).status, 200);
    other.close();
    await Promise.all(slow.map(({ closed }) => closed));
    for (const wire of slow) assert.match(wire.received(), /^HTTP\/1\.1 408 /);
  });

  test('an address up to the limit of 32 kB has a page of the portal', async () => {
    assert.equal((await agent.get(`/connexion?q=${KILOBYTE.repeat(30)}`)).status, 200);
    assert.equal((await agent.get(`/${KILOBYTE.repeat(30)}`)).status, 404);
  });

  test('beyond, the address, a header or cookies have a page that says so, however much is sent', async () => {
    for (const kilobytes of [33, 200, 3_000]) {
      const long = KILOBYTE.repeat(kilobytes);
      for (const text of [`GET /${long} HTTP/1.1\r\n`, `GET / HTTP/1.1\r\nCookie: a=${long}\r\n`]) {
        assertPage(await answerOf(await open(`${text}Host: localhost\r\n\r\n`)), 431, 'Demande trop longue');
      }
    }
  });

  test('what is not HTTP has a page', async () => {
    for (const text of ['GET / HTTP/1.1\r\nHost\r\n\r\n', '\x16\x03\x01\x02\x00\x01', 'BONJOUR\r\n\r\n']) {
      assertPage(await answerOf(await open(text)), 400, 'Demande illisible');
    }
  });

  test('a form of 100 kB at most', async () => {
    const wanted = { 99: 422, 101: 413 };
    for (const [kilobytes, status] of Object.entries(wanted)) {
      const email = KILOBYTE.repeat(Number(kilobytes));
      assert.equal((await agent.post('/connexion', { email, password: 'x' })).status, status);
    }
  });

  test('a body whose chunks say too much of themselves has a page that says so', async () => {
    const said = `${HEAD}Transfer-Encoding: chunked\r\n\r\n1;${KILOBYTE.repeat(20)}`;
    assertPage(await answerOf(await open(said)), 413, 'Envoi trop volumineux');
  });

  test('what is not HTTP after an answer has its page after it', async () => {
    const wire = await open('GET /connexion HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await once(wire.socket, 'data');
    wire.socket.write('what is this\r\n\r\n');
    await eventually(() => wire.socket.destroyed);
    const answers = wire
      .received()
      .split('HTTP/1.1 ')
      .slice(1)
      .map((text) => text.slice(0, 3));
    assert.deepEqual(answers, ['200', '400']);
  });
});
