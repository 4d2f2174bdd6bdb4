import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { dropIndexes, refuseInvalidIndexes } from '../../src/database/aside.ts';
import { createTestDatabase, type TestDatabase } from '../tools/database.ts';

let tested: TestDatabase;
before(async () => {
  tested = await createTestDatabase({ template: 'demonstration' });
});
after(() => tested?.drop());

/** The definitions of the indexes of the trail, those of its partitions included. */
async function indexes(): Promise<string[]> {
  const { rows } = await tested.db.raw(
    `SELECT pg_get_indexdef(indexrelid) || ' ' || indisvalid AS index FROM pg_index
     WHERE indrelid IN (SELECT relid FROM pg_partition_tree('audit_events')) ORDER BY 1`,
  );
  return rows.map(({ index }: { index: string }) => index);
}

const withoutNames = (each: string[]) => each.map((index) => index.replace(/INDEX \S+/, 'INDEX')).sort();

test('indexes of the trail that are set aside come back on every partition', async () => {
  const before = await indexes();
  const partitions = before.filter((index) => index.includes(' ON public.audit_events_'));
  assert.ok(partitions.length > 0);
  await tested.db.transaction(async (trx) => {
    const aside = await dropIndexes(trx, ['audit_events']);
    await aside.restore(() => {});
  });
  assert.deepEqual(withoutNames(await indexes()), withoutNames(before));
  await refuseInvalidIndexes(tested.db);
});

test('a population with an index that no partition has is refused, by its name', async () => {
  await tested.db.raw('CREATE INDEX audit_events_alone ON ONLY audit_events (action, id)');
  await assert.rejects(refuseInvalidIndexes(tested.db), /invalid indexes: audit_events_alone$/);
});
