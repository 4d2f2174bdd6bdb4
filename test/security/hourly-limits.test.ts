import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { TooMany } from '../../src/domain/errors.ts';
import { type AccountRow, createAccount } from '../factories/accounts.ts';
import { next } from '../factories/sequence.ts';
import { createStage, first, type House, type Stage } from '../services/account-stage.ts';

const HOUR = 3_600_000;
const NETWORK = '192.0.2.7';
const EMAIL = 'souvent@test.fr';

describe('what is counted by the hour: the last one is taken, the next waits until the hour is over', () => {
  let stage: Stage;
  let mine: House;
  let theirs: House;
  let person: AccountRow;
  before(async () => {
    stage = await createStage();
    [mine, theirs] = [await stage.openHouse(1), await stage.openHouse(1)];
    person = await colleague();
  });
  after(() => stage.drop());

  const actor = () => first(mine.actors);
  const colleague = (house = mine) => createAccount(stage.db, { organism: house.organism.id });
  const fresh = () => `heure.${next()}@test.fr`;
  const names = { civility: null, lastName: 'DUPONT', firstName: 'Léa', functionTitle: '', phone: '' };

  async function changeAddress(newEmail: string): Promise<void> {
    const { id: accountId } = await colleague();
    await stage.services.emailChange.ask(actor(), mine.scope, { accountId, newEmail });
  }
  async function register(email: string, network: string): Promise<void> {
    const organism = { ...mine.organism, city: '', department: '', mailDomain: null };
    const form = { ...names, email, reason: 'Arrivée', organism };
    const result = await stage.services.registration.submit(form, network);
    if (result.kind === 'limited') throw new TooMany('', result.retryAfter);
  }
  const takeFile = () =>
    stage.services.exports.run(
      {
        ...{ accountId: actor().id, organismId: mine.organism.id, mayHave: () => true },
        ...{ told: { list: 'comptes', format: 'csv', filters: {} }, signal: new AbortController().signal },
      },
      {
        takePlace: async () => 'taken',
        send: ({ beforeEnd }) => beforeEnd(),
        rows: () => 0,
        close: () => {},
      },
    );

  /** By the name of the counter: how many an hour, and one of them. */
  const COUNTED: Record<string, [most: number, use: () => Promise<unknown>]> = {
    exports: [100, takeFile],
    outside: [
      60,
      () => {
        const organismId = mine.organism.id;
        return stage.services.outside.tell(actor(), { how: 'creation', organismId, person });
      },
    ],
    'pace-attachments': [
      20,
      async () => stage.services.attaching.attach(actor(), mine.scope, (await colleague(theirs)).id),
    ],
    'pace-creations': [
      100,
      () => {
        const roles = { add: [], remove: [] };
        return stage.services.accountCreation.create(
          actor(),
          mine.organism,
          { ...names, email: fresh() },
          roles,
        );
      },
    ],
    'activation-links': [
      5,
      () => stage.services.accounts.sendActivation(actor(), mine.scope, { accountId: person.id }),
    ],
    'email-change-asker': [100, () => changeAddress(fresh())],
    'email-change-email': [10, () => changeAddress(EMAIL)],
    'registration-email': [10, () => register(EMAIL, `192.0.2.${next()}`)],
    'registration-address': [100, () => register(fresh(), NETWORK)],
    'password-reset-email': [10, () => stage.services.passwordReset.ask(EMAIL, `192.0.2.${next()}`)],
    'password-reset-address': [200, () => stage.services.passwordReset.ask(fresh(), NETWORK)],
  };

  for (const [counter, [most, use]] of Object.entries(COUNTED)) {
    test(`${counter}: ${most}`, async () => {
      await stage.db('rate_limits').delete();
      await use();
      const counted = stage.db('rate_limits').where('key', 'like', `${counter}:%`);
      assert.equal(await counted.update({ points: most - 1, expire: Date.now() + HOUR }), 1);
      await use();
      await assert.rejects(use, (error) => {
        assert.ok(error instanceof TooMany, String(error));
        // Seconds: what came before in this test takes some.
        assert.ok(error.retryAfter > 3_598 && error.retryAfter <= 3_600, String(error.retryAfter));
        return true;
      });
    });
  }
});
