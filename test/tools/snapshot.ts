import { AssertionError } from 'node:assert/strict';
import type { TestContext } from 'node:test';

/** Differences beyond these would hide the first. */
const SHOWN = 40;

/**
 * Compares the lines with those of the test's snapshot, which `npm test -- NAME --update` writes anew. A failure says
 * only the lines that one has and the other has not: whole files of them are cut before their difference.
 */
export function isAsItWas(t: TestContext, lines: readonly string[]): void {
  try {
    t.assert.snapshot(lines.join('\n'), { serializers: [(text) => String(text)] });
  } catch (error) {
    if (!(error instanceof AssertionError) || typeof error.expected !== 'string') throw error;
    const expected = error.expected.replace(/^\n|\n$/g, '').split('\n');
    const differences = [
      ...without(expected, lines).map((line) => `- ${line}`),
      ...without(lines, expected).map((line) => `+ ${line}`),
    ];
    throw new Error(
      `not as it was (- before, + now):\n${differences.slice(0, SHOWN).join('\n') || 'the same lines, in another order'}`,
    );
  }
}

/** The lines of one that the other has not, each with the line before it, which says where it stands. */
function without(lines: readonly string[], others: readonly string[]): string[] {
  const left = new Map<string, number>();
  for (const line of others) left.set(line, (left.get(line) ?? 0) + 1);
  return lines.flatMap((line, index) => {
    const more = left.get(line) ?? 0;
    left.set(line, more - 1);
    return more > 0 ? [] : [`${line} (line ${index + 1}, after: ${lines[index - 1] ?? ''})`];
  });
}
