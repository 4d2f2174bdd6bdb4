/** The one clock for what people read and rules compare. */
export interface Clock {
  now(): Date;
}

export const systemClock: Clock = { now: () => new Date() };

const parisDay = new Intl.DateTimeFormat('en-CA', { timeZone: 'Europe/Paris' });

const MINUTE = 60_000;
let latest = { minute: Number.NaN, day: '' };

/** The day in Paris as 'YYYY-MM-DD': what an inclusive end date is compared with (P8). */
export function dayInParis(instant: Date): string {
  // Asked for at each request, and dear to format: a day only changes with the minute.
  const minute = Math.floor(instant.getTime() / MINUTE);
  if (minute !== latest.minute) latest = { minute, day: parisDay.format(instant) };
  return latest.day;
}
