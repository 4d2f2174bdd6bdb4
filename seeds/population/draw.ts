import type { Knex } from 'knex';
import { SLOTS } from './plan.ts';

export type Trx = Knex.Transaction;
/** Told how much of a step is done, from 0 to 1. */
export type Progress = (fraction: number) => void;

/** The two years that the trail tells; everything the population did ends there. */
export const TRAIL_START = "timestamptz '2024-09-01T00:00:00Z'";
export const TRAIL_END = "timestamptz '2026-09-01T00:00:00Z'";
/** The last day on which the population did something; what a moment of that day adds stays before the end. */
export const PRESENT = "timestamptz '2026-08-31T00:00:00Z'";

/** What is drawn for an account or a request: each has a number of its own, so that draws are independent. */
const SALTS = {
  lastName: 1,
  secondName: 2,
  compound: 3,
  firstName: 4,
  functionTitle: 5,
  executive: 6,
  roles: 7,
  phone: 8,
  created: 9,
  hour: 10,
  active: 11,
  deactivated: 12,
  reason: 13,
  granted: 14,
  granter: 15,
  ends: 16,
  former: 17,
  ended: 18,
  signedIn: 19,
  request: 20,
  requestRole: 21,
  submitted: 22,
  decided: 23,
} as const;

type Draw = keyof typeof SALTS;

/** SQL of a number drawn for the one that `key` computes, of either sign. */
export const hash = (key: string, draw: Draw): string => `hashint8extended(${key}, ${SALTS[draw]})`;

/** SQL of a slot (0 to SLOTS − 1) drawn for it. */
export const slot = (key: string, draw: Draw): string => `(${hash(key, draw)} & ${SLOTS - 1})::integer`;

/** SQL of a fraction in [0, 1) drawn for it. */
export const fraction = (key: string, draw: Draw): string =>
  `((${hash(key, draw)} & 1048575) / 1048576.0::float8)`;

/** SQL of one of the texts. */
export const oneOf = (texts: readonly string[], key: string, draw: Draw): string => {
  const literals = texts.map((text) => `'${text.replaceAll("'", "''")}'`).join(', ');
  return `(ARRAY[${literals}])[1 + mod(${slot(key, draw)}, ${texts.length})]`;
};

/** SQL of a moment of that instant's day, in office hours, but not before `after`. */
export const officeHours = (instant: string, key: string, after: string): string =>
  `greatest(date_trunc('day', ${instant}) + floor((7 + 9 * ${fraction(key, 'hour')}) * 3600) * interval '1 second',
            ${after} + interval '2 minutes')`;

/** Slices of the accounts, so that a long statement can tell how far it is. */
export async function inSlices(
  total: number,
  work: (first: number, last: number) => Promise<unknown>,
  progress: Progress,
): Promise<void> {
  const slice = 25_000;
  for (let first = 0; first < total; first += slice) {
    const last = Math.min(first + slice, total) - 1;
    await work(first, last);
    progress((last + 1) / total);
  }
}
