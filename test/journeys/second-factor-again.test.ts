import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { MINUTE } from '../../src/domain/duration.ts';
import { PASSWORD, useSecondFactors } from './second-factor-stage.ts';

const CODES = '/mes-informations/securite/codes-de-secours';

describe('R89: what is sent twice, seen again, or done once more', () => {
  const stage = useSecondFactors();

  const lastOf = (person: { email: string }) =>
    stage.db('messages').where({ recipient: person.email }).orderBy('id', 'desc').first();

  test('another application replaces the one before, and is told so: page, trail, message', async () => {
    const { person, agent } = await stage.enrolled();
    const page = await agent.get('/mes-informations/securite/application');
    const key = page.texts('.secret-key').join('').replace(/\s/g, '');
    const done = await agent.follow(await agent.submit(page, 'Valider', { facteur: stage.codeOf(key) }));
    assert.match(done.notices.join(), /est remplacée : les codes de l’ancienne ne servent plus/);
    assert.equal((await stage.messagesOf(person)).at(-1), 'authenticator_replaced');
    const event = await stage
      .db('audit_events')
      .where({ subject_account_id: person.id, action: 'factor.added' })
      .orderBy('id', 'desc')
      .first();
    assert.deepEqual(event.details, { kind: 'authenticator', replaces: true });
  });

  test('new recovery codes sent twice are the same ones, shown until they are read, and in no table', async () => {
    const { person, agent } = await stage.enrolled();
    const page = await stage.askNewCodes(agent);
    const twice = await Promise.all([1, 2].map(() => agent.submit(page, 'Confirmer')));
    for (const { headers } of twice) assert.equal(headers.location, CODES);
    const shown = await agent.get(CODES);
    const codes = stage.codesOn(shown);
    assert.equal(new Set(codes).size, 10);
    assert.deepEqual(stage.codesOn(await agent.get(CODES)), codes, 'loaded again');
    const file = shown.$('a[download="codes-de-secours.txt"]').attr('href') ?? '';
    const saved = decodeURIComponent(file.replace('data:text/plain;charset=utf-8,', '')).replaceAll(' ', '');
    for (const code of codes) assert.ok(saved.includes(code));
    const renewals = (await stage.eventsOf(person)).filter((action) => action === 'factor.codes_renewed');
    assert.equal(renewals.length, 1);
    const { sess } = await stage.db('sessions').where({ account_id: person.id }).first();
    for (const code of codes) assert.ok(!JSON.stringify(sess).includes(code), 'they are sealed');
    const [code = ''] = codes;
    await stage.signOut(agent);
    const step = await stage.passwordOf(agent, person);
    assert.equal((await agent.submit(step, 'Valider', { facteur: code })).status, 303, 'they serve');
  });

  test('once they are read, or ten minutes old, new codes are shown no more', async () => {
    for (const end of ['read', 'old']) {
      const { agent } = await stage.enrolled();
      await agent.submit(await stage.askNewCodes(agent), 'Confirmer');
      if (end === 'read')
        await agent.follow(await agent.get((await agent.get(CODES)).$('.btn-primary').attr('href') ?? ''));
      else stage.later((10 * MINUTE) / 1000);
      const over = await agent.follow(await agent.get(CODES));
      assert.equal(over.heading, 'Ma sécurité', end);
      assert.match(over.notices.join(), /ne sont montrés qu’une fois.*demandez-en de nouveaux/);
    }
  });

  test('« Valider » pressed twice lets in: the second sending is refused nothing', async () => {
    for (const kind of ['code', 'recovery code']) {
      const { person, agent, key, codes } = await stage.enrolled();
      await stage.signOut(agent);
      const step = await stage.passwordOf(agent, person);
      const facteur = kind === 'code' ? stage.codeOf(key) : (codes[0] ?? '');
      const twice = await Promise.all([1, 2].map(() => agent.submit(step, 'Valider', { facteur })));
      for (const answer of twice) {
        assert.equal(answer.status, 303, kind);
        assert.equal((await agent.follow(answer)).heading, 'Mes informations');
      }
    }
  });

  test('« Continuer » pressed twice, by forms of two displays, is refused nothing either', async () => {
    const { person, agent, key } = await stage.enrolled();
    await stage.forget(person);
    const pages = [];
    for (let tab = 0; tab < 2; tab += 1)
      pages.push(await agent.follow(await agent.get('/mes-informations/securite/mot-de-passe')));
    const facteur = stage.codeOf(key);
    const answers = await Promise.all(pages.map((page) => agent.submit(page, 'Continuer', { facteur })));
    // The second may come when the session has another identifier by now: it goes by « Connexion », which lets through.
    for (const answer of answers) {
      assert.equal(answer.status, 303);
      assert.equal((await agent.follow(answer)).heading, 'Changer de mot de passe');
    }
  });

  test('half signed in, any page leads to the second step, and from there where one was going', async () => {
    const { person, agent, key } = await stage.enrolled();
    await stage.signOut(agent);
    await stage.passwordOf(agent, person);
    const step = await agent.follow(await agent.get('/applications'));
    assert.equal(step.heading, 'Second facteur');
    const there = await agent.follow(await agent.submit(step, 'Valider', { facteur: stage.codeOf(key) }));
    assert.equal(there.path, '/applications');
    await stage.signOut(agent);
    assert.match((await agent.get('/applications')).headers.location ?? '', /^\/connexion\?/);
  });

  test('after the second step has waited too long, « Connexion » leads where one was going', async () => {
    const { person, agent } = await stage.enrolled();
    await stage.signOut(agent);
    await stage.passwordOf(agent, person);
    const step = await agent.get('/connexion/second-facteur?retour=%2Fapplications');
    await stage.db.raw(
      `UPDATE sessions SET sess = jsonb_set(sess::jsonb, '{half,at}', '0')::json WHERE sess -> 'half' ->> 'accountId' = ?`,
      [String(person.id)],
    );
    const over = await agent.follow(await agent.submit(step, 'Valider', { facteur: '000000' }));
    assert.equal(over.heading, 'Connexion');
    assert.match(over.notices.join(), /connectez-vous de nouveau/);
    assert.equal(over.$('main [name=retour]').val(), '/applications');
  });

  test('a form of passwords, after « Confirmez votre identité », says that they are to be typed again', async () => {
    const person = await stage.newPerson();
    const agent = stage.newAgent();
    await stage.passwordOf(agent, person);
    const page = await agent.get('/mes-informations/securite/mot-de-passe');
    await stage.forget(person);
    const typed = { actuel: PASSWORD, password: 'girafe-bleue-77-tracteur' };
    const asked = await agent.follow(await agent.submit(page, 'Enregistrer', typed));
    assert.equal(asked.heading, 'Confirmez votre identité');
    const back = await agent.follow(await agent.submit(asked, 'Continuer', { password: PASSWORD }));
    assert.equal(back.heading, 'Changer de mot de passe');
    assert.match(back.notices.join(), /mots de passe et codes ne sont pas gardés, saisissez-les de nouveau/);
  });

  test('« Changer de mot de passe » tells every fault at once', async () => {
    const person = await stage.newPerson();
    const agent = stage.newAgent();
    await stage.passwordOf(agent, person);
    const page = await agent.get('/mes-informations/securite/mot-de-passe');
    const wrong = { actuel: 'ce-n-est-pas-lui', password: 'azertyuiop12', confirmation: 'azertyuiop13' };
    for (const fields of [wrong, { ...wrong, confirmation: 'azertyuiop12' }]) {
      const again = await agent.submit(page, 'Enregistrer', fields);
      assert.equal(again.status, 422);
      const told = again.texts('main').join();
      assert.match(told, /Ce mot de passe n’est pas le vôtre/);
      assert.match(told, /trop facile à deviner/);
      if (fields === wrong) assert.match(told, /Les deux mots de passe sont différents/);
    }
  });

  test('« Annuler » of « Confirmez votre identité » never leads where only a form goes', async () => {
    const person = await stage.newPerson();
    const agent = stage.newAgent();
    await stage.passwordOf(agent, person);
    await stage.forget(person);
    const page = await agent.get('/mes-informations/identite?retour=/deconnexion');
    assert.equal(page.$('main a[href="/deconnexion"], main [value="/deconnexion"]').length, 0);
  });

  test('sessions that one closes are told to their person, and none where none was open', async () => {
    const person = await stage.newPerson();
    const [mine, other] = [stage.newAgent(), stage.newAgent()];
    await stage.passwordOf(other, person);
    await stage.passwordOf(mine, person);
    const page = await mine.get('/mes-informations/securite');
    await mine.submit(page, 'Fermer les autres sessions');
    const closings = async () =>
      (await stage.messagesOf(person)).filter((what) => what === 'sessions_closed');
    assert.equal((await closings()).length, 1);
    assert.equal((await lastOf(person)).data.detail, '1');
    await mine.post('/mes-informations/securite/sessions/autres', { _csrf: await mine.token() });
    assert.equal((await closings()).length, 1);
  });

  test('the address of a passkey’s form shows its page', async () => {
    const { person, agent } = await stage.enrolled();
    const own = await agent.follow(await agent.get('/mes-informations/identite/cle-d-acces'));
    assert.equal(own.heading, 'Ma sécurité');
    await stage.forget(person);
    assert.equal(
      (await agent.get('/mes-informations/identite/cle-d-acces')).heading,
      'Confirmez votre identité',
    );
    await stage.signOut(agent);
    assert.equal((await agent.get('/connexion/cle-d-acces')).heading, 'Connexion');
    await stage.passwordOf(agent, person);
    assert.equal((await agent.get('/connexion/second-facteur/cle-d-acces')).heading, 'Second facteur');
  });
});
