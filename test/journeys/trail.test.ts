import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { accountOf } from '../factories/accounts.ts';
import { type Agent, createAgent } from '../tools/agent.ts';
import { startTestPortal, type TestPortal } from '../tools/portal.ts';

describe('« Journal »', () => {
  let portal: TestPortal;
  let local: Agent;
  let auditor: Agent;

  before(async () => {
    portal = await startTestPortal();
    local = createAgent(portal);
    await local.signIn('wtestportail@test.fr');
    auditor = createAgent(portal);
    await auditor.signIn('auditeur@ucanss.fr');
  });
  after(async () => {
    local.close();
    auditor.close();
    await portal.stop();
  });

  test('a local administrator reads their organism, the latest first, and nothing of another', async () => {
    const page = await local.get('/gestion/journal?taille=100');
    assert.equal(page.heading, 'Journal');
    const { organism_id: own } = await accountOf(portal.db, 'wtestportail@test.fr');
    const counted = await portal.db('audit_events').where({ organism_id: own }).count().first();
    assert.match(page.texts('.page-summary').join(), new RegExp(`^${counted?.count} événements`));
    const dates = page
      .$('tbody time')
      .toArray()
      .map((time) => page.$(time).attr('datetime') ?? '');
    assert.ok(dates.length > 10);
  });

  test('it is filtered by person, author, act and period; what is wrong is told', async () => {
    const of = async (query: string) => local.get(`/gestion/journal?${query}`);
    const granted = await of('personne=mantel&acte=assignment.granted');
    assert.deepEqual(granted.column('Événement'), ['« Energie Lecteur » accordé à Thomas MANTEL']);
    const authors = new Set((await of('acteur=suppleante&taille=100')).column('Par'));
    assert.deepEqual([...authors], ['Maud SUPPLÉANTE']);
    assert.deepEqual((await of('personne=personne-de-ce-nom')).rows, []);
    assert.deepEqual((await of('du=2030-01-01')).rows, []);
    assert.match((await of('au=demain')).notices.join(), /Au : cette date n’est pas valide/);
  });

  test('an auditor reads and exports everything; a wrong criterion stops an export', async () => {
    assert.equal((await auditor.get('/gestion/journal')).status, 200);
    for (const kind of ['csv', 'xlsx', 'pdf']) {
      const path = `/gestion/journal.${kind}?perimetre=CAF-391`;
      assert.equal((await auditor.get(path)).status, 200, kind);
      assert.equal((await auditor.get(`${path}&du=hier`)).status, 422, kind);
    }
    const traced = await portal
      .db('audit_events')
      .where({ action: 'list.exported' })
      .orderBy('id', 'desc')
      .first();
    assert.equal(traced.details.list, 'journal');
  });
});
