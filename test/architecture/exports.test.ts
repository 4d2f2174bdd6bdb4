import assert from 'node:assert/strict';
import { test } from 'node:test';
import { exportsOf, files, namesImportedBy } from '../tools/sources.ts';

// The `up` and `down` of migrations are for knex.
const sources = files('{src,seeds,bench,scripts,test}/**/*.ts');
const importers = new Map<string, string[]>();
for (const file of [...sources, ...files('migrations/*.ts')]) {
  for (const name of namesImportedBy(file)) importers.set(name, [...(importers.get(name) ?? []), file]);
}

const importersOf = (file: string, name: string): string[] => [
  ...(importers.get(`${file}#${name}`) ?? []),
  ...(importers.get(`${file}#*`) ?? []),
];

test('no export that nobody imports', () => {
  const unused = sources.flatMap((file) =>
    exportsOf(file)
      .filter(({ name }) => importersOf(file, name).length === 0)
      .map(({ name }) => `${file}: ${name}`),
  );
  assert.deepEqual(unused, []);
});

/** What tests alone import: it cannot be seen from outside, or the tests would have to say it a second time. */
const FOR_TESTS = [
  // Whether V8 gives it, whatever flags the process has.
  'src/exports/press.ts: HEAP',
  // Of a sheet one sees the heights alone.
  'src/exports/sheet-rows.ts: linesOf',
  // Every message there is, and every notice.
  'src/mail/templates.ts: templates',
  'src/presenters/notices.ts: NOTICE_KEYS',
];

test('nothing runs for tests alone, but what is listed', () => {
  const found = files('{src,seeds}/**/*.ts').flatMap((file) =>
    exportsOf(file)
      .filter(({ typeOnly }) => !typeOnly)
      .filter(({ name }) => importersOf(file, name).every((importer) => importer.startsWith('test/')))
      .map(({ name }) => `${file}: ${name}`),
  );
  assert.deepEqual(found, FOR_TESTS);
});
