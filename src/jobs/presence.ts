import { Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import type { Logger } from 'pino';
import { connectionLimits } from '../database/knex.ts';
import { answersOn, freeJobsOfDead, holdRunnerName } from '../database/runner-names.ts';

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
      await freeJobsOfDead(client, name, (pool) =>
        logger.warn({ pool }, 'jobs of a process that died are taken over'),
      );
      await pause(SWEEP_EVERY, undefined, { signal: closing.signal, ref: false });
    }
  }

  return {
    lost,
    async takeName(name) {
      await holdRunnerName(client, name);
      watch(name).catch(lose);
    },
    answers: () => answersOn(client),
    close,
  };
}
