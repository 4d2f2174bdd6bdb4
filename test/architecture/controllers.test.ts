import assert from 'node:assert/strict';
import { test } from 'node:test';
import { files, textOf } from '../tools/sources.ts';

const controllers = files('src/controllers/*.ts');
/** Selections: their forms are shown again with fields of several values. */
const SELECTIONS = /-batches\.ts$/;

test('a page is given what was read of a form, never its body', () => {
  const forms = controllers.filter((file) => !SELECTIONS.test(file));
  const handed = forms.flatMap((file) => {
    // Whole, and not as an argument of what reads it.
    const found = textOf(file).match(/.*(?<![(,]\s*)\breq\.body\b(?!\s*\??[.[]).*/g) ?? [];
    return found.map((line) => `${file}: ${line.trim()}`);
  });
  assert.deepEqual(handed, []);
});

const MOST_LINES = 20;

test('a handler has at most twenty lines', () => {
  const long = controllers.flatMap((file) => {
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
