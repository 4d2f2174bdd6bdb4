import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { createNominationStage, type NominationStage } from './nomination-stage.ts';

// More than are done at once.
const COUNT = 800;

describe('R81: a file that is stopped on its way', () => {
  let stage: NominationStage;
  let round = 0;
  before(async () => {
    stage = await createNominationStage();
  });
  after(() => stage.drop());
  beforeEach(() => {
    round += 1;
  });

  const address = (at: number) => `nomme.${round}.${at}@caf39.caf.fr`;
  const text = () =>
    Array.from(
      { length: COUNT },
      (_, at) =>
        `I-${round}-${at};nomination;22/11/2026;;Nom${round}x${at};Ana;${address(at)};Directrice;CAF-391`,
    ).join('\n');
  const people = () => stage.db('accounts').where('email', 'like', `nomme.${round}.%`);
  const messages = () => stage.db('messages').where('recipient', 'like', `nomme.${round}.%`);
  const progress = async (id: number) => {
    const lines = await stage.stored(id);
    return lines.filter(({ state }) => state === 'applied').length;
  };

  /** Each line is done, once: one account, one message, one event, one line of the batch. */
  async function doneOnce(id: number): Promise<void> {
    assert.equal(await progress(id), COUNT);
    assert.deepEqual([(await people()).length, (await messages()).length], [COUNT, COUNT]);
    const { batchId, state } = await stage.services.nominations.get(id);
    assert.equal(state, 'applied');
    const [events, lines] = await Promise.all(
      ['audit_events', 'batch_lines'].map((table) => stage.db(table).where({ batch_id: batchId })),
    );
    assert.deepEqual([events?.length, lines?.length], [COUNT, COUNT]);
    const batch = await stage.db('batches').where({ id: batchId }).first();
    assert.deepEqual([batch.changed, batch.skipped, batch.messages], [COUNT, 0, COUNT]);
  }

  test('what is done stays, with how far it is; it is taken up where it stood', async () => {
    const { actor, services } = stage;
    const id = await stage.compare(text());
    assert.equal(await services.nominations.apply(actor, id, 0), false);
    const done = await progress(id);
    assert.ok(done > 0 && done < COUNT, `${done} lines`);
    assert.equal((await services.nominations.get(id)).state, 'applying');
    assert.equal(await services.nominations.resume(actor, id), true);
    await doneOnce(id);
    // Taken up once more, it does nothing.
    await services.nominations.takeUp({ importId: id, accountId: actor.id });
    await doneOnce(id);
  });

  test('a connection that is cut leaves whole parts, and loses none', async () => {
    const { actor, services, db } = stage;
    const id = await stage.compare(text());
    const applied = services.nominations.apply(actor, id, Number.POSITIVE_INFINITY).catch(() => false);
    for (let cut = false; !cut; ) {
      const { rows } = await db.raw(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE datname = current_database() AND pid <> pg_backend_pid() AND query LIKE '%nomination_lines%'
           AND state <> 'idle'`,
      );
      cut = rows.length > 0 || (await services.nominations.get(id)).state === 'applied';
    }
    await applied;
    await services.nominations.takeUp({ importId: id, accountId: actor.id });
    await doneOnce(id);
  });

  test('several that go on at once do each line once, the portal by itself among them', async () => {
    const { actor, services } = stage;
    const id = await stage.compare(text());
    await services.nominations.apply(actor, id, 0);
    await Promise.all([
      services.nominations.resume(actor, id),
      services.nominations.takeUp({ importId: id, accountId: actor.id }),
      services.nominations.takeUp({ importId: id, accountId: null }),
    ]);
    await doneOnce(id);
  });
});
