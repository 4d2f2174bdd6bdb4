import type { LogFn, Logger } from 'pino';

/** Milliseconds: how often an outage that lasts is told, and how long after its last failure it is over. */
const TOLD_EVERY = 60_000;
const OVER_AFTER = 15_000;
const LOOKS_EVERY = 1_000;

/** The level of what ends the process: always told. */
const FATAL = 60;

interface Outage {
  began: number;
  lastFailure: number;
  lastTold: number;
  /** Failures since the outage was last told: requests that were refused, and all else that failed by it. */
  requests: number;
  others: number;
}

/**
 * The hook of a log by which an outage is one line when it begins, one a minute while it lasts, and one when it is over,
 * where each refused request and each attempt to come back would be a line with its stack.
 * @param isOutage tells the errors of an outage from faults, which are all logged
 * @param root the log itself, not that of one request
 */
export function holdOutages(isOutage: (error: unknown) => boolean, root: () => Logger) {
  let outage: Outage | undefined;
  let looking: NodeJS.Timeout | undefined;

  function look(): void {
    if (!outage) return;
    const now = Date.now();
    const { began, lastFailure, lastTold, requests, others } = outage;
    const seconds = Math.round((lastFailure - began) / 1_000);
    if (now - lastFailure >= OVER_AFTER) {
      clearInterval(looking);
      outage = undefined;
      root().warn({ seconds, requests, others }, 'the database is back');
    } else if (now - lastTold >= TOLD_EVERY) {
      root().warn({ seconds, requests, others }, 'the database is still away');
      Object.assign(outage, { lastTold: now, requests: 0, others: 0 });
    }
  }

  return function logMethod(this: Logger, args: Parameters<LogFn>, method: LogFn, level: number): void {
    const [details, said] = args as [{ err?: unknown; res?: unknown }, string];
    const now = Date.now();
    if (level >= FATAL || !isOutage(details?.err)) {
      method.apply(this, args);
    } else if (outage) {
      outage.lastFailure = now;
      outage[details.res === undefined ? 'others' : 'requests'] += 1;
    } else {
      outage = { began: now, lastFailure: now, lastTold: now, requests: 0, others: 0 };
      looking = setInterval(look, LOOKS_EVERY).unref();
      const told = `${said}: the database is away, which is told once a minute until it is back`;
      method.apply(this, [{ ...details, err: withoutStack(details.err) }, told]);
    }
  };
}

// Its own properties and its type, but where it was made.
const withoutStack = (error: unknown): unknown => Object.create(error as object, { stack: { value: '' } });
