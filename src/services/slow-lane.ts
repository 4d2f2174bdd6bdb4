import { setTimeout as pause } from 'node:timers/promises';
import { queues } from './in-turn.ts';

/** Milliseconds before each attempt of an address that is slowed. */
const PACE = 1_000;
/** Attempts that wait, of one address and of all: each keeps a connection open. */
const WAITING = { address: 20, all: 100 } as const;

/** Seconds after which a full lane has moved on. */
export const LANE_SECONDS = Math.ceil((PACE * WAITING.address) / 1_000);

/** Lets attempts of a key through one a second, in the order they came. */
export function slowLane(pace = PACE) {
  const inTurn = queues();
  const waiting = new Map<string, number>();
  let all = 0;

  return async <T>(key: string, work: () => Promise<T>): Promise<T | 'full'> => {
    const before = waiting.get(key) ?? 0;
    if (before >= WAITING.address || all >= WAITING.all) return 'full';
    waiting.set(key, before + 1);
    all += 1;
    try {
      return await inTurn(key, async () => {
        await pause(pace);
        return work();
      });
    } finally {
      all -= 1;
      const left = (waiting.get(key) ?? 1) - 1;
      if (left === 0) waiting.delete(key);
      else waiting.set(key, left);
    }
  };
}
