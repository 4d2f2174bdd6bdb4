import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Actor } from '../../src/domain/actor.ts';
import { Forbidden, NotFound } from '../../src/domain/errors.ts';
import { NATIONAL, type Scope } from '../../src/domain/scope.ts';
import { accountRepository } from '../../src/repositories/accounts.ts';
import { type AccountRow, createAccount } from '../factories/accounts.ts';
import { grant } from '../factories/assignments.ts';
import { createRequest } from '../factories/requests.ts';
import { eventually } from '../tools/eventually.ts';
import { createStage, first, type Stage } from './account-stage.ts';

describe('closing accounts and opening them again', () => {
  let stage: Stage;
  before(async () => {
    stage = await createStage();
  });
  after(() => stage.drop());

  const close = (accountId: number) => ({ accountId, reason: 'Départ' });
  const isActive = async (account: { id: number }) =>
    (await stage.db('accounts').first('active').where({ id: account.id })).active;

  test('R43: the access is blocked and the sessions end; the rights stay; who, when and why are kept', async () => {
    const { organism, scope, actors } = await stage.openHouse(1);
    const person = await createAccount(stage.db, { organism: organism.id });
    await grant(stage.db, person, 'energie-lecteur');
    await stage.openSession(person);
    const outcome = await stage.services.accounts.deactivate(first(actors), scope, close(person.id));
    assert.equal(outcome.kind, 'done');
    assert.equal(await stage.sessionsOf(person), 0);
    assert.deepEqual(await stage.rolesOf(person), ['energie-lecteur']);
    const stored = await stage.db('accounts').where({ id: person.id }).first();
    assert.deepEqual(
      [stored.active, stored.deactivated_by, stored.deactivation_reason, stored.deactivated_at],
      [false, first(actors).id, 'Départ', stage.clock.now()],
    );
    assert.deepEqual(await stage.eventsOf(person), [['account.deactivated', { reason: 'Départ' }]]);
  });

  test('P8: who may act until today acts today, and no longer once the day is over in Paris', async () => {
    const { organism, scope, actors } = await stage.openHouse(2);
    const [local, ucanss] = [first(actors), await stage.national()];
    for (const { id } of [local, ucanss])
      await stage.db('assignments').where({ account_id: id }).update({ ends_on: '2026-11-22' });
    const [start, people] = [stage.clock.now().toISOString(), { organism: organism.id }];
    try {
      for (const [actor, where] of [
        [local, scope],
        [ucanss, NATIONAL],
      ] as const) {
        const [today, tomorrow] = [
          await createAccount(stage.db, people),
          await createAccount(stage.db, people),
        ];
        stage.clock.set('2026-11-22T22:59:59.000Z');
        assert.equal((await stage.services.accounts.deactivate(actor, where, close(today.id))).kind, 'done');
        stage.clock.set('2026-11-22T23:00:00.000Z');
        await assert.rejects(stage.services.accounts.deactivate(actor, where, close(tomorrow.id)), Forbidden);
        assert.deepEqual([await isActive(today), await isActive(tomorrow)], [false, true]);
      }
    } finally {
      stage.clock.set(start);
    }
  });

  test('R47: what waits of a person takes their new name, what was decided keeps the one it was made with', async () => {
    const { organism, scope, actors } = await stage.openHouse(1);
    const person = await createAccount(stage.db, { organism: organism.id });
    const decision = { decided_at: stage.clock.now(), decided_by: first(actors).id };
    const [waiting, decided] = [
      await createRequest(stage.db, { account: person }),
      await createRequest(stage.db, { account: person, status: 'accepted', ...decision }),
    ];
    const typed = {
      civility: null,
      lastName: 'NOUVELLE',
      firstName: 'Anne',
      functionTitle: 'Cadre',
      phone: '',
    };
    const order = { identity: { typed, shown: null }, roles: { add: [], remove: [] } };
    const edited = await stage.services.accountEditing.update(first(actors), scope, person.id, order);
    assert.equal(edited.kind === 'done' && edited.renamed, true);
    const shown = async (id: number) =>
      stage.db('requests').where({ id }).first('last_name', 'first_name', 'function_title');
    const renamed = { last_name: 'NOUVELLE', first_name: 'Anne', function_title: 'Cadre' };
    assert.deepEqual(await shown(waiting), renamed);
    const { last_name, first_name } = person;
    assert.deepEqual(await shown(decided), { last_name, first_name, function_title: '' });
  });

  test('ending the sessions of a person: they and their devices go, the account and its rights stay, and it is traced', async () => {
    const { organism, scope, actors } = await stage.openHouse(1);
    const [person, other] = [
      await createAccount(stage.db, { organism: organism.id }),
      await createAccount(stage.db, { organism: organism.id }),
    ];
    await grant(stage.db, person, 'energie-lecteur');
    for (const each of [person, other]) await stage.openSession(each);
    await stage.services.knownDevices.remember(person.id, null, 'Firefox sur Windows');
    const end = (accountId: number, reason = '') =>
      stage.services.accounts.endSessions(first(actors), scope, { accountId, reason });
    assert.equal((await end(person.id, 'Poste resté ouvert')).kind, 'done');
    assert.deepEqual([await stage.sessionsOf(person), await stage.sessionsOf(other)], [0, 1]);
    assert.deepEqual(await stage.db('known_devices').where({ account_id: person.id }), []);
    assert.equal(await isActive(person), true);
    assert.deepEqual(await stage.rolesOf(person), ['energie-lecteur']);
    assert.equal((await end(person.id)).kind, 'done', 'again: there may be none');
    assert.deepEqual(await stage.eventsOf(person), [
      ['account.sessions_ended', { sessions: 1, reason: 'Poste resté ouvert' }],
      ['account.sessions_ended', { sessions: 0 }],
    ]);
    assert.deepEqual(await stage.db('messages').where({ account_id: person.id }), [], 'no message');
  });

  test('P1, P5: nobody ends their own sessions so, nor those of an inactive account or of another organism', async () => {
    const { organism, scope, actors } = await stage.openHouse(1);
    const elsewhere = await stage.openHouse(1);
    const actor = first(actors);
    const end = (accountId: number) =>
      stage.services.accounts.endSessions(actor, scope, { accountId, reason: '' });
    await stage.openSession(actor);
    const own = await end(actor.id);
    assert.deepEqual([own.kind === 'refused' && own.fault, await stage.sessionsOf(actor)], ['oneself', 1]);
    const inactive = await createAccount(stage.db, { organism: organism.id, active: false });
    const closed = await end(inactive.id);
    assert.equal(closed.kind === 'refused' && closed.fault, 'already_inactive');
    const stranger = await createAccount(stage.db, { organism: elsewhere.organism.id });
    await stage.openSession(stranger);
    await assert.rejects(end(stranger.id), NotFound);
    assert.equal(await stage.sessionsOf(stranger), 1);
    assert.deepEqual(await stage.eventsOf(stranger), []);
  });

  test('P1: nobody closes their own account', async () => {
    const { scope, actors } = await stage.openHouse(2);
    const outcome = await stage.services.accounts.deactivate(first(actors), scope, close(first(actors).id));
    assert.deepEqual(outcome.kind === 'refused' && outcome.fault, 'oneself');
    assert.equal(await isActive(first(actors)), true);
  });

  test('P2: the last administrator of any organism is not closed by a local administrator; Ucanss can', async () => {
    const { organism, scope, actors } = await stage.openHouse(2);
    const other = await stage.openHouse(0);
    const person = await createAccount(stage.db, { organism: organism.id });
    await stage.appoint(other.organism, person);
    const both = await stage.alsoAdministering(first(actors), other.organism);
    // Not to be the one who stays.
    await stage.db('assignments').where({ account_id: both.id, organism_id: other.organism.id }).update({
      ends_on: '2099-12-31',
    });
    const outcome = await stage.services.accounts.deactivate(both, scope, close(person.id));
    assert.deepEqual(outcome.kind === 'refused' && [outcome.fault, outcome.organisms], [
      'last_administrator',
      [other.organism.name],
    ]);
    assert.equal(await isActive(person), true);
    const national = await stage.national();
    const account = await accountRepository(stage.db).get(person.id);
    const foreseen = await stage.services.accounts.foresee(national, 'deactivate', account);
    assert.deepEqual(foreseen, { fault: null, left: [other.organism.name] });
    assert.equal(
      (await stage.services.accounts.deactivate(national, NATIONAL, close(person.id))).kind,
      'done',
    );
  });

  test('P2 under lock: of two administrators who close each other at once, one stays', async () => {
    for (let round = 0; round < 10; round += 1) {
      const { scope, actors } = await stage.openHouse(2);
      const [one, two] = actors;
      assert.ok(one && two);
      await Promise.all([
        stage.services.accounts.deactivate(one, scope, close(two.id)),
        stage.services.accounts.deactivate(two, scope, close(one.id)),
      ]);
      const active = await stage.db('accounts').whereIn('id', [one.id, two.id]).where({ active: true });
      assert.equal(active.length, 1);
    }
  });

  test('P5: outside the scope an account does not exist', async () => {
    const { scope, actors } = await stage.openHouse(1);
    const stranger = await createAccount(stage.db);
    await assert.rejects(
      stage.services.accounts.deactivate(first(actors), scope, close(stranger.id)),
      NotFound,
    );
    await assert.rejects(
      stage.services.accounts.reactivate(first(actors), scope, close(stranger.id)),
      NotFound,
    );
    assert.equal(await isActive(stranger), true);
  });

  test('an account is opened again, with what it holds; twice is said', async () => {
    const { organism, scope, actors } = await stage.openHouse(1);
    const person = await createAccount(stage.db, { organism: organism.id, active: false });
    const order = { accountId: person.id, reason: '' };
    assert.equal((await stage.services.accounts.reactivate(first(actors), scope, order)).kind, 'done');
    const again = await stage.services.accounts.reactivate(first(actors), scope, order);
    assert.equal(again.kind === 'refused' && again.fault, 'already_active');
    assert.deepEqual(await stage.eventsOf(person), [['account.reactivated', {}]]);
  });

  for (const [what, stop] of [
    [
      'deactivated',
      (by: Actor, scope: Scope, id: number) => stage.services.accounts.deactivate(by, scope, close(id)),
    ],
    [
      'relieved',
      (by: Actor, scope: Scope, id: number) => stage.services.delegations.remove(by, scope, close(id)),
    ],
    [
      'relieved here, though not elsewhere,',
      async (by: Actor, scope: Scope, id: number) => {
        await stage.appoint((await stage.openHouse(1)).organism, { id } as AccountRow);
        return stage.services.delegations.remove(by, scope, close(id));
      },
    ],
  ] as const) {
    test(`R43: who is ${what} while their act waits for its turn does nothing more`, async () => {
      const { organism, scope, actors } = await stage.openHouse(2);
      const [slow, other] = actors;
      const person = await createAccount(stage.db, { organism: organism.id });
      assert.ok(slow && other);
      const { underWay } = await stage.db.transaction(async (holding) => {
        await holding('accounts').where({ id: person.id }).forUpdate();
        const order = { accountId: person.id, role: 'energie-lecteur', reason: '', endsOn: null };
        const underWay = assert.rejects(stage.services.assignments.grant(slow, scope, order), Forbidden);
        await eventually(() => stage.waiting('%FOR NO KEY UPDATE%'));
        assert.equal((await stop(other, scope, slow.id)).kind, 'done');
        return { underWay };
      });
      await underWay;
      assert.deepEqual([await stage.rolesOf(person), await stage.eventsOf(person)], [[], []]);
    });
  }

  test('who loses another organism while their act waits goes on in this one', async () => {
    const [{ organism, scope, actors }, elsewhere] = [await stage.openHouse(1), await stage.openHouse(1)];
    const slow = await stage.alsoAdministering(first(actors), elsewhere.organism);
    const person = await createAccount(stage.db, { organism: organism.id });
    const { underWay } = await stage.db.transaction(async (holding) => {
      await holding('accounts').where({ id: person.id }).forUpdate();
      const order = { accountId: person.id, role: 'energie-lecteur', reason: '', endsOn: null };
      const underWay = stage.services.assignments.grant(slow, scope, order);
      await eventually(() => stage.waiting('%FOR NO KEY UPDATE%'));
      const relieved = stage.services.delegations.remove(
        first(elsewhere.actors),
        elsewhere.scope,
        close(slow.id),
      );
      assert.equal((await relieved).kind, 'done');
      return { underWay };
    });
    assert.equal((await underWay).kind, 'granted');
    assert.deepEqual(await stage.rolesOf(person), ['energie-lecteur']);
  });
});
