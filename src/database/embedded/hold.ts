import pg from 'pg';
import { settles } from '../settling.ts';
import { closeConnection } from '../statements.ts';
import { OWNER, readConnection } from './cluster.ts';
import type { Cluster } from './folder.ts';
import { findRunningServer } from './lock.ts';
import { HOST, shutDown } from './process.ts';

/** By which the server knows a connection that only keeps it running. */
export const KEEPER = 'portail (keeps the server)';

/**
 * A connection kept open for as long as this process uses the server: the system closes it whatever way the
 * process ends, so that counting the users needs no list of processes.
 */
export interface Hold {
  client: HeldClient;
  pid: number;
  port: number;
  password: string;
}

/** The types of pg leave out two methods of its client. */
type HeldClient = pg.Client & { ref(): void; unref(): void };

/** Shared by every process that uses the server; whoever can have it alone is the last one and stops the server. */
const USE_LOCK = 1_886_351_988;
/** Milliseconds that who stops waits for the server: a process ends, whatever its database does. */
const ANSWERS_WITHIN = 3_000;

/**
 * Connects to the server that runs on this cluster, and creates the database of the portal if needed.
 * Undefined while there is no server that answers.
 * @throws the database's error when the server answers and refuses
 */
export async function joinServer(cluster: Cluster): Promise<Hold | undefined> {
  const server = await findRunningServer(cluster);
  if (!server?.ready) return undefined;
  const { pid, port } = server;
  const { password } = await readConnection(cluster);
  const client = new pg.Client({
    host: HOST,
    port,
    user: OWNER,
    password,
    database: 'postgres',
    ssl: false,
    connectionTimeoutMillis: 5_000,
    keepAlive: true,
    application_name: KEEPER,
  }) as HeldClient;
  // The end of the connection is what matters, and is watched.
  client.on('error', () => undefined);
  try {
    await client.connect();
    // Waits while the last user is stopping the server, and then fails with it.
    await client.query('select pg_advisory_lock_shared($1)', [USE_LOCK]);
    await ensureDatabase(client);
    return { client, pid, port, password };
  } catch (error) {
    await client.end().catch(() => undefined);
    // Class 57: starting, stopping or recovering. No class: the connection broke.
    if (error instanceof pg.DatabaseError && !error.code?.startsWith('57')) throw error;
    return undefined;
  }
}

async function ensureDatabase(client: pg.Client): Promise<void> {
  const { rowCount } = await client.query('select from pg_database where datname = $1', [OWNER]);
  if (rowCount) return;
  try {
    await client.query(`create database ${OWNER} template template0`);
  } catch (error) {
    // A simultaneous start was quicker.
    if (!(error instanceof pg.DatabaseError && ['42P04', '23505'].includes(error.code ?? ''))) throw error;
  }
}

/**
 * Ends the use of the server, and stops it unless another process uses it.
 * @param native finds the folder of the programs
 * @returns whether the server was stopped
 */
export async function release(hold: Hold, cluster: Cluster, native: () => Promise<string>): Promise<boolean> {
  hold.client.ref();
  try {
    const alone = await isLastUser(hold.client);
    // The lock is kept until the server has stopped: nobody joins one that is going away.
    if (alone) await shutDown(cluster, hold.pid, native);
    return alone;
  } finally {
    await closeConnection(hold.client).catch(() => undefined);
  }
}

/** False also when the server has just gone by itself, or says nothing: it is then left as it is. */
async function isLastUser(client: pg.Client): Promise<boolean> {
  const asked = (async () => {
    await client.query('select pg_advisory_unlock_shared($1)', [USE_LOCK]);
    const { rows } = await client.query('select pg_try_advisory_lock($1) as alone', [USE_LOCK]);
    return rows[0].alone as boolean;
  })().catch(() => false);
  return (await settles(asked, ANSWERS_WITHIN)) && asked;
}
