/** The values of a statement; add() gives the placeholder that stands for one. */
export class StatementValues {
  readonly list: unknown[] = [];

  add(value: unknown): string {
    this.list.push(value);
    return `$${this.list.length}`;
  }
}

/**
 * « This right holds on that day » (P8): the one form of it in SQL, as holdsOn() is in TypeScript. `right` is what
 * the statement calls the assignment, `day` an expression: a placeholder of 'YYYY-MM-DD' in Paris.
 */
export const HOLDS = (right: string, day: string): string =>
  `${right}.ended_at IS NULL AND (${right}.ends_on IS NULL OR ${right}.ends_on >= ${day}::date)`;

/** « This account has a second factor »; `account` is an expression. */
export const HAS_FACTOR = (account: string): string =>
  `(EXISTS (SELECT FROM authenticators WHERE account_id = ${account} AND ended_at IS NULL)
    OR EXISTS (SELECT FROM passkeys WHERE account_id = ${account} AND ended_at IS NULL))`;

/** « Second facteur », as lists are filtered by it; '' for all. */
export type FactorChoice = '' | 'avec' | 'sans';

/** The people of this choice; `account` is an expression. */
export const ofFactorChoice = (account: string, choice: Exclude<FactorChoice, ''>): string =>
  choice === 'avec' ? HAS_FACTOR(account) : `(${account} IS NOT NULL AND NOT ${HAS_FACTOR(account)})`;

/** « This right ends within thirty days », the day in it: `right` and `day` as in HOLDS. */
export const endsSoon = (right: string, day: string): string =>
  `${right}.ends_on BETWEEN ${day}::date AND ${day}::date + 30`;

/** A WHERE clause, or nothing. */
export const where = (conditions: readonly string[]): string =>
  conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`;

/** What follows ORDER BY. Descending is the exact reverse, but for what is empty where `nulls` keeps it last. */
export function ordered(columns: readonly string[], direction: 'asc' | 'desc', nulls?: 'NULLS LAST'): string {
  const way = [direction === 'desc' ? 'DESC' : 'ASC', nulls ?? []].flat().join(' ');
  return columns.map((column) => `${column} ${way}`).join(', ');
}

/** The rows of one page, from 1. */
export const pageOf = ({ page, size }: { page: number; size: number }, values: StatementValues): string =>
  `LIMIT ${values.add(size)} OFFSET ${values.add((page - 1) * size)}`;
