import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { routes } from '../../src/routes/index.ts';
import { accountOf, createAccount } from '../factories/accounts.ts';
import { useSecondFactors } from './second-factor-stage.ts';

/** What asks to know who one is (identity-matrix.test.ts tries it); another one is a decision. */
const ASKING = [
  '/gestion/actes-prevus/:id/annulation',
  '/gestion/administrateurs-locaux/:id/date-de-fin',
  '/gestion/administrateurs-locaux/:id/designation',
  '/gestion/administrateurs-locaux/:id/retrait',
  '/gestion/comptes/:id/adresse',
  '/gestion/comptes/:id/depart',
  '/gestion/comptes/:id/desactivation',
  '/gestion/comptes/:id/rattachement',
  '/gestion/comptes/:id/reactivation',
  '/gestion/comptes/:id/second-facteur',
  '/gestion/demandes/:id/acceptation',
  '/gestion/lots/:id',
  '/gestion/lots/:id/annulation',
  '/gestion/nominations/:id/application',
  '/gestion/profils-nationaux/:id/attribution',
  '/gestion/profils-nationaux/:id/date-de-fin',
  '/gestion/profils-nationaux/:id/retrait',
  '/mes-informations/adresse',
  '/mes-informations/adresse/accord',
  '/mes-informations/securite/application',
  '/mes-informations/securite/application/retrait',
  '/mes-informations/securite/cles',
  '/mes-informations/securite/cles/:id/nom',
  '/mes-informations/securite/cles/:id/retrait',
  '/mes-informations/securite/codes',
  '/mes-informations/securite/mot-de-passe',
  '/mes-informations/securite/reinitialisation/arret',
  '/mes-informations/securite/sessions/autres',
  '/mes-informations/securite/sessions/fermeture',
];

describe('R89: « Confirmez votre identité »', () => {
  const stage = useSecondFactors();

  /** Signed in, and who they are was shown long ago. */
  async function longAgo(email: string) {
    const person = await accountOf(stage.db, email);
    const agent = stage.newAgent();
    await stage.passwordOf(agent, person);
    await stage.forget(person);
    return { person, agent };
  }

  test('what asks for it is listed', () => {
    const asking = routes.filter(({ method, identity }) => method === 'post' && identity !== undefined);
    assert.deepEqual(asking.map(({ path }) => path).toSorted(), ASKING);
  });

  test('before a delegation: said beforehand, asked once, the form comes back as it was', async () => {
    const { agent, person } = await longAgo('wtestportail@test.fr');
    const named = await createAccount(stage.db);
    const path = `/gestion/administrateurs-locaux/${named.id}/designation`;
    const page = await agent.get(path);
    assert.match(page.texts('main').join(), /votre identité vous sera demandée/);
    const motif = 'Remplacement de l’été';
    const asked = await agent.follow(await agent.submit(page, 'Confirmer', { motif }));
    assert.equal(asked.heading, 'Confirmez votre identité');
    const delegations = () =>
      stage.db('assignments').where({ account_id: named.id, role_kind: 'local_administrator' });
    assert.equal((await delegations()).length, 0, 'nothing is done yet');
    const wrong = await agent.submit(asked, 'Continuer', { password: 'ce-n-est-pas-le-bon' });
    assert.equal(wrong.status, 422);
    const back = await agent.follow(
      await agent.submit(asked, 'Continuer', { password: 'lanterne-violette-39-moulin' }),
    );
    assert.equal(new URL(back.path, stage.portal.url).pathname, path);
    assert.match(back.notices.join(), /Votre identité est confirmée/);
    assert.equal(back.$('[name=motif]').val(), motif);
    assert.doesNotMatch(back.texts('main').join(), /votre identité vous sera demandée/);
    const done = await agent.follow(await agent.submit(back, 'Confirmer'));
    assert.match(done.notices.join(), /administrateur local/);
    assert.equal((await delegations()).length, 1);
    assert.ok((await stage.eventsOf(person)).includes('identity.confirmed'));
  });

  test('of who has a second factor a code is asked, and no password', async () => {
    const person = await stage.newPerson();
    const agent = stage.newAgent();
    await stage.passwordOf(agent, person);
    const { key } = await stage.enrol(agent);
    await stage.forget(person);
    stage.later();
    const asked = await agent.follow(await agent.get('/mes-informations/securite/mot-de-passe'));
    assert.equal(asked.heading, 'Confirmez votre identité');
    assert.deepEqual(asked.texts('main label'), ['Code']);
    const back = await agent.follow(await agent.submit(asked, 'Continuer', { facteur: stage.codeOf(key) }));
    assert.equal(back.heading, 'Changer de mot de passe');
  });

  test('while it is known nothing is looked at, and it is known no longer for it', async () => {
    const person = await stage.newPerson();
    const agent = stage.newAgent();
    await stage.passwordOf(agent, person);
    const provedAt = async () =>
      (await stage.db('sessions').where({ account_id: person.id }).first()).sess.provedAt as number;
    const before = await provedAt();
    const _csrf = await agent.token();
    const answer = await agent.post('/mes-informations/identite', { _csrf, password: 'ce-n-est-pas-le-bon' });
    assert.equal(answer.status, 303);
    assert.equal(await provedAt(), before);
    assert.ok(!(await stage.eventsOf(person)).includes('identity.confirmed'));
  });
});

describe('R89: of whom a second factor is asked', () => {
  const stage = useSecondFactors({ SECOND_FACTOR: 'administrators', SECOND_FACTOR_GRACE_DAYS: '14' });

  test('of an administrator: shown where it is added, then a notice; after the grace a wall, until it is there', async () => {
    const person = await accountOf(stage.db, 'wtestportail@test.fr');
    const agent = stage.newAgent();
    const first = await stage.passwordOf(agent, person);
    assert.equal(first.heading, 'Ma sécurité');
    assert.match(first.texts('main').join(), /au plus tard le 06\/12\/2026 à \d\d:\d\d/);
    const page = await agent.get('/gestion/comptes');
    assert.equal(page.status, 200);
    assert.match(
      page.notices.join(),
      /second facteur : ajoutez-en un au plus tard le 06\/12\/2026 à \d\d:\d\d\./,
    );
    stage.later(14 * 86_400);
    const again = stage.newAgent();
    await stage.passwordOf(again, person);
    for (const path of ['/', '/gestion/comptes', '/mes-informations', '/gestion/etat.csv', '/recherche']) {
      const walled = await again.get(path);
      assert.equal(walled.headers.location, '/mes-informations/securite', path);
    }
    const _csrf = await again.token();
    const act = await again.post('/gestion/lots', { _csrf, organisme: 'CAF-391', acte: 'activer' });
    assert.equal(act.headers.location, '/mes-informations/securite');
    const wall = await again.get('/mes-informations/securite');
    assert.match(wall.texts('main').join(), /les autres pages s’ouvriront dès que vous en aurez ajouté un/);
    await stage.enrol(again);
    assert.equal((await again.get('/gestion/comptes')).status, 200);
    const told = await stage.db('messages').where({ template: 'factor-of-colleague' }).pluck('recipient');
    assert.deepEqual(told, ['suppleante@caf39.caf.fr']);
    const removal = await again.get('/mes-informations/securite/application/retrait');
    assert.match(removal.texts('main').join(), /le dernier ne se retire pas/);
  });

  test('of nobody else', async () => {
    const person = await accountOf(stage.db, 'tmantel@caf39.caf.fr');
    const agent = stage.newAgent();
    const page = await stage.passwordOf(agent, person);
    assert.doesNotMatch(page.notices.join(), /second facteur/);
  });
});
