import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { createAgent } from '../tools/agent.ts';
import { startTestPortal, type TestPortal } from '../tools/portal.ts';

describe('/metrics', () => {
  let portal: TestPortal;
  before(async () => {
    portal = await startTestPortal({ template: 'reference' });
  });
  after(() => portal.stop());

  test('counts requests by the pattern of their route and their status, and tells nobody’s address', async () => {
    const agent = createAgent(portal);
    await agent.get('/connexion?email=secret@test.fr');
    await agent.get('/nulle-part/secret');
    const { text, status } = await agent.get('/metrics');
    assert.equal(status, 200);
    assert.match(text, /portail_requests_total\{method="GET",route="\/connexion",status="200"\} 1/);
    assert.match(text, /portail_requests_total\{method="GET",route="other",status="404"\} 1/);
    assert.match(text, /process_cpu_seconds_total/);
    assert.doesNotMatch(text, /secret/);
    agent.close();
  });

  test('is for this machine alone: what a proxy forwards does not see it', async () => {
    const agent = createAgent(portal, { address: '203.0.113.7' });
    assert.equal((await agent.get('/metrics')).status, 404);
    agent.close();
  });
});
