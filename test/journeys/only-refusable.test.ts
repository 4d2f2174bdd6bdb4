import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type AccountRow, createAccount } from '../factories/accounts.ts';
import { createRequest } from '../factories/requests.ts';
import { type Agent, createAgent } from '../tools/agent.ts';
import { clean } from '../tools/page.ts';
import { startTestPortal, type TestPortal } from '../tools/portal.ts';

const PASSWORD = 'une-phrase-de-passe-longue';
const ROLE = 'energie-lecteur';

describe('a request that waits and can only be refused', () => {
  let portal: TestPortal;
  let local: Agent;

  before(async () => {
    portal = await startTestPortal();
    local = createAgent(portal);
    await local.signIn('wtestportail@test.fr');
  });
  after(async () => {
    local?.close();
    await portal?.stop();
  });

  const made = (table: 'accounts' | 'organisms' | 'roles', where: object, change: object) =>
    portal.db(table).where(where).update(change);
  /** The buttons of the row of a request in « En cours », and what it says. */
  async function rowOf(id: number): Promise<{ buttons: string[]; said: string }> {
    const page = await local.get(`/gestion/demandes/en-cours?taille=100`);
    const row = page.$(`#demande-${id}`);
    assert.equal(row.length, 1);
    const buttons = row.find('.row-acts button').toArray();
    return {
      buttons: buttons.map((button) => clean(page.$(button).text()).split(' ')[0] ?? ''),
      said: clean(row.text()),
    };
  }
  async function correctionOf(account: AccountRow): Promise<number> {
    const changes = { fonction: { from: 'Gestionnaire', to: 'Cadre' } };
    return createRequest(portal.db, {
      account,
      kind: 'correction',
      role_id: null,
      changes: JSON.stringify(changes),
    });
  }

  const both = ['Accepter', 'Refuser'];
  const refuse = ['Refuser'];

  test('its role was closed: « Accepter » is gone with why, and « Relancer » from its person’s page', async () => {
    const account = await createAccount(portal.db, { password: PASSWORD });
    const id = await createRequest(portal.db, { account, submitted_at: '2026-11-02T10:00:00Z' });
    const agent = createAgent(portal);
    await agent.signIn(account.email, PASSWORD);
    const acts = async () => (await agent.get('/mes-informations')).texts('.own-request button');
    assert.deepEqual((await rowOf(id)).buttons, both);
    assert.equal((await acts()).length, 2);

    await made('roles', { code: ROLE }, { closed_at: new Date() });
    const { buttons, said } = await rowOf(id);
    assert.deepEqual(buttons, refuse);
    assert.match(said, /Ce rôle n’est plus proposé : la demande ne peut qu’être refusée\./);
    assert.deepEqual(await acts(), ['Retirer ma demande « Energie Lecteur »']);
    const own = clean((await agent.get('/mes-informations')).$('.own-request').text());
    assert.match(
      own,
      /Ce rôle n’est plus proposé : la demande ne peut qu’être refusée, ou retirée par vous\./,
    );
    await made('roles', { code: ROLE }, { closed_at: null });
    agent.close();
  });

  test('its person was deactivated', async () => {
    const account = await createAccount(portal.db);
    const id = await createRequest(portal.db, { account });
    assert.deepEqual((await rowOf(id)).buttons, both);
    await made('accounts', { id: account.id }, { active: false, deactivated_at: new Date() });
    const { buttons, said } = await rowOf(id);
    assert.deepEqual(buttons, refuse);
    assert.match(said, /Le compte de .+ a été désactivé : la demande ne peut pas être acceptée/);
  });

  test('what a correction would change was changed otherwise; to the same, it may still be accepted', async () => {
    const account = await createAccount(portal.db);
    const id = await correctionOf(account);
    assert.deepEqual((await rowOf(id)).buttons, both);
    await made('accounts', { id: account.id }, { function_title: 'Cadre' });
    assert.deepEqual((await rowOf(id)).buttons, both);
    await made('accounts', { id: account.id }, { function_title: 'Directrice' });
    const { buttons, said } = await rowOf(id);
    assert.deepEqual(buttons, refuse);
    assert.match(said, /a été modifiée depuis cette demande : la correction ne peut qu’être refusée/);
  });

  test('its organism was closed, of an account alone: its people may still be given roles', async () => {
    const stranger = await createRequest(portal.db);
    const ofRole = await createRequest(portal.db, { account: await createAccount(portal.db) });
    await made('organisms', { code: 'CAF-391' }, { closed_at: new Date() });
    const { buttons, said } = await rowOf(stranger);
    assert.deepEqual(buttons, refuse);
    assert.match(said, /L’organisme est fermé : aucun compte ne peut plus y être créé/);
    assert.deepEqual((await rowOf(ofRole)).buttons, both);
    await made('organisms', { code: 'CAF-391' }, { closed_at: null });
  });
});
