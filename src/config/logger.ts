import { type DestinationStream, type Logger, pino } from 'pino';
import { holdOutages } from './outages.ts';

/**
 * The log of a process: one JSON line an event, without personal data; in words on a terminal.
 * @param isOutage errors by which the database is away: they are told once a minute
 */
export function createLogger(
  level: string,
  destination: DestinationStream = usualDestination(),
  isOutage: (error: unknown) => boolean = () => false,
): Logger {
  const hooks = { logMethod: holdOutages(isOutage, () => logger) };
  const options = { level, hooks, serializers: { err: errorForLog } };
  const logger: Logger = pino(options, destination);
  return logger;
}

/** What cannot be written, on a full disk or a terminal that is gone, is kept up to this many characters, then lost. */
const KEPT = 1_000_000;

// Where no person reads, what writes for people is not loaded.
const pretty = process.stdout.isTTY ? (await import('pino-pretty')).default : null;

/** Lines that people read as they come, on a terminal; elsewhere a program collects them. */
const usualDestination = (): DestinationStream =>
  pretty?.({ colorize: true, ignore: 'pid,hostname', translateTime: 'SYS:HH:MM:ss', sync: true }) ??
  standardOutput();

/** The process outlives its log: nothing is served less because a line cannot be written. */
function standardOutput(): DestinationStream {
  const output = pino.destination({ fd: 1, sync: true, maxLength: KEPT });
  output.on('error', () => {});
  // No more than this: after a fatal line pino would try for ever to write what it kept.
  return { write: (line) => void output.write(line) };
}

/**
 * What the log tells of an error. PostgreSQL's details quote what people are called, and pg hangs its whole client on
 * it: neither is told.
 */
export function errorForLog(error: Error & { type?: unknown; code?: unknown }) {
  const { type, name, message, code, stack } = error;
  return { type: type ?? name, message, code, stack: stack || undefined };
}
