import assert from 'node:assert/strict';
import { createHook } from 'node:async_hooks';
import { after, before, beforeEach, describe, test } from 'node:test';
import pg from 'pg';
import { demonstrationPassword } from '../../src/presenters/demonstration.ts';
import { accountOf } from '../factories/accounts.ts';
import { createAgent } from '../tools/agent.ts';
import { allOf } from '../tools/all-of.ts';
import { startTestPortal, type TestPortal } from '../tools/portal.ts';
import { requestStatements } from '../tools/request-statements.ts';
import { howMany, tellCases } from '../tools/sample.ts';

const VICTIM = 'wtestportail@test.fr';
const WRONG = 'mauvais-mot-de-passe';

/** What a request costs whoever measures it from outside: argon2 verifications, then statements. */
interface Work {
  verifications: number;
  statements: number;
}

// The name of the work that argon2 gives to another thread: its binding gives none.
const ARGON2 = 'undefined';

/** Counts what is done during the work: counted, not timed, so that the verdict is the same on any machine. */
async function workOf(work: () => Promise<void>): Promise<Work> {
  const before = requestStatements();
  let verifications = 0;
  const init = (_id: number, type: string) => {
    if (type === ARGON2) verifications += 1;
  };
  const hook = createHook({ init }).enable();
  try {
    await work();
  } finally {
    hook.disable();
  }
  return { verifications, statements: requestStatements() - before };
}

// Every statement as it is sent; before any connection is made, each of which keeps the function.
const texts: string[] = [];
const { query } = pg.Client.prototype;
pg.Client.prototype.query = function recorded(this: pg.Client, ...given: unknown[]) {
  if (typeof given[0] === 'string') texts.push(given[0]);
  return Reflect.apply(query, this, given);
} as typeof query;

const GUESSES = howMany(300, 10_000);
const AT_ONCE = 100;

describe('guessing passwords', () => {
  let portal: TestPortal;
  /** A second portal on the same database, as production may have. */
  let twin: TestPortal;

  before(async () => {
    portal = await startTestPortal({ environment: { TRUST_PROXY: '1' } });
    twin = await startTestPortal({ environment: { TRUST_PROXY: '1' }, beside: portal });
  });
  beforeEach(() => portal.db('rate_limits').delete());
  after(async () => {
    await twin?.stop();
    await portal?.stop();
  });

  let addresses = 0;
  /** An address of the network that no other attempt came from. */
  function newAddress(): string {
    addresses += 1;
    return `10.${addresses >> 16}.${(addresses >> 8) & 255}.${addresses & 255}`;
  }

  async function guess(email: string, password: string, address = newAddress(), at: TestPortal = portal) {
    const agent = createAgent(at, { address });
    try {
      return await agent.post('/connexion', { email, password });
    } finally {
      agent.close();
    }
  }

  async function refusals(action: string): Promise<number> {
    const { id } = await accountOf(portal.db, VICTIM);
    const found = await portal
      .db('audit_events')
      .count('* as n')
      .where({ action, subject_account_id: id })
      .first();
    return Number(found?.n);
  }

  test('ten failures are let through, and the right password after them', async () => {
    for (let failure = 1; failure <= 10; failure += 1) assert.equal((await guess(VICTIM, WRONG)).status, 422);
    assert.equal((await guess(VICTIM, demonstrationPassword)).status, 303);
  });

  test('after fifteen failures an attempt from an unknown device is a 429, even with the right password', async () => {
    for (let failure = 1; failure <= 15; failure += 1) assert.equal((await guess(VICTIM, WRONG)).status, 422);
    const limited = await guess(VICTIM, demonstrationPassword);
    assert.equal(limited.status, 429);
    assert.match(limited.notices.join(), /Trop de tentatives/);
    const wait = Number(limited.headers['retry-after']);
    assert.ok(wait > 0 && wait <= 900, `Retry-After: ${wait}`);
    assert.equal(
      (await guess('tmantel@caf39.caf.fr', demonstrationPassword)).status,
      303,
      'others are not touched',
    );
  });

  test('an address without account is limited in the same way: it says nothing about who has one', async () => {
    const statuses: number[] = [];
    for (let failure = 1; failure <= 17; failure += 1)
      statuses.push((await guess('x@inconnu.fr', WRONG)).status);
    assert.deepEqual(statuses, [...Array(15).fill(422), 429, 429]);
  });

  test('the case and the spaces of the address make no second account to guess', async () => {
    for (let failure = 1; failure <= 15; failure += 1) {
      await guess(failure % 2 ? VICTIM.toUpperCase() : ` ${VICTIM} `, WRONG);
    }
    assert.equal((await guess(VICTIM, WRONG)).status, 429);
  });

  test('successful sign-ins are never counted', async () => {
    const address = newAddress();
    for (let failure = 1; failure <= 9; failure += 1) await guess(VICTIM, WRONG, address);
    for (let success = 1; success <= 15; success += 1) {
      assert.equal((await guess(VICTIM, demonstrationPassword, address)).status, 303);
    }
  });

  test('there is no lockout for ever: a window later, the right password is taken', async () => {
    for (let failure = 1; failure <= 16; failure += 1) await guess(VICTIM, WRONG);
    const last = await portal.db('rate_limits').max('expire as until').first();
    const wait = Number(last?.until) - Date.now();
    assert.ok(wait > 0 && wait <= 15 * 60_000, `${wait} ms`);
    await portal.db('rate_limits').update({ expire: Date.now() - 1 });
    assert.equal((await guess(VICTIM, demonstrationPassword)).status, 303);
  });

  test(`${GUESSES} guesses, ${AT_ONCE} at once on two portals, each from an address of its own: at most 20 are evaluated`, async (t) => {
    const before = await refusals('sign_in.refused');
    const statuses: number[] = [];
    let begun = 0;
    const guessing = async () => {
      while (begun < GUESSES) {
        begun += 1;
        statuses.push((await guess(VICTIM, WRONG, newAddress(), begun % 2 ? portal : twin)).status);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, guessing));
    assert.equal(statuses.length, GUESSES);
    assert.ok(
      allOf(statuses, (status) => status === 422 || status === 429),
      [...new Set(statuses)].join(),
    );
    const evaluated = (await refusals('sign_in.refused')) - before;
    assert.ok(evaluated >= 10 && evaluated <= 20, `${evaluated} were evaluated`);
    assert.equal(statuses.filter((status) => status === 422).length, evaluated);
    tellCases(t, GUESSES);
  });

  test('past the limit, one event a window is left, not one an attempt', async () => {
    const count = async () =>
      Number(
        (await portal.db('audit_events').count('* as n').where({ action: 'sign_in.limited' }).first())?.n,
      );
    const before = await count();
    for (let failure = 1; failure <= 20; failure += 1) await guess(VICTIM, WRONG);
    assert.equal((await count()) - before, 1);
  });
});

