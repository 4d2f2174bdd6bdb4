import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { demonstrationAccounts, demonstrationPassword } from '../../src/presenters/demonstration.ts';
import { createTestDatabase, type TestDatabase } from '../tools/database.ts';
import { freePort } from '../tools/free-port.ts';
import { type PortalProcess, printed, spawnPortal } from '../tools/process.ts';
import { howMany, tellCases } from '../tools/sample.ts';

const STOPS = howMany(3, 100);
const CONNECTIONS = 10;
/** Leaves no idle connection behind, which a portal that stops would wait for. */
const unkept = new Agent();

describe('the process of the portal', () => {
  let database: TestDatabase;
  const data = mkdtempSync(join(tmpdir(), 'portail-process-'));
  const processes: PortalProcess[] = [];

  before(async () => {
    database = await createTestDatabase({ template: 'demonstration' });
  });
  after(async () => {
    for (const { child, ended } of processes) {
      child.kill('SIGKILL');
      await ended;
    }
    await database?.drop();
    rmSync(data, { recursive: true, force: true });
  });

  /** Waits until the portal listens, and has done everything that comes after. */
  async function ready(portal: PortalProcess & { url: string }): Promise<void> {
    await printed(portal, 'Espace Organismes');
    assert.equal(await once(`${portal.url}/livez`, unkept), null);
  }

  async function start(
    more: Record<string, string> = {},
    command?: [string, ...string[]],
  ): Promise<PortalProcess & { url: string }> {
    const PORT = String(await freePort());
    const environment = { PORT, DATABASE_URL: database.url, DATA_DIR: data, LOG_LEVEL: 'warn', ...more };
    const portal = spawnPortal(environment, command);
    processes.push(portal);
    return { ...portal, url: `http://127.0.0.1:${PORT}` };
  }

  test('says its address and the accounts of the demonstration, and nothing is a secret but their public password', async () => {
    const portal = await start();
    await printed(portal, demonstrationAccounts.at(-1)?.email ?? '');
    const { out, err } = portal.output();
    assert.match(out, /Espace Organismes: http:\/\/localhost:\d+/);
    assert.ok(out.includes(demonstrationPassword));
    for (const { email } of demonstrationAccounts) assert.ok(out.includes(email), email);
    const password = new URL(database.url).password;
    assert.ok(password === '' || !`${out}${err}`.includes(password));
    portal.child.kill('SIGTERM');
    assert.equal(await portal.ended, 0);
  });

  test(`SIGTERM under load: no request under way is cut, in ${STOPS} stops`, async (t) => {
    for (let stop = 1; stop <= STOPS; stop += 1) {
      const portal = await start();
      await ready(portal);
      const load = startLoad(portal.url);
      await load.underWay;
      portal.child.kill('SIGTERM');
      assert.equal(await portal.ended, 0, portal.output().err);
      assert.deepEqual(await load.cut, []);
    }
    tellCases(t, STOPS);
  });

  test('a connection is kept as long as was promised: a request that comes on it after SIGTERM has its answer', async () => {
    const portal = await start();
    await ready(portal);
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    assert.equal(await once(`${portal.url}/connexion`, agent), null);
    portal.child.kill('SIGTERM');
    await setTimeout(1_000);
    assert.equal(await once(`${portal.url}/connexion`, agent), null);
    // It was told to leave with that answer, so that nothing more is waited for.
    const answered = Date.now();
    assert.equal(await portal.ended, 0);
    assert.ok(Date.now() - answered < 3_000);
    agent.destroy();
  });

  test('SIGINT stops it too, and a second signal changes nothing', async () => {
    const portal = await start();
    await ready(portal);
    portal.child.kill('SIGINT');
    portal.child.kill('SIGINT');
    assert.equal(await portal.ended, 0);
  });

  test('who stops `npm start` stops the portal, although the shell of npm passes no signal on', async () => {
    const npm = await start({}, ['npm', 'start']);
    await ready(npm);
    npm.child.kill('SIGTERM');
    // Its output closes with the last process that writes there: the portal.
    await npm.ended;
    await assert.rejects(fetch(`${npm.url}/livez`));
  });

  test('a wrong environment stops the start: one line a fault, nothing else, exit code 2', async () => {
    const portal = await start({ PORT: 'abc', LOG_LEVEL: 'bavard', SESSION_SECRET: 'court' });
    assert.equal(await portal.ended, 2);
    const { out, err } = portal.output();
    assert.equal(out, '');
    assert.deepEqual(
      err
        .trim()
        .split('\n')
        .map((line) => line.split(':')[0]),
      ['PORT', 'SESSION_SECRET', 'LOG_LEVEL'],
    );
  });

  test('production refuses demonstration data, and so does what is reached from elsewhere: exit code 2', async () => {
    const secret = 'x'.repeat(40);
    const production = {
      ...{ NODE_ENV: 'production', SESSION_SECRET: secret, FACTOR_KEY: secret },
      SMTP_URL: 'smtp://127.0.0.1:9',
    };
    const far = 'https://portail.exemple.fr';
    const cases: [Record<string, string>, string[]][] = [
      [{ ...production, BASE_URL: far }, ['DATABASE_URL']],
      [{ HOST: '0.0.0.0' }, ['HOST']],
      [{ TRUST_PROXY: '1' }, ['TRUST_PROXY']],
      [{ BASE_URL: far }, ['BASE_URL']],
      [
        { BASE_URL: 'http://localhost.exemple.fr', HOST: '0.0.0.0', TRUST_PROXY: '2' },
        ['HOST', 'TRUST_PROXY', 'BASE_URL'],
      ],
    ];
    for (const [more, faults] of cases) {
      const portal = await start(more);
      assert.equal(await portal.ended, 2);
      const lines = portal.output().err.trim().split('\n');
      assert.deepEqual(
        lines.map((line) => line.split(':')[0]),
        faults,
      );
      assert.ok(!portal.output().err.includes(secret));
    }
  });

  test('the names of this machine are equal, for the demonstration too', async () => {
    const portal = await start({ BASE_URL: 'http://127.0.0.1' });
    await printed(portal, 'Espace Organismes');
    assert.equal((await fetch(portal.url.replace('127.0.0.1', 'localhost'))).status, 200);
    portal.child.kill('SIGTERM');
    await portal.ended;
  });

  test('a port that is taken is said in one sentence: exit code 1', async () => {
    const first = await start();
    await ready(first);
    const second = await start({ PORT: new URL(first.url).port });
    assert.equal(await second.ended, 1);
    assert.match(
      second.output().err,
      /^PORT: another process listens on \d+ already\. Stop it, or choose another port: PORT=\d+ npm start$/m,
    );
    assert.doesNotMatch(second.output().err, /\n\s+at /);
    first.child.kill('SIGTERM');
    await first.ended;
  });

  test('a database that is not there, or refuses, is said in one line without a password: exit code 1', async () => {
    const { port } = new URL(database.url);
    for (const [host, reason] of [
      [`127.0.0.1:${await freePort()}`, 'connect ECONNREFUSED'],
      [`localhost:${await freePort()}`, 'connect ECONNREFUSED'],
      [`127.0.0.1:${port}`, 'password authentication failed'],
    ] as const) {
      const portal = await start({ DATABASE_URL: `postgres://personne:phrase-secrete@${host}/portail` });
      assert.equal(await portal.ended, 1);
      const { out, err } = portal.output();
      assert.match(err, new RegExp(`^DATABASE_URL: ${reason}[^\n]*\n$`));
      assert.ok(!`${out}${err}`.includes('phrase-secrete'));
    }
  });
});

