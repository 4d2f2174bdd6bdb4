import type { Client, QueryResultRow } from 'pg';
import Cursor from 'pg-cursor';
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
 * @throws the signal's reason once it is aborted.
 */
export async function* streamQuery<R extends QueryResultRow>(
  db: Database,
  text: string,
  values: unknown[],
  { signal, batch }: StreamOptions,
): AsyncGenerator<R[], void, void> {
  signal.throwIfAborted();
  const transaction = await db.transaction(undefined, { isolationLevel: 'repeatable read', readOnly: true });
  let pending: Promise<unknown> = Promise.resolve();
  let cursor: Cursor<R> | undefined;
  let ended: Promise<void> | undefined;
  const close = async () => {
    // A batch that is being read is let finish: the connection must be at rest before it goes back to the pool.
    await pending.catch(() => {});
    await cursor?.close().catch(() => {});
    await transaction.rollback();
  };
  const end = () => {
    ended ??= close();
    return ended;
  };
  // The consumer may be waiting for something else when the signal aborts: the connection is freed all the same.
  const onAbort = () => void end().catch(() => {});
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    // The time that the consumer takes between two batches counts in the statement's.
    await transaction.raw('SET LOCAL statement_timeout = 0');
    const connection = (await transaction.client.acquireConnection()) as Client;
    const opened = connection.query(new Cursor<R>(text, values));
    cursor = opened;
    while (true) {
      signal.throwIfAborted();
      const reading = opened.read(batch);
      pending = reading;
      const rows = await reading;
      signal.throwIfAborted();
      if (rows.length === 0) return;
      yield rows;
    }
  } finally {
    signal.removeEventListener('abort', onAbort);
    await end();
  }
}
