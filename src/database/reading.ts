import type { Client } from 'pg';
import type { Database } from './knex.ts';
import { cancellationOf, cancelStatement, closeConnection, restOf } from './statements.ts';

/** A connection of a pool held for one long reading. */
export interface Reading {
  /**
   * Takes the first of these locks that nobody has, and keeps it as long as the connection: PostgreSQL lets it go with
   * it, whatever becomes of this process. False when none is free.
   */
  lockOneOf(names: readonly string[]): Promise<boolean>;
  /** The one REPEATABLE READ read-only transaction in which everything is read as it stands now. */
  begin(): Promise<Database>;
  /**
   * Gives the connection back, without its lock; a statement under way is cancelled. Never fails; later calls wait for
   * the first.
   */
  close(): Promise<void>;
}

/**
 * Takes a connection for a long reading; undefined where every one of the pool stays taken.
 * @throws what the database says where it is away.
 */
export async function openReading(db: Database): Promise<Reading | undefined> {
  const connection = await acquire(db);
  if (!connection) return undefined;
  let transaction: Database | undefined;
  let closed: Promise<void> | undefined;

  const close = async () => {
    cancelStatement(connection);
    await cancellationOf(connection);
    try {
      if (transaction) await connection.query('ROLLBACK');
      await connection.query('SELECT pg_advisory_unlock_all()');
    } catch {
      // Its lock goes with it. One that was given up is closed when it is given back.
      if (!restOf(connection)) await closeConnection(connection).catch(() => undefined);
    }
    await db.client.releaseConnection(connection);
  };

  return {
    async lockOneOf(names) {
      const tries = names.map(
        (_, at) => `WHEN pg_try_advisory_lock(hashtextextended($${at + 1}, 0)) THEN true`,
      );
      const text = `SELECT CASE ${tries.join(' ')} ELSE false END AS taken`;
      const { rows } = await connection.query<{ taken: boolean }>(text, [...names]);
      return rows[0]?.taken === true;
    },
    async begin() {
      transaction = await db.transaction(undefined, {
        connection,
        isolationLevel: 'repeatable read',
        readOnly: true,
      });
      return transaction;
    },
    close() {
      closed ??= close();
      return closed;
    },
  };
}

async function acquire(db: Database): Promise<Client | undefined> {
  try {
    return await db.client.acquireConnection();
  } catch (error) {
    const { pool } = db.client;
    if ((error as Error).name === 'KnexTimeoutError' && pool.numUsed() === pool.max) return undefined;
    throw error;
  }
}
