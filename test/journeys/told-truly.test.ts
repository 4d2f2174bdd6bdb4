import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { accountOf, createAccount } from '../factories/accounts.ts';
import { type Agent, createAgent } from '../tools/agent.ts';
import { openDraft } from '../tools/draft.ts';
import { startTestPortal, type TestPortal } from '../tools/portal.ts';

describe('a page never says of an act what is not so', () => {
  let portal: TestPortal;
  let admin: Agent;
  before(async () => {
    portal = await startTestPortal();
    admin = createAgent(portal);
    await admin.signIn('wtestportail@test.fr');
  });
  after(async () => {
    admin?.close();
    await portal?.stop();
  });

  test('what would be refused is told as a refusal, announced, without the effect that it will not have', async () => {
    const { id: own } = await accountOf(portal.db, 'wtestportail@test.fr');
    const { id: other } = await accountOf(portal.db, 'tmantel@caf39.caf.fr');
    for (const path of [
      // P1: oneself; then a right that is not held, an account that is open, a delegation that nobody has.
      `/gestion/comptes/${own}/activation-de-droits?role=energie-lecteur`,
      `/gestion/comptes/${other}/suppression-de-droits?role=sda-consultation`,
      `/gestion/comptes/${other}/reactivation`,
      `/gestion/administrateurs-locaux/${other}/retrait`,
    ]) {
      const page = await admin.visit(path);
      assert.equal(page.texts('.confirmation .notice[role="status"]').length, 1, path);
      assert.deepEqual(page.texts('.confirmation-effect'), [], path);
      assert.deepEqual(page.texts('.confirmation li'), [], path);
      assert.deepEqual(page.texts('.confirmation button'), [], path);
    }
  });

  test('a form sent again beside a list is shown with it, and its fields are no criteria of the list', async () => {
    const person = await createAccount(portal.db, { last_name: 'DEUXFOIS' });
    const draft = await openDraft(admin, { acte: 'desactiver' }, [person.id]);
    const sent = await admin.submit(draft, 'Confirmer', { motif: 'un' });
    assert.equal(sent.status, 303);
    const again = await admin.submit(draft, 'Confirmer', { motif: 'deux' });
    assert.equal(again.status, 409);
    assert.match(again.text, /DEUXFOIS/, 'what became of everyone');
    assert.doesNotMatch(again.text, /critère/);
  });

  test('« Donné par » is in the file what it is on the page', async () => {
    const ucanss = createAgent(portal);
    await ucanss.signIn('national@ucanss.fr');
    const page = await ucanss.visit('/gestion/profils-nationaux');
    const file = await ucanss.get('/gestion/profils-nationaux.csv');
    const [header = [], ...rows] = file.text
      .trim()
      .split(/\r?\n/)
      .map((line) => line.replaceAll('"', '').split(';'));
    const at = header.findIndex((name) => name.includes('Donné par'));
    assert.ok(page.column('Donné par').includes('Ucanss'));
    assert.deepEqual(
      rows.map((row) => row[at]),
      page.column('Donné par'),
    );
    ucanss.close();
  });
});
