import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type Agent, createAgent } from '../tools/agent.ts';
import { startTestPortal, type TestPortal } from '../tools/portal.ts';

const PATH = '/.well-known/security.txt';

/** The fields of the file, by their names. */
const fieldsOf = (text: string): Record<string, string> =>
  Object.fromEntries(
    text
      .trimEnd()
      .split('\n')
      .map((line) => line.split(/: (.*)/).slice(0, 2)),
  );

function portalOf(environment: Record<string, string>) {
  const stage = {} as { portal: TestPortal; agent: Agent };
  before(async () => {
    stage.portal = await startTestPortal({ template: 'empty', environment });
    stage.agent = createAgent(stage.portal);
  });
  after(async () => {
    stage.agent?.close();
    await stage.portal?.stop();
  });
  return stage;
}

describe('security.txt (RFC 9116)', () => {
  const stage = portalOf({});

  test('tells anybody whom to write to, in which languages, and until when that is to be believed', async () => {
    const page = await stage.agent.get(PATH);
    assert.equal(page.status, 200);
    assert.equal(page.headers['content-type'], 'text/plain; charset=utf-8');
    assert.equal(page.headers['set-cookie'], undefined);
    assert.deepEqual(fieldsOf(page.text), {
      Contact: 'mailto:habilitations@ucanss.fr',
      Expires: '2027-11-22T09:00:00Z',
      'Preferred-Languages': 'fr, en',
      Canonical: `${stage.portal.url}${PATH}`,
    });
  });

  test('without an audit, the foot of each page says « non conforme »', async () => {
    const page = await stage.agent.get('/connexion');
    assert.ok(page.texts('footer a').includes('Accessibilité : non conforme'));
    assert.match(
      (await stage.agent.get('/accessibilite')).texts('main').join(),
      /aucun audit de ses critères/,
    );
  });

  test('is not answered to another method, nor under another name', async () => {
    assert.equal((await stage.agent.get(PATH, { Host: 'ailleurs.exemple' })).status, 421);
    assert.equal((await stage.agent.post(PATH, {})).status, 404);
  });
});

describe('security.txt of a portal whose operator has set the address', () => {
  const stage = portalOf({ SECURITY_CONTACT: 'https://exemple.fr/signaler', ACCESSIBILITY: 'partielle' });

  test('tells that one', async () => {
    assert.equal(fieldsOf((await stage.agent.get(PATH)).text).Contact, 'https://exemple.fr/signaler');
  });

  test('the foot of each page and the declaration say what the audit found', async () => {
    const foot = async (agent: Agent, path: string) =>
      (await agent.get(path)).texts('footer a').find((text) => text.startsWith('Accessibilité'));
    for (const path of ['/connexion', '/accessibilite'])
      assert.equal(await foot(stage.agent, path), 'Accessibilité : partiellement conforme');
    const declared = (await stage.agent.get('/accessibilite')).texts('main strong')[0];
    assert.equal(declared, 'partiellement conforme');
  });
});
