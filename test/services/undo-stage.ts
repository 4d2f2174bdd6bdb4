import assert from 'node:assert/strict';
import { addDays, dayInParis } from '../../src/domain/calendar.ts';
import { first, type House, type Stage } from './account-stage.ts';

/** What tests of undone batches ask of the services (R83). */
export function createUndoStage(stage: Stage) {
  const { undoingBatches, accounts } = stage.services;

  return {
    /** Undoes a batch, and tells what became of each line, by the person that it is about. */
    async run(house: House, id: number, actor = first(house.actors)) {
      const foreseen = await undoingBatches.foresee(actor, house.scope, id);
      assert.equal(foreseen.fault, null);
      const done = await undoingBatches.run(actor, house.scope, id, { reason: 'Erreur' });
      assert.ok(done.kind === 'done', JSON.stringify(done));
      const lines = await stage
        .db('batch_effects')
        .where({ batch_id: id })
        .whereNotNull('undone')
        .orderBy('id', 'desc');
      assert.deepEqual(
        lines.map((line) => [line.id, line.undone]),
        foreseen.lines.map((line) => [line.id, line.outcome]),
        'what was announced is what was done',
      );
      const batch = await stage.db('batches').where({ id: done.undoId }).first();
      assert.equal(
        lines.length,
        batch.changed + batch.requested + batch.skipped,
        'each line is accounted for',
      );
      return {
        undoId: done.undoId,
        batch,
        outcomes: new Map<number, string>(lines.map((line) => [line.account_id, line.undone])),
      };
    },

    /** So many milliseconds pass. */
    later: (milliseconds: number) =>
      stage.clock.set(new Date(stage.clock.now().getTime() + milliseconds).toISOString()),

    /** 'YYYY-MM-DD', so many days from now. */
    inDays: (days: number): string => addDays(dayInParis(stage.clock.now()), days),

    /** Closes an account behind the portal's back, as an organism did. */
    close: (account: { id: number }) =>
      stage
        .db('accounts')
        .where({ id: account.id })
        .update({ active: false, deactivated_at: stage.clock.now() }),

    open: (house: House, { id: accountId }: { id: number }) =>
      accounts.reactivate(first(house.actors), house.scope, { accountId, reason: '' }),
  };
}

export type UndoStage = ReturnType<typeof createUndoStage>;
