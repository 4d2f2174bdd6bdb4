import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import fc from 'fast-check';
import type { Actor } from '../../src/domain/actor.ts';
import { type BatchKind, type BatchOutcome, isOfAccounts, resultOf } from '../../src/domain/batch.ts';
import { grant } from '../factories/assignments.ts';
import { runs, tellCases } from '../tools/sample.ts';
import { first, type House } from './account-stage.ts';
import { type BatchStage, createBatchStage } from './batch-stage.ts';
import { createUndoStage, type UndoStage } from './undo-stage.ts';

const ROLES = ['energie-lecteur', 'sda-administrateur'] as const;
const KINDS = ['grant', 'remove', 'deactivate', 'reactivate'] as const;
const PEOPLE = 4;

interface World {
  house: House;
  people: readonly { id: number }[];
}
interface Act {
  kind: BatchKind;
  role: string;
  ucanss: boolean;
  on: number[];
  undone: number;
}
interface Held {
  person: number;
  role: string;
  dated: boolean;
}

const act = fc.record({
  kind: fc.constantFrom<BatchKind>(...KINDS),
  role: fc.constantFrom(...ROLES),
  ucanss: fc.boolean(),
  on: fc.subarray([0, 1, 2, 3], { minLength: 1 }),
  /** How many times what it did is undone, and that undo, and so on. */
  undone: fc.nat(3),
});
const held = fc.array(
  fc.record({ person: fc.nat(PEOPLE - 1), role: fc.constantFrom(...ROLES), dated: fc.boolean() }),
  {
    maxLength: 6,
  },
);

describe('R83: any sequence of batches and undos leaves what the books tell', () => {
  let batches: BatchStage;
  let undo: UndoStage;
  before(async () => {
    batches = await createBatchStage();
    undo = createUndoStage(batches.stage);
  });
  after(() => batches.stage.drop());

  /** What each of these people has: whether they come in, and their rights with the last day of each. */
  async function stateOf(people: readonly { id: number }[]): Promise<Map<number, string>> {
    const { db } = batches.stage;
    const state = new Map<number, string>();
    for (const { id } of people) {
      const { active } = await db('accounts').first('active').where({ id });
      const live = await db('assignments').where({ account_id: id }).whereNull('ended_at').orderBy('role_id');
      state.set(id, JSON.stringify([active, live.map(({ role_id, ends_on }) => [role_id, ends_on])]));
    }
    return state;
  }

  async function prepare(rights: readonly Held[]) {
    const { stage } = batches;
    const house = await stage.openHouse(2);
    const people = await batches.many(house, PEOPLE);
    for (const { person, role, dated } of rights) {
      const to = people[person];
      assert.ok(to);
      const ends = dated ? { ends_on: '2099-12-31' } : {};
      if (!(await stage.rolesOf(to)).includes(role)) await grant(stage.db, to, role, ends);
    }
    return { house, people };
  }

  /** Undoes a batch, and tells the number of what did, or null where it changed nothing. */
  async function undoOne(world: World, id: number, former: Map<number, string>, actor: Actor) {
    const { house, people } = world;
    undo.later(1000);
    const current = await stateOf(people);
    const { outcomes, undoId, batch } = await undo.run(house, id, actor);
    const now = await stateOf(people);
    for (const { id: person } of people) {
      const outcome = outcomes.get(person) as BatchOutcome | undefined;
      const isBack = outcome !== undefined && resultOf(outcome) === 'changed';
      assert.equal(now.get(person), (isBack ? former : current).get(person), outcome);
    }
    return { id: batch.changed + batch.requested > 0 ? undoId : null, former: current };
  }

  async function perform(world: World, { kind, role, on, undone }: Act, actor: Actor): Promise<void> {
    const { house, people } = world;
    undo.later(1000);
    const some = people.filter((_, place) => on.includes(place));
    let former = await stateOf(people);
    const { batchId, batch } = await batches.run(house, kind, isOfAccounts(kind) ? null : role, some, actor);
    let id: number | null = batch.changed + batch.requested > 0 ? batchId : null;
    for (let times = 0; times < undone && id !== null; times += 1)
      ({ id, former } = await undoOne(world, id, former, actor));
  }

  test('a line that is undone is as it was before its batch; one that is left is as the batch left it', async (t) => {
    const drawn = runs(15, 150);
    await fc.assert(
      fc.asyncProperty(held, fc.array(act, { minLength: 1, maxLength: 5 }), async (rights, acts) => {
        const world = await prepare(rights);
        const [local, ucanss] = [first(world.house.actors), await batches.stage.national()];
        for (const each of acts) await perform(world, each, each.ucanss ? ucanss : local);
      }),
      drawn,
    );
    tellCases(t, drawn.numRuns);
  });
});
