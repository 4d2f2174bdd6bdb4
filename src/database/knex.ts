import knex, { type Knex } from 'knex';
import pg from 'pg';
import { type ClientLimits, PortalClient } from './client.ts';

// Identifiers are bigint and stay far below 2^53: read as numbers. Dates without time stay 'YYYY-MM-DD'.
pg.types.setTypeParser(pg.types.builtins.INT8, Number);
pg.types.setTypeParser(pg.types.builtins.DATE, (value) => value);

export type Database = Knex;

/** What connections are for: each kind has a pool and limits of its own, so that none starves another. */
type DatabaseKind = keyof typeof POOLS;

/**
 * Most connections of a kind; milliseconds after which the server cancels a statement (a FETCH of a file counts as
 * one), or one that waits for a lock, and ends a transaction in which nothing happens; after which the portal gives a
 * statement up itself, where the server is silent (ClientLimits); and after which it no longer waits for a connection.
 * 0 = never.
 */
const POOLS = {
  /** Pages and ordinary acts. */
  pages: {
    connections: 20,
    statement: 2_300,
    lock: 2_300,
    idleInTransaction: 5_000,
    client: null,
    connect: 2_000,
  },
  /** Acts on many people, imports, and what is done at night. */
  batches: {
    connections: 4,
    statement: 10_000,
    lock: 10_000,
    idleInTransaction: 5_000,
    client: 11_000,
    connect: 2_000,
  },
  /** Files that leave. */
  exports: {
    connections: 4,
    statement: 60_000,
    lock: 10_000,
    idleInTransaction: 60_000,
    client: 11_000,
    connect: 2_000,
  },
  /** Commands, which somebody watches. */
  commands: { connections: 10, statement: 0, lock: 0, idleInTransaction: 0, client: 0, connect: 30_000 },
};

interface DatabaseOptions {
  /** `pages` unless told. */
  kind?: DatabaseKind;
  /** Most connections at once, where it is not the kind's. */
  connections?: number;
  /** Milliseconds after which a statement is cancelled, where it is not the kind's. */
  statementTimeout?: number;
  /** The setting that gives the address, for who is told that it leads nowhere: DATABASE_URL unless told. */
  setting?: 'DATABASE_OWNER_URL' | undefined;
}

/**
 * A pool of connections. Waiting for one, or for the server, ends in time for « database away » to be told within 3
 * seconds; what a lost connection leaves behind on the server ends by itself.
 */
export function openDatabase(url: string, options: DatabaseOptions = {}): Database {
  const limits = POOLS[options.kind ?? 'pages'];
  // `limits` is not knex's: the client reads it.
  const config: Knex.Config & { limits: ClientLimits } = {
    client: PortalClient as unknown as typeof knex.Client,
    connection: {
      connectionString: url,
      application_name: 'portail',
      ...connectionLimits(options.kind ?? 'pages'),
      ...(options.statementTimeout === undefined ? {} : { statement_timeout: options.statementTimeout }),
    },
    pool: {
      min: 0,
      max: options.connections ?? limits.connections,
      idleTimeoutMillis: 30_000,
      propagateCreateError: true,
    },
    acquireConnectionTimeout: limits.connect,
    // Errors are thrown, and told once by who catches them.
    log: { warn() {}, error() {}, deprecate() {}, debug() {} },
    limits: { statement: limits.client, setting: options.setting },
  };
  return knex(config);
}

// A connection whose other end died silently is found out within some 15 seconds, whatever it is doing.
const SERVER_SETTINGS = Object.entries({
  client_connection_check_interval: '2s',
  tcp_keepalives_idle: '5s',
  tcp_keepalives_interval: '3s',
  tcp_keepalives_count: '3',
  tcp_user_timeout: '15s',
})
  .map(([name, value]) => `-c ${name}=${value}`)
  .join(' ');

/** What a connection of a kind asks for when it is made, whoever makes it: above all what the server itself enforces. */
export function connectionLimits(kind: DatabaseKind) {
  const { statement, lock, idleInTransaction, connect } = POOLS[kind];
  return {
    connectionTimeoutMillis: connect,
    keepAlive: true,
    // A server whose client is gone notices while it works, and while it waits.
    options: SERVER_SETTINGS,
    statement_timeout: statement,
    lock_timeout: lock,
    idle_in_transaction_session_timeout: idleInTransaction,
  };
}
