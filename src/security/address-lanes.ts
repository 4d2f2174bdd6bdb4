import type { Database } from '../database/knex.ts';
import { attemptCounter, type Limited, type Origin } from './attempts.ts';
import { sideBySide } from './in-turn.ts';
import { LANE_SECONDS, type Pause, slowLane } from './slow-lane.ts';

/** Attempts of one network address judged at once: a burst cannot pass before its first failures are counted. */
const AT_ONCE = 10;

/** An attempt that was not judged: too many wait already. */
interface TurnedAway {
  kind: 'turned-away';
  limit: Limited;
}

export type AddressLanes = ReturnType<typeof addressLanes>;

/** Judges attempts of a network address some at once, and one a second from one that failed on many accounts. */
export function addressLanes(db: Database, pause: Pause | undefined) {
  const attempts = attemptCounter(db);
  const few = sideBySide(AT_ONCE);
  const slowly = slowLane(pause);
  return async <T>(
    { address, gone }: Origin,
    judged: () => Promise<T>,
  ): Promise<T | TurnedAway | { kind: 'gone' }> => {
    const result = await few(address, async () => ((await attempts.isSlowed(address)) ? 'slowed' : judged()));
    if (result !== 'slowed') return result;
    const slow = await slowly(address, judged, gone);
    if (slow === 'gone') return { kind: 'gone' };
    return slow === 'full'
      ? { kind: 'turned-away', limit: await attempts.turnedAway(address, LANE_SECONDS) }
      : slow;
  };
}
