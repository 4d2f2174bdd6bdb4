import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { startEmbeddedServer } from '../../src/database/embedded/server.ts';
import { freePort } from '../tools/free-port.ts';
import { type PortalProcess, printed, spawnPortal } from '../tools/process.ts';
import { signalAll } from '../tools/signals.ts';

const POPULATE = ['src/cli/populate.ts', '--accounts', '100000'];

describe('a process that started the embedded PostgreSQL leaves none behind', () => {
  const data = mkdtempSync(join(tmpdir(), 'portail-embedded-process-'));
  // Open to the user that runs PostgreSQL, where the tests are root's.
  chmodSync(data, 0o755);
  const lock = join(data, 'postgresql/cluster/data/postmaster.pid');
  const processes: PortalProcess[] = [];

  afterEach(async () => {
    for (const { child, ended } of processes.splice(0)) {
      child.kill('SIGKILL');
      await ended;
    }
  });
  after(() => {
    if (existsSync(lock)) process.kill(Number(readFileSync(lock, 'utf8').split('\n')[0]), 'SIGQUIT');
    rmSync(data, { recursive: true, force: true, maxRetries: 10 });
  });

  function start(command: [string, ...string[]], more: Record<string, string> = {}): PortalProcess {
    const started = spawnPortal({ DATA_DIR: data, LOG_LEVEL: 'warn', ...more }, command);
    processes.push(started);
    return started;
  }

  const node = (...words: string[]): [string, ...string[]] => [process.execPath, ...words];

  /** Waits for what a process does: it fails where the process ends first. */
  async function until(done: () => boolean, { ended, output }: PortalProcess): Promise<void> {
    let over = false;
    void ended.then(() => {
      over = true;
    });
    while (!done()) {
      if (over) assert.fail(`the process ended: ${JSON.stringify(output())}`);
      await sleep(20);
    }
  }

  const populating = (populate: PortalProcess) =>
    until(() => populate.output().err.includes('accounts'), populate);

  test('a portal stopped while it starts', async () => {
    const portal = start(node('src/server.ts'), { PORT: String(await freePort()) });
    await until(() => existsSync(lock), portal);
    portal.child.kill('SIGTERM');
    assert.equal(await portal.ended, 143);
    assert.equal(existsSync(lock), false);
    assert.equal(portal.output().err, '', 'what the stop breaks is not told');
  });

  test('unless it is frozen: who stops ends in time all the same, and leaves it as it is', async () => {
    const port = await freePort();
    const portal = start(node('src/server.ts'), { PORT: String(port) });
    await printed(portal, 'Espace Organismes');
    const worker = start(node('src/cli/worker.ts'));
    await printed(worker, 'Doing jobs');
    const postmaster = Number(readFileSync(lock, 'utf8').split('\n')[0]);
    signalAll(postmaster, 'SIGSTOP');
    try {
      const late = start(node('src/server.ts'), { PORT: String(await freePort()) });
      await sleep(2_000);
      const began = performance.now();
      for (const { child } of [portal, worker, late]) child.kill('SIGTERM');
      assert.deepEqual(await Promise.all([portal.ended, worker.ended]), [0, 0]);
      // Nothing tells that it waits for the server: on a slow machine it may not have begun to, and ends by the signal itself.
      assert.ok([143, null].includes(await late.ended));
      assert.ok(performance.now() - began < 30_000);
    } finally {
      signalAll(postmaster, 'SIGCONT');
      process.kill(postmaster, 'SIGQUIT');
    }
    while (existsSync(lock)) await sleep(20);
  });

  test('`npm run dev`', async () => {
    const PORT = String(await freePort());
    const dev = start(['npm', 'run', 'dev'], { PORT });
    await printed(dev, 'Espace Organismes');
    assert.equal(existsSync(lock), true);
    dev.child.kill('SIGTERM');
    // Its output closes with the last process that writes there: the portal.
    await dev.ended;
    assert.equal(existsSync(lock), false);
  });

  test('a portal whose port is taken', async () => {
    const PORT = String(await freePort());
    const first = start(node('src/server.ts'), { PORT });
    await printed(first, 'Espace Organismes');
    const second = start(node('src/server.ts'), { PORT });
    assert.equal(await second.ended, 1);
    assert.equal(existsSync(lock), true, 'the first one uses it');
    first.child.kill('SIGINT');
    assert.equal(await first.ended, 0);
    assert.equal(existsSync(lock), false);
  });

  test('a command in the middle of its work: exit code 143', async () => {
    const populate = start(node(...POPULATE));
    await populating(populate);
    populate.child.kill('SIGTERM');
    assert.equal(await populate.ended, 143);
    assert.equal(existsSync(lock), false);
    assert.doesNotMatch(populate.output().err, /rror|terminat/, 'what the stop breaks is not told');
  });

  test('a command of npm whose shell is killed', async () => {
    const npm = start(['npm', 'run', 'populate', '--', ...POPULATE.slice(1)]);
    await populating(npm);
    npm.child.kill('SIGTERM');
    await npm.ended;
    assert.equal(existsSync(lock), false);
  });

  test('unless another process uses it; exit code 130 after Ctrl+C', async () => {
    const other = await startEmbeddedServer({ dataDirectory: data });
    const populate = start(node(...POPULATE));
    await populating(populate);
    populate.child.kill('SIGINT');
    assert.equal(await populate.ended, 130);
    assert.equal(existsSync(lock), true);
    await other.stop();
    assert.equal(existsSync(lock), false);
  });
});
