import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Secret, TOTP } from 'otpauth';
import { findActor } from '../../src/repositories/actors.ts';
import { factorRepository } from '../../src/repositories/factors.ts';
import { createServices } from '../../src/services/index.ts';
import { hashRecoveryCode } from '../../src/services/own-factors.ts';
import { createAccount } from '../factories/accounts.ts';
import { createTestClock } from '../tools/clock.ts';
import { createTestDatabase, type TestDatabase } from '../tools/database.ts';
import { howMany, tellCases } from '../tools/sample.ts';

const MINUTES = 15;
/** Windows of a day of guesses. */
const WINDOWS = howMany(2, 96);
const GUESSES = 20;
const AT_ONCE = 100;
const FACTORS = { rule: { of: 'off', graceDays: 14 }, key: 'k'.repeat(40), formerKey: null } as const;
const ORIGIN = { address: '192.0.2.1', device: null };

describe('R89: codes, guessed and sent at once', () => {
  let database: TestDatabase;
  const clock = createTestClock();
  before(async () => {
    database = await createTestDatabase({ template: 'reference' });
  });
  after(() => database.drop());

  const later = (minutes: number) =>
    clock.set(new Date(clock.now().getTime() + minutes * 60_000).toISOString());

  /** Somebody with an application, and what they were given. */
  async function enrolled() {
    const { db } = database;
    const services = createServices({ db, clock, factors: FACTORS });
    const account = await createAccount(db, { organism: 'CAF-391', password: 'lanterne-violette-39-moulin' });
    const actor = await findActor(db, account.id, '2026-11-22');
    assert.ok(actor);
    const { sealed, secret } = services.ownFactors.enrolment(actor, null);
    const totp = new TOTP({ secret: Secret.fromBase32(secret) });
    const codeNow = () => totp.generate({ timestamp: clock.now().getTime() });
    const added = await services.ownFactors.addAuthenticator(actor, sealed, codeNow(), {
      ref: '',
      renew: async () => true,
    });
    assert.ok(added.kind === 'added' && added.codes !== null);
    later(5);
    return { services, actor, codeNow, codes: added.codes };
  }

  test('a day of guesses: five at most are looked at in a quarter of an hour, whatever comes at once', async (t) => {
    const { services, actor, codeNow } = await enrolled();
    const check = (text: string) =>
      services.factorChecks.check(actor, text, { origin: ORIGIN, asked: 'sign_in' });
    for (let window = 0; window < WINDOWS; window += 1) {
      // Never the right one, of now or beside.
      const wrong = ['000000', '111111', '222222'].find((code) => code !== codeNow()) ?? '';
      const results = await Promise.all(Array.from({ length: GUESSES }, () => check(wrong)));
      const looked = results.filter(({ kind }) => kind === 'refused').length;
      assert.equal(looked, 5, `window ${window}`);
      assert.equal(results.filter(({ kind }) => kind === 'limited').length, GUESSES - looked);
      assert.equal((await check(codeNow())).kind, 'limited', 'the right one neither');
      later(MINUTES);
      // The counters keep the clock of the process.
      await database.db('rate_limits').decrement('expire', MINUTES * 60_000);
    }
    assert.equal((await check(codeNow())).kind, 'right');
    tellCases(t, WINDOWS * GUESSES);
  });

  test('one code, sent a hundred times at once, is taken once', async (t) => {
    const { services, actor, codeNow } = await enrolled();
    const { db } = database;
    const code = codeNow();
    const results = await Promise.all(
      Array.from({ length: AT_ONCE }, () =>
        services.factorChecks.check(actor, code, { origin: ORIGIN, asked: 'sign_in' }),
      ),
    );
    assert.equal(results.filter(({ kind }) => kind === 'right').length, 1);
    const factors = factorRepository(db);
    const authenticator = await factors.findAuthenticator(actor.id);
    assert.ok(authenticator);
    const used = await Promise.all(
      Array.from({ length: AT_ONCE }, () => factors.useStep(authenticator.id, 1e9, clock.now())),
    );
    assert.equal(used.filter(Boolean).length, 1);
    tellCases(t, 2 * AT_ONCE);
  });

  test('one recovery code, sent a hundred times at once, is taken once', async (t) => {
    const { actor, codes } = await enrolled();
    const hash = hashRecoveryCode(actor.id, codes[0] ?? '');
    const used = await Promise.all(
      Array.from({ length: AT_ONCE }, () =>
        factorRepository(database.db).useRecoveryCode(actor.id, hash, clock.now()),
      ),
    );
    assert.deepEqual(
      used.filter((left) => left !== null),
      [9],
    );
    tellCases(t, AT_ONCE);
  });

  test('a secret sealed with the former key still gives codes, and is sealed anew at night', async () => {
    const { actor, codeNow } = await enrolled();
    const { db } = database;
    const rotated = createServices({
      ...{ db, clock },
      factors: { ...FACTORS, key: 'n'.repeat(40), formerKey: FACTORS.key },
    });
    const check = (services: typeof rotated) =>
      services.factorChecks.check(actor, codeNow(), { origin: ORIGIN, asked: 'sign_in' });
    assert.equal((await check(rotated)).kind, 'right');
    assert.ok((await rotated.factorChecks.resealAll()) >= 1);
    assert.equal(await rotated.factorChecks.resealAll(), 0);
    later(5);
    const alone = createServices({ ...{ db, clock }, factors: { ...FACTORS, key: 'n'.repeat(40) } });
    assert.equal((await check(alone)).kind, 'right');
    later(5);
    // The key is lost: codes are refused, and nothing breaks.
    const lost = createServices({ ...{ db, clock }, factors: { ...FACTORS, key: 'z'.repeat(40) } });
    assert.equal((await check(lost)).kind, 'refused');
  });
});
