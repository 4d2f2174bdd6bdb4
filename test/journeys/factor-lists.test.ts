import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { accountOf } from '../factories/accounts.ts';
import { createFactors } from '../factories/factors.ts';
import { type Agent, createAgent } from '../tools/agent.ts';
import { allOf } from '../tools/all-of.ts';
import type { Page } from '../tools/page.ts';
import { startTestPortal, type TestPortal } from '../tools/portal.ts';

const DIRECTORY = '/gestion/administrateurs-locaux/tous';
const PROFILES = '/gestion/profils-nationaux';
const HEADER = 'Second facteur';

const heads = (page: Page) => page.texts('table thead th');
const totalOf = (page: Page): number =>
  Number(/(\d+)\s+(lignes?|profils?)/.exec(page.texts('main').join(' '))?.[1] ?? 0);

describe('R89: who has no second factor', () => {
  let portal: TestPortal;
  let ucanss: Agent;
  let local: Agent;
  before(async () => {
    portal = await startTestPortal({ environment: { SECOND_FACTOR: 'administrators' } });
    await createFactors(portal.db, await accountOf(portal.db, 'intercaf@caf.fr'));
    await createFactors(portal.db, await accountOf(portal.db, 'auditeur@ucanss.fr'));
    [ucanss, local] = [createAgent(portal), createAgent(portal)];
    await ucanss.signIn('national@ucanss.fr');
    await local.signIn('wtestportail@test.fr');
  });
  after(async () => {
    for (const agent of [ucanss, local]) agent?.close();
    await portal?.stop();
  });

  test('« Tous les administrateurs locaux » tells it to Ucanss, and is filtered by it', async () => {
    const all = await ucanss.get(DIRECTORY);
    assert.ok(heads(all).includes(HEADER));
    const having = await ucanss.get(`${DIRECTORY}?facteur=avec&taille=100`);
    assert.match(having.texts('tbody').join(), /intercaf@caf\.fr/);
    assert.doesNotMatch(having.texts('tbody').join(), /wtestportail@test\.fr/);
    const lacking = await ucanss.get(`${DIRECTORY}?facteur=sans&taille=100`);
    assert.doesNotMatch(lacking.texts('tbody').join(), /intercaf@caf\.fr|Aucun administrateur local/);
    const cells = lacking.texts(`[data-label="${HEADER}"]`);
    assert.ok(allOf(cells, (cell) => cell === 'Non'));
    const file = await ucanss.get(`${DIRECTORY}.csv?facteur=avec`);
    assert.match(String(file.bytes), /Second facteur/);
    assert.match(String(file.bytes), /intercaf@caf\.fr.*Oui/);
  });

  test('and tells nothing of it to anybody else, whatever the address asks', async () => {
    const [plain, asking] = [await local.get(DIRECTORY), await local.get(`${DIRECTORY}?facteur=avec`)];
    assert.equal(totalOf(asking), totalOf(plain));
    for (const page of [plain, asking]) {
      assert.ok(!heads(page).includes(HEADER));
      assert.equal(page.$('[name=facteur]').length, 0);
    }
    const file = await local.get(`${DIRECTORY}.csv?facteur=avec`);
    assert.doesNotMatch(String(file.bytes), /Second facteur/);
    assert.match(String(file.bytes), /wtestportail@test\.fr/);
  });

  test('« Profils nationaux » has the same column and filter, in its files too', async () => {
    const having = await ucanss.get(`${PROFILES}?facteur=avec`);
    assert.ok(heads(having).includes(HEADER));
    assert.match(having.texts('tbody').join(), /auditeur@ucanss\.fr/);
    assert.doesNotMatch(having.texts('tbody').join(), /national@ucanss\.fr/);
    assert.doesNotMatch((await ucanss.get(`${PROFILES}?facteur=sans`)).texts('tbody').join(), /auditeur@/);
    assert.match(String((await ucanss.get(`${PROFILES}.csv`)).bytes), /Second facteur/);
  });

  test('« À faire » counts them for Ucanss, as many as the lists that its lines lead to', async () => {
    const page = await ucanss.get('/gestion');
    for (const [path, label] of [
      [DIRECTORY, /administrateurs? sans second facteur/],
      [PROFILES, /profils? nationa(l|ux) sans second facteur/],
    ] as const) {
      const line = page.$(`main a[href^="${path}?"][href*="facteur=sans"]`);
      assert.match(line.text(), label);
      const count = Number(/\d+/.exec(line.text().replace(/\s/g, ''))?.[0]);
      assert.equal(totalOf(await ucanss.get(line.attr('href') ?? '')), count);
    }
    assert.doesNotMatch((await local.get('/gestion')).texts('main').join(), /sans second facteur/);
  });
});

test('where nobody has to have one, « À faire » says nothing of it', async () => {
  const portal = await startTestPortal();
  const agent = createAgent(portal);
  try {
    await agent.signIn('national@ucanss.fr');
    assert.doesNotMatch((await agent.get('/gestion')).texts('main').join(), /sans second facteur/);
  } finally {
    agent.close();
    await portal.stop();
  }
});
