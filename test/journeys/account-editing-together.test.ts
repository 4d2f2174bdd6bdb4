import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { createAccount } from '../factories/accounts.ts';
import { type Agent, createAgent } from '../tools/agent.ts';
import { startTestPortal, type TestPortal } from '../tools/portal.ts';

describe('« Modification de compte », opened by two administrators at once', () => {
  let portal: TestPortal;
  let local: Agent;
  let national: Agent;
  before(async () => {
    portal = await startTestPortal();
    [local, national] = [createAgent(portal), createAgent(portal)];
    await local.signIn('suppleante@caf39.caf.fr');
    await national.signIn('national@ucanss.fr');
  });
  after(async () => {
    for (const agent of [local, national]) agent?.close();
    await portal?.stop();
  });

  const identity = (id: number) =>
    portal.db('accounts').where({ id }).first('last_name', 'first_name', 'function_title', 'phone');

  async function opened() {
    const { id } = await createAccount(portal.db, {
      ...{ last_name: 'DURAND', first_name: 'Zoé', function_title: 'Agent', phone: '03 84 00 00 00' },
    });
    const path = `/gestion/comptes/${id}/modification`;
    return { id, mine: await local.get(path), theirs: await national.get(path) };
  }
  const SAVE = 'Enregistrer';

  test('each keeps what the other changed: only what a form changed is written', async () => {
    const { id, mine, theirs } = await opened();
    assert.equal((await national.submit(theirs, SAVE, { fonction: 'Comptable' })).status, 303);
    assert.equal((await local.submit(mine, SAVE, { telephone: '03 84 11 11 11' })).status, 303);
    assert.deepEqual(await identity(id), {
      ...{ last_name: 'DURAND', first_name: 'Zoé', function_title: 'Comptable', phone: '03 84 11 11 11' },
    });
  });

  test('the same field, otherwise: nothing is written, both are shown, and sent again it is', async () => {
    const { id, mine, theirs } = await opened();
    await national.submit(theirs, SAVE, { prenom: 'Zoë' });
    const page = await local.submit(mine, SAVE, { prenom: 'Zohra', fonction: 'Juriste' });
    assert.equal(page.status, 409);
    assert.match(page.text, /Cette fiche a été modifiée entre-temps/);
    assert.match(page.texts('main li').join(), /prénom : enregistré « Zoë », votre saisie « Zohra »/);
    assert.equal(page.$('input[name=prenom]').attr('value'), 'Zohra');
    const stored = await identity(id);
    assert.deepEqual([stored.first_name, stored.function_title], ['Zoë', 'Agent']);
    assert.equal((await local.submit(page, SAVE)).status, 303);
    const saved = await identity(id);
    assert.deepEqual([saved.first_name, saved.function_title], ['Zohra', 'Juriste']);
  });

  test('the same change by both is no conflict, and what nobody can read is as if it were not there', async () => {
    const { id, mine, theirs } = await opened();
    await national.submit(theirs, SAVE, { prenom: 'Zoë' });
    assert.equal((await local.submit(mine, SAVE, { prenom: 'Zoë' })).status, 303);
    for (const avant of ['{', '[]', '{"nom":1}', 'null', '']) {
      const form = await local.get(`/gestion/comptes/${id}/modification`);
      assert.equal((await local.submit(form, SAVE, { prenom: 'Léa', avant })).status, 303, avant);
    }
    assert.equal((await identity(id)).first_name, 'Léa');
  });
});
