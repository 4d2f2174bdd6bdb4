import type { Pause } from '../../src/security/slow-lane.ts';
import { eventually } from './eventually.ts';

/** Pauses that last until the test ends them, however long was asked for. */
export function heldPauses() {
  const asked: number[] = [];
  const held: (() => void)[] = [];
  let isOver = false;

  const pause: Pause = (milliseconds, signal) => {
    asked.push(milliseconds);
    return new Promise((resolve, reject) => {
      if (isOver) return resolve();
      held.push(resolve);
      signal.addEventListener('abort', () => {
        if (held.includes(resolve)) held.splice(held.indexOf(resolve), 1);
        reject(signal.reason);
      });
    });
  };

  return {
    pause,
    /** Milliseconds of each pause that has begun. */
    asked,
    /** How many last now. */
    lasting: () => held.length,
    /** Waits until so many have begun. */
    begun: (count: number) => eventually(async () => asked.length >= count),
    endOne: () => held.shift()?.(),
    /** Ends them all; later ones last no time. */
    endAll(): void {
      isOver = true;
      for (const end of held.splice(0)) end();
    },
  };
}
