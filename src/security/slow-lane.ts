import { setTimeout as timer } from 'node:timers/promises';

/** Waits; rejects as soon as `signal` aborts. */
export type Pause = (milliseconds: number, signal: AbortSignal) => Promise<void>;

/** Milliseconds before each attempt of an address that is slowed. */
const PACE = 1_000;
/** Attempts that wait, of one address and of all: each keeps a connection open. */
const WAITING = { address: 20, all: 100 } as const;

/** Seconds after which a full lane has moved on. */
export const LANE_SECONDS = Math.ceil((PACE * WAITING.address) / 1_000);

const realPause: Pause = (milliseconds, signal) => timer(milliseconds, undefined, { signal });

/**
 * Lets attempts of a key through one a second, in the order they came. `gone` aborts when nobody waits for one any more:
 * it leaves its place to the others, and its work is not done.
 */
export function slowLane(pause = realPause) {
  // Of each key, what begins the turn of each attempt; the first one has begun.
  const lanes = new Map<string, (() => void)[]>();
  let all = 0;

  function enter(key: string): { turn: Promise<void>; leave(): void } | null {
    const lane = lanes.get(key) ?? [];
    if (lane.length >= WAITING.address || all >= WAITING.all) return null;
    const { promise: turn, resolve: begin } = Promise.withResolvers<void>();
    lanes.set(key, lane);
    lane.push(begin);
    all += 1;
    if (lane.length === 1) begin();
    const leave = () => {
      const at = lane.indexOf(begin);
      if (at < 0) return;
      lane.splice(at, 1);
      all -= 1;
      begin();
      if (lane.length === 0) lanes.delete(key);
      else if (at === 0) lane[0]?.();
    };
    return { turn, leave };
  }

  /** False where it is aborted meanwhile. */
  async function passes(turn: Promise<void>, gone: AbortSignal): Promise<boolean> {
    await turn;
    if (gone.aborted) return false;
    try {
      await pause(PACE, gone);
    } catch (error) {
      if (!gone.aborted) throw error;
    }
    return !gone.aborted;
  }

  return async <T>(
    key: string,
    work: () => Promise<T>,
    gone: AbortSignal = new AbortController().signal,
  ): Promise<T | 'full' | 'gone'> => {
    if (gone.aborted) return 'gone';
    const entered = enter(key);
    if (entered === null) return 'full';
    const { turn, leave } = entered;
    gone.addEventListener('abort', leave, { once: true });
    try {
      return (await passes(turn, gone)) ? await work() : 'gone';
    } finally {
      leave();
    }
  };
}
