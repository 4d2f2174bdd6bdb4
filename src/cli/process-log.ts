import { format } from 'node:util';
import type { Logger } from 'pino';
import type { Environment } from '../config/environment.ts';
import { createLogger } from '../config/logger.ts';
import { isDatabaseAway } from '../database/failure.ts';
import { onMeasure } from '../database/measures.ts';
import { end } from './ending.ts';

/** What libraries print, and how much it matters. */
const PRINTED = {
  error: 'error',
  warn: 'warn',
  trace: 'warn',
  log: 'info',
  info: 'info',
  debug: 'debug',
} as const;

type Level = (typeof PRINTED)[keyof typeof PRINTED];

/**
 * The log of a process that serves until it is stopped. In production nothing else is printed any more: what Node.js
 * and the libraries say is logged too, so that each line is of the same form.
 */
export function processLog({ logLevel, production }: Environment): Logger {
  const logger = createLogger(logLevel, undefined, isDatabaseAway);
  if (production) logWhatIsPrinted(logger);
  onMeasure((taken) => {
    if (taken.kind === 'fault') logger.error({}, taken.fault);
  });
  // Also a rejection that nobody handles.
  process.on('uncaughtException', (error, origin) => {
    logger.fatal({ err: error, origin }, 'a fault ends the process');
    void end(1);
  });
  return logger;
}

function logWhatIsPrinted(logger: Logger): void {
  for (const [method, level] of Object.entries(PRINTED) as [keyof typeof PRINTED, Level][]) {
    console[method] = (...said: unknown[]) => logger[level]({}, format(...said.map(briefly)));
  }
  // Node.js's own listener prints.
  process.removeAllListeners('warning');
  // The second is that of the libraries of Express.
  for (const event of ['warning', 'deprecation']) {
    process.on(event, (warning: Error) => logger.warn({ err: warning }, 'warning'));
  }
}

/** An error may hold what PostgreSQL tells of people. */
const briefly = (said: unknown) => (said instanceof Error ? `${said.name}: ${said.message}` : said);
