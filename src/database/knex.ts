import knex, { type Knex } from 'knex';
import pg from 'pg';
import { measure, stopwatch } from './measures.ts';

// Identifiers are bigint and stay far below 2^53: read as numbers. Dates without time stay 'YYYY-MM-DD'.
pg.types.setTypeParser(pg.types.builtins.INT8, Number);
pg.types.setTypeParser(pg.types.builtins.DATE, (value) => value);

export type Database = Knex;

export interface DatabaseOptions {
  /** Most connections at once. */
  connections?: number;
  /** Milliseconds after which a statement is cancelled; 0 = never (long commands). */
  statementTimeout?: number;
}

/**
 * The pool of connections. Waiting for a connection, or for the server, ends after 2 seconds, so that « database
 * away » is told within 3.
 */
export function openDatabase(url: string, options: DatabaseOptions = {}): Database {
  return knex({
    client: 'pg',
    connection: {
      connectionString: url,
      connectionTimeoutMillis: 2_000,
      statement_timeout: options.statementTimeout ?? 30_000,
      keepAlive: true,
      application_name: 'portail',
    },
    pool: {
      ...{ min: 0, max: options.connections ?? 10, idleTimeoutMillis: 30_000, propagateCreateError: true },
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
