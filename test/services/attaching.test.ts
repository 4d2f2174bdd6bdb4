import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { NotFound, Refused } from '../../src/domain/errors.ts';
import { NATIONAL } from '../../src/domain/scope.ts';
import { accountRepository } from '../../src/repositories/accounts.ts';
import { createAccount } from '../factories/accounts.ts';
import { grant } from '../factories/assignments.ts';
import { createRequest } from '../factories/requests.ts';
import { createStage, first, type Stage } from './account-stage.ts';

describe('« Rattacher à mon organisme »', () => {
  let stage: Stage;
  before(async () => {
    stage = await createStage();
  });
  after(() => stage.drop());

  const organismOf = async (account: { id: number }) =>
    (await stage.db('accounts').first('organism_id').where({ id: account.id })).organism_id;

  test('R60, R62, R63: the person belongs to my organism, with every right, to be looked at again', async () => {
    const [mine, theirs] = [await stage.openHouse(1), await stage.openHouse(2)];
    const person = await createAccount(stage.db, { organism: theirs.organism.id });
    const id = await grant(stage.db, person, 'energie-lecteur');
    assert.equal(
      (await stage.services.attaching.attach(first(mine.actors), mine.scope, person.id)).kind,
      'done',
    );
    const stored = await stage.db('accounts').where({ id: person.id }).first();
    assert.deepEqual([stored.organism_id, stored.organism_since], [mine.organism.id, stage.clock.now()]);
    const right = await stage.db('assignments').where({ id }).first();
    assert.deepEqual([right.ended_at, right.inherited_from], [null, theirs.organism.id]);
    const move = { from: theirs.organism.name, to: mine.organism.name };
    assert.deepEqual(await stage.eventsOf(person), [
      ['account.attached', move],
      ['account.left', move],
    ]);
    assert.deepEqual(
      await stage
        .db('audit_events')
        .where({ subject_account_id: person.id })
        .orderBy('id')
        .pluck('organism_id'),
      [mine.organism.id, theirs.organism.id],
      'each organism has it in its journal',
    );
  });

  test('the former organism’s administrators get a message each, which names who did it', async () => {
    const [mine, theirs] = [await stage.openHouse(1), await stage.openHouse(2)];
    const person = await createAccount(stage.db, { organism: theirs.organism.id });
    await stage.services.attaching.attach(first(mine.actors), mine.scope, person.id);
    const messages = await stage.db('messages').where({ account_id: person.id }).orderBy('recipient');
    assert.deepEqual(
      messages.map(({ recipient }) => recipient),
      theirs.actors.map(({ email }) => email).sort(),
    );
    const { attachedBy, delegationEnded } = messages[0].data;
    const { firstName, lastName } = first(mine.actors);
    assert.deepEqual([attachedBy, delegationEnded], [`${firstName} ${lastName}`, false]);
  });

  test('neither who attaches them, who administers both, nor the person, who administered there, gets one', async () => {
    const [mine, theirs] = [await stage.openHouse(1), await stage.openHouse(1)];
    const both = await stage.alsoAdministering(first(mine.actors), theirs.organism);
    const person = await createAccount(stage.db, { organism: theirs.organism.id });
    await stage.appoint(theirs.organism, person);
    assert.equal((await stage.services.attaching.attach(both, mine.scope, person.id)).kind, 'done');
    const told = await stage.db('messages').where({ account_id: person.id, template: 'attached' });
    assert.deepEqual(
      told.map(({ recipient, data }) => [recipient, data.delegationEnded]),
      [[first(theirs.actors).email, true]],
    );
  });

  test('P2: the last administrator of the organism that they join is none who leaves it', async () => {
    const [mine, theirs] = [await stage.openHouse(1), await stage.openHouse(1)];
    const person = await createAccount(stage.db, { organism: theirs.organism.id });
    await stage.appoint(mine.organism, person);
    const actor = first(mine.actors);
    await stage.db('assignments').where({ account_id: actor.id }).update({ ends_on: '2027-01-31' });
    const holder = await accountRepository(stage.db).lockOne(person.id, null);
    for (const by of [actor, await stage.national()]) {
      const foreseen = await stage.services.accounts.foresee(by, 'attach', holder, mine.organism);
      assert.deepEqual(foreseen, { fault: null, left: [] });
    }
    assert.equal((await stage.services.attaching.attach(actor, mine.scope, person.id)).kind, 'done');
    assert.equal(await organismOf(person), mine.organism.id);
    assert.deepEqual(await stage.rolesOf(person), ['administrateur-local']);
  });

  test('P6: the delegation for the former organism ends and is traced; one for another organism stays', async () => {
    const [mine, theirs, third] = [
      await stage.openHouse(1),
      await stage.openHouse(1),
      await stage.openHouse(1),
    ];
    const person = await createAccount(stage.db, { organism: theirs.organism.id });
    await stage.appoint(theirs.organism, person);
    await stage.appoint(third.organism, person);
    const refused = await stage.services.attaching.attach(first(mine.actors), mine.scope, person.id);
    assert.deepEqual(refused.kind === 'refused' && refused.fault, 'beyond', 'P9');
    const all = await stage.alsoAdministering(first(mine.actors), theirs.organism, third.organism);
    assert.equal((await stage.services.attaching.attach(all, mine.scope, person.id)).kind, 'done');
    const delegations = await stage.db('assignments').where({ account_id: person.id }).orderBy('id');
    assert.deepEqual(
      delegations.map(({ end_kind, inherited_from }) => [end_kind, inherited_from]),
      [
        ['attached_elsewhere', null],
        [null, null],
      ],
    );
    const event = (await stage.eventsOf(person)).find(([action]) => action === 'delegation.removed');
    assert.deepEqual(event?.[1], { organism: theirs.organism.name, cause: 'attached' });
  });

  test('P2: the last administrator of the organism they would leave stays; Ucanss can go on', async () => {
    const [mine, theirs] = [await stage.openHouse(1), await stage.openHouse(1)];
    const last = first(theirs.actors);
    const stranger = await stage.services.attaching.attach(first(mine.actors), mine.scope, last.id);
    assert.deepEqual(stranger.kind === 'refused' && stranger.fault, 'beyond', 'P9');
    const both = await stage.alsoAdministering(first(mine.actors), theirs.organism);
    // Not to be the one who stays.
    await stage.db('assignments').where({ account_id: both.id, organism_id: theirs.organism.id }).update({
      ends_on: '2099-12-31',
    });
    const outcome = await stage.services.attaching.attach(both, mine.scope, last.id);
    assert.deepEqual(outcome.kind === 'refused' && [outcome.fault, outcome.organisms], [
      'last_administrator',
      [theirs.organism.name],
    ]);
    assert.equal(await organismOf(last), theirs.organism.id);
    const national = await stage.national();
    assert.equal((await stage.services.attaching.attach(national, mine.scope, last.id)).kind, 'done');
  });

  test('R61, P1: neither an executive, nor oneself, nor who is here already', async () => {
    const [mine, theirs] = [await stage.openHouse(1), await stage.openHouse(1)];
    const executive = await createAccount(stage.db, { organism: theirs.organism.id, is_executive: true });
    const self = await stage.appoint(
      mine.organism,
      await createAccount(stage.db, { organism: theirs.organism.id }),
    );
    const here = await createAccount(stage.db, { organism: mine.organism.id });
    for (const [account, fault] of [
      [executive, 'executive'],
      [self, 'oneself'],
      [here, 'already_here'],
    ] as const) {
      const outcome = await stage.services.attaching.attach(self, mine.scope, account.id);
      assert.equal(outcome.kind === 'refused' && outcome.fault, fault);
    }
  });

  test('pending requests follow, and it is traced; decided ones stay; an inactive account stays inactive', async () => {
    const [mine, theirs] = [await stage.openHouse(1), await stage.openHouse(1)];
    const person = await createAccount(stage.db, { organism: theirs.organism.id, active: false });
    const pending = await createRequest(stage.db, { account: person, role: 'energie-lecteur' });
    const decided = await createRequest(stage.db, {
      ...{ account: person, role: 'annuaire-add-lecteur', status: 'accepted' },
      ...{ decided_at: stage.clock.now(), decided_by: first(theirs.actors).id },
    });
    const reserved = await createRequest(stage.db, { account: person, role: 'energie-administrateur' });
    await stage.services.attaching.attach(first(mine.actors), mine.scope, person.id);
    // Who decides from now on is told; Ucanss knew, and still decides.
    const told = await stage.db('messages').where({ template: 'request-received', account_id: person.id });
    assert.deepEqual(
      told.map(({ recipient, request_id, data }) => [recipient, request_id, data.organismName]),
      [[first(mine.actors).email, pending, mine.organism.name]],
    );
    assert.equal((await stage.db('requests').where({ id: reserved }).first()).organism_id, mine.organism.id);
    const requests = await stage
      .db('requests')
      .whereIn('id', [pending, decided])
      .orderBy('id')
      .pluck('organism_id');
    assert.deepEqual(requests, [mine.organism.id, theirs.organism.id]);
    const moved = await stage
      .db('audit_events')
      .where({ request_id: pending, action: 'request.moved' })
      .first();
    assert.deepEqual(moved.details, { from: theirs.organism.name, to: mine.organism.name });
    assert.equal((await stage.db('accounts').where({ id: person.id }).first()).active, false);
  });

  test('only to one organism; an unknown account is not found', async () => {
    const mine = await stage.openHouse(1);
    await assert.rejects(stage.services.attaching.attach(await stage.national(), NATIONAL, 1), Refused);
    await assert.rejects(
      stage.services.attaching.attach(first(mine.actors), mine.scope, 999_999_999),
      NotFound,
    );
  });
});
