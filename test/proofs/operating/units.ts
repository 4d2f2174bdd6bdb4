import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { root } from '../../tools/sources.ts';
import type { Machine } from './machine.ts';
import { readAsSystemd } from './settings.ts';

const UNITS = join(root, 'deploy/systemd');
const LINES_TOLD = 6;

/** A process that a unit started. */
interface Running {
  child: ChildProcess;
  said(): string;
  ended: Promise<number | null>;
}

/** What starts and stops the units, as systemd does, by what stands in their files. */
export interface Supervisor {
  start(name: string): void;
  /** How it ended, after how many seconds, and what it had said last. */
  stop(name: string): Promise<{ code: number | null; seconds: number; said: string }>;
  /** Runs a unit of type oneshot: each of its commands, to the end. @throws with what it said where one fails */
  once(name: string): Promise<void>;
  pidOf(name: string): number;
  /** The last lines of each process that runs. */
  said(): string;
  stopAll(): Promise<void>;
}

/** The units of deploy/systemd as they stand on this machine. */
export function copyUnits({ folder, here }: Machine): string {
  const units = join(folder, 'etc/systemd');
  mkdirSync(units, { recursive: true });
  for (const name of readdirSync(UNITS))
    writeFileSync(join(units, name), here(readFileSync(join(UNITS, name), 'utf8')));
  return units;
}

/** What systemd itself says against them; null where it is not installed. */
export function verifyUnits(units: string): string[] | null {
  const names = readdirSync(units).map((name) => join(units, name));
  const { error, status, stdout, stderr } = spawnSync('systemd-analyze', ['verify', '--man=no', ...names], {
    encoding: 'utf8',
  });
  if (error) return null;
  const lines = `${stdout}${stderr}`.split('\n').filter((line) => line.includes('portail'));
  return status === 0 ? lines : [`systemd-analyze verify ended with ${status}`, ...lines];
}

/** The values of a setting of a unit, for this instance. */
function valuesOf(units: string, name: string, setting: string): string[] {
  const [unit = '', instance = ''] = name.split('@');
  const file = join(units, name.includes('@') ? `${unit}@.service` : `${unit}.service`);
  return [...readFileSync(file, 'utf8').matchAll(new RegExp(`^${setting}=(.*)$`, 'gm'))].map(
    ([, value = '']) => value.replaceAll('%i', instance).replaceAll('%%', '%').replaceAll('$$', '$'),
  );
}

/** The words of a command line; those between single quotes are one. */
const wordsOf = (line: string): string[] =>
  [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');

export function createSupervisor(units: string): Supervisor {
  const running = new Map<string, Running>();
  const abandon = () => {
    for (const { child } of running.values()) child.kill('SIGKILL');
  };
  process.once('exit', abandon);

  function launch(name: string, line: string): Running {
    const [program = '', ...args] = wordsOf(line);
    const environment = valuesOf(units, name, 'Environment').map((pair) => pair.split('='));
    const files = valuesOf(units, name, 'EnvironmentFile').map(readAsSystemd);
    const umask = valuesOf(units, name, 'UMask')[0] ?? '0022';
    const child = spawn('sh', ['-c', 'umask "$0"; exec "$@"', umask, program, ...args], {
      cwd: valuesOf(units, name, 'WorkingDirectory')[0],
      // Those of files come last.
      env: Object.assign({ PATH: process.env.PATH }, Object.fromEntries(environment), ...files),
    });
    let text = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk) => {
        text += chunk;
      });
    const said = () => text.trim().split('\n').slice(-LINES_TOLD).join('\n');
    const ended = new Promise<number | null>((resolve) => {
      child.once('error', (error) => {
        text += error.message;
        resolve(null);
      });
      child.once('close', resolve);
    });
    return { child, said, ended };
  }

  async function stop(name: string) {
    const process = running.get(name);
    running.delete(name);
    if (!process) throw new Error(`${name} does not run`);
    const began = performance.now();
    process.child.kill('SIGTERM');
    const patience = Number(valuesOf(units, name, 'TimeoutStopSec')[0]) * 1_000;
    const force = setTimeout(() => process.child.kill('SIGKILL'), patience);
    const code = await process.ended;
    clearTimeout(force);
    return { code, seconds: (performance.now() - began) / 1_000, said: process.said() };
  }

  return {
    stop,
    start: (name) => void running.set(name, launch(name, valuesOf(units, name, 'ExecStart')[0] ?? '')),
    async once(name) {
      const lines = ['ExecStart', 'ExecStartPost'].flatMap((setting) => valuesOf(units, name, setting));
      for (const line of lines) {
        const { ended, said } = launch(name, line);
        if ((await ended) !== 0) throw new Error(`${name}: ${said()}`);
      }
    },
    pidOf: (name) => running.get(name)?.child.pid ?? 0,
    said: () => [...running].map(([name, { said }]) => `${name}: ${said()}`).join('\n'),
    async stopAll() {
      await Promise.all([...running.keys()].map(stop));
      process.off('exit', abandon);
    },
  };
}

/** Takes the place of `systemctl`: what is typed comes here as the body of a request. */
export async function answerSystemctl(
  perform: (words: readonly string[]) => Promise<void>,
): Promise<{ url: string; close(): void }> {
  const server = createServer(async (request, response) => {
    try {
      const chunks = await request.toArray();
      await perform(Buffer.concat(chunks).toString().split(' '));
      response.end();
    } catch (error) {
      response.writeHead(500).end(String(error));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
