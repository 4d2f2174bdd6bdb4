import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { attemptCounter } from '../../src/security/attempts.ts';
import { hashPassword } from '../../src/security/passwords.ts';
import { type AccountRow, createAccount } from '../factories/accounts.ts';
import { type Agent, createAgent } from '../tools/agent.ts';
import { allOf } from '../tools/all-of.ts';
import { eventually } from '../tools/eventually.ts';
import { heldPauses } from '../tools/pauses.ts';
import { startTestPortal, type TestPortal } from '../tools/portal.ts';
import { openWire } from '../tools/wire.ts';

const PASSWORD = 'une-phrase-de-passe-longue';
const WRONG = 'mauvais-mot-de-passe';

describe('behind one network address', () => {
  let portal: TestPortal;
  /** Another portal on the same database, whose slowed attempts wait until a test lets them go. */
  let held: TestPortal;
  let pauses: ReturnType<typeof heldPauses>;
  const agents: Agent[] = [];
  let people: AccountRow[];

  before(async () => {
    const environment = { TRUST_PROXY: '1' };
    portal = await startTestPortal({ template: 'reference', environment });
    held = await startTestPortal({
      ...{ beside: portal, environment },
      limits: { pause: (milliseconds, signal) => pauses.pause(milliseconds, signal) },
    });
    people = await Promise.all(Array.from({ length: 25 }, () => createAccount(portal.db)));
    const password_hash = await hashPassword(PASSWORD);
    await portal
      .db('credentials')
      .insert(people.map(({ id }) => ({ account_id: id, password_hash, changed_at: new Date() })));
  });
  beforeEach(async () => {
    pauses = heldPauses();
    await portal.db('rate_limits').delete();
  });
  after(async () => {
    for (const agent of agents) agent.close();
    await held?.stop();
    await portal?.stop();
  });

  let networks = 0;
  const newAddress = () => {
    networks += 1;
    return `10.2.0.${networks}`;
  };
  function from(address: string, at = portal): Agent {
    const agent = createAgent(at, { address });
    agents.push(agent);
    return agent;
  }
  const attempt = (agent: Agent, email: string, password: string) =>
    agent.post('/connexion', { email, password });

  /** Wrong passwords on so many accounts. */
  async function failOn(accounts: number, agent: Agent): Promise<void> {
    for (let one = 1; one <= accounts; one += 1)
      assert.equal((await attempt(agent, `personne${one}@inconnu.fr`, WRONG)).status, 422);
  }
  async function timed<T>(work: () => Promise<T>): Promise<[T, number]> {
    const start = performance.now();
    return [await work(), performance.now() - start];
  }
  const emailOf = (rank: number) => people[rank]?.email ?? '';

  test('a hundred failures are let through; from then on an attempt takes a second, and the right password is taken', async () => {
    const address = newAddress();
    const agent = from(address);
    await failOn(99, agent);
    const [last, quick] = await timed(() => attempt(agent, 'personne100@inconnu.fr', WRONG));
    assert.deepEqual([last.status, quick < 1_000], [422, true], `${quick} ms`);
    const [slowed, slow] = await timed(() => attempt(agent, emailOf(0), PASSWORD));
    assert.equal(slowed.status, 303);
    assert.ok(slow >= 990, `${slow} ms`);
    const [other, free] = await timed(() => attempt(from(newAddress()), emailOf(0), PASSWORD));
    assert.deepEqual([other.status, free < 1_000], [303, true], 'another address is not touched');
  });

  test('accounts are counted, not failures: one person who mistypes is one', async () => {
    const agent = from(newAddress());
    for (let account = 1; account <= 12; account += 1) {
      for (let failure = 1; failure <= 10; failure += 1)
        assert.equal((await attempt(agent, `oublieux${account}@inconnu.fr`, WRONG)).status, 422);
    }
    const [{ points }] = await portal.db('rate_limits').where('key', 'like', 'failures-address%');
    assert.equal(points, 12);
    const [page, time] = await timed(() => attempt(agent, emailOf(0), PASSWORD));
    assert.deepEqual([page.status, time < 1_000], [303, true]);
  });

  /** So many accounts failed on from this address, as a limit counts them. */
  async function failedOn(accounts: number, address: string): Promise<void> {
    const { failed } = attemptCounter(portal.db);
    for (let one = 1; one <= accounts; one += 1)
      await failed({ scope: 'account', email: `personne${one}@inconnu.fr`, address });
  }

  test('twenty wait, the others get a 429 that sends nobody to change their password; known devices all get in', async () => {
    const address = newAddress();
    const known: { agent: Agent; email: string }[] = [];
    for (const { email } of people.slice(0, 20)) {
      const agent = from(address, held);
      await agent.signIn(email, PASSWORD);
      await agent.post('/deconnexion', { _csrf: await agent.token() });
      known.push({ agent, email });
    }
    await failedOn(100, address);
    let answered = 0;
    const queued = Array.from({ length: 30 }, async (_, rank) => {
      const page = await attempt(from(address, held), `attente${rank}@inconnu.fr`, WRONG);
      answered += 1;
      return page;
    });
    const full = await firstOf(queued, 10);
    assert.deepEqual(new Set(full.map(({ status }) => status)), new Set([429]));
    const [page] = full;
    assert.match(
      page?.notices.join() ?? '',
      /Trop de tentatives ont échoué depuis votre réseau\. .* réessayez dans une minute\.$/,
    );
    assert.doesNotMatch(page?.notices.join() ?? '', /choisi|nouveau mot de passe/);
    assert.equal(page?.headers['retry-after'], '20');

    const statuses: number[] = [];
    for (const { agent, email } of known) statuses.push((await attempt(agent, email, PASSWORD)).status);
    assert.deepEqual(statuses, Array(20).fill(303));
    assert.deepEqual(
      [answered, pauses.asked],
      [10, [1_000]],
      'they did not wait for the queue: it has not moved',
    );

    pauses.endAll();
    const waited = (await Promise.all(queued)).filter(({ status }) => status === 422);
    assert.equal(waited.length, 20);
    assert.deepEqual(pauses.asked, Array(20).fill(1_000), 'one a second');
    const events = await portal.db('audit_events').where({ action: 'sign_in.limited' });
    assert.deepEqual(
      events.map(({ details }) => details),
      [{ scope: 'address' }],
      'one event a window',
    );
  });

  test('who leaves while they wait leaves their place to another, and is not judged', async () => {
    const address = newAddress();
    await failedOn(100, address);
    const wires = await Promise.all(Array.from({ length: 30 }, () => openWire(held.url)));
    const body = new URLSearchParams({ email: 'parti@inconnu.fr', password: WRONG }).toString();
    const head = [
      'POST /connexion HTTP/1.1',
      `Host: ${new URL(held.url).host}`,
      `Origin: ${held.url}`,
      `X-Forwarded-For: ${address}`,
      'Content-Type: application/x-www-form-urlencoded',
      `Content-Length: ${body.length}`,
    ];
    for (const { socket } of wires) socket.write(`${head.join('\r\n')}\r\n\r\n${body}`);
    const turnedAway = () => wires.filter(({ received }) => received().startsWith('HTTP/1.1 429 '));
    await eventually(() => turnedAway().length === 10);
    for (const { socket } of wires) socket.destroy();
    await eventually(() => pauses.lasting() === 0);

    const late = Array.from({ length: 20 }, (_, rank) =>
      attempt(from(address, held), `apres${rank}@inconnu.fr`, WRONG),
    );
    await eventually(() => pauses.lasting() === 1);
    pauses.endAll();
    assert.deepEqual(
      (await Promise.all(late)).map(({ status }) => status),
      Array(20).fill(422),
    );
    const judged = await portal
      .db('rate_limits')
      .where('key', 'like', 'failures-account%')
      .sum('points as n')
      .first();
    assert.equal(Number(judged?.n), 100 + 20);
  });

  test('a burst does not pass before its first failures are counted', async () => {
    const address = newAddress();
    const answers = Array.from({ length: 200 }, (_, rank) =>
      attempt(from(address, held), `rafale${rank}@inconnu.fr`, WRONG),
    );
    // All but the twenty who wait, before any of these goes on.
    await firstOf(answers, 180);
    pauses.endAll();
    const statuses = (await Promise.all(answers)).map(({ status }) => status);
    const evaluated = statuses.filter((status) => status === 422).length;
    // A hundred, those under way at once, and the queue.
    assert.ok(evaluated >= 100 && evaluated <= 100 + 10 + 20, `${evaluated} were evaluated`);
    assert.ok(allOf(statuses, (status) => status === 422 || status === 429));
  });

  /** The first so many of these that settle. */
  function firstOf<T>(works: readonly Promise<T>[], count: number): Promise<T[]> {
    return new Promise((resolve, reject) => {
      const settled: T[] = [];
      for (const work of works) {
        work.then((value) => {
          settled.push(value);
          if (settled.length === count) resolve(settled.slice());
        }, reject);
      }
    });
  }
});
