import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Agent } from '../tools/agent.ts';
import type { Page } from '../tools/page.ts';
import { softwareKey } from '../tools/software-key.ts';
import { useSecondFactors } from './second-factor-stage.ts';

const KEYS = '/mes-informations/securite/cles';
const SIGN_IN = '/connexion/cle-d-acces';
const SECOND_STEP = '/connexion/second-facteur/cle-d-acces';
const IDENTITY = '/mes-informations/identite/cle-d-acces';

describe('passkeys (R89)', () => {
  const stage = useSecondFactors();
  const newKey = (synced = false) => softwareKey({ origin: stage.portal.url, synced });
  const optionsOf = async (agent: Agent, address: string) =>
    JSON.parse((await agent.get(`${address}/options`)).text);

  /** Sends what the page's script would. */
  async function send(agent: Agent, address: string, reponse: unknown, fields = {}): Promise<Page> {
    const _csrf = await agent.token().catch(() => '');
    const text = typeof reponse === 'string' ? reponse : JSON.stringify(reponse);
    return agent.post(address, { _csrf, reponse: text, ...fields });
  }

  async function add(agent: Agent, key = newKey(), nom = 'Mon téléphone') {
    const options = await optionsOf(agent, KEYS);
    const page = await agent.follow(await send(agent, KEYS, key.create(options), { nom }));
    return { key, handle: options.user.id as string, page };
  }

  /** Somebody signed in by their password, with a passkey. */
  async function keyed() {
    const person = await stage.newPerson();
    const agent = stage.newAgent();
    await stage.passwordOf(agent, person);
    return { person, agent, ...(await add(agent)) };
  }

  const detailsOf = (person: { id: number }, action: string) =>
    stage.db('audit_events').where({ subject_account_id: person.id, action }).orderBy('id').pluck('details');

  test('the first one comes with recovery codes, is in the list, traced and told', async () => {
    const { person, agent, page } = await keyed();
    assert.equal(page.heading, 'Vos codes de secours');
    assert.equal(stage.codesOn(page).length, 10);
    const own = await agent.get('/mes-informations/securite');
    assert.match(own.texts('.own-factors li').join(), /Mon téléphone.*jamais utilisée/);
    assert.doesNotMatch(own.text, /Synchronisée/);
    assert.deepEqual(await detailsOf(person, 'factor.added'), [
      { kind: 'passkey', name: 'Mon téléphone', first: true },
    ]);
    assert.deepEqual(await stage.messagesOf(person), ['passkey_added']);
    const second = await agent.follow((await add(agent, newKey(true), 'Mon ordinateur')).page);
    assert.match(second.notices.join(), /« Mon ordinateur » est ajoutée/);
    assert.match(second.texts('.own-factors li').join(), /Mon ordinateur Synchronisée/);
  });

  test('added by a form that is sent twice at once, it is added once, and both are led on', async () => {
    const { person, agent } = await stage.signedIn();
    const _cle = (await agent.get(KEYS)).$('input[name=_cle]').first().attr('value') ?? '';
    const made = newKey().create(await optionsOf(agent, KEYS));
    const answers = await Promise.all([1, 2].map(() => send(agent, KEYS, made, { nom: 'Bureau', _cle })));
    assert.deepEqual(
      answers.map(({ status }) => status),
      [303, 303],
    );
    assert.equal((await detailsOf(person, 'factor.added')).length, 1);
  });

  test('it signs in alone, without address nor password; traced so, and its session knows how', async () => {
    const { person, key, handle } = await keyed();
    const agent = stage.newAgent();
    const options = await optionsOf(agent, SIGN_IN);
    assert.deepEqual(options.allowCredentials, []);
    assert.equal(options.userVerification, 'required');
    const answer = await send(agent, SIGN_IN, key.get(options, handle), { retour: '/applications' });
    assert.deepEqual([answer.status, answer.headers.location], [303, '/applications']);
    assert.equal((await agent.get('/mes-informations')).status, 200);
    assert.deepEqual((await detailsOf(person, 'sign_in.succeeded')).at(-1), { with: 'passkey' });
    const sessions = await stage.db('sessions').where({ account_id: person.id }).pluck('sess');
    assert.ok(sessions.some(({ proofs }) => proofs.join() === 'passkey'));
  });

  test('it is the second step after the password, which offers the keys of that account alone', async () => {
    const { person, key, handle } = await keyed();
    const agent = stage.newAgent();
    const step = await stage.passwordOf(agent, person);
    assert.match(
      step.texts('main > p').join(),
      /Utilisez maintenant une clé d’accès, ou saisissez un de vos codes/,
    );
    const options = await optionsOf(agent, SECOND_STEP);
    assert.deepEqual(
      options.allowCredentials.map(({ id }: { id: string }) => id),
      [key.id],
    );
    const inside = await agent.follow(await send(agent, SECOND_STEP, key.get(options, handle)));
    assert.equal(inside.heading, 'Mes informations');
    const sessions = await stage.db('sessions').where({ account_id: person.id }).pluck('sess');
    assert.ok(sessions.some(({ proofs }) => proofs.join() === 'password,passkey'));
  });

  test('who has no other factor and no script goes on with a recovery code', async () => {
    const { person, page } = await keyed();
    const [code = ''] = stage.codesOn(page);
    const agent = stage.newAgent();
    const step = await stage.passwordOf(agent, person);
    assert.ok(step.$('form[data-passkey]').attr('hidden') !== undefined, 'nothing dead is shown');
    const inside = await agent.follow(await agent.submit(step, 'Valider', { facteur: code }));
    assert.equal(inside.heading, 'Mes informations');
  });

  test('it confirms who one is, once, and goes back to where one was', async () => {
    const { person, agent, key, handle } = await keyed();
    await stage.forget(person);
    const asked = await agent.follow(await agent.get('/mes-informations/securite/mot-de-passe'));
    assert.equal(asked.heading, 'Confirmez votre identité');
    const answer = key.get(await optionsOf(agent, IDENTITY), handle);
    const back = { retour: '/mes-informations/securite/mot-de-passe' };
    const page = await agent.follow(await send(agent, IDENTITY, answer, back));
    assert.equal(page.heading, 'Changer de mot de passe');
    assert.deepEqual(await detailsOf(person, 'identity.confirmed'), [{ by: 'passkey' }]);
    await stage.forget(person);
    const again = await send(agent, IDENTITY, answer, back);
    assert.equal(again.status, 422);
    assert.match(again.texts('.field-error').join(), /n’est plus valable.*Recommencez/);
  });

  test('removed, it is told so where it is used, and the password is enough again', async () => {
    const { person, agent, key, handle } = await keyed();
    const own = await agent.get('/mes-informations/securite');
    const accepted = JSON.parse(own.$('[data-accepted]').attr('data-accepted') ?? '');
    assert.deepEqual(accepted.allAcceptedCredentialIDs, [key.id]);
    const confirmation = await agent.submit(own, 'Retirer la clé d’accès Mon téléphone');
    const after = await agent.follow(await agent.submit(confirmation, 'Confirmer'));
    assert.match(after.notices.join(), /« Mon téléphone » est retirée/);
    const other = stage.newAgent();
    const refused = await send(other, SIGN_IN, key.get(await optionsOf(other, SIGN_IN), handle));
    assert.equal(refused.status, 422);
    assert.match(refused.texts('.field-error').join(), /n’est pas reconnue/);
    assert.equal((await stage.passwordOf(other, person)).heading, 'Mes informations');
  });

  test('a key of another site, unknown, or of who is not active: one sentence, which does not say which', async () => {
    const { person, key, handle } = await keyed();
    const agent = stage.newAgent();
    const answers = [
      async () => key.get(await optionsOf(agent, SIGN_IN), handle, { origin: 'https://exemple.fr' }),
      async () => newKey().get(await optionsOf(agent, SIGN_IN), handle),
      async () => {
        await stage
          .db('accounts')
          .where({ id: person.id })
          .update({ active: false, deactivated_at: new Date(), deactivation_reason: 'Départ' });
        return key.get(await optionsOf(agent, SIGN_IN), handle);
      },
    ];
    const told = [];
    for (const answer of answers) {
      const page = await send(agent, SIGN_IN, await answer());
      assert.equal(page.status, 422);
      told.push(page.texts('.field-error').join());
    }
    assert.equal(new Set(told).size, 1);
    assert.deepEqual(await detailsOf(person, 'sign_in.refused'), [
      { cause: 'wrong', with: 'passkey' },
      { cause: 'inactive', with: 'passkey' },
    ]);
  });

  test('what is no answer of a key, or too long, is a form with a fault: never a 500', async () => {
    const { agent, key } = await keyed();
    const other = stage.newAgent();
    const good = key.create({ challenge: 'AAAA' });
    const wrong = [
      ...['', 'x', 'null', '[]', '{}', '"x"', '1e999', '['.repeat(9000), 'A'.repeat(20_001), '{"id":"A"}'],
      ...[
        { ...good, id: 'é' },
        { ...good, id: 'A'.repeat(2000) },
        { ...good, type: 'password' },
      ],
      ...[
        { ...good, response: null },
        { ...good, response: { clientDataJSON: 'AAAA' } },
      ],
      { ...good, response: { ...good.response, attestationObject: '____' } },
      key.get({ challenge: '\u0000' }, 'A'),
    ];
    for (const reponse of wrong)
      for (const [who, address] of [
        [other, SIGN_IN],
        [agent, KEYS],
      ] as const) {
        const page = await send(who, address, reponse, { nom: 'Une clé' });
        assert.equal(page.status, 422, `${address}: ${JSON.stringify(reponse).slice(0, 60)}`);
      }
    const challenge = (await optionsOf(agent, KEYS)).challenge;
    const spoiled = key.create({ challenge });
    const object = { ...spoiled, response: { ...spoiled.response, attestationObject: 'o2NmbXRj' } };
    assert.equal((await send(agent, KEYS, object, { nom: 'Une clé' })).status, 422);
  });

  test('options write nothing, and are for who may have them alone', async () => {
    const { person, agent } = await keyed();
    const rows = async () =>
      (
        await stage.db.raw(
          `SELECT (SELECT count(*) FROM used_challenges) challenges, (SELECT count(*) FROM passkey_handles) handles,
             (SELECT count(*) FROM sessions) sessions,
             (SELECT count(*) FROM audit_events WHERE actor_account_id = ?) events`,
          [person.id],
        )
      ).rows;
    const before = await rows();
    const visitor = stage.newAgent();
    const [first, second] = [await optionsOf(visitor, SIGN_IN), await optionsOf(visitor, SIGN_IN)];
    assert.notEqual(first.challenge, second.challenge);
    await optionsOf(agent, KEYS);
    await optionsOf(agent, IDENTITY);
    assert.equal((await visitor.get(`${SECOND_STEP}/options`)).status, 404);
    assert.equal((await visitor.get(`${KEYS}/options`)).status, 303);
    assert.deepEqual(await rows(), before);
  });

  test('ten are the most', async () => {
    const { agent } = await keyed();
    for (let rank = 2; rank <= 10; rank += 1) await add(agent, newKey(), `Clé ${rank}`);
    const full = await agent.follow((await add(agent, newKey(), 'Une de trop')).page);
    assert.match(full.notices.join(), /déjà dix clés d’accès/);
    assert.equal((await agent.get('/mes-informations/securite')).texts('.own-factors strong').length, 11);
  });

  test('a name that is missing, or too long, is told at its field', async () => {
    const { agent } = await keyed();
    for (const nom of ['', ' ', 'x'.repeat(61)]) {
      const key = newKey();
      const page = await send(agent, KEYS, key.create(await optionsOf(agent, KEYS)), { nom });
      assert.equal(page.status, 422);
      assert.equal(page.texts('#nom-erreur').length, 1, nom);
    }
  });
});
