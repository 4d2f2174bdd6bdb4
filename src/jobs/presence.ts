import { Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import type { Logger } from 'pino';
import { connectionLimits } from '../database/knex.ts';

// Any number that nothing else locks on.
const LOCKS = 7_310_392;

const SWEEP_EVERY = 5_000;

/** Milliseconds. The server cancels at its limit, which is that of pages; one that says nothing is left at ours. */
const QUERY_TIMEOUT = 2_500;

/** The word of a process that it is alive, under the name of its runner: as good as one connection. */
export interface Presence {
  /** Resolves with why the connection is no more, or is as good as lost: the name is then free. */
  lost: Promise<unknown>;
  /** Takes the name of the runner; from now on jobs of processes that died are freed. */
  takeName(name: string): Promise<void>;
  /** True where the database still answers, on this very connection. */
  answers(): Promise<boolean>;
  /** Lets the name and the connection go. */
  close(): void;
}

/**
 * Says that this process is alive, and frees the jobs of those that died. graphile-worker marks a job with the pool
 * that does it, and waits four hours before it believes a pool dead. Here each pool holds an advisory lock under
 * its name: PostgreSQL lets it go at the very moment the process dies, or once it has been silent for 30 seconds.
 * @throws where the database does not answer within 2 seconds.
 */
export async function connectPresence({ url, logger }: { url: string; logger: Logger }): Promise<Presence> {
  const socket = new Socket();
  const closing = new AbortController();
  const { promise: lost, resolve: lose } = Promise.withResolvers<unknown>();
  const limits = connectionLimits('pages');
  const client = new pg.Client({
    connectionString: url,
    application_name: 'portail-presence',
    ...limits,
    // A process that is frozen sweeps no more.
    options: `${limits.options} -c idle_session_timeout=30s`,
    query_timeout: QUERY_TIMEOUT,
    stream: () => socket,
  });
  client.on('error', lose);
  client.on('end', () => lose(new Error('The connection was closed')));
  const close = () => {
    closing.abort();
    socket.destroy();
  };

  try {
    await client.connect();
  } catch (error) {
    close();
    throw error;
  }

  async function watch(name: string): Promise<void> {
    while (!closing.signal.aborted) {
      await freeDead(client, name, logger);
      await pause(SWEEP_EVERY, undefined, { signal: closing.signal, ref: false });
    }
  }

  return {
    lost,
    async takeName(name) {
      await client.query('SELECT pg_advisory_lock($1, hashtext($2))', [LOCKS, name]);
      watch(name).catch(lose);
    },
    answers: () =>
      client.query('SELECT 1').then(
        () => true,
        () => false,
      ),
    close,
  };
}

/** Frees the jobs of runners whose name nobody holds. */
async function freeDead(client: pg.Client, name: string, logger: Logger): Promise<void> {
  // A runner that began a moment ago may not hold its name yet.
  const { rows } = await client.query<{ id: string }>(
    `SELECT DISTINCT locked_by AS id FROM graphile_worker._private_jobs
     WHERE locked_at < now() - interval '2 seconds' AND locked_by <> $1`,
    [name],
  );
  for (const { id } of rows) {
    const { rows: tried } = await client.query<{ free: boolean }>(
      'SELECT pg_try_advisory_lock($1, hashtext($2)) AS free',
      [LOCKS, id],
    );
    if (!tried[0]?.free) continue;
    await client.query('SELECT graphile_worker.force_unlock_workers($1)', [[id]]);
    await client.query('SELECT pg_advisory_unlock($1, hashtext($2))', [LOCKS, id]);
    logger.warn({ pool: id }, 'jobs of a process that died are taken over');
  }
}
