import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { totalmem } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { CHILD_ENVIRONMENT, programPath, run } from './binaries.ts';
import type { Cluster } from './folder.ts';
import { dropWreck, findRunningServer, isAlive } from './lock.ts';

/** A server that this process has launched. */
export interface Launch {
  pid: number | undefined;
  /** Once it has stopped: the last fatal line of its log; undefined while it runs. */
  failure(): Promise<string | undefined>;
  interrupt(): void;
}

/** The only address the server listens on. */
export const HOST = '127.0.0.1';

/** Signals to send in turn and how long to wait after each, in milliseconds. */
const SHUTDOWN_STEPS = [
  ['SIGINT', 30_000],
  ['SIGQUIT', 10_000],
] as const;

/** Settings of the server, all on its command line: what a new version of the portal wants applies at once. */
function serverSettings(port: number, extra: Record<string, string>): string[] {
  const settings = {
    listen_addresses: HOST,
    port: String(port),
    unix_socket_directories: '',
    max_connections: '100',
    shared_buffers: '256MB',
    work_mem: '16MB',
    effective_cache_size: `${Math.max(512, Math.floor(totalmem() / 2 ** 21))}MB`,
    random_page_cost: '1.1',
    max_wal_size: '2GB',
    jit: 'off',
    timezone: 'UTC',
    log_timezone: 'UTC',
    log_checkpoints: 'off',
    ...extra,
  };
  return Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

/**
 * Launches the server on a port of the loopback. It has a process group of its own: the terminal's Ctrl-C
 * reaches the portal only, which stops the server once its last requests are answered.
 */
export async function launchServer(
  cluster: Cluster,
  native: string,
  port: number,
  settings: Record<string, string>,
): Promise<Launch> {
  await dropWreck(cluster);
  const logStart = await stat(cluster.log).then(
    ({ size }) => size,
    () => 0,
  );
  const log = openSync(cluster.log, 'a', 0o600);
  try {
    const child = spawn(
      programPath(native, 'postgres'),
      ['-D', cluster.data, ...serverSettings(port, settings)],
      {
        cwd: cluster.home,
        env: CHILD_ENVIRONMENT,
        detached: true,
        windowsHide: true,
        stdio: ['ignore', log, log],
        ...cluster.user,
      },
    );
    let spawnError: string | undefined;
    child.on('error', (error) => {
      spawnError = error.message;
    });
    child.unref();
    const hasStopped = () => child.exitCode !== null || child.signalCode !== null;
    return {
      pid: child.pid,
      failure: async () =>
        spawnError ?? (hasStopped() ? await lastFatalLine(cluster.log, logStart) : undefined),
      interrupt: () => child.kill('SIGINT'),
    };
  } finally {
    closeSync(log);
  }
}

async function lastFatalLine(path: string, start: number): Promise<string> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const { buffer } = await file.read({ buffer: Buffer.alloc(size - start), position: start });
    const lines = buffer.toString('utf8').trim().split('\n');
    return lines.findLast((line) => /FATAL|PANIC/.test(line)) ?? lines.at(-1) ?? '';
  } finally {
    await file.close();
  }
}

/** Returns the preferred port when it is free, any free one otherwise. */
export async function choosePort(preferred: number): Promise<number> {
  return (await tryPort(preferred)) ?? (await tryPort(0)) ?? preferred;
}

function tryPort(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const probe = createServer().on('error', () => resolve(undefined));
    probe.listen(port, HOST, () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' ? address?.port : undefined));
    });
  });
}

/**
 * Stops the server: connections are closed and everything is written (fast shutdown); by force after 30 s.
 * @param native finds the folder of the programs
 */
export async function shutDown(cluster: Cluster, pid: number, native: () => Promise<string>): Promise<void> {
  for (const [signal, patience] of SHUTDOWN_STEPS) {
    if (process.platform === 'win32') {
      // Windows has no signals: process.kill would end the server without letting it write anything.
      await run(programPath(await native(), 'pg_ctl'), ['kill', signal.slice(3), String(pid)], undefined);
    } else if (isAlive(pid)) {
      process.kill(pid, signal);
    }
    const limit = Date.now() + patience;
    while (Date.now() < limit) {
      if ((await findRunningServer(cluster))?.pid !== pid) return;
      await sleep(20);
    }
  }
}
