import type { Readable, Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import type { Knex } from 'knex';
import type pg from 'pg';
import { from, to } from 'pg-copy-streams';

type Counted<S> = S & { rowCount: number };

/** What pg keeps of a connection and its types leave out. */
type Connection = pg.Client & { connection: { stream: { destroy(): void } } };

/**
 * The rows that a COPY … TO STDOUT gives, as they come; returns how many they were. Where its reader stops in the middle
 * the connection is cut: nothing else ends a COPY at once.
 */
export async function* copyOut(trx: Knex.Transaction, statement: string): AsyncGenerator<Buffer, number> {
  const connection: Connection = await trx.client.acquireConnection();
  const rows = connection.query(to(statement)) as Counted<Readable>;
  let isWhole = false;
  try {
    for await (const chunk of rows) yield chunk;
    isWhole = true;
  } finally {
    if (!isWhole) connection.connection.stream.destroy();
  }
  // Their number comes after the last of them, and before the answer to the next statement.
  await trx.raw('SELECT');
  return rows.rowCount;
}

/** Writes rows with a COPY … FROM STDIN, no faster than the server takes them; returns how many they were. */
export async function copyIn(
  trx: Knex.Transaction,
  statement: string,
  chunks: AsyncIterable<Buffer>,
): Promise<number> {
  const connection: Connection = await trx.client.acquireConnection();
  const rows = connection.query(from(statement)) as Counted<Writable>;
  const ended = finished(rows);
  // Told where it is awaited.
  ended.catch(() => {});
  try {
    for await (const chunk of chunks) {
      if (!rows.write(chunk)) await Promise.race([drained(rows), ended]);
    }
  } catch (error) {
    // Nothing of it is committed: a server that waits for rows hears no ROLLBACK.
    connection.connection.stream.destroy();
    throw error;
  }
  rows.end();
  await ended;
  return rows.rowCount;
}

const drained = (stream: Writable) => new Promise<void>((resolve) => stream.once('drain', resolve));
