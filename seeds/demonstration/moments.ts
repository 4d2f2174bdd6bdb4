import { addDays, dayInParis } from '../../src/domain/calendar.ts';
import type { Random } from '../people/random.ts';

const DAY = 86_400_000;

/** When the story was written down: it is told as if it had ended on the last such evening, a Friday, before the seeding. */
const WRITTEN = new Date('2026-08-28T15:00:00Z');
// What is drawn on the last day may come after that hour.
const LATE = 6 * 3_600_000;

/** The instants that the story is told by. */
export interface Calendar {
  /** When it is told. */
  now: Date;
  beginning: Date;
  /** Who has left did so after everything else that happened to the account, from then on. */
  lastMonths: Date;
  lastWeeks: Date;
  latest: Date;
  /** The last days of rights that end in good time. */
  endDates: readonly string[];
  /** So many working days before the day of the seeding, at so many minutes after seven, UTC. */
  workday(before: number, minutes: number): Date;
  /** So many days after the day of the seeding. */
  dayAfter(days: number): string;
}

/** The demonstration's past, by whole weeks: days of the week stay what they are, whatever the day it is loaded. */
export function calendarOf(now: Date): Calendar {
  const week = 7 * DAY;
  const moved = Math.floor((now.getTime() - WRITTEN.getTime() - LATE) / week) * week;
  const at = (written: string) => new Date(Date.parse(written) + moved);
  const latest = at(WRITTEN.toISOString());
  const year = latest.getUTCFullYear();
  return {
    now,
    beginning: at('2024-09-02T07:00:00Z'),
    lastMonths: at('2026-05-04T07:00:00Z'),
    lastWeeks: at('2026-08-14T07:00:00Z'),
    latest,
    endDates: [`${year + 1}-06-30`, `${year + 1}-12-31`, `${year + 1}-12-31`, `${year + 2}-03-31`],
    workday(before, minutes) {
      let midnight = Math.floor(now.getTime() / DAY) * DAY;
      for (let left = before; left > 0; ) {
        midnight -= DAY;
        if (![0, 6].includes(new Date(midnight).getUTCDay())) left -= 1;
      }
      return new Date(midnight + (7 * 60 + minutes) * 60_000);
    },
    dayAfter: (days) => addDays(dayInParis(now), days),
  };
}

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
