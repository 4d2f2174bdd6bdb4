/** Durations in milliseconds: how long something lasts on a clock. None leads to a day of the calendar (calendar.ts). */
export const HOUR = 3_600_000;
/** Twenty-four hours. */
export const DAY = 24 * HOUR;
