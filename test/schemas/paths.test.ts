import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { localPath, withQuery } from '../../src/routes/paths.ts';

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
