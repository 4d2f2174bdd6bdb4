import assert from 'node:assert/strict';
import { test } from 'node:test';
import { files, textOf } from '../tools/sources.ts';

/** What asks something of PostgreSQL: a statement, a builder of one, or the name of a table for who builds one. */
const ASKS =
  /\b(SELECT|INSERT INTO|DELETE FROM|TRUNCATE|LISTEN)\s+[\w*(]|\bUPDATE \w+ SET|\bpg_[a-z_]+\(|\.(raw|whereRaw|orderByRaw|fn\.now)\(|\.query(<[^>]*>)?\(\s*['"`]|\b(db|trx)(<[^>]*>)?\(\s*['"`]|\b(storeClient|tableName):/g;

const withoutComments = (text: string) => text.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');

test('SQL is written in repositories and database only', () => {
  const others = files('src/**/*.ts').filter((file) => !/^src\/(repositories|database)\//.test(file));
  const found = others.flatMap((file) =>
    (withoutComments(textOf(file)).match(ASKS) ?? []).map((match) => `${file}: ${match}`),
  );
  assert.ok(others.length > 200);
  assert.deepEqual(found, []);
});
