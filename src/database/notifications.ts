import { Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import type { Logger } from './embedded/folder.ts';
import { connectionLimits } from './knex.ts';

/** Milliseconds from one sign of life to the next, for an answer to it, and until a lost connection is made anew. */
const EVERY = 2_000;
const QUERY_TIMEOUT = 2_500;
const RETRY_AFTER = 1_000;

/** What this process is told by others, through the database. */
export interface Listener {
  /**
   * An instant (performance.now()) up to which everything that was told has been heard: a few seconds ago while the
   * connection is well. -Infinity before it is.
   */
  heardUntil(): number;
  stop(): void;
}

/**
 * Listens to a channel, on a connection of its own. `onTold` is called for each notification, and each time that it
 * begins to listen, for what was told meanwhile. An outage is no failure: it is told to the log, and tried again.
 */
export function listenTo(
  { url, logger }: { url: string; logger: Logger },
  channel: string,
  onTold: () => void,
): Listener {
  const stopping = new AbortController();
  let socket: Socket | undefined;
  let heard = Number.NEGATIVE_INFINITY;
  let isWell = true;

  const tell = (well: boolean, error?: unknown) => {
    if (well === isWell) return;
    isWell = well;
    if (well) logger.info({ channel }, 'notifications of the database are heard again');
    else logger.warn({ channel, err: error }, 'notifications of the database are not heard');
  };

  function makeClient(): pg.Client {
    const limits = connectionLimits('pages');
    return new pg.Client({
      connectionString: url,
      application_name: 'portail-notifications',
      ...limits,
      // A process that is frozen is let go of; signs of life need not reach the disk.
      options: `${limits.options} -c idle_session_timeout=30s -c synchronous_commit=off`,
      query_timeout: QUERY_TIMEOUT,
      stream: () => {
        socket = new Socket();
        return socket;
      },
    });
  }

  /** Listens for as long as the connection is well. @throws why it is not any more */
  async function hear(client: pg.Client): Promise<never> {
    const lost = new AbortController();
    client.on('error', (error) => lost.abort(error));
    client.on('end', () => lost.abort(new Error('The connection was closed')));
    await client.connect();
    const [{ pid }] = (await client.query('SELECT pg_backend_pid() AS pid')).rows;
    const own = `${channel}_${pid}`;
    let echo = '';
    client.on('notification', (told) => {
      if (told.channel === own) echo = told.payload ?? '';
      else onTold();
    });
    await client.query(`LISTEN ${channel}; LISTEN ${own}`);
    onTold();
    for (let sign = 1; ; sign += 1) {
      const sent = performance.now();
      await client.query('SELECT pg_notify($1, $2)', [own, String(sign)]);
      // Behind a pooler it is not the connection that listens which answers.
      if (echo !== String(sign)) throw new Error('what this process told itself did not come back');
      heard = sent;
      tell(true);
      await pause(EVERY, undefined, { signal: lost.signal, ref: false });
    }
  }

  async function live(): Promise<void> {
    while (!stopping.signal.aborted) {
      await hear(makeClient()).catch((error: Error) => {
        if (!stopping.signal.aborted) tell(false, error.cause ?? error);
      });
      socket?.destroy();
      await pause(RETRY_AFTER, undefined, { signal: stopping.signal, ref: false }).catch(() => {});
    }
  }

  void live();
  return {
    heardUntil: () => heard,
    stop() {
      stopping.abort();
      socket?.destroy();
    },
  };
}
