import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createTestDatabase, type TestDatabase } from '../tools/database.ts';

// pg_restore fills tables with an empty search_path, and indexes are made with one too: what computes a column or an
// entry of an index has to find its functions all the same.

let database: TestDatabase;
before(async () => {
  database = await createTestDatabase({ template: 'demonstration' });
});
after(() => database.drop());

/** Each expression that is computed as a row comes in, with its table; names are told with their schema. */
const EXPRESSIONS = `
  SELECT adrelid::regclass::text AS place, pg_get_expr(adbin, adrelid) AS told
  FROM pg_attrdef JOIN pg_attribute ON attrelid = adrelid AND attnum = adnum
  WHERE attgenerated <> '' AND adrelid IN (SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace)
  UNION SELECT indrelid::regclass::text, unnest(ARRAY[pg_get_expr(indexprs, indrelid), pg_get_expr(indpred, indrelid)])
  FROM pg_index WHERE indrelid IN (SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace)
  UNION SELECT conrelid::regclass::text, pg_get_expr(conbin, conrelid) FROM pg_constraint
  WHERE contype = 'c' AND connamespace = 'public'::regnamespace AND conrelid <> 0`;

test('generated columns, indexes and checks are computed whatever the search_path', async () => {
  await database.db.transaction(async (trx) => {
    await trx.raw(`SET LOCAL search_path = ''`);
    const { rows } = await trx.raw(`SELECT * FROM (${EXPRESSIONS}) AS expressions WHERE told IS NOT NULL`);
    assert.ok(rows.some(({ told }: { told: string }) => told.includes('search_key')));
    for (const { place, told } of rows)
      await trx.raw(`SELECT ROW(${told.replaceAll('?', '\\?')}) FROM ${place} LIMIT 20`);
  });
});
