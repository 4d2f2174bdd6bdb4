import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { NotFound } from '../../src/domain/errors.ts';
import { NATIONAL } from '../../src/domain/scope.ts';
import { createAccount } from '../factories/accounts.ts';
import { grant } from '../factories/assignments.ts';
import { createStage, first, type Stage } from './account-stage.ts';

describe('giving a role and taking it away', () => {
  let stage: Stage;
  before(async () => {
    stage = await createStage();
  });
  after(() => stage.drop());

  const give = (accountId: number, role = 'energie-lecteur', endsOn: string | null = null) => ({
    ...{ accountId, role, endsOn },
    reason: 'Prise de poste',
  });
  const take = (accountId: number, role = 'energie-lecteur') => ({ accountId, role, reason: '' });

  async function prepare() {
    const house = await stage.openHouse(1);
    const person = await createAccount(stage.db, { organism: house.organism.id });
    return { ...house, actor: first(house.actors), person };
  }

  test('R41: the role is granted with its reason and its last day; the person is told', async () => {
    const { actor, scope, person } = await prepare();
    const outcome = await stage.services.assignments.grant(
      actor,
      scope,
      give(person.id, undefined, '2026-12-31'),
    );
    assert.equal(outcome.kind, 'granted');
    const right = await stage.db('assignments').where({ account_id: person.id }).first();
    assert.deepEqual(
      [right.granted_by, right.grant_reason, right.ends_on],
      [actor.id, 'Prise de poste', '2026-12-31'],
    );
    const message = await stage.db('messages').where({ account_id: person.id }).first();
    assert.deepEqual([message.template, message.data.endsOn], ['role-granted', '2026-12-31']);
    const again = await stage.services.assignments.grant(actor, scope, give(person.id));
    assert.equal(again.kind === 'refused' && again.fault, 'already_held');
  });

  test('P8: a right whose last day is over is ended, then given anew', async () => {
    const { actor, scope, person } = await prepare();
    await grant(stage.db, person, 'energie-lecteur', { ends_on: '2026-11-21' });
    assert.equal((await stage.services.assignments.grant(actor, scope, give(person.id))).kind, 'granted');
    assert.deepEqual(
      (await stage.eventsOf(person)).map(([action]) => action),
      ['assignment.expired', 'assignment.granted'],
    );
  });

  test('P8: the end of a role is moved and taken away, each traced; the same one leaves no trace', async () => {
    const { actor, scope, person } = await prepare();
    const assignmentId = await grant(stage.db, person, 'energie-lecteur');
    for (const endsOn of ['2027-01-31', '2027-01-31', '2027-03-31', null, null]) {
      const target = { accountId: person.id, assignmentId, endsOn };
      assert.equal(await stage.services.accountRoles.setEnd(actor, scope, target), 'changed');
    }
    const label = 'Energie Lecteur';
    assert.deepEqual(await stage.eventsOf(person), [
      ['assignment.end_date_changed', { label, from: null, to: '2027-01-31' }],
      ['assignment.end_date_changed', { label, from: '2027-01-31', to: '2027-03-31' }],
      ['assignment.end_date_changed', { label, from: '2027-03-31', to: null }],
    ]);
  });

  test('P3: a reserved role is asked of Ucanss, once; an administrateur Ucanss grants it', async () => {
    const { actor, scope, person } = await prepare();
    const national = await stage.national();
    const asked = await stage.services.assignments.grant(actor, scope, give(person.id, 'sda-administrateur'));
    assert.equal(asked.kind, 'requested');
    assert.deepEqual(await stage.rolesOf(person), []);
    const request = await stage.db('requests').where({ account_id: person.id }).first();
    assert.deepEqual([request.status, request.requested_by], ['pending', actor.id]);
    const told = await stage.db('messages').where({ request_id: request.id }).pluck('recipient');
    assert.ok(told.includes(national.email));
    const again = await stage.services.assignments.grant(actor, scope, give(person.id, 'sda-administrateur'));
    assert.equal(again.kind === 'refused' && again.fault, 'already_requested');
    const granted = await stage.services.assignments.grant(
      national,
      NATIONAL,
      give(person.id, 'sda-administrateur'),
    );
    assert.equal(granted.kind, 'granted');
    const held = await stage.services.assignments.grant(actor, scope, give(person.id, 'sda-administrateur'));
    assert.equal(held.kind === 'refused' && held.fault, 'already_held');
  });

  test('P1, P3b, P4 and an inactive account: nothing is granted', async () => {
    const { actor, scope, organism, person } = await prepare();
    const inactive = await createAccount(stage.db, { organism: organism.id, active: false });
    const free = await stage.db('roles').where({ validator: 'free', kind: 'ordinary' }).first('code');
    for (const [accountId, role, fault] of [
      [actor.id, 'energie-lecteur', 'oneself'],
      [inactive.id, 'energie-lecteur', 'inactive'],
      [person.id, 'administrateur-local', 'not_grantable'],
      [person.id, 'auditeur', 'not_grantable'],
      [person.id, free.code, 'not_grantable'],
    ] as const) {
      const outcome = await stage.services.assignments.grant(actor, scope, give(accountId, role));
      assert.equal(outcome.kind === 'refused' && outcome.fault, fault, role);
    }
    assert.deepEqual(await stage.rolesOf(person), []);
  });

  test('R40, P7: the role goes, and it alone; the row stays, ended, with who and when', async () => {
    const { actor, scope, person } = await prepare();
    const id = await grant(stage.db, person, 'energie-lecteur');
    await grant(stage.db, person, 'sda-administrateur');
    assert.equal((await stage.services.assignments.remove(actor, scope, take(person.id))).kind, 'removed');
    assert.deepEqual(await stage.rolesOf(person), ['sda-administrateur']);
    const right = await stage.db('assignments').where({ id }).first();
    assert.deepEqual(
      [right.ended_by, right.end_kind, right.ended_at],
      [actor.id, 'removed', stage.clock.now()],
    );
    const again = await stage.services.assignments.remove(actor, scope, take(person.id));
    assert.equal(again.kind === 'refused' && again.fault, 'not_held');
    // P3: a reserved one may be removed as well; P3b: a delegation may not.
    assert.equal(
      (await stage.services.assignments.remove(actor, scope, take(person.id, 'sda-administrateur'))).kind,
      'removed',
    );
    const delegation = await stage.services.assignments.remove(
      actor,
      scope,
      take(person.id, 'administrateur-local'),
    );
    assert.equal(delegation.kind === 'refused' && delegation.fault, 'not_grantable');
  });

  test('P5: outside the scope, and for an unknown role, there is nothing', async () => {
    const { actor, scope, person } = await prepare();
    const stranger = await createAccount(stage.db);
    await assert.rejects(stage.services.assignments.grant(actor, scope, give(stranger.id)), NotFound);
    await assert.rejects(stage.services.assignments.remove(actor, scope, take(stranger.id)), NotFound);
    await assert.rejects(
      stage.services.assignments.grant(actor, scope, give(person.id, 'inconnu')),
      NotFound,
    );
  });

  test('two grants at once: one right, one event, one message', async () => {
    const { actor, scope, person } = await prepare();
    const outcomes = await Promise.all(
      [1, 2, 3, 4].map(() => stage.services.assignments.grant(actor, scope, give(person.id))),
    );
    assert.equal(outcomes.filter(({ kind }) => kind === 'granted').length, 1);
    assert.equal((await stage.eventsOf(person)).length, 1);
    assert.equal((await stage.db('messages').where({ account_id: person.id })).length, 1);
  });
});
