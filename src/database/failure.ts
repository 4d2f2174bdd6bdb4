import { EmbeddedServerError } from './embedded/binaries.ts';
import { InstallationError } from './schema.ts';

// By which PostgreSQL refuses to be used: connection, authentication, database's name, resources, its own stop, rights.
const REFUSED = /^((08|28|3D|53|57)[0-9A-Z]{3}|42501)$/;
// The system's own: a port that is taken, a machine that does not answer, a folder that is closed.
const SYSTEM = /^E(?!RR_)[A-Z_]+$/;

/** An error of connecting, with the setting that its address comes from (DatabaseOptions). */
type Named = { setting?: string };

/**
 * What keeps a process from its database, its port or its folder, in one line without any password; undefined when
 * the cause is in the program, and its stack is needed.
 */
export function explainFailure(error: unknown): string | undefined {
  if (error instanceof EmbeddedServerError || error instanceof InstallationError) return error.message;
  if (!(error instanceof Error)) return undefined;
  // A name with several addresses fails once for each, and says nothing by itself.
  if (error instanceof AggregateError)
    return explainFailure(Object.assign(error.errors[0], { setting: (error as Named).setting }));
  const { code, syscall, message, setting = 'DATABASE_URL' } = error as NodeJS.ErrnoException & Named;
  if (typeof code !== 'string') return undefined;
  if (REFUSED.test(code) || syscall === 'connect' || syscall === 'getaddrinfo')
    return `${setting}: ${message}`;
  if (syscall === 'listen' && code === 'EADDRINUSE') return taken((error as { port?: number }).port ?? 0);
  return SYSTEM.test(code) ? message : undefined;
}

const taken = (port: number): string =>
  `PORT: another process listens on ${port} already. Stop it, or choose another port: PORT=${port + 1} npm start`;

// Connection, resources, the server's own stop or a statement that it cancelled; locks and transactions that it ended.
const AWAY = /^((08|53|57)[0-9A-Z]{3}|25P0[34]|40001|40P01|55P03)$/;
// The system's own, of a connection.
const BROKEN =
  /^E(CONNREFUSED|CONNRESET|NOTFOUND|TIMEDOUT|PIPE|AI_AGAIN|NETDOWN|NETUNREACH|HOSTDOWN|HOSTUNREACH)$/;
// What pg and knex say without a code. knex puts the statement before it, and « ROLLBACK - ».
const LOST = new RegExp(
  `(?:^| - )(?:${[
    'Connection terminated(?: unexpectedly| due to connection timeout)?',
    'timeout expired',
    'timeout exceeded when trying to connect',
    'Query read timeout',
    'Client has encountered a connection error and is not queryable',
    'Client was closed and is not queryable',
    'Unable to acquire a connection',
  ].join('|')})$`,
);
// Errors that carry others are looked into this far.
const DEEPEST = 5;

/**
 * True where the database could not be reached or refused its service for now: nothing is wrong in the program, and the
 * same may succeed in a moment. Looks into what an error was caused by, and into each of several.
 */
export function isDatabaseAway(error: unknown, depth = 0): boolean {
  if (!(error instanceof Error) || depth > DEEPEST) return false;
  const inside = error instanceof AggregateError ? error.errors : [error.cause];
  return isAway(error) || inside.some((each) => isDatabaseAway(each, depth + 1));
}

function isAway({ name, message, code, syscall }: Error & { code?: unknown; syscall?: unknown }): boolean {
  if (name === 'KnexTimeoutError' || name === 'EmbeddedServerError') return true;
  if (typeof code !== 'string') return LOST.test(message);
  return AWAY.test(code) || BROKEN.test(code) || syscall === 'connect' || syscall === 'getaddrinfo';
}
