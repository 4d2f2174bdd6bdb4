import type { StatementValues } from '../../database/sql.ts';
import { containing, formsOf } from '../../domain/search.ts';

/**
 * Where a word is looked for in a search_key, which is « last name␟first name␟address␟function »: how many parts are to
 * come after it, and before.
 */
const PARTS = {
  anywhere: [0, 0],
  names: [2, 0],
  lastName: [3, 0],
  firstName: [2, 1],
  namesOrAddress: [1, 0],
} as const;

export type Part = keyof typeof PARTS;

/** « This searchable text contains the word », in any of its forms. */
export const holdsWord = (column: string, word: string, values: StatementValues): string =>
  keyHolds(column, word, 'anywhere', values);

/** « This part of the search_key contains the word », in any of its forms. */
export function keyHolds(column: string, word: string, part: Part, values: StatementValues): string {
  const [after, before] = PARTS[part];
  const patterns = formsOf(word).map(
    (form) => `${'%\x1f'.repeat(before)}${containing(form)}${'\x1f%'.repeat(after)}`,
  );
  const held = patterns.map((pattern) => `${column} LIKE ${values.add(pattern)}`);
  return held.length === 1 ? held.join() : `(${held.join(' OR ')})`;
}
