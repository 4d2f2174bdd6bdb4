import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, before, describe, test } from 'node:test';
import { type Agent, createAgent } from '../tools/agent.ts';
import { startTestPortal, type TestPortal } from '../tools/portal.ts';
import { openWire } from '../tools/wire.ts';

const ELSEWHERE = [
  'ailleurs.exemple',
  'ailleurs.exemple:443',
  'portail.exemple.fr.ailleurs.exemple',
  'portail.exemple.fr@ailleurs.exemple',
  'ailleurs.exemple/portail.exemple.fr',
  'portail.exemple.fr.',
  '10.0.0.1',
  '127.0.0.1.ailleurs.exemple',
  '[::2]',
  'localhost:port',
];

/** Starts a portal for the tests of one group. */
function portalOf(environment: Record<string, string>) {
  const stage = {} as { portal: TestPortal; agent: Agent };
  before(async () => {
    stage.portal = await startTestPortal({ template: 'reference', environment });
    stage.agent = createAgent(stage.portal);
  });
  after(async () => {
    stage.agent?.close();
    await stage.portal?.stop();
  });
  return stage;
}

describe('the name of a public portal', () => {
  const stage = portalOf({ BASE_URL: 'https://portail.exemple.fr', TRUST_PROXY: '1' });

  test('is BASE_URL’s, whatever its case and the port', async () => {
    for (const Host of [
      'portail.exemple.fr',
      'PORTAIL.exemple.FR',
      'portail.exemple.fr:443',
      'portail.exemple.fr:3000',
    ])
      assert.equal((await stage.agent.get('/connexion', { Host })).status, 200, Host);
  });

  test('no other is answered, nor one of this machine, for pages, acts and files: a French 421 with the way', async () => {
    for (const Host of [...ELSEWHERE, 'localhost', '127.0.0.1', '[::1]']) {
      for (const path of ['/', '/connexion', '/assets/css/base.css', '/inconnu']) {
        const page = await stage.agent.get(path, { Host });
        assert.equal(page.status, 421, `${Host} ${path}`);
        assert.equal(page.heading, 'Adresse inconnue');
        assert.equal(page.$('html').attr('lang'), 'fr');
        assert.equal(
          page.$('main a:contains("Aller au portail")').attr('href'),
          'https://portail.exemple.fr/',
        );
        assert.equal(page.headers['cache-control'], 'no-store');
        // What was asked for is nowhere in the page.
        assert.ok(!page.text.includes('ailleurs'));
      }
      assert.equal((await stage.agent.post('/connexion', {}, { Host })).status, 421, Host);
    }
  });

  test('what a proxy forwards of it is not believed', async () => {
    const headers = {
      Host: 'ailleurs.exemple',
      'X-Forwarded-Host': 'portail.exemple.fr',
      Forwarded: 'host=portail.exemple.fr',
    };
    assert.equal((await stage.agent.get('/connexion', headers)).status, 421);
    const forged = { Host: 'portail.exemple.fr', 'X-Forwarded-Host': 'ailleurs.exemple' };
    assert.equal((await stage.agent.get('/connexion', forged)).status, 200);
  });

  test('probes are answered under any name', async () => {
    for (const path of ['/livez', '/readyz'])
      assert.equal((await stage.agent.get(path, { Host: '10.0.0.1:3000' })).status, 200, path);
  });

  test('a request without any name is none', async () => {
    const wire = await openWire(stage.portal.url);
    wire.socket.write('GET /connexion HTTP/1.0\r\n\r\n');
    await once(wire.socket, 'close');
    assert.match(wire.received(), /^HTTP\/1\.1 421 /);
  });
});

describe('the name of a portal of this machine', () => {
  const stage = portalOf({});

  test('is any of those by which only this machine is reached', async () => {
    for (const Host of [
      'localhost',
      'LOCALHOST:3000',
      '127.0.0.1',
      '127.0.0.1:80',
      '127.0.1.1',
      '[::1]:3000',
    ])
      assert.equal((await stage.agent.get('/connexion', { Host })).status, 200, Host);
  });

  test('and no other: a name of elsewhere may lead to this machine', async () => {
    for (const Host of [...ELSEWHERE, 'portail.exemple.fr'])
      assert.equal((await stage.agent.get('/connexion', { Host })).status, 421, Host);
  });
});
