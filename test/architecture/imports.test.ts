import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FLOORS, floorOf, roomOf } from '../tools/floors.ts';
import { files, importsOf } from '../tools/sources.ts';

const sources = files('src/**/*.ts', 'seeds/**/*.ts');

/** The pairs « file → file » of the project that offend. */
function offences(offends: (file: string, target: string, typeOnly: boolean) => boolean): string[] {
  return sources.flatMap((file) =>
    importsOf(file)
      .filter(({ target, typeOnly }) => target !== null && offends(file, target, typeOnly))
      .map(({ target }) => `${file} → ${target}`),
  );
}

test('every file of src stands in a known room', () => {
  assert.deepEqual(
    sources.filter((file) => floorOf(file) === -1),
    [],
  );
});

test('imports go down only', () => {
  assert.deepEqual(
    offences((file, target) => floorOf(target) !== -1 && floorOf(target) < floorOf(file)),
    [],
  );
});

test('rooms side by side on a floor do not know each other', () => {
  assert.deepEqual(
    offences((file, target) => floorOf(target) === floorOf(file) && roomOf(target) !== roomOf(file)),
    [],
  );
});

test('what src and seeds import is in src or seeds, with its extension', () => {
  const known = new Set(sources);
  assert.deepEqual(
    offences((_file, target) => !known.has(target)),
    [],
  );
});

// Digests are computed, not asked of the outside.
const PURE = new Set(['node:crypto']);

test('the domain imports nothing but the domain: no package, no module that reads or writes', () => {
  const others = files('src/domain/**/*.ts').flatMap((file) =>
    importsOf(file)
      .filter(({ target, specifier }) => !target?.startsWith('src/domain/') && !PURE.has(specifier))
      .map(({ specifier }) => `${file} → ${specifier}`),
  );
  assert.deepEqual(others, []);
});

test('config stands apart: it imports no other room', () => {
  assert.deepEqual(
    offences((file, target) => roomOf(file) === 'config' && roomOf(target) !== 'config'),
    [],
  );
});

test('paths.ts stands on the ground: it imports nothing', () => {
  assert.deepEqual(importsOf('src/paths.ts'), []);
});

test('below the middlewares nothing knows Express, not even its types', () => {
  const web = new Set(['express', 'passport', 'passport-local', 'helmet', 'csrf-sync', 'ejs', 'pino-http']);
  const middlewares = FLOORS.findIndex((rooms) => rooms.includes('middlewares'));
  const found = sources
    .filter((file) => floorOf(file) > middlewares)
    .flatMap((file) =>
      importsOf(file)
        .filter(({ specifier }) => web.has(specifier))
        // The HTML part of a message is a view too.
        .filter(({ specifier }) => file !== 'src/mail/render.ts' || specifier !== 'ejs')
        .map(({ specifier }) => `${file} → ${specifier}`),
    );
  assert.deepEqual(found, []);
});

test('migrations import types only, so that they keep running as the code changes', () => {
  const found = files('migrations/*.ts').flatMap((file) =>
    importsOf(file)
      .filter(({ typeOnly }) => !typeOnly)
      .map(({ specifier }) => `${file} → ${specifier}`),
  );
  assert.deepEqual(found, []);
});

test('no import cycle', () => {
  const graph = new Map(
    sources.map((file) => [file, importsOf(file).flatMap(({ target }) => (target === null ? [] : [target]))]),
  );
  const finished = new Set<string>();
  const cycles: string[] = [];
  const walk = (file: string, trail: readonly string[]): void => {
    if (finished.has(file)) return;
    const start = trail.indexOf(file);
    if (start !== -1) {
      cycles.push([...trail.slice(start), file].join(' → '));
      return;
    }
    for (const next of graph.get(file) ?? []) walk(next, [...trail, file]);
    finished.add(file);
  };
  for (const file of sources) walk(file, []);
  assert.deepEqual(cycles, []);
});
