import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type Agent, createAgent } from '../tools/agent.ts';
import { eventually } from '../tools/eventually.ts';
import { startTestPortal, type TestPortal } from '../tools/portal.ts';

describe('« Messages envoyés »', () => {
  let portal: TestPortal;
  let agent: Agent;
  before(async () => {
    portal = await startTestPortal();
    agent = createAgent(portal);
  });
  after(async () => {
    agent?.close();
    await portal?.stop();
  });

  test('empty, it says what to do', async () => {
    const page = await agent.get('/demonstration/messages');
    assert.equal(page.status, 200);
    assert.equal(page.heading, 'Messages envoyés');
    assert.match(page.text, /Aucun message/);
  });

  test('shows to whom, the subject, when, the text, and a link that opens', async () => {
    await agent.submit(await agent.get('/mot-de-passe/oubli'), 'Recevoir le lien', {
      email: 'wadama@ucanss.fr',
    });
    await eventually(async () => (await agent.get('/demonstration/messages')).$('article').length === 1);
    const page = await agent.get('/demonstration/messages');
    assert.deepEqual(page.texts('article h2'), ['Choisir un nouveau mot de passe']);
    assert.deepEqual(page.texts('article .muted'), ['À wadama@ucanss.fr, le 22/11/2026 à 10:00']);
    assert.match(page.texts('article').join(), /Bonjour William ADAMA,/);
    const [href] = page
      .$('article a')
      .toArray()
      .map((link) => page.$(link).attr('href') ?? '');
    assert.match(String(href), /^\/mot-de-passe\/[\w-]{43}$/);
    assert.equal((await agent.get(String(href))).heading, 'Choix d’un nouveau mot de passe');
  });
});

describe('outside a demonstration', () => {
  test('there is no such page', async () => {
    const portal = await startTestPortal({ template: 'reference' });
    const agent = createAgent(portal);
    try {
      assert.equal((await agent.get('/demonstration/messages')).status, 404);
    } finally {
      agent.close();
      await portal.stop();
    }
  });
});
