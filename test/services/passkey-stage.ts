import assert from 'node:assert/strict';
import type { Actor } from '../../src/domain/actor.ts';
import { dayInParis } from '../../src/domain/calendar.ts';
import { findActor } from '../../src/repositories/actors.ts';
import type { Origin } from '../../src/security/attempts.ts';
import { createServices } from '../../src/services/index.ts';
import { createAccount } from '../factories/accounts.ts';
import { createTestClock } from '../tools/clock.ts';
import { createTestDatabase } from '../tools/database.ts';
import { type SoftwareKey, softwareKey, type Wrongs } from '../tools/software-key.ts';

const SITE = 'https://portail.exemple.fr';

export type Purpose = 'sign-in' | 'second-step' | 'identity' | 'enrolment';

/** Somebody with a passkey. */
export interface Keyed {
  actor: Actor;
  key: SoftwareKey;
  handle: string;
}

/** A database with the reference data, its services, and people with passkeys. */
export async function createPasskeyStage() {
  const { db, drop } = await createTestDatabase({ template: 'reference' });
  const clock = createTestClock();
  const services = createServices({
    ...{ db, clock, passkeys: { origin: SITE, secret: 'a secret of thirty-two characters or more' } },
    factors: {
      rule: { of: 'off', graceDays: 14 },
      key: 'a key of thirty-two characters or more',
      formerKey: null,
    },
  });
  let addresses = 0;
  let keys = 0;
  /** Another one each time: what is limited is not what is tried here. */
  function origin(): Origin {
    addresses += 1;
    return { address: `10.0.${Math.floor(addresses / 250)}.${addresses % 250}`, device: null };
  }

  const actorOf = async (id: number): Promise<Actor> => {
    const actor = await findActor(db, id, dayInParis(clock.now()));
    assert.ok(actor);
    return actor;
  };

  /** Options for this, given to this holder. */
  const optionsOf = (purpose: Purpose, holder: string, actor: Actor) =>
    purpose === 'enrolment'
      ? services.ownPasskeys.options(actor, holder)
      : services.passkeys.options({ purpose, holder, accountId: purpose === 'sign-in' ? null : actor.id });

  /** Answers for this as this holder; what became of it. */
  async function answer(
    purpose: Purpose,
    { actor, holder, key, handle }: Keyed & { holder: string },
    options: { challenge: string },
    wrongs: Wrongs = {},
  ): Promise<string> {
    if (purpose === 'enrolment') {
      const reponse = key.create(options, wrongs);
      const made = { ...reponse, response: { ...reponse.response, transports: ['internal'] } };
      keys += 1;
      const added = { nom: `Clé ${keys}`, reponse: made };
      return (
        await services.ownPasskeys.add(actor, added, { holder, own: { ref: '', renew: async () => true } })
      ).kind;
    }
    const given = key.get(options, handle, wrongs);
    if (purpose === 'sign-in') return (await services.passkeys.signIn(given, holder, origin())).kind;
    return (await services.passkeys.check(actor, given, { holder, purpose, origin: origin() })).kind;
  }

  return {
    ...{ db, clock, drop, services, actorOf, optionsOf, answer, origin },

    newKey: (synced = false) => softwareKey({ origin: SITE, synced }),

    async newActor(): Promise<Actor> {
      return actorOf((await createAccount(db, { password: 'lanterne-violette-39-moulin' })).id);
    },

    async newPerson(key = softwareKey({ origin: SITE })): Promise<Keyed> {
      const actor = await this.newActor();
      const options = await services.ownPasskeys.options(actor, 'own');
      const added = await answer('enrolment', { actor, key, handle: '', holder: 'own' }, options);
      assert.equal(added, 'added');
      return { actor, key, handle: options.user.id };
    },
  };
}

export type PasskeyStage = Awaited<ReturnType<typeof createPasskeyStage>>;
