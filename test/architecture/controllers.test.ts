import assert from 'node:assert/strict';
import { test } from 'node:test';
import { files, textOf } from '../tools/sources.ts';

const controllers = files('src/controllers/*.ts');

test('a page is given what was read of a form, never its body', () => {
  const handed = controllers.flatMap((file) => {
    // Whole, and not as an argument of what reads it.
    const found = textOf(file).match(/.*(?<![(,]\s*)\breq\.body\b(?!\s*\??[.[]).*/g) ?? [];
    return found.map((line) => `${file}: ${line.trim()}`);
  });
  assert.deepEqual(handed, []);
});

const MOST_LINES = 20;

// What takes the request first, however it is written: an arrow, a method, a function. What it answers may be typed.
const HANDLER = /^( *)\S.*?\(\s*_?req\b[^)]*\)(?:: .+)? (?:=> )?\(?\{$/gm;

/** Every handler of a file: the line it begins with, and how many it has between its braces. */
function handlersOf(file: string): { file: string; first: string; lines: number }[] {
  const text = textOf(file);
  return [...text.matchAll(HANDLER)].map(({ 0: head, 1: indent = '', index }) => {
    const body = text.slice(index + head.length + 1).split('\n');
    const lines = body.findIndex((line) => line.startsWith(`${indent}}`));
    return { file, first: head.trim().split('\n')[0] ?? '', lines };
  });
}

test('a handler has at most twenty lines', () => {
  const handlers = controllers.flatMap(handlersOf);
  assert.ok(handlers.length > 80);
  assert.deepEqual(
    handlers.filter(({ lines }) => lines > MOST_LINES || lines < 0),
    [],
  );
});

test('a handler is declared as one, `const show: RequestHandler`, not made one afterwards', () => {
  const cast = files('src/**/*.ts').filter((file) =>
    /\b(satisfies|as) \w*RequestHandler\b/.test(textOf(file)),
  );
  assert.deepEqual(cast, []);
});
