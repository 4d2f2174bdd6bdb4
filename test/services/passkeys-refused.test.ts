import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { attemptCounter } from '../../src/security/attempts.ts';
import { tellCases } from '../tools/sample.ts';
import type { SoftwareKey, Wrongs } from '../tools/software-key.ts';
import { createPasskeyStage, type Keyed, type PasskeyStage, type Purpose } from './passkey-stage.ts';

const PURPOSES: readonly Purpose[] = ['sign-in', 'second-step', 'identity', 'enrolment'];
const TAKEN: Readonly<Record<Purpose, string>> = {
  'sign-in': 'signed-in',
  'second-step': 'right',
  identity: 'right',
  enrolment: 'added',
};

/** What is answered right but for one thing of the challenge. */
type Case = (stage: PasskeyStage, purpose: Purpose, person: Keyed) => Promise<string>;

const CHALLENGES: Readonly<Record<string, Case>> = {
  async 'answered twice'(stage, purpose, person) {
    const asked = { ...person, holder: 'one' };
    const options = await stage.optionsOf(purpose, 'one', person.actor);
    assert.equal(await stage.answer(purpose, asked, options), TAKEN[purpose]);
    // Another key where one is added: what is refused is not that there are two of it.
    return stage.answer(purpose, { ...asked, key: fresh(stage, purpose, person) }, options);
  },
  async 'answered by twenty at once, but for the first'(stage, purpose, person) {
    const options = await stage.optionsOf(purpose, 'one', person.actor);
    const answers = await Promise.all(
      Array.from({ length: 20 }, () =>
        stage.answer(purpose, { ...person, holder: 'one', key: fresh(stage, purpose, person) }, options),
      ),
    );
    const taken = answers.filter((kind) => kind === TAKEN[purpose]);
    assert.ok(taken.length <= 1, `${taken.length} were taken`);
    return answers.find((kind) => kind !== TAKEN[purpose]) ?? 'all were taken';
  },
  async 'given to another session'(stage, purpose, person) {
    const options = await stage.optionsOf(purpose, 'one', person.actor);
    return stage.answer(purpose, { ...person, holder: 'two' }, options);
  },
  async 'after five minutes'(stage, purpose, person) {
    const options = await stage.optionsOf(purpose, 'one', person.actor);
    stage.clock.set(new Date(stage.clock.now().getTime() + 300_000).toISOString());
    return stage.answer(purpose, { ...person, holder: 'one' }, options);
  },
  async 'that was never given'(stage, purpose, person) {
    return stage.answer(purpose, { ...person, holder: 'one' }, { challenge: 'A'.repeat(75) });
  },
  async 'of another account'(stage, purpose, person) {
    const other = await stage.newPerson();
    // One may sign in as whoever: the account is that of the key, by its handle.
    if (purpose === 'sign-in') {
      const options = await stage.optionsOf(purpose, 'one', other.actor);
      return stage.answer(purpose, { ...person, handle: other.handle, holder: 'one' }, options);
    }
    const options = await stage.optionsOf(purpose, 'one', other.actor);
    return stage.answer(purpose, { ...person, holder: 'one' }, options);
  },
};

const fresh = (stage: PasskeyStage, purpose: Purpose, { key }: Keyed) =>
  purpose === 'enrolment' ? stage.newKey() : key;

/** What a key, or a browser that is not honest, may answer. */
const WRONGS: Readonly<Record<string, Wrongs>> = {
  'of another site': { origin: 'https://portail.exemple.com' },
  'of a site under this one': { origin: 'https://faux.portail.exemple.fr' },
  'of this site without https': { origin: 'http://portail.exemple.fr' },
  'of this site at another port': { origin: 'https://portail.exemple.fr:8443' },
  'made for another site': { rpID: 'exemple.fr' },
  'of a person who was not verified': { verified: false },
  'that nobody touched': { present: false, verified: false },
  'of another ceremony': { type: 'payment.get' },
  'under the name of no key': { id: 'AAAA' },
};

/** The same of a signature alone. */
const SIGNED: Readonly<Record<string, Wrongs>> = {
  'that signs something else': { spoiled: true },
  'of another handle': { userHandle: 'AAAA' },
};

