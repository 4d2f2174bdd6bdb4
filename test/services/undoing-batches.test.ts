import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Actor } from '../../src/domain/actor.ts';
import { DAY } from '../../src/domain/duration.ts';
import { NotFound } from '../../src/domain/errors.ts';
import { NATIONAL } from '../../src/domain/scope.ts';
import { createAccount } from '../factories/accounts.ts';
import { grant } from '../factories/assignments.ts';
import { first, type Stage } from './account-stage.ts';
import { type BatchStage, createBatchStage } from './batch-stage.ts';
import { createUndoStage, type UndoStage } from './undo-stage.ts';

describe('a batch is undone line by line (R83)', () => {
  let batches: BatchStage;
  let stage: Stage;
  let undo: UndoStage;
  let ucanss: Actor;

  before(async () => {
    batches = await createBatchStage();
    stage = batches.stage;
    undo = createUndoStage(stage);
    ucanss = await stage.national();
  });
  after(() => stage.drop());

  const house = () => stage.openHouse(2);
  const isActive = async ({ id }: { id: number }) =>
    (await stage.db('accounts').first('active').where({ id })).active;

  test('a grant: what it gave is ended, by that very right; what was held before stays', async () => {
    const here = await house();
    const people = await batches.many(here, 3);
    const [plain, holder, changed] = people;
    assert.ok(plain && holder && changed);
    await grant(stage.db, holder, 'energie-lecteur');
    const { batchId } = await batches.run(here, 'grant', 'energie-lecteur', people);
    // Taken away and given again by somebody: the value is the same, the right is not.
    const again = { accountId: changed.id, role: 'energie-lecteur', reason: '', endsOn: null };
    await stage.services.assignments.remove(first(here.actors), here.scope, again);
    await stage.services.assignments.grant(first(here.actors), here.scope, again);
    const { undoId, outcomes, batch } = await undo.run(here, batchId);
    assert.deepEqual(
      new Map(outcomes),
      new Map([
        [plain.id, 'removed'],
        [changed.id, 'changed_since'],
      ]),
    );
    assert.deepEqual([batch.kind, batch.undoes, batch.changed, batch.skipped], ['undo', batchId, 1, 1]);
    assert.deepEqual(await stage.rolesOf(plain), []);
    assert.deepEqual(await stage.rolesOf(holder), ['energie-lecteur']);
    assert.deepEqual(await stage.rolesOf(changed), ['energie-lecteur']);
    const [last] = (await stage.eventsOf(plain)).slice(-1);
    assert.deepEqual(last, [
      'assignment.removed',
      { label: 'Energie Lecteur', reason: `Annulation du lot ${batchId}. Erreur` },
    ]);
    const events = await stage.db('audit_events').where({ batch_id: undoId, action: 'assignment.removed' });
    assert.equal(events.length, 1);
  });

  test('a right that was given another last day has changed', async () => {
    const here = await house();
    const [person] = await batches.many(here, 1);
    assert.ok(person);
    const { batchId } = await batches.run(here, 'grant', 'energie-lecteur', [person]);
    const right = await stage.db('assignments').first('id').where({ account_id: person.id });
    const order = { accountId: person.id, assignmentId: right.id, endsOn: '2027-01-31' };
    await stage.services.accountRoles.setEnd(first(here.actors), here.scope, order);
    assert.deepEqual([...(await undo.run(here, batchId)).outcomes.values()], ['changed_since']);
    assert.deepEqual(await stage.rolesOf(person), ['energie-lecteur']);
  });

  test('a removal: another right comes back, with its last day, unless that has passed', async () => {
    const here = await house();
    const [person, dated, closed] = await batches.many(here, 3);
    assert.ok(person && dated && closed);
    const former = await grant(stage.db, person, 'energie-lecteur', { ends_on: '2099-12-31' });
    await grant(stage.db, dated, 'energie-lecteur', { ends_on: undo.inDays(2) });
    await grant(stage.db, closed, 'energie-lecteur');
    const { batchId } = await batches.run(here, 'remove', 'energie-lecteur', [person, dated, closed]);
    await undo.close(closed);
    undo.later(3 * DAY);
    const { outcomes } = await undo.run(here, batchId);
    assert.deepEqual(
      [outcomes.get(person.id), outcomes.get(dated.id), outcomes.get(closed.id)],
      ['restored', 'expired_since', 'inactive'],
    );
    const rights = await stage.db('assignments').where({ account_id: person.id }).orderBy('id');
    assert.deepEqual(
      rights.map((each) => [each.restored_from, each.ends_on, each.ended_at === null, each.grant_reason]),
      [
        [null, '2099-12-31', false, rights[0].grant_reason],
        [former, '2099-12-31', true, `Rétabli\u00a0: annulation du lot ${batchId}`],
      ],
    );
  });

  test('P3: what is reserved is asked of Ucanss, which itself gives it back', async () => {
    const here = await house();
    const people = await batches.many(here, 2);
    for (const person of people) await grant(stage.db, person, 'sda-administrateur');
    const one = await batches.run(here, 'remove', 'sda-administrateur', people);
    const { batch, outcomes } = await undo.run(here, one.batchId);
    assert.deepEqual([...outcomes.values()], ['requested', 'requested']);
    assert.equal(batch.requested, 2);
    const requests = () =>
      stage.db('requests').whereIn(
        'account_id',
        people.map(({ id }) => id),
      );
    assert.deepEqual(
      (await requests()).map(({ status, reason }) => [status, reason]),
      [1, 2].map(() => ['pending', `Rétabli\u00a0: annulation du lot ${one.batchId}`]),
    );
    // What asked is undone: nothing waits any more.
    const back = await undo.run(here, Number(batch.id));
    assert.deepEqual([...back.outcomes.values()], ['cancelled', 'cancelled']);
    assert.deepEqual(await requests().pluck('status'), ['cancelled', 'cancelled']);
    const other = await batches.many(here, 1);
    await grant(stage.db, first(other), 'sda-administrateur');
    const two = await batches.run(here, 'remove', 'sda-administrateur', other);
    const given = await undo.run(here, two.batchId, ucanss);
    assert.deepEqual([...given.outcomes.values()], ['restored']);
  });

  test('a deactivation: the account comes back if this batch closed it last; P9 closed by Ucanss', async () => {
    const here = await house();
    const [plain, other, still] = await batches.many(here, 3);
    assert.ok(plain && other && still);
    const { batchId } = await batches.run(here, 'deactivate', null, [plain, other]);
    undo.later(1000);
    await undo.open(here, other);
    await undo.close(other);
    const { outcomes } = await undo.run(here, batchId);
    assert.deepEqual([outcomes.get(plain.id), outcomes.get(other.id)], ['reactivated', 'changed_since']);
    assert.deepEqual([await isActive(plain), await isActive(other)], [true, false]);
    const national = await batches.run(here, 'deactivate', null, [still], ucanss);
    assert.deepEqual([...(await undo.run(here, national.batchId)).outcomes.values()], ['closed_by_ucanss']);
    assert.equal(await isActive(still), false);
  });

  test('a reactivation: closed again, but who is the last administrator (P2), or oneself (P1)', async () => {
    const here = await stage.openHouse(1);
    const actor = first(here.actors);
    const [person, second] = await batches.many(here, 2);
    assert.ok(person && second);
    await grant(stage.db, second, 'administrateur-local', { organism: here.organism.code });
    for (const each of [person, second]) await undo.close(each);
    const { batchId } = await batches.run(here, 'reactivate', null, [person, second]);
    // Who acts leaves one day: the other one is the last without an end date.
    await stage.db('assignments').where({ account_id: actor.id }).update({ ends_on: '2099-12-31' });
    const { undoingBatches } = stage.services;
    const { lines } = await undoingBatches.foresee({ ...actor, id: second.id }, here.scope, batchId);
    const toThemselves = lines.find(({ accountId }) => accountId === second.id);
    assert.equal(toThemselves?.outcome, 'oneself');
    const { outcomes } = await undo.run(here, batchId);
    assert.deepEqual(
      [outcomes.get(person.id), outcomes.get(second.id)],
      ['deactivated', 'last_administrator'],
    );
    assert.deepEqual([await isActive(person), await isActive(second)], [false, true]);
  });

  test('an undo is undone, then each is undone no more', async () => {
    const here = await house();
    const [person] = await batches.many(here, 1);
    assert.ok(person);
    const { batchId } = await batches.run(here, 'grant', 'energie-lecteur', [person]);
    const { undoId } = await undo.run(here, batchId);
    const back = await undo.run(here, undoId);
    assert.deepEqual([...back.outcomes.values()], ['restored']);
    assert.deepEqual(await stage.rolesOf(person), ['energie-lecteur']);
    for (const id of [batchId, undoId]) {
      const again = await stage.services.undoingBatches.run(first(here.actors), here.scope, id, {
        reason: '',
      });
      assert.deepEqual([again.kind, again.kind === 'refused' && again.fault], ['refused', 'undone']);
    }
  });

  test('a batch is undone for seven days; one that does not know what it changed is not', async () => {
    const here = await house();
    const people = await batches.many(here, 2);
    const { batchId } = await batches.run(here, 'grant', 'energie-lecteur', people);
    const old = await batches.run(here, 'grant', 'sda-consultation', people);
    await stage.db('batch_effects').where({ batch_id: old.batchId }).delete();
    const faultOf = async (id: number) =>
      (await stage.services.undoingBatches.foresee(first(here.actors), here.scope, id)).fault;
    assert.equal(await faultOf(old.batchId), 'unknown');
    undo.later(7 * DAY);
    assert.equal(await faultOf(batchId), null);
    undo.later(DAY);
    assert.equal(await faultOf(batchId), 'too_late');
    const late = await stage.services.undoingBatches.run(first(here.actors), here.scope, batchId, {
      reason: '',
    });
    assert.equal(late.kind, 'refused');
  });

  test('P5: a batch of another organism, or of the whole country, is unknown', async () => {
    const [here, there] = [await house(), await house()];
    const people = await batches.many(here, 1);
    const { batchId } = await batches.run(here, 'grant', 'energie-lecteur', people);
    const { undoingBatches } = stage.services;
    await assert.rejects(undoingBatches.foresee(first(there.actors), there.scope, batchId), NotFound);
    await assert.rejects(
      undoingBatches.run(first(there.actors), there.scope, batchId, { reason: '' }),
      NotFound,
    );
    await stage
      .db('batches')
      .where({ id: batchId })
      .update({ organism_id: null, kind: 'accept', role_id: null });
    await assert.rejects(
      undoingBatches.run(first(here.actors), here.scope, batchId, { reason: '' }),
      NotFound,
    );
    const done = await undoingBatches.run(ucanss, NATIONAL, batchId, { reason: '' });
    assert.equal(done.kind, 'done');
  });

  test('P3b: what a departure took comes back at once: the account, rights of several roles, the delegation', async () => {
    const here = await house();
    const [actor, [person]] = [first(here.actors), await batches.many(here, 1)];
    assert.ok(person);
    for (const role of ['energie-lecteur', 'sda-consultation']) await grant(stage.db, person, role);
    await grant(stage.db, person, 'administrateur-local', { organism: here.organism.code });
    const before = await stage.rolesOf(person);
    const id = await undo.depart(here, person);
    assert.deepEqual([await stage.rolesOf(person), await isActive(person)], [[], false]);
    undo.later(1000);
    const { batch } = await undo.run(here, id);
    assert.deepEqual([batch.changed, batch.skipped], [4, 0]);
    assert.deepEqual([await stage.rolesOf(person), await isActive(person)], [before, true]);
    const told = await stage.db('messages').where({ batch_id: batch.id }).orderBy('id').pluck('template');
    assert.deepEqual(told.toSorted(), ['account-reactivated', 'delegation-granted', 'delegation-granted']);
    undo.later(1000);
    const other = await undo.depart(here, person);
    const elsewhere = await house();
    await stage.db('accounts').where({ id: person.id }).update({ organism_id: elsewhere.organism.id });
    undo.later(1000);
    const { lines } = await stage.services.undoingBatches.foresee(actor, here.scope, other);
    assert.deepEqual([...new Set(lines.map(({ outcome }) => outcome))], ['moved']);
  });

  test('a person who has left the organism is left as they are', async () => {
    const [here, there] = [await house(), await house()];
    const people = await batches.many(here, 1);
    const { batchId } = await batches.run(here, 'grant', 'energie-lecteur', people);
    await stage
      .db('accounts')
      .where({ id: first(people).id })
      .update({ organism_id: there.organism.id });
    assert.deepEqual([...(await undo.run(here, batchId)).outcomes.values()], ['moved']);
    await createAccount(stage.db);
  });
});
