import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import type { Actor } from '../../src/domain/actor.ts';
import { NotFound } from '../../src/domain/errors.ts';
import { NATIONAL } from '../../src/domain/scope.ts';
import { createAccount } from '../factories/accounts.ts';
import { grant } from '../factories/assignments.ts';
import { createStage, first, type House, type Stage } from './account-stage.ts';

const ON = '2026-12-01';
/** 0:05 in Paris, in winter. */
const ITS_DAY = '2026-11-30T23:05:00Z';
const EARLIER = '2026-11-22T09:00:00Z';
const TERMS = { reason: 'Retraite', rights: true, requests: true };

describe('planned acts', () => {
  let stage: Stage;
  before(async () => {
    stage = await createStage();
  });
  afterEach(() => stage.clock.set(EARLIER));
  after(() => stage.drop());

  const run = async (instant = ITS_DAY) => {
    stage.clock.set(instant);
    await stage.services.planning.runDue();
  };
  const actOf = async (person: { id: number }, kind = 'departure') => {
    const [act] = await stage.db('planned_acts').where({ account_id: person.id, kind }).orderBy('id', 'desc');
    return act;
  };
  const isActive = async ({ id }: { id: number }) =>
    (await stage.db('accounts').where({ id }).first()).active;
  const lastEventOf = async (person: { id: number }) => (await stage.eventsOf(person)).at(-1);
  async function planDeparture(administrators = 2) {
    const house = await stage.openHouse(administrators);
    const actor = first(house.actors);
    const person = await createAccount(stage.db, { organism: house.organism.id });
    await grant(stage.db, person, 'energie-lecteur');
    await stage.services.departing.depart(actor, house.scope, { accountId: person.id, on: ON, ...TERMS });
    return { ...house, actor, person };
  }
  async function planDelegation(house?: House, actor?: Actor) {
    const where = house ?? (await stage.openHouse(2));
    const by = actor ?? first(where.actors);
    const person = await createAccount(stage.db, { organism: where.organism.id });
    const replaced = where.actors.at(-1) as Actor;
    const outcome = await stage.services.delegations.grant(by, where.scope, {
      ...{ accountId: person.id, startsOn: ON, endsOn: '2026-12-31', reason: 'Congé' },
      replacesId: replaced.id,
    });
    assert.equal(outcome.kind, 'planned');
    return { ...where, actor: by, person, replaced };
  }
  const stop = (by: Actor, { scope }: House, actor: Actor) =>
    stage.services.delegations.remove(by, scope, { accountId: actor.id, reason: '' });

  test('nothing is done the day before in Paris, at 23:59; all of it at 0:05', async () => {
    const { person } = await planDeparture();
    await run('2026-11-30T22:59:00Z');
    assert.equal(await isActive(person), true);
    await run();
    assert.deepEqual([await isActive(person), await stage.rolesOf(person)], [false, []]);
    assert.equal((await actOf(person)).state, 'done');
    const events = await stage.db('audit_events').where({ subject_account_id: person.id }).orderBy('id');
    assert.deepEqual(
      events.slice(1).map(({ action, actor_job: job }) => [action, job]),
      [
        ['assignment.removed', 'planned-acts'],
        ['account.deactivated', 'planned-acts'],
      ],
    );
  });

  test('what was missed is done at the next run, once', async () => {
    const { person } = await planDeparture();
    await run('2026-12-09T10:00:00Z');
    await run('2026-12-09T11:00:00Z');
    assert.equal(await isActive(person), false);
    const batches = await stage.db('batch_lines').where({ account_id: person.id });
    assert.equal(batches.length, 1);
  });

  test('two processes at once do each act once', async () => {
    const { person } = await planDeparture();
    stage.clock.set(ITS_DAY);
    await Promise.all([stage.services.planning.runDue(), stage.services.planning.runDue()]);
    assert.equal((await stage.db('batch_lines').where({ account_id: person.id })).length, 1);
  });

  test('P10: a departure stays when who asked it loses the delegation, and the others are told', async () => {
    const { actors, person, ...house } = await planDeparture();
    const [asker, other] = actors as [Actor, Actor];
    await stop(other, { ...house, actors }, asker);
    await run();
    assert.equal(await isActive(person), false);
    const told = await stage.db('messages').where({ template: 'departure', account_id: person.id });
    assert.deepEqual(
      told.map(({ recipient, data }) => [recipient, data.done, data.rights, data.askedBy]),
      [[other.email, true, 1, `${asker.firstName} ${asker.lastName}`]],
    );
  });

  test('P2, P10: judged on its day: who is the last administrator by then does not leave, and it is told', async () => {
    const house = await stage.openHouse(2);
    const [asker, leaving] = house.actors as [Actor, Actor];
    await stage.services.departing.depart(asker, house.scope, { accountId: leaving.id, on: ON, ...TERMS });
    await stage.db('assignments').where({ account_id: asker.id }).update({ ends_on: '2027-01-31' });
    await run();
    assert.equal(await isActive(leaving), true);
    assert.deepEqual(await lastEventOf(leaving), [
      'planned_act.cancelled',
      { kind: 'departure', on: ON, cause: 'refused' },
    ]);
    const told = await stage.db('messages').where({ template: 'departure', account_id: leaving.id });
    assert.deepEqual(
      told.map(({ recipient, data }) => [recipient, data.done, data.last]),
      [[asker.email, false, true]],
    );
  });

  test('P9, P10: nor who is beyond by then', async () => {
    const { person } = await planDeparture();
    await stage.nominate(person);
    await run();
    assert.equal(await isActive(person), true);
    assert.equal((await actOf(person)).state, 'ended');
  });

  test('P10: the account closed, or the person elsewhere, ends what was to come of them', async () => {
    const { person, actor, scope } = await planDeparture();
    await stage.services.accounts.deactivate(actor, scope, { accountId: person.id, reason: 'Autre' });
    assert.deepEqual(await lastEventOf(person), ['account.deactivated', { reason: 'Autre' }]);
    assert.equal((await actOf(person)).state, 'ended');
    await stage.services.accounts.reactivate(actor, scope, { accountId: person.id, reason: '' });
    await run();
    assert.equal(await isActive(person), true, 'opening the account again revives nothing');
    stage.clock.set(EARLIER);
    const left = await planDeparture();
    const theirs = await stage.openHouse(1);
    await stage.services.attaching.attach(first(theirs.actors), theirs.scope, left.person.id);
    assert.equal((await actOf(left.person)).state, 'ended');
    await run();
    assert.equal(await isActive(left.person), true);
  });

  test('R79: a delegation begins on its day, ends on another, and the trail says who is replaced', async () => {
    const { person, actor, replaced, organism } = await planDelegation();
    assert.deepEqual(await stage.rolesOf(person), []);
    await run();
    const right = await stage.db('assignments').where({ account_id: person.id }).first();
    assert.deepEqual(
      [right.organism_id, right.ends_on, right.granted_by, right.ended_at],
      [organism.id, '2026-12-31', actor.id, null],
    );
    assert.deepEqual(await lastEventOf(person), [
      'delegation.granted',
      {
        organism: organism.name,
        reason: 'Congé',
        ends_on: '2026-12-31',
        replaces: `${replaced.firstName} ${replaced.lastName}`,
      },
    ]);
    const told = await stage.db('messages').where({ template: 'delegation-granted', account_id: person.id });
    assert.deepEqual(told.map(({ recipient }) => recipient).sort(), [person.email, actor.email].sort());
  });

  test('P10: a delegation to come ends with the delegation of who asked it, and with their account', async () => {
    for (const how of ['delegation', 'account'] as const) {
      const house = await stage.openHouse(2);
      const [asker, other] = house.actors as [Actor, Actor];
      const { person } = await planDelegation(house, asker);
      const order = { accountId: asker.id, reason: 'Départ' };
      if (how === 'delegation') await stop(other, house, asker);
      else await stage.services.accounts.deactivate(other, house.scope, order);
      assert.equal((await actOf(person, 'delegation')).state, 'ended', how);
      await run();
      assert.deepEqual(await stage.rolesOf(person), []);
      stage.clock.set(EARLIER);
    }
  });

  test('one that breaks stops none of the others, and is tried again', async () => {
    const [broken, fine] = [await planDeparture(), await planDeparture()];
    await stage.db('planned_acts').where({ account_id: broken.person.id }).update({ asked_by: null });
    stage.clock.set(ITS_DAY);
    await assert.rejects(stage.services.planning.runDue(), AggregateError);
    assert.deepEqual([await isActive(broken.person), await isActive(fine.person)], [true, false]);
    assert.equal((await actOf(broken.person)).state, 'planned');
    await stage
      .db('planned_acts')
      .where({ account_id: broken.person.id })
      .update({ state: 'ended', ended_at: new Date() });
  });

  describe('giving up', () => {
    test('by anybody who administers the organism: nothing is done on the day', async () => {
      const { person, actors, scope } = await planDeparture();
      const act = await actOf(person);
      assert.equal(await stage.services.givingUp.cancel(actors.at(-1) as Actor, scope, act.id), null);
      assert.deepEqual(await lastEventOf(person), ['planned_act.cancelled', { kind: 'departure', on: ON }]);
      await run();
      assert.equal(await isActive(person), true);
    });

    test('P9: nobody but Ucanss puts another day in the place of what it planned', async () => {
      const house = await stage.openHouse(2);
      const [asker, leaving] = house.actors as [Actor, Actor];
      const national = await stage.national();
      const order = { accountId: leaving.id, ...TERMS };
      await stage.services.departing.depart(national, NATIONAL, { ...order, on: ON });
      await assert.rejects(
        stage.services.departing.depart(asker, house.scope, { ...order, on: '2027-01-15' }),
        /elle seule change ce qu’elle a prévu/,
      );
      assert.equal((await actOf(leaving)).effective_on, ON);
      const now = await stage.services.departing.depart(asker, house.scope, { ...order, on: null });
      assert.equal(now.kind, 'done', 'a departure at once is another act');
    });

    test('a delegation given at once takes the place of the one that was to come', async () => {
      const { person, actor, scope } = await planDelegation();
      const terms = { accountId: person.id, reason: '', endsOn: null };
      assert.equal((await stage.services.delegations.grant(actor, scope, terms)).kind, 'done');
      assert.equal((await actOf(person, 'delegation')).state, 'ended');
    });

    test('P1, P5, P9: not by the person, nor elsewhere, nor where Ucanss asked it; nor twice', async () => {
      const house = await stage.openHouse(2);
      const [asker, leaving] = house.actors as [Actor, Actor];
      const { cancel } = stage.services.givingUp;
      await stage.services.departing.depart(asker, house.scope, { accountId: leaving.id, on: ON, ...TERMS });
      const { id } = await actOf(leaving);
      assert.equal(await cancel(leaving, house.scope, id), 'oneself');
      const elsewhere = await stage.openHouse(1);
      await assert.rejects(cancel(first(elsewhere.actors), elsewhere.scope, id), NotFound);
      const national = await stage.national();
      await stage.services.departing.depart(national, NATIONAL, { accountId: leaving.id, on: ON, ...TERMS });
      const theirs = await actOf(leaving);
      assert.equal(await cancel(asker, house.scope, theirs.id), 'beyond');
      assert.equal(await cancel(national, NATIONAL, theirs.id), null);
      await assert.rejects(cancel(national, NATIONAL, theirs.id), NotFound);
    });
  });
});
