import { FAULTS } from './fault.ts';

/** A title as it is compared: neither accents, case, spaces nor signs tell two apart. */
const keyOf = (title: string): string =>
  title
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '');

/** What spreadsheets put around what was typed. */
export const tidy = (cell: string): string =>
  cell
    .replace(/[\u00a0\u202f\u2007]/g, ' ')
    .replace(/^\ufeff/, '')
    .trim();

/** The place of each wanted column among the titles of a file. @throws FileFault where one is missing, or twice */
export function placesOf<C extends string>(titles: readonly string[], columns: readonly C[]): Map<C, number> {
  const keys = titles.map(keyOf);
  const missing = columns.filter((column) => !keys.includes(keyOf(column)));
  if (missing.length > 0) throw FAULTS.missing(missing);
  const twice = columns.find((column) => keys.indexOf(keyOf(column)) !== keys.lastIndexOf(keyOf(column)));
  if (twice !== undefined) throw FAULTS.twice(twice);
  return new Map(columns.map((column) => [column, keys.indexOf(keyOf(column))]));
}
