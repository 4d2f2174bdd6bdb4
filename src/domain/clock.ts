/** The one clock for what people read and rules compare. */
export interface Clock {
  now(): Date;
}

export const systemClock: Clock = { now: () => new Date() };
