import assert from 'node:assert/strict';
import { test } from 'node:test';
import { files, importsOf, textOf } from '../tools/sources.ts';

const views = files('views/**/*.ejs');
const declarations = files('src/lists/*.ts').filter((file) =>
  /\bdeclare(Narrowed)?List\(\{/.test(textOf(file)),
);

/** Every view that a declaration names. */
const named = (file: string) => textOf(file).match(/(?<=['"])management\/[\w/-]+(?=['"])/g) ?? [];

test('every list of management is declared, and its row drawn by its columns, or by a view that is there', () => {
  assert.ok(declarations.length >= 15);
  for (const file of declarations) {
    assert.ok(named(file).length > 0 || /\bdraws\b/.test(textOf(file)), file);
    for (const view of named(file)) assert.ok(views.includes(`views/${view}.ejs`), `${file}: ${view}`);
  }
});

test('one view draws the skeleton of lists: no other sorts, counts lines a page, or turns pages', () => {
  const skeleton = /include\('components\/(sort-header|page-size|pagination)'/;
  const code = (view: string) => textOf(view).replace(/<%#[\s\S]*?%>/g, '');
  // The page of the components shows each of them, and is no list.
  const lists = views.filter((view) => !view.startsWith('views/demonstration/'));
  assert.deepEqual(
    lists.filter((view) => skeleton.test(code(view))),
    ['views/management/list.ejs'],
  );
});

test('one controller reads what a list was asked for', () => {
  const readers = files('src/controllers/*.ts').filter((file) =>
    importsOf(file).some(({ target }) => target === 'src/presenters/list-page.ts'),
  );
  assert.deepEqual(readers, []);
  assert.deepEqual(
    files('src/**/*.ts').filter((file) => /\bparseExportQuery\(\w+,/.test(textOf(file))),
    ['src/controllers/lists.ts'],
  );
});

/** All that a file brings with it, types left out: they are gone when it runs. */
function broughtBy(file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  for (const { target, typeOnly } of importsOf(file)) if (target && !typeOnly) broughtBy(target, seen);
  return seen;
}

test('the thread that makes files knows the declarations, neither controllers nor services, nor what reads addresses', () => {
  const brought = [...broughtBy('src/exports/press-thread.ts')];
  assert.ok(brought.includes('src/lists/entitlements.ts'));
  assert.deepEqual(
    brought.filter((file) => /^src\/(controllers|middlewares|routes|services)\//.test(file)),
    [],
  );
  const packages = brought.flatMap((file) =>
    importsOf(file)
      .filter(({ target, typeOnly }) => target === null && !typeOnly)
      .map(({ specifier }) => specifier),
  );
  for (const other of ['express', 'ejs', 'passport', 'zod']) assert.ok(!packages.includes(other), other);
});
