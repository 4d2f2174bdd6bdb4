import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BatchOutcome } from '../../src/domain/batch.ts';
import { outcomeGroups } from '../../src/presenters/batches.ts';
import type { JudgedPerson } from '../../src/services/batch-judging.ts';

const judged = (outcome: BatchOutcome, count: number) =>
  Array.from({ length: count }, () => ({ person: { firstName: '', lastName: '' }, outcome }) as JudgedPerson);

test('R45 what changes first, then what is asked, then what is left; of each the most numerous first', () => {
  const groups = outcomeGroups([
    ...[...judged('inactive', 1), ...judged('already_held', 4), ...judged('requested', 3)],
    ...judged('granted', 2),
  ]);
  assert.deepEqual(
    groups.map(({ outcome, count }) => [outcome, count]),
    [
      ['granted', 2],
      ['requested', 3],
      ['already_held', 4],
      ['inactive', 1],
    ],
  );
});
