/**
 * Days as people count them: 'YYYY-MM-DD', in Paris. A day has 23 or 25 hours twice a year, so that milliseconds never
 * lead from one to another; they measure durations (a link's life, a session's), which are no days.
 */

/** What filters and forms take: before and after, a day is a slip of the finger, and PostgreSQL has no year 0. */
const EARLIEST_DAY = '1900-01-01';
export const LATEST_DAY = '2100-12-31';

const parisDay = new Intl.DateTimeFormat('en-CA', { timeZone: 'Europe/Paris' });

const MINUTE = 60_000;
let latest = { minute: Number.NaN, day: '' };

/** The day in Paris of an instant: what an inclusive end date is compared with (P8). */
export function dayInParis(instant: Date): string {
  // Asked for at each request, and dear to format: a day only changes with the minute.
  const minute = Math.floor(instant.getTime() / MINUTE);
  if (minute !== latest.minute) latest = { minute, day: parisDay.format(instant) };
  return latest.day;
}

/** The day of an instant that stands for a day: sheets keep days so, at midnight in UTC. */
export const dayInUtc = (instant: Date): string => instant.toISOString().slice(0, 10);

const UTC_DAY = 86_400_000;
/** Days since 1970: in UTC every day is as long as the others. */
const numberOf = (day: string): number => Date.parse(`${day}T00:00:00Z`) / UTC_DAY;

/** The day that comes `count` days after, or before where it is negative. */
export const addDays = (day: string, count: number): string =>
  new Date((numberOf(day) + count) * UTC_DAY).toISOString().slice(0, 10);

/** The first day of the month of a day. */
export const firstOfMonth = (day: string): string => `${day.slice(0, 8)}01`;

/** How many days lead from one day to another; negative where the other is before. */
export const daysBetween = (from: string, to: string): number => numberOf(to) - numberOf(from);

/** True for a day that a filter or a form may be about. */
export const isCurrentDay = (day: string): boolean => day >= EARLIEST_DAY && day <= LATEST_DAY;
