import knex, { type Knex } from 'knex';
import pg from 'pg';
import { measure, stopwatch } from './measures.ts';

// Identifiers are bigint and stay far below 2^53: read as numbers. Dates without time stay 'YYYY-MM-DD'.
pg.types.setTypeParser(pg.types.builtins.INT8, Number);
pg.types.setTypeParser(pg.types.builtins.DATE, (value) => value);

export type Database = Knex;

/** What connections are for: each kind has a pool and limits of its own, so that none starves another. */
export type DatabaseKind = keyof typeof POOLS;

/**
 * Most connections of a kind; milliseconds after which the server cancels a statement (a FETCH of a file counts as
 * one), or one that waits for a lock, and ends a transaction in which nothing happens. 0 = never.
 */
const POOLS = {
  /** Pages and ordinary acts. */
  pages: { connections: 20, statement: 2_300, lock: 2_300, idleInTransaction: 5_000 },
  /** Acts on many people, imports, and what is done at night. */
  batches: { connections: 4, statement: 10_000, lock: 10_000, idleInTransaction: 5_000 },
  /** Files that leave. */
  exports: { connections: 4, statement: 60_000, lock: 10_000, idleInTransaction: 60_000 },
  /** Commands, which somebody watches. */
  commands: { connections: 10, statement: 0, lock: 0, idleInTransaction: 0 },
};

export interface DatabaseOptions {
  /** `pages` unless told. */
  kind?: DatabaseKind;
  /** Most connections at once, where it is not the kind's. */
  connections?: number;
  /** Milliseconds after which a statement is cancelled, where it is not the kind's. */
  statementTimeout?: number;
}

/**
 * The pool of connections. Waiting for a connection, or for the server, ends after 2 seconds, so that « database
 * away » is told within 3.
 */
export function openDatabase(url: string, options: DatabaseOptions = {}): Database {
  const limits = POOLS[options.kind ?? 'pages'];
  return knex({
    client: 'pg',
    connection: {
      connectionString: url,
      connectionTimeoutMillis: 2_000,
      keepAlive: true,
      application_name: 'portail',
      ...serverLimits(options.kind ?? 'pages', options),
    },
    pool: {
      ...{
        min: 0,
        max: options.connections ?? limits.connections,
        idleTimeoutMillis: 30_000,
        propagateCreateError: true,
      },
      afterCreate(connection: pg.Client, done: () => void) {
        timeStatements(connection);
        done();
      },
    },
    acquireConnectionTimeout: 2_000,
    // Errors are thrown, and told once by who catches them.
    log: { warn() {}, error() {}, deprecate() {}, debug() {} },
  });
}

/** What the server itself enforces, as pg asks for it when it connects. */
function serverLimits(kind: DatabaseKind, { statementTimeout }: DatabaseOptions) {
  const { statement, lock, idleInTransaction } = POOLS[kind];
  return {
    statement_timeout: statementTimeout ?? statement,
    lock_timeout: lock,
    idle_in_transaction_session_timeout: idleInTransaction,
  };
}

/** Measures each statement of a connection, whoever sends it: knex waits by callback, prepared.ts by promise. */
function timeStatements(connection: pg.Client): void {
  const send = connection.query.bind(connection) as (...sent: unknown[]) => unknown;
  connection.query = ((...sent: unknown[]) => {
    const elapsed = stopwatch();
    const told = () => measure({ kind: 'query', seconds: elapsed() });
    const last = sent.at(-1);
    if (typeof last === 'function') {
      sent[sent.length - 1] = (...answer: unknown[]) => {
        told();
        last(...answer);
      };
      return send(...sent);
    }
    const answer = send(...sent);
    // A failure is told by who waits for it: here its time alone counts.
    if (answer instanceof Promise) answer.then(told, told);
    return answer;
  }) as typeof connection.query;
}
