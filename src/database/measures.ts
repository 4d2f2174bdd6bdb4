import { channel } from 'node:diagnostics_channel';

/** What the portal measures of itself. Times are in seconds. */
export type Measure =
  /** A statement, from its sending to its answer. */
  | { kind: 'query'; seconds: number }
  | { kind: 'job'; job: string; outcome: 'done' | 'failed'; seconds: number }
  /** How long a transaction waited for the lock that orders the trail, then held it until its COMMIT was answered. */
  | { kind: 'trail-lock'; waited: number; held: number }
  /** Files that leave, each time one begins or ends. */
  | { kind: 'exports'; underWay: number }
  /** Something that who runs the portal has to look at, in a sentence without personal data. */
  | { kind: 'fault'; fault: string }
  /** An event of the trail, once it is committed. */
  | { kind: 'event'; action: string };

// A channel of Node.js: what is measured knows nothing of who counts it, and costs next to nothing where nobody does.
const measures = channel('portail');

/** Tells a measure to whoever counts. */
export function measure(taken: Measure): void {
  if (measures.hasSubscribers) measures.publish(taken);
}

/** Listens to every measure of this process. */
export function onMeasure(listener: (taken: Measure) => void): void {
  measures.subscribe((taken) => listener(taken as Measure));
}

/** Starts a watch: what it returns gives the seconds since. */
export function stopwatch(): () => number {
  const start = process.hrtime.bigint();
  return () => Number(process.hrtime.bigint() - start) / 1e9;
}