/**
 * Asks without end on ten connections until the portal no longer listens. `underWay` is when each may have had an
 * answer and asks again; `cut` tells, at the end, the requests that had none.
 */
function startLoad(url: string): { underWay: Promise<unknown>; cut: Promise<string[]> } {
  const { promise: answering, resolve: isAnswering } = Promise.withResolvers<void>();
  let answered = 0;
  const faults: string[] = [];
  const worker = async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    while (faults.length <= CONNECTIONS) {
      const error = await once(`${url}/connexion`, agent);
      // Nobody was listening any more: that request never began.
      if (error === 'ECONNREFUSED') break;
      if (error !== null) faults.push(error);
      answered += 1;
      if (answered > 2 * CONNECTIONS) isAnswering();
    }
    agent.destroy();
  };
  const cut = Promise.all(Array.from({ length: CONNECTIONS }, worker)).then(() => faults);
  return { underWay: Promise.race([answering, cut]), cut };
}

function once(url: string, agent: Agent): Promise<string | null> {
  return new Promise((resolve) => {
    get(url, { agent }, (answer) => {
      answer.resume();
      answer.on('error', (error) => resolve(`in the answer: ${error.message}`));
      answer.on('end', () => resolve(answer.complete ? null : 'half an answer'));
    }).on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
  });
}
