import type { Clock } from '../../src/domain/clock.ts';

/** A clock that a test sets: it starts on 22 November 2026, 10:00 in Paris. */
export interface TestClock extends Clock {
  set(instant: string): void;
}

export function createTestClock(start = '2026-11-22T09:00:00.000Z'): TestClock {
  let current = new Date(start);
  return {
    now: () => new Date(current),
    set: (instant) => {
      current = new Date(instant);
    },
  };
}

/** For what only needs some instant. */
export const testClock: Clock = createTestClock();
