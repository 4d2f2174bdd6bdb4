import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { NotFound } from '../../src/domain/errors.ts';
import { accountRepository } from '../../src/repositories/accounts.ts';
import { createAccount } from '../factories/accounts.ts';
import { grant } from '../factories/assignments.ts';
import { createRequest } from '../factories/requests.ts';
import { createStage, first, type Stage } from './account-stage.ts';

const ALL = { reason: 'Retraite', rights: true, requests: true };

describe('« Départ »', () => {
  let stage: Stage;
  before(async () => {
    stage = await createStage();
  });
  after(() => stage.drop());

  const stateOf = async ({ id }: { id: number }) => {
    const { active, deactivation_reason: reason } = await stage.db('accounts').where({ id }).first();
    return [active, reason];
  };
  const requestOf = (id: number) => stage.db('requests').where({ id }).first();
  async function openRoom() {
    const house = await stage.openHouse(2);
    const actor = first(house.actors);
    const person = await createAccount(stage.db, { organism: house.organism.id });
    const depart = (terms = {}) =>
      stage.services.departing.depart(actor, house.scope, {
        accountId: person.id,
        on: null,
        ...ALL,
        ...terms,
      });
    return { ...house, actor, person, depart };
  }

  test('R76 now: the access, the rights, the delegation and the requests go in one batch, whose line says it', async () => {
    const { actor, person, organism, depart } = await openRoom();
    await stage.openSession(person);
    await grant(stage.db, person, 'energie-lecteur');
    await grant(stage.db, person, 'sda-administrateur');
    await stage.appoint(organism, person);
    const role = await createRequest(stage.db, { account: person, role: 'sda-consultation' });
    const reserved = await createRequest(stage.db, { account: person, role: 'referent-deontologue' });
    const outcome = await depart();
    assert.equal(outcome.kind, 'done');
    assert.deepEqual(await stateOf(person), [false, 'Retraite']);
    assert.deepEqual([await stage.rolesOf(person), await stage.sessionsOf(person)], [[], 0]);
    assert.deepEqual(
      [
        (await requestOf(role)).status,
        (await requestOf(role)).decision_reason,
        (await requestOf(reserved)).status,
      ],
      ['refused', 'Retraite', 'pending'],
      'what Ucanss decides waits for it (P3)',
    );
    const batch = await stage.db('batches').where({ organism_id: organism.id }).first();
    assert.deepEqual(
      [batch.kind, batch.state, batch.reason, batch.created_by, batch.changed],
      ['depart', 'done', 'Retraite', actor.id, 1],
    );
    assert.deepEqual(
      await stage.db('batch_lines').where({ batch_id: batch.id }).select('account_id', 'outcome'),
      [{ account_id: person.id, outcome: 'departed' }],
    );
    assert.deepEqual((await stage.eventsOf(person)).map(([action]) => action).sort(), [
      'account.deactivated',
      'assignment.removed',
      'assignment.removed',
      'delegation.removed',
      'request.refused',
    ]);
    const events = await stage.db('audit_events').where({ subject_account_id: person.id });
    assert.deepEqual([...new Set(events.map(({ batch_id: id }) => id))], [batch.id], 'all of one batch');
  });

  test('what is not ticked stays: rights and requests; a delegation ends anyway', async () => {
    const { person, organism, depart } = await openRoom();
    await grant(stage.db, person, 'energie-lecteur');
    await stage.appoint(organism, person);
    const request = await createRequest(stage.db, { account: person, role: 'sda-consultation' });
    await depart({ rights: false, requests: false });
    assert.deepEqual(await stage.rolesOf(person), ['energie-lecteur']);
    assert.equal((await requestOf(request)).status, 'pending');
    assert.deepEqual(await stateOf(person), [false, 'Retraite']);
  });

  test('P1: neither oneself, nor a request that one made oneself', async () => {
    const { actor, scope, person, depart } = await openRoom();
    const own = await stage.services.departing.depart(actor, scope, {
      accountId: actor.id,
      on: null,
      ...ALL,
    });
    assert.ok(own.kind === 'refused' && own.fault === 'oneself');
    const request = await createRequest(stage.db, {
      account: person,
      role: 'sda-consultation',
      requested_by: actor.id,
    });
    const account = await accountRepository(stage.db).get(person.id);
    const foreseen = await stage.services.departing.foresee(actor, account);
    assert.deepEqual([foreseen.requests, foreseen.others], [0, 1], 'told before');
    await depart();
    assert.equal((await requestOf(request)).status, 'pending');
  });

  test('P2: the last administrator does not leave; an administrateur Ucanss is warned, and goes on', async () => {
    const { organism, scope, actors } = await stage.openHouse(1);
    const last = first(actors);
    const other = await createAccount(stage.db, { organism: organism.id });
    const deputy = { ...(await stage.appoint(organism, other)) };
    await stage.db('assignments').where({ account_id: other.id }).update({ ends_on: '2027-01-31' });
    const order = { accountId: last.id, on: null, ...ALL };
    const refused = await stage.services.departing.depart(deputy, scope, order);
    assert.ok(refused.kind === 'refused' && refused.fault === 'last_administrator');
    const national = await stage.national();
    const account = await accountRepository(stage.db).get(last.id);
    assert.deepEqual((await stage.services.departing.foresee(national, account)).left, [organism.name]);
    assert.equal((await stage.services.departing.depart(national, scope, order)).kind, 'done');
  });

  test('P5, P9: nobody of another organism, nor anybody beyond', async () => {
    const { actor, scope } = await openRoom();
    const elsewhere = await openRoom();
    await assert.rejects(
      stage.services.departing.depart(actor, scope, { accountId: elsewhere.person.id, on: null, ...ALL }),
      NotFound,
    );
    const mine = await openRoom();
    await stage.appoint(elsewhere.organism, mine.person);
    const outcome = await mine.depart();
    assert.ok(outcome.kind === 'refused' && outcome.fault === 'beyond');
    assert.deepEqual((await stateOf(mine.person))[0], true);
  });

  test('twice at once: one is done, the other is told that the account is closed', async () => {
    const { depart } = await openRoom();
    const outcomes = await Promise.all([depart(), depart()]);
    assert.deepEqual(
      outcomes.map((outcome) => (outcome.kind === 'refused' ? outcome.fault : outcome.kind)).sort(),
      ['already_inactive', 'done'],
    );
  });

  test('R83: undone, the access, the rights, the delegation and the request come back, as new ones', async () => {
    const { actor, person, organism, scope, depart } = await openRoom();
    const former = await grant(stage.db, person, 'energie-lecteur', { ends_on: '2027-06-30' });
    await stage.appoint(organism, person);
    const request = await createRequest(stage.db, { account: person, role: 'sda-consultation' });
    const outcome = await depart();
    assert.ok(outcome.kind === 'done');
    const undone = await stage.services.undoingBatches.run(actor, scope, outcome.departed.batchId, {
      reason: 'Erreur',
    });
    assert.equal(undone.kind, 'done');
    assert.equal((await stateOf(person))[0], true);
    assert.deepEqual(await stage.rolesOf(person), ['administrateur-local', 'energie-lecteur']);
    const told = await stage.db('messages').where({ account_id: person.id, template: 'account-reactivated' });
    assert.equal(told[0].data.rights.length, 2, 'what came back is told with the account');
    const right = await stage.db('assignments').where({ restored_from: former }).first();
    assert.deepEqual([right.ends_on, right.ended_at], ['2027-06-30', null]);
    const again = await stage.db('requests').where({ account_id: person.id, status: 'pending' });
    assert.equal(again.length, 1);
    assert.equal((await requestOf(request)).status, 'refused', 'the one that was refused stays so');
  });

  test('R83, P9: undone by who administers one of two organisms, the delegation for the other stays ended', async () => {
    const [here, there] = [await stage.openHouse(2), await stage.openHouse(1)];
    const [alone, other] = here.actors as [(typeof here.actors)[0], (typeof here.actors)[0]];
    const both = await stage.alsoAdministering(other, there.organism);
    const person = await createAccount(stage.db, { organism: here.organism.id });
    await stage.appoint(here.organism, person);
    await stage.appoint(there.organism, person);
    const order = { accountId: person.id, on: null, ...ALL };
    const outcome = await stage.services.departing.depart(both, here.scope, order);
    assert.ok(outcome.kind === 'done');
    const { undoingBatches } = stage.services;
    const { lines } = await undoingBatches.foresee(alone, here.scope, outcome.departed.batchId);
    assert.deepEqual(lines.map((line) => line.outcome).sort(), ['beyond', 'reactivated', 'restored']);
    await undoingBatches.run(alone, here.scope, outcome.departed.batchId, { reason: '' });
    const held = await stage.db('assignments').where({ account_id: person.id }).whereNull('ended_at');
    assert.deepEqual(
      held.map((right) => right.organism_id),
      [here.organism.id],
    );
  });

  test('on a day to come nothing changes before; another day takes its place', async () => {
    const { person, depart } = await openRoom();
    await grant(stage.db, person, 'energie-lecteur');
    assert.deepEqual((await depart({ on: '2026-12-01' })).kind, 'planned');
    assert.deepEqual((await depart({ on: '2026-12-15' })).kind, 'planned');
    assert.deepEqual([(await stateOf(person))[0], await stage.rolesOf(person)], [true, ['energie-lecteur']]);
    const planned = await stage.db('planned_acts').where({ account_id: person.id }).orderBy('id');
    assert.deepEqual(
      planned.map(({ effective_on: on, state }) => [on, state]),
      [
        ['2026-12-01', 'ended'],
        ['2026-12-15', 'planned'],
      ],
    );
    assert.deepEqual(await stage.eventsOf(person), [
      ['planned_act.added', { kind: 'departure', on: '2026-12-01', ...ALL }],
      ['planned_act.cancelled', { kind: 'departure', on: '2026-12-01', cause: 'replaced' }],
      ['planned_act.added', { kind: 'departure', on: '2026-12-15', ...ALL }],
    ]);
  });
});
