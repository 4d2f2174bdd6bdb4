import { spawn } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  chownSync,
  copyFileSync,
  mkdirSync,
  openSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { run } from '../../../src/database/embedded/binaries.ts';
import { HOST } from '../../../src/database/embedded/process.ts';
import { eventually } from '../../tools/eventually.ts';
import { freePort } from '../../tools/free-port.ts';
import { root } from '../../tools/sources.ts';
import { type Flavour, flavours } from '../house/server.ts';

/** The oldest that the portal takes, and what Debian 12 has. */
const WANTED = 'Debian’s PostgreSQL 15';
/** Who runs it where this process is root, which PostgreSQL refuses. */
const NOBODY = { uid: 65_534, gid: 65_534 };
const SECONDS_TO_START = 60;

/** A PostgreSQL with psql and pg_dump beside it; undefined where none is installed. */
export function findFlavour(): (Flavour & { home: string }) | undefined {
  const installed = flavours().flatMap(({ name, home }) => (home === null ? [] : [{ name, home }]));
  return installed.find(({ name }) => name === WANTED) ?? installed.at(-1);
}

export interface OwnServer {
  port: number;
  /** What psql reads to enter as its superuser. */
  superuser: Record<string, string>;
  stop(): Promise<void>;
  /** At once, where this process ends. */
  kill(): void;
}

/** A cluster of its own, made and set as the document says. */
export async function startOwnServer(
  { home }: Flavour & { home: string },
  folder: string,
): Promise<OwnServer> {
  const user = process.getuid?.() === 0 ? NOBODY : undefined;
  const program = (name: string) => join(home, 'bin', name);
  const [data, settings, secret] = [
    join(folder, 'data'),
    join(folder, 'portail.conf'),
    join(folder, 'secret'),
  ];
  const password = 'du-superutilisateur';
  mkdirSync(data, { recursive: true, mode: 0o700 });
  writeFileSync(secret, password, { mode: 0o600 });
  copyFileSync(join(root, 'deploy/postgresql.conf'), settings);
  chmodSync(folder, 0o755);
  chmodSync(settings, 0o644);
  for (const path of user ? [data, secret] : []) chownSync(path, NOBODY.uid, NOBODY.gid);
  const access = ['--auth=scram-sha-256', '--username=postgres', `--pwfile=${secret}`];
  const made = await run(
    program('initdb'),
    ['-D', data, '--encoding=UTF8', '--locale=C.UTF-8', '--no-sync', ...access],
    user,
  );
  if (made.code !== 0) throw new Error(`initdb: ${made.output}`);
  appendFileSync(join(data, 'postgresql.conf'), `\ninclude '${settings}'\n`);

  const port = await freePort();
  const log = openSync(join(folder, 'server.log'), 'a');
  const place = ['-c', `listen_addresses=${HOST}`, '-c', `port=${port}`, '-c', 'unix_socket_directories='];
  const child = spawn(program('postgres'), ['-D', data, ...place], {
    ...{ cwd: '/', env: { LC_ALL: 'C' }, stdio: ['ignore', log, log], ...user },
  });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const isUp = async () =>
    (await run(program('pg_isready'), ['--host', HOST, '--port', String(port)], user)).code === 0;
  const stop = async () => {
    // Everyone is cut off, and everything is written.
    child.kill('SIGINT');
    await ended;
  };
  try {
    await eventually(isUp, SECONDS_TO_START);
  } catch (error) {
    await stop();
    throw error;
  }
  const superuser = { PGHOST: HOST, PGPORT: String(port), PGUSER: 'postgres', PGPASSWORD: password };
  // It ends its own processes without waiting for what they do.
  return { port, superuser, stop, kill: () => void child.kill('SIGQUIT') };
}
