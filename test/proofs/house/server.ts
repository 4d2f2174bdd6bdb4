import { globSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { findBinaries } from '../../../src/database/embedded/binaries.ts';
import { createCluster, OWNER, readConnection } from '../../../src/database/embedded/cluster.ts';
import { type Cluster, locateCluster } from '../../../src/database/embedded/folder.ts';
import { findRunningServer } from '../../../src/database/embedded/lock.ts';
import { choosePort, HOST, launchServer, shutDown } from '../../../src/database/embedded/process.ts';
import { signalAll } from '../../tools/signals.ts';

/** A PostgreSQL that this machine has. */
export interface Flavour {
  /** « PostgreSQL 18, embedded ». */
  name: string;
  /** The folder that holds its `bin`; null for the embedded one. */
  home: string | null;
}

/** A PostgreSQL of the proofs' own, to which happens what happens to servers. It always comes back on the same port. */
export interface ProofServer {
  /** As a superuser, on the database `postgres`. */
  adminUrl: string;
  /** Everyone is cut off, everything is written, and it starts again. */
  restart(): Promise<void>;
  /** Every process of it dies at once, and it starts again. */
  kill(): Promise<void>;
  /** Every process of it stops where it stands: it still takes connections, and answers nothing. */
  freeze(): void;
  thaw(): void;
  stop(): Promise<void>;
}

/** Milliseconds that a start may take, the recovery after a crash included. */
const PATIENCE = 60_000;
const SILENT = { info() {}, warn() {} };
const OLDEST = 15;

/** The embedded one first, then what Debian's packages installed. */
export function flavours(): Flavour[] {
  const installed = globSync('/usr/lib/postgresql/*/bin/postgres').flatMap((program) => {
    const version = Number(program.split('/')[4]);
    return version >= OLDEST
      ? [{ name: `Debian’s PostgreSQL ${version}`, home: join(program, '../..') }]
      : [];
  });
  return [
    { name: 'embedded PostgreSQL', home: null },
    ...installed.sort((one, other) => one.name.localeCompare(other.name)),
  ];
}

/** Starts one on a data folder, which must be open to an unprivileged user where this process is root. */
export async function startProofServer(flavour: Flavour, folder: string): Promise<ProofServer> {
  const cluster = await locateCluster(folder, SILENT);
  const native = flavour.home ?? (await findBinaries(cluster.home, cluster.user));
  await createCluster(cluster, native, false);
  const port = await choosePort(0);
  const { password } = await readConnection(cluster);
  const adminUrl = `postgres://${OWNER}:${password}@${HOST}:${port}/postgres`;

  const start = () => startAgain(cluster, native, port, adminUrl);
  const postmaster = async () => {
    const running = await findRunningServer(cluster);
    if (!running) throw new Error(`PostgreSQL is not there: see ${cluster.log}`);
    return running.pid;
  };
  const stop = async () => shutDown(cluster, await postmaster(), async () => native);

  let pid = await start();
  return {
    adminUrl,
    async restart() {
      await stop();
      pid = await start();
    },
    async kill() {
      signalAll(pid, 'SIGKILL');
      pid = await start();
    },
    freeze: () => signalAll(pid, 'SIGSTOP'),
    thaw: () => signalAll(pid, 'SIGCONT'),
    async stop() {
      signalAll(pid, 'SIGCONT');
      await stop().catch(() => signalAll(pid, 'SIGKILL'));
    },
  };
}

/** Launches it until it answers: for a moment after a kill, what the former one held is still busy. */
async function startAgain(cluster: Cluster, native: string, port: number, adminUrl: string): Promise<number> {
  const limit = Date.now() + PATIENCE;
  let launch: Awaited<ReturnType<typeof launchServer>> | undefined;
  while (Date.now() < limit) {
    launch ??= await launchServer(cluster, native, port, SETTINGS);
    if ((await launch.failure()) !== undefined) launch = undefined;
    else if (await answers(adminUrl)) return launch.pid ?? 0;
    await sleep(100);
  }
  throw new Error(`PostgreSQL does not come back: see ${cluster.log}`);
}

/** As installed, but for room for what a proof opens beside the portals. */
const SETTINGS = { max_connections: '200' };

async function answers(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
  client.on('error', () => {});
  return client.connect().then(
    () => client.end().then(() => true),
    () => false,
  );
}
