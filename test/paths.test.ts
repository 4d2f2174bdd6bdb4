import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { localPath, paths, withQuery } from '../src/paths.ts';

test('an address without parameter is itself; the others are functions of theirs', () => {
  assert.equal(paths.accounts.index, '/gestion/comptes');
  assert.equal(paths.accounts.show({ id: 12 }), '/gestion/comptes/12');
  assert.equal(paths.accounts.endDate({ id: 12, assignment: 3 }), '/gestion/comptes/12/droits/3/fin');
  assert.equal(paths.batches.show({ id: 7 }), '/gestion/lots/7');
  assert.equal(paths.catalogue.show({ code: 'à/b ?' }), '/applications/%C3%A0%2Fb%20%3F');
  assert.equal(paths.accounts.show.pattern, '/gestion/comptes/:id');
});

test('without its parameters, with others, or of another type it does not compile, and is no address', () => {
  // @ts-expect-error a parameter is missing
  assert.throws(() => paths.accounts.show({}), /without its parameters/);
  // @ts-expect-error a parameter is missing
  assert.throws(() => paths.accounts.endDate({ id: 1 }), /without its parameters/);
  // @ts-expect-error one too many
  paths.accounts.show({ id: 1, assignment: 2 });
  // @ts-expect-error identifiers are numbers
  paths.accounts.show({ id: '1' });
  // @ts-expect-error an address is no function
  assert.throws(() => paths.accounts.index({}));
  assert.throws(() => `${paths.accounts.show}.xlsx`, /without its parameters/);
});

describe('localPath', () => {
  test('keeps a path of this site, with its query', () => {
    for (const path of ['/', '/gestion/etat', '/gestion/etat?q=a%20b&page=2', '/a/b.xlsx']) {
      assert.equal(localPath(path), path);
    }
  });

  const ELSEWHERE = [
    'https://ailleurs.exemple',
    '//ailleurs.exemple',
    '///ailleurs.exemple',
    '/\\ailleurs.exemple',
    '\\\\ailleurs.exemple',
    '/\t/ailleurs.exemple',
    '/\n/ailleurs.exemple',
    ' //ailleurs.exemple',
    'ailleurs.exemple',
    'javascript:alert(1)',
    'data:text/html,x',
    '/.//ailleurs.exemple',
    '/..//ailleurs.exemple',
    '/x/..//ailleurs.exemple',
    '/%2e//ailleurs.exemple',
    '/a\r\nSet-Cookie: b=c',
    '',
    '/é',
    undefined,
    null,
    ['/gestion'],
    { toString: () => '/gestion' },
  ];
  for (const value of ELSEWHERE) {
    test(`${JSON.stringify(value)} does not lead off the site`, () => {
      const path = localPath(value);
      assert.ok(
        path === null || new URL(path, 'https://portail.exemple').host === 'portail.exemple',
        String(path),
      );
    });
  }

  test('whatever the text, what comes out stays on the site', () => {
    const text = fc.string({
      unit: fc.constantFrom('/', '\\', '.', '%2e', '%2f', ':', '@', 'a', '?', '#', '\t', '\n', ' '),
    });
    fc.assert(
      fc.property(text, (value) => {
        const path = localPath(`/${value}`);
        return path === null || new URL(path, 'https://portail.exemple').host === 'portail.exemple';
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('withQuery', () => {
  test('leaves out what is empty, and escapes the rest', () => {
    assert.equal(withQuery('/a', {}), '/a');
    assert.equal(
      withQuery('/a', { q: 'é & b', page: 2, nom: '', tri: null, sens: undefined }),
      '/a?q=%C3%A9+%26+b&page=2',
    );
  });
});
