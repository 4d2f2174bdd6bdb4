import PostgresTransaction from 'knex/lib/dialects/postgres/execution/pg-transaction.js';
import PostgresClient from 'knex/lib/dialects/postgres/index.js';
import type pg from 'pg';
import { stopwatch } from './measures.ts';
import { noteCommit, patienceLeft, waitBegins } from './patience.ts';
import {
  ageOfStatement,
  cancellationOf,
  cancelStatement,
  closeConnection,
  limitStatements,
  restOf,
  Unanswered,
} from './statements.ts';

/** While somebody waits for a connection, a statement older than this gives way. Milliseconds. */
const GIVES_WAY_AFTER = 500;
const LOOKS_EVERY = 100;

/** The transaction was being committed when its answer was lost: it may have been done. */
export class CommitUnknown extends Error {}

type Disposable = pg.Client & { __knex__disposed?: unknown };

// What each connection sends together with its COMMIT.
const tails = new WeakMap<pg.Client, Tail>();

/** What is sent with a COMMIT; a statement that fails leaves nothing committed. */
export interface Tail {
  statement: string;
  /** Told of its result, and of the seconds from its sending to the answer of COMMIT. */
  answered(result: pg.QueryResult, seconds: number): void;
}

/** Sends a statement in one round trip with the COMMIT of the transaction that this connection is in. */
export function commitWith(connection: pg.Client, tail: Tail): void {
  tails.set(connection, tail);
}

/**
 * Waits until all that was committed before is on disk: it writes next to nothing, in a transaction of its own that is
 * flushed with what many others wait for at the same time.
 */
export const FLUSH = `SELECT pg_logical_emit_message(true, 'portail', '')`;

class PortalTransaction extends PostgresTransaction {
  override begin(connection: pg.Client): Promise<unknown> {
    if (this.isolationLevel || this.readOnly) return super.begin(connection);
    return connection.query('BEGIN') as Promise<unknown>;
  }

  /** On the connection itself: knex would quote the whole statement, and what it holds, in the message of an error. */
  override commit(connection: pg.Client, value?: unknown): Promise<unknown> {
    const tail = tails.get(connection);
    tails.delete(connection);
    const sent = tail ? commitBefore(connection, tail) : (connection.query('COMMIT') as Promise<unknown>);
    this._completed = true;
    return sent.then(
      () => {
        noteCommit();
        this._resolver(value);
      },
      (error: unknown) => {
        if (isCertain(error)) return this._rejecter(error);
        noteCommit();
        this._rejecter(
          error instanceof CommitUnknown
            ? error
            : new CommitUnknown('The answer to COMMIT was lost', { cause: error }),
        );
      },
    );
  }

  /** Rejects with what made the transaction fail, even where the database is not there to hear of it. */
  override async rollback(connection: pg.Client, error?: unknown): Promise<unknown> {
    if (error === undefined) return super.rollback(connection);
    const sent = this.trxClient.query(connection, 'ROLLBACK');
    this._completed = true;
    await sent.catch(() => {});
    return this._rejecter(error);
  }
}

/**
 * Commits with the tail, then waits for the disk: not under the locks of the transaction, for which others wait. Until
 * then nobody is told that it is done.
 */
async function commitBefore(connection: pg.Client, tail: Tail): Promise<void> {
  const elapsed = stopwatch();
  const sent: unknown = connection.query(`SET LOCAL synchronous_commit = off;${tail.statement};COMMIT`);
  const [, result] = (await sent) as [unknown, pg.QueryResult];
  tail.answered(result, elapsed());
  try {
    await connection.query(FLUSH);
  } catch (error) {
    throw new CommitUnknown('What was committed may not be on disk', { cause: error });
  }
}

// An error that PostgreSQL itself told ended the transaction, but for those that end the connection with it.
const isCertain = (error: unknown): boolean =>
  /^(?!08|57P|EPIPE)[0-9A-Z]{5}$/.test(String((error as { code?: unknown }).code));

/** knex's client for PostgreSQL, with what keeps one slow or silent statement from holding everybody else. */
export class PortalClient extends PostgresClient {
  /**
   * @throws Unanswered once the request has waited too long. While it waits, the oldest statement of the pool gives
   *   way: people who all wait for one locked table do not keep the others from what is not locked.
   */
  override async acquireConnection(): Promise<pg.Client> {
    if (
      limitsOf(this).statement !== null ||
      (this.pool.numFree() > 0 && this.pool.numPendingAcquires() === 0)
    )
      return super.acquireConnection();
    const left = patienceLeft();
    if (left <= 0) throw new Unanswered('The request has waited too long');
    const waited = waitBegins();
    const acquired = super.acquireConnection();
    const looks = setInterval(() => makeWay(this.pool), LOOKS_EVERY);
    let limit: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      limit = setTimeout(() => {
        // What comes too late goes to somebody else.
        acquired.then((connection) => super.releaseConnection(connection)).catch(() => {});
        reject(new Unanswered('No connection was free in time'));
      }, left);
    });
    try {
      return await Promise.race([acquired, late]);
    } finally {
      clearInterval(looks);
      clearTimeout(limit);
      waited();
    }
  }

  /** Gives a connection back; one whose statement was given up, or that is still in a transaction, is closed. */
  override async releaseConnection(connection: pg.Client): Promise<void> {
    const rest = restOf(connection);
    if (rest === undefined && isAtRest(connection)) {
      const cancellation = cancellationOf(connection);
      if (cancellation === undefined) return super.releaseConnection(connection);
      return void cancellation.then(() => super.releaseConnection(connection));
    }
    (connection as Disposable).__knex__disposed = 'given up';
    // Nobody waits for it; until it is closed it keeps its place.
    void Promise.resolve(rest)
      .then(() => closeConnection(connection))
      .catch(() => {})
      .then(() => super.releaseConnection(connection));
  }

  override async acquireRawConnection(): Promise<pg.Client> {
    const { statement, setting } = limitsOf(this);
    try {
      const connection = await super.acquireRawConnection();
      limitStatements(connection, statement);
      return connection;
    } catch (error) {
      throw setting && error instanceof Error ? Object.assign(error, { setting }) : error;
    }
  }

  override destroyRawConnection(connection: pg.Client): Promise<void> {
    return closeConnection(connection);
  }

  override transaction(...given: unknown[]): unknown {
    return new PortalTransaction(this, ...given);
  }
}

/** How long a statement may take as its client sees it, in milliseconds; null: what its request has left; 0: ever. */
export interface ClientLimits {
  statement: number | null;
  /** What an error of connecting is given as its `setting`. */
  setting?: string | undefined;
}

function isAtRest(connection: pg.Client): boolean {
  const status = (connection as pg.Client & { getTransactionStatus(): string | null }).getTransactionStatus();
  return status === 'I' || status === null;
}

// Functions, not private methods: knex makes clients of this class without its constructor.
const limitsOf = ({ config }: PostgresClient): ClientLimits => config.limits as ClientLimits;

/** Cancels as many statements as people wait for a connection, the oldest first, once they have had their time. */
function makeWay(pool: PostgresClient['pool']): void {
  const had = pool.used
    .map(({ resource: connection }) => ({ connection, age: ageOfStatement(connection) }))
    .filter(({ age }) => age > GIVES_WAY_AFTER)
    .sort((one, other) => other.age - one.age);
  for (const { connection } of had.slice(0, pool.numPendingAcquires())) cancelStatement(connection);
}
