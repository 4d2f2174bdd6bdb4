import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { PASSWORD, useSecondFactors } from './second-factor-stage.ts';

describe('R89: an application that gives codes', () => {
  const stage = useSecondFactors();

  /** Somebody who has one, signed out. */
  async function enrolled() {
    const somebody = await stage.enrolled();
    await stage.signOut(somebody.agent);
    return somebody;
  }

  test('it is added once a code confirms it, with ten codes shown once; then asked at each sign-in', async () => {
    const { person, agent, key, codes } = await enrolled();
    assert.match(key, /^[A-Z2-7]{32}$/);
    assert.equal(new Set(codes).size, 10);
    assert.deepEqual(await stage.messagesOf(person), ['authenticator_added']);
    const step = await stage.passwordOf(agent, person);
    assert.equal(step.heading, 'Second facteur');
    assert.equal((await stage.eventsOf(person)).at(-1), 'sign_in.half');
    const inside = await agent.follow(await agent.submit(step, 'Valider', { facteur: stage.codeOf(key) }));
    assert.equal(inside.status, 200);
    assert.ok(inside.text.includes(person.last_name));
    const own = await agent.get('/mes-informations/securite');
    assert.match(own.texts('main').join(), /10 codes restent sur 10/);
    assert.ok((await stage.eventsOf(person)).filter((action) => action === 'sign_in.succeeded').length === 2);
  });

  test('half signed in opens nothing, and is over after a sign-out', async () => {
    const { person, agent } = await enrolled();
    await stage.passwordOf(agent, person);
    for (const path of ['/mes-informations', '/mes-informations/securite', '/applications'])
      assert.match((await agent.get(path)).headers.location ?? '', /^\/connexion\/second-facteur\?/, path);
    const step = await agent.get('/connexion/second-facteur');
    await agent.submit(step, 'Changer de compte');
    const over = await agent.follow(await agent.get('/connexion/second-facteur'));
    assert.equal(over.heading, 'Connexion');
    assert.match(over.notices.join(), /connectez-vous de nouveau/);
  });

  test('a code serves once, a wrong one is told at the field; six in a quarter of an hour are too many', async () => {
    const { person, agent, key } = await enrolled();
    const code = stage.codeOf(key);
    const first = await stage.passwordOf(agent, person);
    await agent.submit(first, 'Valider', { facteur: code });
    const other = stage.newAgent();
    const step = await stage.passwordOf(other, person);
    for (const wrong of [code, '000000', '12', 'ABCD EFGH JKLM']) {
      const again = await other.submit(step, 'Valider', { facteur: wrong });
      assert.equal(again.status, 422, wrong);
      assert.match(again.texts('.field-error, .invalid-feedback, [id$=-erreur]').join(), /n’est pas le bon/);
      assert.equal(again.$('[name=facteur]').val() ?? '', '');
    }
    stage.later();
    for (let wrong = 0; wrong < 3; wrong += 1) await other.submit(step, 'Valider', { facteur: '000001' });
    const limited = await other.submit(step, 'Valider', { facteur: stage.codeOf(key) });
    assert.equal(limited.status, 429);
    assert.match(limited.texts('main').join(), /celui-ci n’a pas été lu/);
    assert.ok((await stage.messagesOf(person)).includes('codes_refused'));
    // The device that they know has its own count.
    await agent.submit(await stage.passwordOf(agent, person), 'Valider', { facteur: stage.codeOf(key) });
    assert.equal((await agent.get('/mes-informations')).status, 200);
  });

  test('a recovery code serves once, and says how many are left', async () => {
    const { person, agent, codes } = await enrolled();
    const [code = ''] = codes;
    const step = await stage.passwordOf(agent, person);
    const typed = code.replace(/(.{4})/g, '$1 ').toLowerCase();
    const inside = await agent.follow(await agent.submit(step, 'Valider', { facteur: typed }));
    assert.match(inside.notices.join(), /il vous en reste 9/);
    assert.ok((await stage.messagesOf(person)).includes('recovery_code_used'));
    const other = stage.newAgent();
    const again = await other.submit(await stage.passwordOf(other, person), 'Valider', { facteur: code });
    assert.equal(again.status, 422);
    assert.match(
      (await agent.get('/mes-informations/securite')).texts('main').join(),
      /9 codes restent sur 10/,
    );
  });

  test('a telephone that is ninety seconds off is told by how much while it is added, and nothing is kept', async () => {
    const person = await stage.newPerson();
    const agent = stage.newAgent();
    await stage.passwordOf(agent, person);
    const page = await agent.get('/mes-informations/securite/application');
    const key = page.texts('.secret-key').join('').replace(/\s/g, '');
    const again = await agent.submit(page, 'Valider', { facteur: stage.codeOf(key, -90) });
    assert.equal(again.status, 422);
    assert.match(again.texts('main').join(), /retarde d’environ 90 secondes/);
    assert.equal(again.texts('.secret-key').join('').replace(/\s/g, ''), key, 'the key is the same');
    assert.equal((await stage.db('authenticators').where({ account_id: person.id })).length, 0);
  });

  test('two tabs that add one: the second is told, and the first stays', async () => {
    const person = await stage.newPerson();
    const agent = stage.newAgent();
    await stage.passwordOf(agent, person);
    const pages = [];
    for (let tab = 0; tab < 2; tab += 1)
      pages.push(await agent.get('/mes-informations/securite/application'));
    const keys = pages.map((page) => page.texts('.secret-key').join('').replace(/\s/g, ''));
    assert.notEqual(keys[0], keys[1]);
    const [first, second] = pages;
    assert.ok(first && second);
    stage.later(1);
    await agent.submit(first, 'Valider', { facteur: stage.codeOf(keys[0] ?? '') });
    const told = await agent.follow(
      await agent.submit(second, 'Valider', { facteur: stage.codeOf(keys[1] ?? '') }),
    );
    assert.match(told.notices.join(), /Rien n’a été ajouté/);
    assert.equal(
      (await stage.db('authenticators').where({ account_id: person.id, ended_at: null })).length,
      1,
    );
  });

  test('removed, its codes of recovery end with it and the password is enough again', async () => {
    const { person, agent, key } = await enrolled();
    await agent.submit(await stage.passwordOf(agent, person), 'Valider', { facteur: stage.codeOf(key) });
    const page = await agent.get('/mes-informations/securite/application/retrait');
    const after = await agent.follow(await agent.submit(page, 'Confirmer'));
    assert.match(after.notices.join(), /est retirée/);
    assert.match(after.texts('main').join(), /Aucun : dix codes vous sont donnés/);
    const other = stage.newAgent();
    assert.equal((await stage.passwordOf(other, person)).heading, 'Mes informations');
    assert.deepEqual(
      (await stage.messagesOf(person)).filter((what) => what !== 'new_device'),
      ['authenticator_added', 'authenticator_removed'],
    );
  });

  test('a forgotten password leaves the factor: the new one leads to the second step', async () => {
    const { person, agent, key } = await enrolled();
    const { createLink } = await import('../../src/security/links.ts');
    const now = stage.portal.clock.now();
    const token = await createLink(stage.db, 'password_reset', { accountId: person.id }, now);
    const page = await agent.get(`/mot-de-passe/${token}`);
    const chosen = 'girafe-bleue-77-tracteur';
    const step = await agent.follow(
      await agent.submit(page, 'Enregistrer', { password: chosen, confirmation: chosen }),
    );
    assert.equal(step.heading, 'Second facteur');
    assert.match(step.notices.join(), /Votre nouveau mot de passe est enregistré/);
    await agent.submit(step, 'Valider', { facteur: stage.codeOf(key) });
    assert.equal((await agent.get('/mes-informations')).status, 200);
  });

  test('another password, or the factor gone meanwhile, ends the second step', async () => {
    const { person, agent } = await enrolled();
    const step = await stage.passwordOf(agent, person);
    await stage.db('credentials').where({ account_id: person.id }).update({ changed_at: new Date() });
    const over = await agent.follow(await agent.submit(step, 'Valider', { facteur: '123456' }));
    assert.equal(over.heading, 'Connexion');
  });

  test('one’s password is changed with the present one; other sessions end', async () => {
    const person = await stage.newPerson();
    const [agent, other] = [stage.newAgent(), stage.newAgent()];
    await stage.passwordOf(other, person);
    await stage.passwordOf(agent, person);
    const page = await agent.get('/mes-informations/securite/mot-de-passe');
    const chosen = 'girafe-bleue-77-tracteur';
    const wrong = await agent.submit(page, 'Enregistrer', {
      ...{ actuel: 'ce-n-est-pas-lui', password: chosen, confirmation: chosen },
    });
    assert.equal(wrong.status, 422);
    const weak = await agent.submit(page, 'Enregistrer', {
      ...{ actuel: PASSWORD, password: 'azertyuiop12', confirmation: 'azertyuiop12' },
    });
    assert.equal(weak.status, 422);
    assert.match(weak.texts('main').join(), /trop facile à deviner/);
    const done = await agent.follow(
      await agent.submit(page, 'Enregistrer', { actuel: PASSWORD, password: chosen, confirmation: chosen }),
    );
    assert.match(done.notices.join(), /Votre mot de passe est changé/);
    assert.equal((await agent.get('/mes-informations')).status, 200);
    assert.equal((await other.get('/mes-informations')).status, 303);
    assert.equal((await stage.passwordOf(other, person, chosen)).status, 200);
  });

  test('added, it ends the other sessions: none that the password alone opened replaces it', async () => {
    const person = await stage.newPerson();
    const [thief, owner] = [stage.newAgent(), stage.newAgent()];
    await stage.passwordOf(thief, person);
    const page = await thief.get('/mes-informations/securite/application');
    await stage.passwordOf(owner, person);
    await stage.enrol(owner);
    const key = page.texts('.secret-key').join('').replace(/\s/g, '');
    const late = await thief.submit(page, 'Valider', { facteur: stage.codeOf(key) });
    assert.match(late.headers.location ?? '', /^\/connexion/);
    assert.match((await thief.get('/mes-informations')).headers.location ?? '', /^\/connexion/);
    assert.equal((await owner.get('/mes-informations')).status, 200);
  });

  test('one’s sessions are listed, and closed one by one or all but this one', async () => {
    const person = await stage.newPerson();
    const agents = [stage.newAgent(), stage.newAgent(), stage.newAgent()];
    for (const agent of agents) await stage.passwordOf(agent, person);
    const [mine, first, second] = agents;
    assert.ok(mine && first && second);
    const page = await mine.get('/mes-informations/securite');
    assert.equal(page.texts('.own-factors li').filter((line) => line.includes('cette session')).length, 1);
    const button = page.texts('button').find((name) => name.startsWith('Fermer la session'));
    const closed = await mine.follow(await mine.submit(page, button ?? 'Fermer la session Appareil inconnu'));
    assert.match(closed.notices.join(), /1 session fermée/);
    await mine.submit(await mine.get('/mes-informations/securite'), 'Fermer les autres sessions');
    for (const agent of [first, second]) {
      const over = await agent.follow(await agent.get('/mes-informations'));
      assert.equal(over.heading, 'Connexion');
      assert.match(over.notices.join(), /a été fermée depuis un autre appareil/);
    }
    assert.equal((await mine.get('/mes-informations')).status, 200);
  });
});
