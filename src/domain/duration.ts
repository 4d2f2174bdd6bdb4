/** Durations in milliseconds: how long something lasts on a clock. None leads to a day of the calendar (calendar.ts). */
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
/** Twenty-four hours. */
export const DAY = 24 * HOUR;
