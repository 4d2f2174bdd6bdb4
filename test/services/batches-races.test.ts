import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { grant } from '../factories/assignments.ts';
import { eventually } from '../tools/eventually.ts';
import type { Stage } from './account-stage.ts';
import { type BatchStage, createBatchStage } from './batch-stage.ts';

describe('acts on a selection, and what happens meanwhile', () => {
  let batches: BatchStage;
  let stage: Stage;
  before(async () => {
    batches = await createBatchStage();
    stage = batches.stage;
  });
  after(() => stage.drop());

  test('R46, P5: who moved, was given the role or was closed meanwhile is a line; who came since is untouched', async () => {
    const house = await stage.openHouse(1);
    const [stays, moves, holds, closes] = await batches.many(house, 4);
    assert.ok(stays && moves && holds && closes);
    const announced = await batches.announceGrant(house, [stays, moves, holds, closes]);
    const elsewhere = await stage.openHouse(0);
    await stage.db('accounts').where({ id: moves.id }).update({ organism_id: elsewhere.organism.id });
    await stage.db('accounts').where({ id: closes.id }).update({ active: false, deactivated_at: new Date() });
    await grant(stage.db, holds, 'energie-lecteur');
    const [newcomer] = await batches.many(house, 1);
    const outcomes = await batches.outcomesOf(await batches.confirm(house, announced));
    const expected = [
      [stays.id, 'granted'],
      [moves.id, 'moved'],
      [holds.id, 'already_held'],
      [closes.id, 'inactive'],
    ] as const;
    assert.deepEqual(outcomes, new Map<number, string>(expected));
    assert.deepEqual([await stage.rolesOf(moves), await stage.rolesOf(newcomer ?? moves)], [[], []]);
  });

  test('R45: sent twice, one after the other or at once, it is done once, and both are told the same number', async () => {
    const house = await stage.openHouse(1);
    const people = await batches.many(house, 5);
    const announced = await batches.announceGrant(house, people);
    const numbers = await Promise.all([1, 2, 3, 4].map(() => batches.confirm(house, announced)));
    numbers.push(await batches.confirm(house, announced));
    assert.equal(new Set(numbers).size, 1);
    assert.equal((await stage.db('batches').where({ organism_id: house.organism.id })).length, 1);
    assert.deepEqual([...new Set((await batches.outcomesOf(numbers[0] ?? 0)).values())], ['granted']);
    for (const person of people) {
      assert.equal((await stage.eventsOf(person)).length, 1);
      assert.equal((await stage.db('messages').where({ account_id: person.id })).length, 1);
    }
  });

  test('R45: a process that dies in the middle leaves nothing of it; the same confirmation can be sent again', async () => {
    const house = await stage.openHouse(1);
    const people = await batches.many(house, 3);
    const announced = await batches.announceGrant(house, people);
    // Everything is written but the trail, whose lock is held here: then the connection is cut, as by a kill -9.
    await stage.db.transaction(async (holding) => {
      await holding.raw(`SELECT pg_advisory_xact_lock(hashtext('audit_events'))`);
      const cut = assert.rejects(batches.confirm(house, announced));
      await eventually(() => stage.waiting('%audit_append_as%', 'pg_terminate_backend(pid)'));
      await cut;
    });
    for (const person of people) assert.deepEqual(await stage.rolesOf(person), []);
    const messages = stage.db('messages').whereIn(
      'account_id',
      people.map(({ id }) => id),
    );
    const [batch] = await stage.db('batches').where({ organism_id: house.organism.id });
    assert.deepEqual([batch.state, batch.changed, await messages], ['draft', 0, []]);
    const outcomes = await batches.outcomesOf(await batches.confirm(house, announced));
    assert.deepEqual([...outcomes.values()], ['granted', 'granted', 'granted']);
  });

  test('P3: a role that the person asks for in the same instant is told as asked already', async () => {
    const house = await stage.openHouse(1);
    const [person] = await batches.many(house, 1);
    assert.ok(person);
    const announced = await batches.announceGrant(house, [person], 'sda-administrateur');
    const { id: role_id } = await stage.db('roles').first('id').where({ code: 'sda-administrateur' });
    const { id, last_name, first_name, email, organism_id } = person;
    const { underWay } = await stage.db.transaction(async (own) => {
      await own('requests').insert({
        ...{ kind: 'role', status: 'pending', account_id: id, requested_by: id, role_id, organism_id },
        ...{
          last_name,
          first_name,
          email,
          reason: 'Essai',
          created_at: new Date(),
          submitted_at: new Date(),
        },
      });
      const underWay = batches.confirm(house, announced);
      await eventually(() => stage.waiting('INSERT INTO requests%'));
      return { underWay };
    });
    assert.deepEqual([...(await batches.outcomesOf(await underWay)).values()], ['already_requested']);
  });
});
