import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { eventually } from '../tools/eventually.ts';
import { useSecondFactors } from './second-factor-stage.ts';

describe('R89: what a person is told of', () => {
  const stage = useSecondFactors();

  test('a sign-in from a device that is none of theirs, once; the first of all tells nothing', async () => {
    const person = await stage.newPerson();
    const first = stage.newAgent();
    await stage.passwordOf(first, person);
    assert.deepEqual(await stage.messagesOf(person), []);
    const second = stage.newAgent();
    await stage.passwordOf(second, person);
    assert.deepEqual(await stage.messagesOf(person), ['new_device']);
    for (const agent of [first, second]) {
      await agent.post('/deconnexion', { _csrf: await agent.token() });
      await stage.passwordOf(agent, person);
    }
    assert.deepEqual(await stage.messagesOf(person), ['new_device'], 'both are known');
  });

  test('passwords refused by the dozen, once; of an address without account nobody is told', async () => {
    const person = await stage.newPerson();
    const agent = stage.newAgent();
    for (const email of [person.email, 'personne.nulle.part@caf39.caf.fr'])
      for (let guess = 0; guess < 18; guess += 1)
        await agent.post('/connexion', { email, password: `ce-n-est-pas-elle-${guess}` });
    await eventually(async () => (await stage.messagesOf(person)).length > 0);
    assert.deepEqual(await stage.messagesOf(person), ['passwords_refused']);
    const jobs = () => stage.db('graphile_worker._private_jobs').count().first();
    await eventually(async () => Number((await jobs())?.count) === 0);
  });

  test('a new password, however it was chosen', async () => {
    const person = await stage.newPerson();
    const { createLink } = await import('../../src/security/links.ts');
    const now = stage.portal.clock.now();
    const token = await createLink(stage.db, 'password_reset', { accountId: person.id }, now);
    const agent = stage.newAgent();
    const chosen = 'girafe-bleue-77-tracteur';
    const page = await agent.get(`/mot-de-passe/${token}`);
    await agent.submit(page, 'Enregistrer', { password: chosen, confirmation: chosen });
    assert.deepEqual(await stage.messagesOf(person), ['password_changed']);
  });
});
