import assert from 'node:assert/strict';
import { test } from 'node:test';
import { files, textOf } from '../tools/sources.ts';

const named = (...names: string[]) => names.map((name) => `src/controllers/${name}.ts`);
const without = (exempt: readonly string[]) =>
  files('src/controllers/*.ts').filter((file) => !exempt.includes(file));

/** Selections: their forms are shown again with fields of several values. */
const SELECTIONS = named('account-batches', 'decision-batches');
/** Lists are not declared yet. */
const LISTS = [
  ...named('account-record', 'accounts', 'batches', 'delegations-directory', 'delegations'),
  ...named('entitlements', 'messages', 'national-roles', 'organisms', 'requests', 'roles', 'trail'),
];

test('a page is given what was read of a form, never its body', () => {
  const handed = without(SELECTIONS).flatMap((file) => {
    // Whole, and not as an argument of what reads it.
    const found = textOf(file).match(/.*(?<![(,]\s*)\breq\.body\b(?!\s*\??[.[]).*/g) ?? [];
    return found.map((line) => `${file}: ${line.trim()}`);
  });
  assert.deepEqual(handed, []);
});

const MOST_LINES = 20;

test('a handler has at most twenty lines', () => {
  const long = without(LISTS).flatMap((file) => {
    const lines = textOf(file).split('\n');
    return lines.flatMap((line, start) => {
      const indent = /^( *)\S.*\(_?req\b[^)]*\)[^=]* => \{$/.exec(line)?.[1];
      if (indent === undefined) return [];
      // Between the line that opens it and the one that closes it.
      const length = lines.slice(start + 1).findIndex((other) => other.startsWith(`${indent}}`));
      return length > MOST_LINES ? [`${file}: ${line.trim()} ${length}`] : [];
    });
  });
  assert.deepEqual(long, []);
});
