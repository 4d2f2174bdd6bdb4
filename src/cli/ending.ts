import { EnvironmentError } from '../config/environment.ts';
import { stopEmbeddedServers } from '../database/embedded/server.ts';
import { explainFailure } from '../database/failure.ts';

/** The signals that stop a process, and the exit codes that shells know them by. */
const STOPS = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;

// In plain words, even where all else that is printed goes to the log.
const { error: say } = console;

let ending: Promise<never> | undefined;

/** Ends the process, and first the embedded PostgreSQL that nobody else uses. The first code given is its exit code. */
export function end(code: number): Promise<never> {
  ending ??= stopEmbeddedServers().then(() => process.exit(code));
  return ending;
}

/**
 * Says on the error output why the process cannot go on, in one line a fault where it is understood, and ends it. What
 * its end itself breaks is not told.
 * @param unforeseen what is said of an error that nothing explains
 */
export function fail(error: unknown, unforeseen: unknown): Promise<never> {
  const wrongSettings = error instanceof EnvironmentError;
  const faults = wrongSettings ? error.faults : [explainFailure(error) ?? unforeseen];
  for (const fault of ending ? [] : faults) say(fault);
  return end(wrongSettings ? 2 : 1);
}

/** Calls back at the first signal that stops a process, with the exit code that tells it; the next ones change nothing. */
export function onStop(stop: (signal: keyof typeof STOPS, code: number) => void): void {
  let stopping = false;
  for (const signal of Object.keys(STOPS) as (keyof typeof STOPS)[]) {
    process.on(signal, () => {
      if (stopping) return;
      stopping = true;
      stop(signal, STOPS[signal]);
    });
  }
}
