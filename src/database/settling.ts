import { setTimeout as pause } from 'node:timers/promises';

/** Waits until a promise has settled, whatever its outcome, but so many milliseconds at most; true where it has. */
export async function settles(promise: Promise<unknown>, milliseconds: number): Promise<boolean> {
  const waiting = new AbortController();
  const late = pause(milliseconds, false, { signal: waiting.signal }).catch(() => false);
  const done = promise.then(
    () => true,
    () => true,
  );
  try {
    return await Promise.race([done, late]);
  } finally {
    waiting.abort();
  }
}
