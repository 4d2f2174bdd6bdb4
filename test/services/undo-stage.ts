import assert from 'node:assert/strict';
import { transaction, withinBatch } from '../../src/database/transaction.ts';
import { addDays, dayInParis } from '../../src/domain/calendar.ts';
import { accountRepository } from '../../src/repositories/accounts.ts';
import { roleRepository } from '../../src/repositories/roles.ts';
import { acting } from '../../src/security/acting.ts';
import { closeAccounts } from '../../src/services/accounts.ts';
import { assigning } from '../../src/services/assigning.ts';
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

    /** A batch that closes an account, and ends all its rights: its number. */
    async depart({ organism, scope, actors }: House, { id: accountId }: { id: number }): Promise<number> {
      const actor = first(actors);
      const whose = { organism_id: organism.id, created_by: actor.id, created_at: stage.clock.now() };
      const [batch] = await stage
        .db('batches')
        .insert({ ...whose, kind: 'depart', changed: 1 })
        .returning('id');
      await transaction(acting(stage, actor, scope), async (unit) => {
        const within = withinBatch(unit, batch.id);
        const person = await accountRepository(unit.db).lockOne(accountId, organism.id);
        await closeAccounts(within, actor, [person], { reason: 'Départ' });
        const roles = await roleRepository(unit.db).ofEach(await heldBy(stage, accountId));
        for (const role of roles.values()) {
          const assigned = role.kind === 'local_administrator' ? { role, organism } : { role };
          await assigning(within, actor, assigned, [person]).remove({ reason: 'Départ' });
        }
      });
      return batch.id;
    },

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

const heldBy = ({ db }: Stage, id: number): Promise<number[]> =>
  db('assignments').where({ account_id: id }).whereNull('ended_at').pluck('role_id');
