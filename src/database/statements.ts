import { connect } from 'node:net';
import type pg from 'pg';
import { measure, stopwatch } from './measures.ts';
import { patienceLeft, waitBegins } from './patience.ts';

/** The database did not answer in the time that a statement, or a request, may wait. */
export class Unanswered extends Error {
  readonly code = 'ETIMEDOUT';
}

/** What pg keeps of a connection and its types leave out. */
type Connection = pg.Client & {
  processID: number | null;
  secretKey: number | null;
  connection: { stream: { destroy(): void } };
};

type Callback = (error: Error | null, result?: unknown) => void;

/** Milliseconds that a statement given up has to end on the server before its connection is cut. */
const REST_WITHIN = 2_000;
const CANCEL_WITHIN = 1_000;

/** Since when each connection waits for an answer; its cancellation under way; the rest of what was given up. */
const underWay = new WeakMap<pg.Client, number>();
const cancelling = new WeakMap<pg.Client, Promise<void>>();
const resting = new WeakMap<pg.Client, Promise<void>>();

/** Milliseconds since the statement of this connection was sent; 0 where none is under way. */
export function ageOfStatement(connection: pg.Client): number {
  const since = underWay.get(connection);
  return since === undefined ? 0 : performance.now() - since;
}

/** Settles once the statement that was given up on this connection has ended; undefined where none was. */
export const restOf = (connection: pg.Client): Promise<void> | undefined => resting.get(connection);

/** Settles once the server has dealt with a request to cancel: it would hit the statement that comes next. */
export const cancellationOf = (connection: pg.Client): Promise<void> | undefined =>
  cancelling.get(connection);

/**
 * Limits and measures every statement of a connection, whoever sends it: knex waits by callback, prepared.ts by
 * promise. What is given up is cancelled on the server, and its connection is used for nothing else: until it rests
 * its place in the pool stays taken, so that there are never more connections than the pool may have.
 * @param limit milliseconds for one statement; null: those that its request has left; 0: none
 */
export function limitStatements(connection: pg.Client, limit: number | null): void {
  const send = connection.query.bind(connection) as (...sent: unknown[]) => unknown;
  connection.query = ((...sent: unknown[]) => {
    // The stream of a COPY tells its end itself.
    if (typeof (sent[0] as { submit?: unknown }).submit === 'function') return send(...sent);
    const last = sent.at(-1);
    const callback = typeof last === 'function' ? (sent.pop() as Callback) : undefined;
    const { within = Number.POSITIVE_INFINITY } = sent[0] as { within?: number };
    const answer = underLimit(connection, { limit, within }, () => toPromise(send, sent));
    if (!callback) return answer;
    answer.then(
      (result) => callback(null, result),
      (error: Error) => callback(error),
    );
  }) as typeof connection.query;
}

/** Whatever is thrown where pg calls back would break its connection: only the promise is settled there. */
const toPromise = (send: (...sent: unknown[]) => unknown, sent: unknown[]) =>
  new Promise<unknown>((resolve, reject) => {
    send(...sent, (error: Error | null, result: unknown) => (error ? reject(error) : resolve(result)));
  });

function underLimit(
  connection: pg.Client,
  { limit, within }: { limit: number | null; within: number },
  send: () => Promise<unknown>,
) {
  if (resting.has(connection)) return Promise.reject(new Unanswered('The connection was given up'));
  const patience = limit ?? patienceLeft();
  if (limit === null && patience <= 0)
    return Promise.reject(new Unanswered('The request has waited too long'));
  const elapsed = stopwatch();
  const waited = limit === null ? waitBegins() : undefined;
  underWay.set(connection, performance.now());
  const answer = send();
  const hurry = within < patience ? setTimeout(() => cancelStatement(connection), within) : undefined;
  return new Promise<unknown>((resolve, reject) => {
    const timer =
      patience > 0
        ? setTimeout(() => {
            giveUp(connection, answer);
            reject(new Unanswered('The database did not answer'));
          }, patience)
        : undefined;
    answer.then(resolve, reject).finally(() => {
      clearTimeout(timer);
      clearTimeout(hurry);
      underWay.delete(connection);
    });
  }).finally(() => {
    waited?.();
    measure({ kind: 'query', seconds: elapsed() });
  });
}

function giveUp(connection: pg.Client, answer: Promise<unknown>): void {
  const ended = answer.then(noop, noop);
  const late = new Promise<void>((resolve) => setTimeout(resolve, REST_WITHIN).unref());
  resting.set(connection, Promise.race([ended, late]));
  cancelStatement(connection);
}

/**
 * Asks the server, once, to cancel the statement under way on this connection; it answers on another one, without
 * saying whether it did. The limits of the server stand behind it, where a proxy lets no such request through.
 */
export function cancelStatement(connection: pg.Client): void {
  const { host, port, processID, secretKey } = connection as Connection;
  if (!underWay.has(connection) || cancelling.has(connection)) return;
  if (processID === null || secretKey === null) return;
  const request = Buffer.alloc(16);
  request.writeInt32BE(16, 0);
  // The code of « cancel request » in PostgreSQL's protocol.
  request.writeInt32BE(80_877_102, 4);
  request.writeInt32BE(processID, 8);
  request.writeInt32BE(secretKey, 12);
  const address = host.startsWith('/') ? { path: `${host}/.s.PGSQL.${port}` } : { host, port };
  const socket = connect(address, () => socket.end(request));
  socket.setTimeout(CANCEL_WITHIN, () => socket.destroy());
  socket.on('error', noop).unref();
  const dealtWith = new Promise<void>((resolve) => {
    socket.once('close', () => {
      cancelling.delete(connection);
      resolve();
    });
  });
  cancelling.set(connection, dealtWith);
}

/** Closes a connection, by cutting it where the server does not answer. */
export async function closeConnection(connection: pg.Client): Promise<void> {
  const cut = setTimeout(() => (connection as Connection).connection.stream.destroy(), CANCEL_WITHIN);
  try {
    await connection.end();
  } finally {
    clearTimeout(cut);
  }
}

const noop = () => {};
