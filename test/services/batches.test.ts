import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { BatchKind } from '../../src/domain/batch.ts';
import { NotFound, Refused } from '../../src/domain/errors.ts';
import { NATIONAL } from '../../src/domain/scope.ts';
import { createSnapshot } from '../../src/repositories/snapshot.ts';
import { createAccount } from '../factories/accounts.ts';
import { grant } from '../factories/assignments.ts';
import { createDraft } from '../factories/drafts.ts';
import { allOf } from '../tools/all-of.ts';
import { first, type Stage } from './account-stage.ts';
import { type BatchStage, createBatchStage, TERMS } from './batch-stage.ts';

describe('acts on a selection', () => {
  let batches: BatchStage;
  let stage: Stage;
  before(async () => {
    batches = await createBatchStage();
    stage = batches.stage;
  });
  after(() => stage.drop());

  test('R45, R46: the whole result of a filter, in one transaction and one batch; everyone accounted for', async () => {
    const house = await stage.openHouse(1);
    const people = await batches.many(house, 15);
    const snapshot = await createSnapshot(stage.db).current();
    const role = await stage.db('roles').where({ code: 'energie-lecteur' }).first('id', 'label');
    const filter = {
      ...{ lastName: '', firstName: '', words: '', active: true, executives: true },
      role: { id: role.id, held: false },
    };
    const order = { kind: 'grant' as const, role: 'energie-lecteur', selection: { filter, snapshot } };
    const announced = await stage.announce(first(house.actors), house.scope, order);
    assert.equal(announced.people.length, 16);
    await batches.confirm(house, announced);
    const [batch] = await stage.db('batches').where({ organism_id: house.organism.id });
    assert.deepEqual([batch.changed, batch.requested, batch.skipped], [15, 0, 1]);
    for (const person of people) assert.deepEqual(await stage.rolesOf(person), ['energie-lecteur']);
    const events = await stage.db('audit_events').where({ batch_id: batch.id });
    assert.deepEqual([...new Set(events.map(({ action }) => action))], ['assignment.granted']);
    assert.equal(events.length, 15);
    const messages = await stage.db('messages').whereIn(
      'account_id',
      people.map(({ id }) => id),
    );
    assert.equal(messages.length, 15);
    const jobs = await stage.db.raw(
      `SELECT payload ->> 'messageId' AS id FROM graphile_worker._private_jobs`,
    );
    const queued = new Set(jobs.rows.map(({ id }: { id: string }) => Number(id)));
    assert.ok(
      allOf(messages, ({ id }) => queued.has(id)),
      'each message has its job',
    );
  });

  test('the trail tells of each event which batch it is of, whatever the act', async () => {
    const house = await stage.openHouse(1);
    const people = await batches.many(house, 2);
    for (const [kind, role, action] of [
      ['grant', 'energie-lecteur', 'assignment.granted'],
      ['grant', 'sda-administrateur', 'request.submitted'],
      ['remove', 'energie-lecteur', 'assignment.removed'],
      ['deactivate', null, 'account.deactivated'],
    ] as const) {
      const { batchId } = await batches.run(house, kind, role, people);
      const events = await stage
        .db('audit_events')
        .where({ batch_id: batchId })
        .orderBy('subject_account_id');
      assert.deepEqual(
        events.map((event) => [event.action, event.subject_account_id]),
        people.map(({ id }) => [action, id]).toSorted(([, one], [, other]) => Number(one) - Number(other)),
      );
    }
  });

  test('P1, P2: who acts and is among those deactivated stays: the other administrator is not the last', async () => {
    const house = await stage.openHouse(2);
    const [actor, colleague] = house.actors;
    assert.ok(actor && colleague);
    const { outcomes } = await batches.run(house, 'deactivate', null, [actor, colleague]);
    assert.deepEqual(
      [...outcomes],
      [
        [actor.id, 'oneself'],
        [colleague.id, 'deactivated'],
      ],
    );
  });

  test('who holds the role, is inactive, is oneself or stands outside is left, and said so', async () => {
    const house = await stage.openHouse(1);
    const [holder, plain] = await batches.many(house, 2);
    assert.ok(holder && plain);
    const inactive = await createAccount(stage.db, { organism: house.organism.id, active: false });
    const stranger = await createAccount(stage.db);
    await grant(stage.db, holder, 'energie-lecteur');
    const people = [holder, plain, inactive, stranger, first(house.actors)];
    const { outcomes } = await batches.run(house, 'grant', 'energie-lecteur', people);
    assert.deepEqual(
      [...outcomes].sort(),
      [
        [holder.id, 'already_held'],
        [plain.id, 'granted'],
        [inactive.id, 'inactive'],
        [first(house.actors).id, 'oneself'],
      ].sort(),
    );
    assert.deepEqual(await stage.rolesOf(stranger), []);
  });

  test('P3: a reserved role is asked of Ucanss for each, and Ucanss gets one message', async () => {
    const house = await stage.openHouse(1);
    const national = await stage.national();
    const people = await batches.many(house, 5);
    const { outcomes, batch } = await batches.run(house, 'grant', 'sda-administrateur', people);
    assert.deepEqual([...new Set(outcomes.values())], ['requested']);
    assert.deepEqual([batch.changed, batch.requested], [0, 5]);
    const ids = people.map(({ id }) => id);
    assert.equal(
      (await stage.db('requests').whereIn('account_id', ids).where({ status: 'pending' })).length,
      5,
    );
    const told = await stage
      .db('messages')
      .where({ recipient: national.email, template: 'requests-received' });
    assert.deepEqual(
      told.map(({ data }) => data.count),
      [5],
    );
    const again = await batches.run(house, 'grant', 'sda-administrateur', people);
    assert.deepEqual([...new Set(again.outcomes.values())], ['already_requested']);
    const byUcanss = await batches.run(house, 'grant', 'sda-administrateur', people, national);
    assert.deepEqual([...new Set(byUcanss.outcomes.values())], ['granted']);
  });

  test('removing: the role, and it alone; who does not hold it is left', async () => {
    const house = await stage.openHouse(1);
    const [holder, plain] = await batches.many(house, 2);
    assert.ok(holder && plain);
    for (const role of ['energie-lecteur', 'sda-consultation']) await grant(stage.db, holder, role);
    const { outcomes } = await batches.run(house, 'remove', 'energie-lecteur', [holder, plain]);
    assert.deepEqual([outcomes.get(holder.id), outcomes.get(plain.id)], ['removed', 'not_held']);
    assert.deepEqual(await stage.rolesOf(holder), ['sda-consultation']);
  });

  test('R83: a batch knows each right that it gave or took away, even one of the same instant', async () => {
    const house = await stage.openHouse(1);
    const [person, left] = await batches.many(house, 2);
    assert.ok(person && left);
    await grant(stage.db, left, 'energie-lecteur');
    const touched = async (kind: BatchKind) => {
      const { batchId } = await batches.run(
        house,
        kind,
        'energie-lecteur',
        kind === 'grant' ? [person, left] : [person],
      );
      const effects = await stage.db('batch_effects').where({ batch_id: batchId });
      return new Map(effects.map((effect) => [effect.account_id, effect.assignment_id]));
    };
    const rights = async (): Promise<number[]> =>
      stage.db('assignments').where({ account_id: person.id }).orderBy('id').pluck('id');
    for (const kind of ['grant', 'remove', 'grant', 'remove'] as const) {
      const found = await touched(kind);
      assert.equal(found.get(person.id), (await rights()).at(-1));
      if (kind === 'grant') assert.equal(found.has(left.id), false, 'held already: nothing was touched');
    }
    assert.equal((await rights()).length, 2);
  });

  test('P2: a selection never takes the last administrator; sessions of the others end', async () => {
    // Who acts leaves one day: the last one without an end date counts.
    const house = await stage.openHouse(1);
    await stage
      .db('assignments')
      .where({ account_id: first(house.actors).id })
      .update({ ends_on: '2027-06-30' });
    const admins = await batches.many(house, 3);
    for (const admin of admins) await stage.appoint(house.organism, admin);
    for (const admin of admins) await stage.openSession(admin);
    const { outcomes } = await batches.run(house, 'deactivate', null, admins);
    const counted = Object.groupBy([...outcomes.values()], (outcome) => outcome);
    assert.deepEqual([counted.deactivated?.length, counted.last_administrator?.length], [2, 1]);
    const active = await stage
      .db('accounts')
      .whereIn(
        'id',
        admins.map(({ id }) => id),
      )
      .where({ active: true });
    assert.equal(active.length, 1);
    const sessions = await Promise.all(admins.map((admin) => stage.sessionsOf(admin)));
    assert.equal(
      sessions.reduce((sum, count) => sum + count),
      1,
    );
  });

  test('P2: an administrateur Ucanss is warned of the organisms that would have no administrator, and may go on', async () => {
    const house = await stage.openHouse(2);
    const national = await stage.national();
    const order = {
      ...{ kind: 'deactivate' as const, role: null },
      selection: { ids: house.actors.map(({ id }) => id) },
    };
    const announced = await stage.announce(national, house.scope, order);
    const [, second] = house.actors;
    assert.deepEqual(
      announced.leaving.map(({ person, organismIds }) => [person.id, organismIds]),
      [[second?.id, [house.organism.id]]],
    );
    const own = await stage.announce(first(house.actors), house.scope, order);
    assert.deepEqual(own.leaving, [], 'a local administrator is refused instead');
    await batches.confirm(house, announced, national);
    const left = await stage.db('accounts').where({ organism_id: house.organism.id, active: true });
    assert.deepEqual(left, []);
  });

  test('P5: a confirmation is worth nothing to somebody else, in another organism, or for another act', async () => {
    const house = await stage.openHouse(2);
    const [, colleague] = house.actors;
    const other = await stage.openHouse(0);
    const [person] = await batches.many(house, 1);
    assert.ok(person && colleague);
    const announced = await batches.announceGrant(house, [person]);
    const { run, find } = stage.services.batches;
    const actor = first(house.actors);
    const decision = await createDraft(stage.db, {
      ...{ createdBy: actor.id, organismId: house.organism.id, selectedIds: [person.id], kind: 'accept' },
    });
    for (const [by, scope, id] of [
      [colleague, house.scope, announced.id],
      [actor, other.scope, announced.id],
      [actor, NATIONAL, announced.id],
      [actor, house.scope, decision],
      [actor, house.scope, announced.id + 1_000_000],
    ] as const) {
      await assert.rejects(run(by, scope, id, TERMS), NotFound);
    }
    assert.equal(await find(colleague, house.scope, announced.id), undefined);
    assert.equal(await find(actor, other.scope, announced.id), undefined);
    assert.deepEqual(await stage.rolesOf(person), []);
  });

  test('P3b, P4: neither a delegation, nor a national or a free role; and one organism at a time', async () => {
    const house = await stage.openHouse(1);
    const [person] = await batches.many(house, 1);
    assert.ok(person);
    const free = await stage.db('roles').where({ validator: 'free', kind: 'ordinary' }).first('code');
    for (const role of ['administrateur-local', 'administrateur-ucanss', 'auditeur', free.code]) {
      const order = { kind: 'grant' as const, role, selection: { ids: [person.id] } };
      await assert.rejects(stage.announce(first(house.actors), house.scope, order), Refused);
    }
    const order = { kind: 'deactivate' as const, role: null, selection: { ids: [person.id] } };
    await assert.rejects(stage.announce(await stage.national(), NATIONAL, order), Refused);
  });
});
