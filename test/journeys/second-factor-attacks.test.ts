import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { routes } from '../../src/routes/index.ts';
import { accountOf, createAccount } from '../factories/accounts.ts';
import { grant } from '../factories/assignments.ts';
import { allOf } from '../tools/all-of.ts';
import { openDraft } from '../tools/draft.ts';
import { PASSWORD, useSecondFactors } from './second-factor-stage.ts';

describe('R89: what somebody else has copied, kept, or goes round by', () => {
  const stage = useSecondFactors();

  const sidsOf = (person: { id: number }) =>
    stage.db('sessions').where({ account_id: person.id }).pluck('sid');

  test('who one is shown again, a password or a factor changed: the session has another name, its forms go on', async () => {
    const { person, agent, key } = await stage.enrolled();
    const open = await agent.get('/mes-informations/telephone');
    const seen = new Set(await sidsOf(person));
    const isAnother = async (after: string) => {
      const [sid, ...others] = await sidsOf(person);
      assert.deepEqual(others, [], after);
      assert.ok(!seen.has(sid), after);
      seen.add(sid);
    };
    await stage.forget(person);
    const asked = await agent.follow(await agent.get('/mes-informations/securite/mot-de-passe'));
    const page = await agent.follow(await agent.submit(asked, 'Continuer', { facteur: stage.codeOf(key) }));
    await isAnother('identity');
    const password = 'girafe-bleue-77-tracteur';
    await agent.submit(page, 'Enregistrer', { actuel: PASSWORD, password, confirmation: password });
    await isAnother('password');
    stage.later();
    await stage.enrol(agent);
    await isAnother('application');
    const done = await agent.submit(open, 'Enregistrer', { telephone: '03 84 00 00 00' });
    assert.equal(done.status, 303, 'a form of another tab');
  });

  test('two recovery codes shown at once by one browser open one session', async () => {
    const { person, agent, codes } = await stage.enrolled();
    await stage.signOut(agent);
    const step = await stage.passwordOf(agent, person);
    await Promise.all(codes.slice(0, 2).map((facteur) => agent.submit(step, 'Valider', { facteur })));
    assert.equal((await sidsOf(person)).length, 1);
  });

  test('« Fermer les autres sessions » closes what waits for a second factor too', async () => {
    const { person, agent, codes } = await stage.enrolled();
    const thief = stage.newAgent();
    const step = await stage.passwordOf(thief, person);
    assert.equal(step.heading, 'Second facteur');
    const other = stage.newAgent();
    await other.submit(await stage.passwordOf(other, person), 'Valider', { facteur: codes[0] ?? '' });
    const own = await agent.get('/mes-informations/securite');
    await agent.submit(own, 'Fermer les autres sessions');
    const over = await thief.follow(await thief.submit(step, 'Valider', { facteur: codes[1] ?? '' }));
    assert.equal(over.heading, 'Connexion');
    assert.equal((await sidsOf(person)).length, 1);
  });

  test('a first factor ends the change of address that was asked without one', async () => {
    const { person, agent } = await stage.signedIn();
    const form = await agent.get('/mes-informations/adresse');
    const email = `voleur.${person.id}@caf39.caf.fr`;
    assert.equal(
      (await agent.submit(form, 'Envoyer le lien de confirmation', { email, password: PASSWORD })).status,
      303,
    );
    await stage.enrol(agent);
    const [change] = await stage.db('email_changes').where({ account_id: person.id });
    assert.equal(change?.outcome, 'cancelled');
    const told = await stage.db('messages').where({ account_id: person.id, template: 'security-changed' });
    assert.equal(told.at(-1)?.data.endedEmail, email);
    stage.later();
    const next = await agent.get('/mes-informations/adresse');
    await agent.submit(next, 'Envoyer le lien de confirmation', { email, password: PASSWORD });
    await stage.enrol(agent);
    const changes = await stage.db('email_changes').where({ account_id: person.id }).orderBy('id');
    assert.deepEqual(
      changes.map(({ outcome }) => outcome),
      ['cancelled', null],
      'asked with one, it waits still',
    );
  });

  test('deactivated, then reactivated: what waited for a second factor is over', async () => {
    const { person, agent, codes } = await stage.enrolled();
    await stage.signOut(agent);
    const step = await stage.passwordOf(agent, person);
    const administrator = stage.newAgent();
    await stage.passwordOf(administrator, await accountOf(stage.db, 'wtestportail@test.fr'));
    for (const act of ['desactivation', 'reactivation']) {
      const page = await administrator.get(`/gestion/comptes/${person.id}/${act}`);
      assert.equal((await administrator.submit(page, 'Confirmer', { motif: 'Essai' })).status, 303);
    }
    const over = await agent.follow(await agent.submit(step, 'Valider', { facteur: codes[0] ?? '' }));
    assert.equal(over.heading, 'Connexion');
  });

  test('a session is closed by its name; anything else is none', async () => {
    const { agent } = await stage.enrolled();
    const _csrf = await agent.token();
    for (const session of ['\0', 'x', 'é'.repeat(5000), '', "' OR 1=1 --"]) {
      const answer = await agent.post('/mes-informations/securite/sessions/fermeture', { _csrf, session });
      assert.equal(answer.status, 303);
    }
  });

  test('what ends, or gives back, a delegation asks who one is, by whatever road; upon others it does not', async () => {
    const ucanss = stage.newAgent();
    const national = await accountOf(stage.db, 'national@ucanss.fr');
    await stage.passwordOf(ucanss, national);
    const [trusted, other, closed] = await Promise.all([1, 2, 3].map(() => createAccount(stage.db)));
    assert.ok(trusted && other && closed);
    for (const person of [trusted, closed])
      await grant(stage.db, person, 'administrateur-local', { organism: 'CAF-391' });
    await stage.db('accounts').where({ id: closed.id }).update({ active: false, deactivated_at: new Date() });
    await stage.forget(national);
    const roads = ['depart', 'desactivation', 'rattachement', 'adresse', 'reactivation'];
    for (const road of roads) {
      const [asked, open] = [road === 'reactivation' ? closed : trusted, other];
      const send = async (id: number) => {
        const _csrf = await ucanss.token();
        const fields = { _csrf, organisme: 'CAF-391', perimetre: 'CAF-391', motif: 'Essai', email: 'x@y.fr' };
        return (await ucanss.post(`/gestion/comptes/${id}/${road}?perimetre=CAF-391`, fields)).headers
          .location;
      };
      assert.match((await send(asked.id)) ?? '', /^\/mes-informations\/identite/, road);
      assert.doesNotMatch((await send(open.id)) ?? '', /identite/, road);
    }
    assert.ok(
      allOf(roads, (road) => routes.some(({ path, identity }) => path.endsWith(`/${road}`) && identity)),
    );
    const administrator = stage.newAgent();
    const local = await accountOf(stage.db, 'wtestportail@test.fr');
    await stage.passwordOf(administrator, local);
    await stage.forget(local);
    for (const ids of [[trusted.id, other.id], [other.id]]) {
      const page = await openDraft(administrator, { acte: 'desactiver' }, ids);
      const isSaid = page.texts('main').join().includes('votre identité vous sera demandée');
      assert.equal(isSaid, ids.length > 1);
    }
  });

  test('one’s own address: who has a second factor shows it before the page, the others type their password there', async () => {
    const { person, agent } = await stage.enrolled();
    await stage.forget(person);
    assert.equal(
      (await agent.follow(await agent.get('/mes-informations/adresse'))).heading,
      'Confirmez votre identité',
    );
    const other = stage.newAgent();
    const simple = await stage.newPerson();
    await stage.passwordOf(other, simple);
    await stage.forget(simple);
    assert.equal((await other.get('/mes-informations/adresse')).heading, "Changement d'adresse");
  });

  test('« Annuler » of « Confirmez votre identité » does not say that it is confirmed; once done, it is offered no more', async () => {
    const administrator = stage.newAgent();
    const person = await accountOf(stage.db, 'suppleante@caf39.caf.fr');
    await stage.passwordOf(administrator, person);
    const named = await createAccount(stage.db);
    const page = await administrator.get(`/gestion/administrateurs-locaux/${named.id}/designation`);
    await stage.forget(person);
    const asked = await administrator.follow(await administrator.submit(page, 'Confirmer', { motif: 'Été' }));
    const address = asked.$('main a.btn').attr('href') ?? '';
    const back = await administrator.get(address);
    assert.match(back.notices.join(), /Vous n’avez pas confirmé votre identité : rien n’est enregistré/);
    const form = await administrator.follow(
      await administrator.submit(asked, 'Continuer', { password: PASSWORD }),
    );
    assert.match(form.notices.join(), /Votre identité est confirmée/);
    const done = await administrator.follow(await administrator.submit(form, 'Confirmer'));
    assert.match(done.notices.join(), /administrateur local/);
    const again = await administrator.get(address);
    assert.doesNotMatch(again.notices.join(), /enregistré|confirmée/);
    assert.match(again.notices.join(), /n’est plus gardé/);
  });

  test('a reset that is to come is told on « Ma sécurité », and stopped there, once', async () => {
    const { person, agent } = await stage.enrolled();
    await grant(stage.db, person, 'administrateur-local', { organism: 'CAF-391' });
    const ucanss = stage.newAgent();
    await stage.passwordOf(ucanss, await accountOf(stage.db, 'national@ucanss.fr'));
    const before = await ucanss.get(`/gestion/comptes/${person.id}/second-facteur`);
    await ucanss.submit(before, 'Confirmer', { motif: 'Téléphone perdu' });
    const page = await agent.get('/mes-informations/securite');
    assert.match(page.texts('main').join(), /Réinitialisation demandée le .* prévue le .* arrêtez-la ici/);
    const done = await agent.follow(await agent.submit(page, 'Arrêter la réinitialisation'));
    assert.match(done.notices.join(), /ne sera pas réinitialisé/);
    assert.doesNotMatch(done.texts('main').join(), /arrêtez-la ici/);
    const [reset] = await stage.db('factor_resets').where({ account_id: person.id });
    assert.equal(reset.state, 'stopped');
    assert.ok((await stage.eventsOf(person)).includes('factor.reset_stopped'));
    const told = stage.db('messages').where({ recipient: 'national@ucanss.fr' }).pluck('template');
    assert.ok((await told).includes('factor-reset-stopped'));
    const again = await agent.follow(
      await agent.post('/mes-informations/securite/reinitialisation/arret', { _csrf: await agent.token() }),
    );
    assert.match(again.notices.join(), /Aucune réinitialisation n’attend plus/);
  });
});
