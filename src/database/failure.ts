import { EmbeddedServerError } from './embedded-binaries.ts';
import { PortalRoleError } from './migrate.ts';

// By which PostgreSQL refuses to be used: connection, authentication, database's name, resources, its own stop, rights.
const REFUSED = /^((08|28|3D|53|57)[0-9A-Z]{3}|42501)$/;
// The system's own: a port that is taken, a machine that does not answer, a folder that is closed.
const SYSTEM = /^E(?!RR_)[A-Z_]+$/;

/**
 * What keeps a process from its database, its port or its folder, in one line without any password; undefined when
 * the cause is in the program, and its stack is needed.
 */
export function explainFailure(error: unknown): string | undefined {
  if (error instanceof EmbeddedServerError || error instanceof PortalRoleError) return error.message;
  if (!(error instanceof Error)) return undefined;
  // A name with several addresses fails once for each, and says nothing by itself.
  if (error instanceof AggregateError) return explainFailure(error.errors[0]);
  const { code, syscall, message } = error as NodeJS.ErrnoException;
  if (typeof code !== 'string') return undefined;
  if (REFUSED.test(code) || syscall === 'connect' || syscall === 'getaddrinfo')
    return `DATABASE_URL: ${message}`;
  return SYSTEM.test(code) ? message : undefined;
}
