import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import fc from 'fast-check';
import { Forbidden, NotFound } from '../../src/domain/errors.ts';
import { findActor } from '../../src/repositories/actors.ts';
import type { AccountRow } from '../factories/accounts.ts';
import { runs, tellCases } from '../tools/sample.ts';
import {
  createDelegationStage,
  type DelegationStage,
  faultOf,
  type House,
  person,
  TODAY,
  terms,
} from './delegation-stage.ts';

interface Act {
  kind: 'name' | 'remove' | 'end' | 'attach' | 'deactivate';
  actor: number;
  subject: number;
  house: 0 | 1;
  endsOn: string | null;
}

const DATES = fc.constantFrom(null, TODAY, TODAY, '2027-01-01', '2027-01-01');
const PAIRS = [
  [0, 1],
  [1, 0],
  [0, 1],
  [1, 0],
  [0, 1],
  [1, 0],
  [0, 2],
  [1, 2],
  [2, 0],
  [2, 1],
] as const;
// The first organism has the people 0 to 2, the second 3 to 5: 0, 1, 3 and 4 administer at first.
const anAct: fc.Arbitrary<Act> = fc.oneof(
  // Mostly the two administrators of the first organism, on each other: what could leave it without any.
  {
    weight: 8,
    arbitrary: fc
      .record({
        kind: fc.constantFrom('name', 'remove', 'end', 'end', 'end', 'deactivate'),
        pair: fc.constantFrom(...PAIRS),
        endsOn: DATES,
      })
      .map(({ pair: [actor, subject], ...act }): Act => ({ ...act, actor, subject, house: 0 })),
  },
  // The second organism attaches people of the first.
  {
    weight: 2,
    arbitrary: fc.record<Act>({
      kind: fc.constant('attach'),
      actor: fc.constantFrom(3, 3, 4),
      subject: fc.constantFrom(0, 0, 1, 1, 2),
      house: fc.constant(1),
      endsOn: fc.constant(null),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record<Act>({
      kind: fc.constantFrom('name', 'remove', 'end', 'attach', 'deactivate'),
      actor: fc.nat({ max: 5 }),
      subject: fc.nat({ max: 5 }),
      house: fc.constantFrom(0, 1),
      endsOn: DATES,
    }),
  },
);

describe('delegations, several at once', () => {
  let stage: DelegationStage;
  before(async () => {
    stage = await createDelegationStage();
  });
  after(() => stage.drop());

  test('P2 two administrators who remove each other at once: one stays', async () => {
    for (let round = 0; round < 20; round += 1) {
      const home = await stage.house(2, 0);
      const [one, other] = [await stage.actorOf(person(home, 0).id), await stage.actorOf(person(home, 1).id)];
      const outcomes = await Promise.allSettled([
        stage.services.delegations.remove(one, home.scope, { accountId: other.id, reason: '' }),
        stage.services.delegations.remove(other, home.scope, { accountId: one.id, reason: '' }),
      ]);
      const done = outcomes.filter((each) => each.status === 'fulfilled' && each.value.kind === 'done');
      assert.equal(done.length, 1, `round ${round}`);
      const left = [await stage.live(person(home, 0), home), await stage.live(person(home, 1), home)];
      assert.equal(left.filter(Boolean).length, 1);
    }
  });

  test('naming the same person twice at once gives one delegation', async () => {
    const home = await stage.house(2, 1);
    const actors = [await stage.actorOf(person(home, 0).id), await stage.actorOf(person(home, 1).id)];
    const outcomes = await Promise.all(
      actors.map((actor) => stage.services.delegations.grant(actor, home.scope, terms(person(home, 2).id))),
    );
    assert.deepEqual(outcomes.map(faultOf).sort(), ['already', 'done']);
    assert.equal((await stage.events(person(home, 2))).length, 1);
  });

  /** What a local administrator does, if they may sign in and administer that organism when they begin. */
  async function perform(act: Act, houses: readonly House[], everyone: readonly AccountRow[]): Promise<void> {
    const target = houses[act.house];
    const actor = await findActor(stage.db, everyone[act.actor]?.id ?? 0, TODAY);
    const accountId = everyone[act.subject]?.id ?? 0;
    if (!target || !actor?.administers.some(({ id }) => id === target.organism.id)) return;
    const { endsOn } = act;
    const { delegations, accounts, attaching } = stage.services;
    const acts: Record<Act['kind'], () => Promise<unknown>> = {
      name: () => delegations.grant(actor, target.scope, { accountId, reason: '', endsOn }),
      remove: () => delegations.remove(actor, target.scope, { accountId, reason: '' }),
      end: () => delegations.setEnd(actor, target.scope, { accountId, endsOn }),
      attach: () => attaching.attach(actor, target.scope, accountId),
      deactivate: () => accounts.deactivate(actor, target.scope, { accountId, reason: 'Départ' }),
    };
    try {
      await acts[act.kind]();
    } catch (error) {
      // What the screen would have said; a deadlock, or anything else, is a failure.
      if (!(error instanceof NotFound || error instanceof Forbidden)) throw error;
    }
  }

  const administrators = async ({ organism }: House): Promise<{ ends_on: string | null }[]> =>
    stage
      .db('assignments')
      .join('accounts', 'accounts.id', 'account_id')
      .select('ends_on')
      .where({ 'assignments.organism_id': organism.id, active: true })
      .whereNull('ended_at')
      .whereRaw('(ends_on IS NULL OR ends_on >= ?)', [TODAY]);

  test('P2 no sequence of acts by local administrators, at once or not, leaves an organism without one', async (t) => {
    const drawn = runs(15, 150);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(anAct, { minLength: 1, maxLength: 4 }), { minLength: 3, maxLength: 5 }),
        async (steps) => {
          const houses = [await stage.house(2, 1), await stage.house(2, 1)];
          const everyone = houses.flatMap(({ people }) => people);
          for (const step of steps) {
            await Promise.all(step.map((act) => perform(act, houses, everyone)));
            for (const each of houses) {
              const left = await administrators(each);
              assert.ok(left.length > 0, 'an organism has nobody left');
              assert.ok(
                left.some(({ ends_on }) => ends_on === null),
                'an organism has nobody left without an end date',
              );
            }
          }
        },
      ),
      drawn,
    );
    tellCases(t, drawn.numRuns);
  });
});