describe('passkeys that are not taken', () => {
  let stage: PasskeyStage;
  before(async () => {
    stage = await createPasskeyStage();
  });
  after(() => stage.drop());

  /** Who answers, with a key that is theirs already, or is to be added. */
  async function ready(purpose: Purpose): Promise<Keyed> {
    if (purpose !== 'enrolment') return stage.newPerson();
    return { actor: await stage.newActor(), key: stage.newKey(), handle: '' };
  }

  const unknown = async (purpose: Purpose, person: Keyed, wrongs: Wrongs) => {
    const options = await stage.optionsOf(purpose, 'one', person.actor);
    return stage.answer(purpose, { ...person, holder: 'one' }, options, wrongs);
  };

  test('what is right is taken, for each purpose', async () => {
    for (const purpose of PURPOSES)
      assert.equal(await unknown(purpose, await ready(purpose), {}), TAKEN[purpose]);
  });

  test('a challenge answered twice, late, elsewhere, by or for another: none is taken', async (t) => {
    let cases = 0;
    for (const purpose of PURPOSES)
      for (const [name, answers] of Object.entries(CHALLENGES)) {
        const kind = await answers(stage, purpose, await ready(purpose));
        assert.ok(['stale', 'refused'].includes(kind), `${purpose}, ${name}: ${kind}`);
        cases += 1;
      }
    tellCases(t, cases);
  });

  test('a challenge given for something else: none is taken', async (t) => {
    let cases = 0;
    for (const given of PURPOSES)
      for (const purpose of PURPOSES.filter((other) => other !== given)) {
        const person = await ready(purpose);
        const options = await stage.optionsOf(given, 'one', person.actor);
        const kind = await stage.answer(purpose, { ...person, holder: 'one' }, options);
        assert.equal(kind, 'stale', `${given} for ${purpose}`);
        cases += 1;
      }
    tellCases(t, cases);
  });

  test('what a key answers wrongly: none is taken', async (t) => {
    let cases = 0;
    for (const purpose of PURPOSES)
      for (const [name, wrongs] of Object.entries(
        purpose === 'enrolment' ? WRONGS : Object.assign({}, WRONGS, SIGNED),
      )) {
        const kind = await unknown(purpose, await ready(purpose), wrongs);
        assert.equal(kind, 'refused', `${purpose}, ${name}`);
        cases += 1;
      }
    tellCases(t, cases);
  });

  test('a key that is not theirs, has ended, was copied, or of an account that is not active: none is taken', async (t) => {
    const { db } = stage;
    const purposes = PURPOSES.filter((purpose) => purpose !== 'enrolment');
    let cases = 0;
    for (const purpose of purposes) {
      const [person, other] = [await ready(purpose), await ready(purpose)];
      const refused: Record<string, () => Promise<string>> = {
        'another’s': () => unknown(purpose, { ...person, key: other.key }, {}),
        'another’s, under the name of theirs': () =>
          unknown(purpose, { ...person, key: other.key }, { id: person.key.id }),
        'whose counter goes back': async () => {
          assert.equal(await unknown(purpose, person, { counter: 50 }), TAKEN[purpose]);
          return unknown(purpose, person, { counter: 50 });
        },
        'whose counter goes back, by way of none': async () => {
          assert.equal(await unknown(purpose, person, { counter: 0 }), TAKEN[purpose]);
          return unknown(purpose, person, { counter: 49 });
        },
        'that has ended': async () => {
          await db('passkeys').where({ account_id: person.actor.id }).update({ ended_at: stage.clock.now() });
          return unknown(purpose, person, { counter: 60 });
        },
        'of who is not active any more': async () => {
          await db('accounts')
            .where({ id: other.actor.id })
            .update({ active: false, deactivated_at: stage.clock.now(), deactivation_reason: 'Départ' });
          return unknown(purpose, other, { counter: 70 });
        },
      };
      for (const [name, refuse] of Object.entries(refused)) {
        assert.equal(await refuse(), 'refused', `${purpose}, ${name}`);
        cases += 1;
      }
    }
    // A key that is somebody's, or was, is not added again.
    for (const whose of ['theirs', 'another’s']) {
      const person = await stage.newPerson();
      const actor = whose === 'theirs' ? person.actor : await stage.newActor();
      assert.equal(await unknown('enrolment', { ...person, actor }, {}), 'refused', whose);
      cases += 1;
    }
    tellCases(t, cases);
  });

  test('a network address that failed on a hundred keys is slowed, as by passwords; another is not', async () => {
    const person = await stage.newPerson();
    const from = (address: string, key: SoftwareKey, id: string) =>
      stage.optionsOf('sign-in', 'one', person.actor).then((options) =>
        stage.services.passkeys.signIn(key.get(options, person.handle, { id }), 'one', {
          address,
          device: null,
        }),
      );
    for (let rank = 0; rank < 100; rank += 1)
      assert.equal((await from('192.0.2.1', person.key, `AAAA${rank}`)).kind, 'refused');
    const attempts = attemptCounter(stage.db);
    assert.equal(await attempts.isSlowed('192.0.2.1'), true);
    assert.equal(await attempts.isSlowed('192.0.2.2'), false);
    // Slowed is not shut: who has a key of theirs gets in.
    assert.equal((await from('192.0.2.1', person.key, person.key.id)).kind, 'signed-in');
  });

  test('six refused for one account are too many in a quarter of an hour; the sixth alone is traced so', async () => {
    const person = await stage.newPerson();
    const kinds = [];
    for (let rank = 0; rank < 8; rank += 1) {
      const options = await stage.optionsOf('identity', 'one', person.actor);
      kinds.push(await stage.answer('identity', { ...person, holder: 'one' }, options, { spoiled: true }));
    }
    assert.deepEqual(kinds, [...Array(5).fill('refused'), ...Array(3).fill('limited')]);
    const limited = await stage
      .db('audit_events')
      .where({ subject_account_id: person.actor.id, action: 'factor.limited' })
      .pluck('details');
    assert.deepEqual(limited, [{ asked: 'identity', with: 'passkey' }]);
  });
});
