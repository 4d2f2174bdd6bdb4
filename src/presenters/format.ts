/** What every view may call to write dates, names and plurals in French. */

import { dayInParis, daysBetween } from '../domain/calendar.ts';

const day = new Intl.DateTimeFormat('fr-FR', {
  timeZone: 'Europe/Paris',
  day: '2-digit',
  month: '2-digit',
  year: 'numeric',
});
const time = new Intl.DateTimeFormat('fr-FR', {
  timeZone: 'Europe/Paris',
  hour: '2-digit',
  minute: '2-digit',
});
const second = new Intl.DateTimeFormat('fr-FR', {
  timeZone: 'Europe/Paris',
  timeStyle: 'medium',
});
const number = new Intl.NumberFormat('fr-FR');
const list = new Intl.ListFormat('fr-FR');
const relative = new Intl.RelativeTimeFormat('fr-FR', { numeric: 'auto' });

/** JJ/MM/AAAA in Paris (R21); a 'YYYY-MM-DD' day is taken as it is. */
export function formatDate(value: Date | string): string {
  if (typeof value === 'string') return value.split('-').reverse().join('/');
  return day.format(value);
}

/** « 22/11/2026 à 10:00 » in Paris. */
export const formatDateTime = (value: Date): string => `${day.format(value)} à ${time.format(value)}`;

/** « 10:42 » in Paris. */
export const formatTime = (value: Date): string => time.format(value);

/** A moment as a cell of a file receives it: 'YYYY-MM-DD HH:MM' in Paris. */
export const instantCell = (value: Date): string => `${dayInParis(value)} ${time.format(value)}`;

/** « 22/11/2026 à 10:00:07 » in Paris: an event of the trail. */
export const formatInstant = (value: Date): string => `${day.format(value)} à ${second.format(value)}`;

/** « il y a 3 jours »: days of the calendar before `now`; only ever shown beside the date. */
export function relativeDate(value: Date, now: Date): string {
  const days = daysBetween(dayInParis(now), dayInParis(value));
  if (Math.abs(days) < 31) return relative.format(days, 'day');
  if (Math.abs(days) < 365) return relative.format(Math.round(days / 30), 'month');
  return relative.format(Math.round(days / 365), 'year');
}

/** « 1 234 », with French separators. */
export const formatNumber = (value: number): string => number.format(value);

/** « 1 personne », « 57 personnes »: in French, zero is singular. */
export const plural = (count: number, one: string, many: string): string =>
  `${number.format(count)} ${count >= 2 ? many : one}`;

/** Names that are told before the others are counted. */
const NAMED = 3;

/** « A, B, C et 2 autres ». */
export function listed(names: readonly string[]): string {
  const others = names.length - NAMED;
  return list.format([...names.slice(0, NAMED), ...(others > 0 ? [plural(others, 'autre', 'autres')] : [])]);
}

/** « Prénom NOM ». */
export const fullName = (person: { firstName: string; lastName: string }): string =>
  `${person.firstName} ${person.lastName}`;
