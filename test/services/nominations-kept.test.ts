import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { createNominationStage, type NominationStage } from './nomination-stage.ts';

const DEMONSTRATION = join(import.meta.dirname, '../../seeds/demonstration/nominations.csv');

describe('R81: what is kept of a file', () => {
  let stage: NominationStage;
  before(async () => {
    stage = await createNominationStage();
  });
  after(() => stage.drop());

  test('the file of the demonstration has each verdict that a first sending can have', async () => {
    const [, ...lines] = readFileSync(DEMONSTRATION, 'utf8').trim().split('\n');
    const found = await stage.verdicts(lines.join('\n'));
    assert.deepEqual(found, [
      ...['create', 'update', 'attach', 'end', 'future'],
      ...['error', 'error', 'error', 'error', 'error'],
    ]);
  });

  test('lines that changed nobody go after 30 days; what was done, and what is to come, stays', async () => {
    const { db, clock, services } = stage;
    const good = 'K-1;nomination;22/11/2026;;Gardée;Ana;ana.gardee@caf39.caf.fr;Directrice;CAF-391';
    const later = good.replace('K-1', 'K-2').replace('ana.', 'lia.').replace('Gardée', 'Venir');
    const id = await stage.compare(
      [good, later.replace('22/11/2026', '01/06/2027'), good.replace('K-1', 'K-3').replace('ana.', '@')].join(
        '\n',
      ),
    );
    await services.nominations.apply(stage.actor, id);
    clock.set('2026-12-22T08:00:00Z');
    await services.retention.pruneNominations();
    assert.equal((await stage.stored(id)).length, 3, 'not a day before');
    clock.set('2026-12-22T10:00:00Z');
    await services.retention.pruneNominations();
    clock.set('2026-11-22T09:00:00Z');
    assert.deepEqual(
      (await stage.stored(id)).map(({ state }) => state),
      ['applied', 'planned'],
    );
    const { verdicts } = await services.nominations.get(id);
    assert.deepEqual(verdicts, { create: 1, error: 1, future: 1 });
    assert.equal(
      await db('nomination_imports')
        .where({ id })
        .first('file_name')
        .then((row) => row.file_name),
      'essai.csv',
    );
  });
});
