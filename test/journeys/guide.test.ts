import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { createAgent } from '../tools/agent.ts';
import { clean } from '../tools/page.ts';
import { startTestPortal, type TestPortal } from '../tools/portal.ts';
import { A1, A2, A3, A4, A5 } from './guide.ts';

describe('« Aide » has the sentences of the user guide, letter for letter', () => {
  let portal: TestPortal;
  let text: string;
  before(async () => {
    portal = await startTestPortal({ template: 'reference' });
    const agent = createAgent(portal);
    text = clean((await agent.get('/aide')).$('main').text());
    agent.close();
  });
  after(() => portal.stop());

  for (const [name, sentence] of Object.entries({ A1, A2, A3, A4, A5 })) {
    test(`${name} is there`, () => assert.ok(text.includes(sentence), sentence));
  }
});