describe('without any proxy declared', () => {
  let portal: TestPortal;
  before(async () => {
    portal = await startTestPortal();
  });
  after(() => portal?.stop());

  const cases = {
    unknown: ['personne@nulle-part.fr', demonstrationPassword],
    wrong: [VICTIM, WRONG],
    inactive: ['parti@caf39.caf.fr', demonstrationPassword],
  } as const;

  test('a refusal does as much whether or not the account exists, has a password, or is active', async () => {
    const agent = createAgent(portal);
    const done: Record<keyof typeof cases, Work[]> = { unknown: [], wrong: [], inactive: [] };
    // The first round makes what later ones keep.
    for (let round = 0; round <= 3; round += 1) {
      for (const name of ['unknown', 'wrong', 'inactive'] as const) {
        const [email, password] = cases[name];
        await portal.db('rate_limits').delete();
        const work = await workOf(async () => {
          assert.equal((await agent.post('/connexion', { email, password })).status, 422);
        });
        if (round > 0) done[name].push(work);
      }
    }
    agent.close();
    const same = { verifications: 1, statements: done.unknown[0]?.statements };
    assert.ok(Number(same.statements) > 5, `${same.statements} statements`);
    for (const works of Object.values(done)) assert.deepEqual(works, [same, same, same]);
  });

  test('with the cookie of a device of somebody else too, and past the limit', async () => {
    const agent = createAgent(portal);
    await agent.signIn('tmantel@caf39.caf.fr');
    await agent.post('/deconnexion', { _csrf: await agent.token() });
    // The first one after signing out makes what later ones keep.
    await agent.post('/connexion', { email: cases.unknown[0], password: WRONG });
    const done: Record<string, number[]> = {};
    for (const name of ['unknown', 'wrong', 'inactive'] as const) {
      const [email, password] = cases[name];
      await portal.db('rate_limits').delete();
      const works: Work[] = [];
      for (let attempt = 1; attempt <= 17; attempt += 1)
        works.push(await workOf(async () => void (await agent.post('/connexion', { email, password }))));
      assert.deepEqual(
        works.map(({ verifications }) => verifications),
        [...Array(15).fill(1), 0, 0],
      );
      done[name] = works.map(({ statements: sent }) => sent);
    }
    agent.close();
    assert.deepEqual([done.wrong, done.inactive], [done.unknown, done.unknown]);
  });

  test('the events of both say their organism, or none: it is not looked for in the tail of one of them', async () => {
    texts.length = 0;
    for (const [email] of Object.values(cases)) {
      await portal.db('rate_limits').delete();
      const agent = createAgent(portal);
      for (let attempt = 1; attempt <= 16; attempt += 1)
        await agent.post('/connexion', { email, password: WRONG });
      agent.close();
    }
    const tails = texts.filter((text) => text.includes('audit_append_as') && text.includes('sign_in.'));
    assert.equal(tails.length, 3 * 16);
    // One that did not say it would cost the tail a look at the accounts.
    assert.deepEqual(
      tails.filter((text) => !/"organism_id":(\d+|null)/.test(text)),
      [],
    );
  });

  test('an address that the client itself forwards is not believed', async () => {
    await portal.db('rate_limits').delete();
    for (const address of ['10.1.1.1', '10.1.1.2', '10.1.1.3']) {
      const agent = createAgent(portal, { address });
      await agent.post('/connexion', { email: `${address}@inconnu.fr`, password: WRONG });
      agent.close();
    }
    const counters = await portal.db('rate_limits').where('key', 'like', '%address%');
    assert.deepEqual(
      counters.map(({ points }) => points),
      [3],
    );
  });
});
