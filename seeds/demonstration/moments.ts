import type { Random } from '../people/random.ts';

const DAY = 86_400_000;

/** The demonstration's past, the same whatever the day it is loaded. */
export const BEGINNING = new Date('2024-09-02T07:00:00Z');
export const LATEST = new Date('2026-08-28T15:00:00Z');

/** An instant of office hours between the two, never before `after`. */
export function workingMoment(random: Random, after: Date, before: Date): Date {
  const drawn = after.getTime() + random.next() * (before.getTime() - after.getTime());
  const midnight = Math.floor(drawn / DAY) * DAY;
  const weekday = new Date(midnight).getUTCDay();
  const day = weekday === 0 ? midnight + DAY : weekday === 6 ? midnight - DAY : midnight;
  const moment = day + 7 * 3_600_000 + random.below(9 * 3_600) * 1_000;
  return new Date(Math.max(moment, after.getTime() + (1 + random.below(40)) * 60_000));
}

/** So many seconds later. */
export function afterwards(moment: Date, seconds: number): Date {
  return new Date(moment.getTime() + seconds * 1_000);
}

/** The later of two instants. */
export function latest(one: Date, other: Date): Date {
  return one > other ? one : other;
}
