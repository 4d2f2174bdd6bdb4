import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Actor } from '../../src/domain/actor.ts';
import { type Ordered, ordersOf } from '../../src/lists/criteria.ts';
import type { ListColumn } from '../../src/lists/declaration.ts';
import { isAsItWas } from '../tools/snapshot.ts';
import { files, textOf } from '../tools/sources.ts';

type AnyColumn = ListColumn<string, never, never, never>;
interface Declared {
  name: string;
  sorts: Ordered<string>;
  columns: readonly AnyColumn[];
}

/** To whom a list has all its orders. */
const UCANSS = { national: 'administrator' } as Actor;

const isDeclared = (value: unknown): value is Declared =>
  typeof value === 'object' && value !== null && 'columns' in value && 'sorts' in value;

/** What a column is, but what its functions say. */
const told = (column: AnyColumn): string =>
  Object.entries(column)
    .map(([name, value]) => (typeof value === 'function' ? name : `${name}=${JSON.stringify(value)}`))
    .join(' ');

/**
 * How each list is set on its page and in its file. Another order, width or weight is seen here; `npm test --
 * columns-as-they-are --update` writes the file anew, for somebody to read.
 */
for (const file of files('src/lists/*.ts').filter((each) => /\bdeclare\w*List\(\{/.test(textOf(each))))
  test(file, async (t) => {
    const declared = Object.values(await import(`../../${file}`)).filter(isDeclared);
    assert.ok(declared.length > 0);
    const lines = declared.flatMap(({ name, sorts, columns }) => [
      `${name}: ${ordersOf(sorts, UCANSS).join(' ')}`,
      ...columns.map((column) => `- ${told(column)}`),
    ]);
    isAsItWas(t, lines);
  });
