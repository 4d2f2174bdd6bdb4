import type { Client, QueryResultRow } from 'pg';
import type { Database } from '../../database/knex.ts';

/**
 * Runs a statement that is planned with its values: the best plan for a rare word is the worst for a frequent one.
 * `text` may take any number of forms, because nothing of it stays prepared.
 */
export async function plannedQuery<R extends QueryResultRow>(
  db: Database,
  text: string,
  values: unknown[],
): Promise<R[]> {
  const connection = (await db.client.acquireConnection()) as Client;
  try {
    return (await connection.query<R>(text, values)).rows;
  } finally {
    await db.client.releaseConnection(connection);
  }
}

export interface StreamOptions {
  signal: AbortSignal;
  /** Rows a batch. */
  batch: number;
}

/**
 * Reads a result of any size from a cursor, batch after batch, as it stood when the reading began: one REPEATABLE
 * READ read-only transaction, which holds a connection of the pool until the consumer stops or the signal aborts.
 * `complete` makes what is given out of each batch, and may read more in the same transaction. One batch is read
 * ahead, so that the database works while the consumer does.
 * @throws the signal's reason once it is aborted.
 */
export async function* streamQuery<R extends QueryResultRow, T>(
  db: Database,
  text: string,
  values: unknown[],
  { signal, batch }: StreamOptions,
  complete: (rows: R[], transaction: Database) => Promise<T[]>,
): AsyncGenerator<T[], void, void> {
  signal.throwIfAborted();
  const transaction = await db.transaction(undefined, { isolationLevel: 'repeatable read', readOnly: true });
  let pending: Promise<unknown> = Promise.resolve();
  let ended: Promise<void> | undefined;
  // A batch that is being read is let finish: the connection must be at rest before it goes back to the pool.
  const end = () => {
    ended ??= pending
      .then(noop, noop)
      .then(() => transaction.rollback())
      .then(noop);
    return ended;
  };
  const read = () => {
    const reading = plannedQuery<R>(transaction, `FETCH ${batch} FROM people`, []).then((rows) =>
      rows.length === 0 ? [] : complete(rows, transaction),
    );
    // A failure is told when the consumer comes back for this batch, however late.
    reading.catch(noop);
    pending = reading;
    return reading;
  };
  // The consumer may be waiting for something else when the signal aborts: the connection is freed all the same.
  const onAbort = () => void end().catch(noop);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    pending = plannedQuery(transaction, `DECLARE people NO SCROLL CURSOR FOR ${text}`, values);
    await pending;
    signal.throwIfAborted();
    let next = read();
    while (true) {
      const rows = await next;
      signal.throwIfAborted();
      if (rows.length === 0) return;
      next = read();
      yield rows;
      signal.throwIfAborted();
    }
  } finally {
    signal.removeEventListener('abort', onAbort);
    await end();
  }
}

const noop = () => {};
