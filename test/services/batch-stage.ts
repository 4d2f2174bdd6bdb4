import assert from 'node:assert/strict';
import type { BatchKind } from '../../src/domain/batch.ts';
import { type AccountRow, createAccount } from '../factories/accounts.ts';
import { createStage, first, type House } from './account-stage.ts';

export const TERMS = { reason: 'Ouverture du service', endsOn: null };

/** What tests of acts on a selection ask of the services. */
export async function createBatchStage() {
  const stage = await createStage();

  /** « Confirmer »: the number of the batch. */
  async function confirm(house: House, { id }: { id: number }, actor = first(house.actors)) {
    await stage.services.batches.run(actor, house.scope, id, TERMS);
    return id;
  }

  /** What became of each person, by identifier. */
  const outcomesOf = async (batchId: number) =>
    new Map<number, string>(
      (await stage.db('batch_lines').where({ batch_id: batchId })).map((line) => [
        line.account_id,
        line.outcome,
      ]),
    );

  return {
    ...{ stage, confirm, outcomesOf },

    /** Acts on these people, then tells what became of each, by identifier. */
    async run(
      house: House,
      kind: BatchKind,
      role: string | null,
      people: readonly { id: number }[],
      actor = first(house.actors),
    ) {
      const order = { kind, role, selection: { ids: people.map(({ id }) => id) } };
      const preview = await stage.announce(actor, house.scope, order);
      const batchId = await confirm(house, preview, actor);
      const outcomes = await outcomesOf(batchId);
      assert.deepEqual(
        new Map(preview.people.map(({ person, outcome }) => [person.id, outcome])),
        outcomes,
        'what was announced is what was done',
      );
      const batch = await stage.db('batches').where({ id: batchId }).first();
      assert.equal(batch.messages, preview.messages, 'as many messages as were told');
      return { batchId, outcomes, batch };
    },

    many: (house: House, count: number): Promise<AccountRow[]> =>
      Promise.all(
        Array.from({ length: count }, () => createAccount(stage.db, { organism: house.organism.id })),
      ),

    announceGrant: (house: House, people: readonly { id: number }[], role = 'energie-lecteur') => {
      const order = { kind: 'grant' as const, role, selection: { ids: people.map(({ id }) => id) } };
      return stage.announce(first(house.actors), house.scope, order);
    },
  };
}

export type BatchStage = Awaited<ReturnType<typeof createBatchStage>>;
