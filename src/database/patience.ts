import { AsyncLocalStorage } from 'node:async_hooks';

/** Milliseconds that one request may wait for the database in all: « database away » is told within 3 seconds. */
const PATIENCE = 2_500;
/** A timer may ring a millisecond early: what it leaves is nothing any more. */
const NOTHING = 2;

/** How long a request has waited so far, statements under way at the same time counted once. */
interface Wait {
  ended: number;
  underWay: number;
  since: number;
  /** True once something of the request was committed, or may have been. */
  committed: boolean;
}

const waits = new AsyncLocalStorage<Wait>();

/** Does the work of one request, whose waits for the pages' connections have one common limit. */
export const withPatience = <T>(work: () => T): T =>
  waits.run({ ended: 0, underWay: 0, since: 0, committed: false }, work);

/** Milliseconds left to wait for an answer, here and now: what one statement has outside a request. */
export function patienceLeft(): number {
  const wait = waits.getStore();
  if (!wait) return PATIENCE;
  const left = PATIENCE - wait.ended - (wait.underWay > 0 ? performance.now() - wait.since : 0);
  return left > NOTHING ? left : 0;
}

/** Counts a wait that begins; what it returns ends it. */
export function waitBegins(): () => void {
  const wait = waits.getStore();
  if (!wait) return () => {};
  if (wait.underWay === 0) wait.since = performance.now();
  wait.underWay += 1;
  return () => {
    wait.underWay -= 1;
    if (wait.underWay === 0) wait.ended += performance.now() - wait.since;
  };
}

/** Notes that a transaction of this request was committed, or that nobody knows. */
export function noteCommit(): void {
  const wait = waits.getStore();
  if (wait) wait.committed = true;
}

/** False only where it is certain that nothing which this request did was committed. */
export const mayBeCommitted = (): boolean => waits.getStore()?.committed ?? true;
