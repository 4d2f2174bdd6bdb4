import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Forbidden, NotFound, Refused } from '../../src/domain/errors.ts';
import { NATIONAL } from '../../src/domain/scope.ts';
import { type AccountRow, createAccount } from '../factories/accounts.ts';
import { grant } from '../factories/assignments.ts';
import {
  createDelegationStage,
  type DelegationStage,
  faultOf,
  person,
  ROLE,
  TODAY,
  terms,
} from './delegation-stage.ts';

describe('delegations', () => {
  let stage: DelegationStage;
  before(async () => {
    stage = await createDelegationStage();
  });
  after(() => stage.drop());

  const messages = (account: AccountRow) =>
    stage.db('messages').where({ account_id: account.id }).orderBy('id');

  test('R69 naming a person gives the role for this organism, leaves an event and tells both', async () => {
    const home = await stage.house(1, 1);
    const giver = await stage.actorOf(person(home, 0).id);
    const named = person(home, 1);
    const order = { accountId: named.id, reason: 'Départ en congé', endsOn: '2027-01-31' };
    assert.equal(faultOf(await stage.services.delegations.grant(giver, home.scope, order)), 'done');
    const held = await stage.live(named, home);
    assert.deepEqual(
      [held.role_kind, held.ends_on, held.granted_by, held.grant_reason],
      ['local_administrator', '2027-01-31', giver.id, 'Départ en congé'],
    );
    assert.ok((await stage.actorOf(named.id)).administers.some(({ id }) => id === home.organism.id));
    const [event] = await stage.events(named);
    assert.equal(event.action, 'delegation.granted');
    assert.deepEqual(event.details, {
      organism: home.organism.name,
      reason: 'Départ en congé',
      ends_on: '2027-01-31',
    });
    assert.equal(event.organism_id, home.organism.id);
    assert.deepEqual(
      (await messages(named)).map(({ template, recipient, data }) => [template, recipient, data.to]),
      [
        ['delegation-granted', named.email, 'holder'],
        ['delegation-granted', giver.email, 'giver'],
      ],
    );
  });

  test('a delegation to an account of less than seven days is told to Ucanss, unless Ucanss gives it', async () => {
    const home = await stage.house(1, 0);
    const giver = await stage.actorOf(person(home, 0).id);
    const toUcanss = [['national@ucanss.fr', 'young_delegation', home.organism.name, giver.email]];
    for (const [created_at, actor, expected] of [
      ['2026-11-15T09:00:01.000Z', giver, toUcanss],
      ['2026-11-15T09:00:00.000Z', giver, []],
      ['2026-11-21T09:00:00.000Z', stage.national, []],
    ] as const) {
      const named = await createAccount(stage.db, { organism: home.organism.id, created_at });
      const { delegations } = stage.services;
      assert.equal(faultOf(await delegations.grant(actor, home.scope, terms(named.id))), 'done');
      const told = await stage
        .db('messages')
        .where({ template: 'unusual-act' })
        .whereRaw(`data->>'person' = ?`, [`${named.first_name} ${named.last_name}`]);
      assert.deepEqual(
        told.map(({ recipient, data }) => [recipient, data.cause, data.organismName, data.byEmail]),
        expected,
        `${created_at} ${actor.email}`,
      );
    }
  });

  test('P1, R68 oneself, inactive, already named, of another organism: refused, and nothing is left', async () => {
    const home = await stage.house(2, 1);
    const giver = await stage.actorOf(person(home, 0).id);
    const inactive = await createAccount(stage.db, { organism: home.organism.id, active: false });
    const stranger = await createAccount(stage.db, { organism: 'CPAM-391' });
    const { delegations } = stage.services;
    assert.equal(faultOf(await delegations.grant(giver, home.scope, terms(giver.id))), 'oneself');
    assert.equal(faultOf(await delegations.grant(giver, home.scope, terms(inactive.id))), 'inactive');
    assert.equal(faultOf(await delegations.grant(giver, home.scope, terms(person(home, 1).id))), 'already');
    await assert.rejects(delegations.grant(giver, home.scope, terms(stranger.id)), NotFound);
    assert.equal(
      faultOf(await delegations.grant(stage.national, home.scope, terms(stranger.id))),
      'elsewhere',
    );
    await assert.rejects(delegations.grant(stage.national, NATIONAL, terms(person(home, 2).id)), Refused);
    for (const account of [inactive, stranger, person(home, 1)]) {
      assert.deepEqual(await stage.events(account), []);
      assert.deepEqual(await messages(account), []);
    }
  });

  test('who no longer administers the organism changes nothing there, even in a request under way', async () => {
    const home = await stage.house(3, 1);
    const former = await stage.actorOf(person(home, 0).id);
    const other = await stage.actorOf(person(home, 1).id);
    await stage.services.delegations.remove(other, home.scope, { accountId: former.id, reason: '' });
    const third = person(home, 2).id;
    for (const act of [
      () => stage.services.delegations.grant(former, home.scope, terms(person(home, 3).id)),
      () => stage.services.delegations.remove(former, home.scope, { accountId: third, reason: '' }),
      () => stage.services.delegations.setEnd(former, home.scope, { accountId: third, endsOn: '2027-01-01' }),
    ]) {
      await assert.rejects(act(), Forbidden);
    }
  });

  test('P7 removing ends the delegation for this organism alone, with who and why, and tells both', async () => {
    const home = await stage.house(2, 0);
    const elsewhere = await stage.house(1, 0);
    const remover = await stage.actorOf(person(home, 0).id);
    const removed = person(home, 1);
    await grant(stage.db, removed, ROLE, { organism: elsewhere.organism.code });
    const order = { accountId: removed.id, reason: 'Mutation' };
    assert.equal(faultOf(await stage.services.delegations.remove(remover, home.scope, order)), 'done');
    assert.equal(await stage.live(removed, home), undefined);
    assert.ok(await stage.live(removed, elsewhere));
    const row = await stage
      .db('assignments')
      .first()
      .where({ account_id: removed.id, organism_id: home.organism.id });
    assert.deepEqual([row.end_kind, row.ended_by, row.end_reason], ['removed', remover.id, 'Mutation']);
    assert.deepEqual(
      (await stage.events(removed)).map(({ action }) => action),
      ['delegation.removed'],
    );
    assert.deepEqual(
      (await messages(removed)).map(({ template, recipient, data }) => [template, recipient, data.to]),
      [
        ['delegation-removed', removed.email, 'holder'],
        ['delegation-removed', remover.email, 'remover'],
      ],
    );
    assert.equal(faultOf(await stage.services.delegations.remove(remover, home.scope, order)), 'gone');
  });

  test('P1, P5 one’s own delegation, and people that have nothing to do with the organism', async () => {
    const home = await stage.house(2, 0);
    const actor = await stage.actorOf(person(home, 0).id);
    const own = { accountId: actor.id, reason: '' };
    assert.equal(faultOf(await stage.services.delegations.remove(actor, home.scope, own)), 'oneself');
    const end = { accountId: actor.id, endsOn: '2027-01-01' };
    assert.equal(faultOf(await stage.services.delegations.setEnd(actor, home.scope, end)), 'oneself');
    const stranger = await createAccount(stage.db, { organism: 'CPAM-391' });
    const far = { accountId: stranger.id, reason: '' };
    await assert.rejects(stage.services.delegations.remove(actor, home.scope, far), NotFound);
    await assert.rejects(
      stage.services.delegations.setEnd(actor, home.scope, { accountId: stranger.id, endsOn: null }),
      NotFound,
    );
  });

  test('P2 the last one without an end date keeps it; Ucanss can go on', async () => {
    const home = await stage.house(1, 1);
    const last = person(home, 0);
    await stage.services.delegations.grant(
      await stage.actorOf(last.id),
      home.scope,
      terms(person(home, 1).id, '2027-06-30'),
    );
    const ending = await stage.actorOf(person(home, 1).id);
    const removal = { accountId: last.id, reason: '' };
    const end = { accountId: last.id, endsOn: '2027-01-01' };
    assert.equal(
      faultOf(await stage.services.delegations.remove(ending, home.scope, removal)),
      'last_administrator',
    );
    assert.equal(
      faultOf(await stage.services.delegations.setEnd(ending, home.scope, end)),
      'last_administrator',
    );
    assert.equal((await stage.live(last, home)).ends_on, null);
    assert.equal(faultOf(await stage.services.delegations.setEnd(stage.national, home.scope, end)), 'done');
    assert.equal((await stage.live(last, home)).ends_on, '2027-01-01');
    assert.equal(
      faultOf(await stage.services.delegations.remove(stage.national, home.scope, removal)),
      'done',
    );
  });

  test('P8 an end date is given, changed, taken away, each traced; the same one changes nothing', async () => {
    const home = await stage.house(2, 0);
    const actor = await stage.actorOf(person(home, 0).id);
    const other = person(home, 1);
    const setEnd = async (endsOn: string | null) =>
      faultOf(await stage.services.delegations.setEnd(actor, home.scope, { accountId: other.id, endsOn }));
    assert.equal(await setEnd(TODAY), 'done');
    assert.ok((await stage.actorOf(other.id)).administers.length > 0, 'the last day is included');
    assert.equal(await setEnd(TODAY), 'unchanged');
    assert.equal(await setEnd(null), 'done');
    assert.deepEqual(
      (await stage.events(other)).map(({ action, details }) => [action, details.from, details.to]),
      [
        ['assignment.end_date_changed', null, TODAY],
        ['assignment.end_date_changed', TODAY, null],
      ],
    );
    // The person is told each time, and nobody else.
    assert.deepEqual(
      (await messages(other)).map(({ template, recipient, data }) => [template, recipient, data.endsOn]),
      [
        ['end-date-changed', other.email, TODAY],
        ['end-date-changed', other.email, null],
      ],
    );
  });

  test('P8 a delegation past its end date is written as ended, and the person can be named again', async () => {
    const home = await stage.house(1, 1);
    const actor = await stage.actorOf(person(home, 0).id);
    const named = person(home, 1);
    await grant(stage.db, named, ROLE, { organism: home.organism.code, ends_on: '2026-11-21' });
    assert.equal(faultOf(await stage.services.delegations.grant(actor, home.scope, terms(named.id))), 'done');
    assert.deepEqual(
      (await stage.events(named)).map(({ action }) => action),
      ['delegation.expired', 'delegation.granted'],
    );
    assert.equal((await stage.live(named, home)).ends_on, null);
  });
});
