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
 * Reads a result of any size from a cursor, batch after batch, in the transaction `db`. `complete` makes what is given
 * out of each batch, and may read more in the same transaction. One batch is read ahead, so that the database works
 * while the consumer does.
 * @throws the signal's reason once it is aborted; the transaction is then to be given up, as after any failure.
 */
export async function* streamQuery<R extends QueryResultRow, T>(
  db: Database,
  text: string,
  values: unknown[],
  { signal, batch }: StreamOptions,
  complete: (rows: R[], transaction: Database) => Promise<T[]>,
): AsyncGenerator<T[], void, void> {
  signal.throwIfAborted();
  let pending: Promise<unknown> = plannedQuery(db, `DECLARE people NO SCROLL CURSOR FOR ${text}`, values);
  await pending;
  const read = () => {
    const reading = plannedQuery<R>(db, `FETCH ${batch} FROM people`, []).then((rows) =>
      rows.length === 0 ? [] : complete(rows, db),
    );
    // A failure is told when the consumer comes back for this batch, however late.
    reading.catch(noop);
    pending = reading;
    return reading;
  };
  try {
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
    // The next cursor has the same name. Where something failed nothing more can be done in this transaction.
    const close = () => plannedQuery(db, 'CLOSE people', []);
    if (!signal.aborted) await pending.then(close).catch(noop);
  }
}

const noop = () => {};

/** The same where a row of the statement is a row of the list. */
export const streamRows = <R extends QueryResultRow>(
  db: Database,
  text: string,
  values: unknown[],
  options: StreamOptions,
): AsyncGenerator<R[], void, void> => streamQuery<R, R>(db, text, values, options, async (rows) => rows);
