import { type DestinationStream, type Logger, pino } from 'pino';

/** The log of a process: one JSON line an event, without personal data. */
export function createLogger(level: string, destination?: DestinationStream): Logger {
  const options = { level, serializers: { err: errorForLog } };
  return destination ? pino(options, destination) : pino(options);
}

/**
 * What the log tells of an error. PostgreSQL's details quote what people are called, and pg hangs its whole client on
 * it: neither is told.
 */
export function errorForLog(error: Error & { type?: unknown; code?: unknown }) {
  const { type, name, message, code, stack } = error;
  return { type: type ?? name, message, code, stack };
}
