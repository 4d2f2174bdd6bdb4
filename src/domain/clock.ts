/** The one clock for what people read and rules compare. */
export interface Clock {
  now(): Date;
}

export const systemClock: Clock = { now: () => new Date() };

const parisDay = new Intl.DateTimeFormat('en-CA', { timeZone: 'Europe/Paris' });

/** The day in Paris as 'YYYY-MM-DD': what an inclusive end date is compared with (P8). */
export function dayInParis(instant: Date): string {
  return parisDay.format(instant);
}
