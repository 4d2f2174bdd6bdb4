import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Actor } from '../../src/domain/actor.ts';
import { NATIONAL, type Scope } from '../../src/domain/scope.ts';
import type { DecisionOrder } from '../../src/services/deciding.ts';
import { createAccount } from '../factories/accounts.ts';
import { grant } from '../factories/assignments.ts';
import { createRequest } from '../factories/requests.ts';
import { eventually } from '../tools/eventually.ts';
import { first, type House, type Stage } from './account-stage.ts';
import { type BatchStage, createBatchStage } from './batch-stage.ts';
import { createUndoStage, type UndoStage } from './undo-stage.ts';

const ACCEPT: DecisionOrder = { act: 'accept', endsOn: null };
const REFUSE: DecisionOrder = { act: 'refuse', reason: 'Campagne close' };

describe('R83: decisions that are undone, what was told, and two at once', () => {
  let batches: BatchStage;
  let stage: Stage;
  let undo: UndoStage;
  let house: House;

  before(async () => {
    batches = await createBatchStage();
    stage = batches.stage;
    undo = createUndoStage(stage);
    house = await stage.openHouse(2);
  });
  after(() => stage.drop());

  async function decide(
    order: DecisionOrder,
    ids: number[],
    actor = first(house.actors),
    scope: Scope = house.scope,
  ) {
    const id = await stage.services.decidingMany.draft(actor, scope, order.act, ids);
    const many = await stage.services.decidingMany.run(actor, scope, id, order);
    assert.deepEqual(many?.left, []);
    return id;
  }
  const colleague = () => createAccount(stage.db, { organism: house.organism.id });
  const ofRole = async (account: Awaited<ReturnType<typeof colleague>>) =>
    createRequest(stage.db, { account });
  const statusesOf = ({ id }: { id: number }): Promise<string[]> =>
    stage.db('requests').where({ account_id: id }).orderBy('id').pluck('status');
  const messagesTo = async (to: string): Promise<string[]> =>
    (await stage.db('messages').where({ recipient: to }).orderBy('id')).map(
      (each) => `${each.template} ${each.status}`,
    );
  const leave = (batchId: number) =>
    stage.db('messages').where({ batch_id: batchId }).update({ status: 'sent', sent_at: stage.clock.now() });
  const outcomesOf = async (id: number, actor?: Actor) => [
    ...(await undo.run(house, id, actor)).outcomes.values(),
  ];

  test('accepted: the right is ended, the request stays accepted', async () => {
    const person = await colleague();
    const id = await decide(ACCEPT, [await ofRole(person)]);
    assert.deepEqual(await stage.rolesOf(person), ['energie-lecteur']);
    assert.deepEqual(await outcomesOf(id), ['removed']);
    assert.deepEqual([await stage.rolesOf(person), await statusesOf(person)], [[], ['accepted']]);
  });

  test('refused: another request like it waits, which may be decided', async () => {
    const [person, waiting, holder] = [await colleague(), await colleague(), await colleague()];
    const id = await decide(REFUSE, [await ofRole(person), await ofRole(waiting), await ofRole(holder)]);
    await ofRole(waiting);
    await grant(stage.db, holder, 'energie-lecteur');
    const { outcomes, undoId } = await undo.run(house, id);
    assert.deepEqual(
      [person, waiting, holder].map((each) => outcomes.get(each.id)),
      ['asked_again', 'already_requested', 'already_held'],
    );
    assert.deepEqual(await statusesOf(person), ['refused', 'pending']);
    const [request] = await stage.db('requests').where({ account_id: person.id, status: 'pending' });
    assert.equal(request.reason, `Rétabli\u00a0: annulation du lot ${id}. Nouvelle mission`);
    assert.equal(request.requested_by, person.id);
    await decide(ACCEPT, [request.id], house.actors[1]);
    assert.deepEqual(await stage.rolesOf(person), ['energie-lecteur']);
    // What was asked again is decided by now: undoing the undo leaves it.
    assert.deepEqual(await outcomesOf(undoId), ['changed_since']);
  });

  test('a first account: closed if nobody has used it; asked for again where it was refused', async () => {
    const ofAccount = () => createRequest(stage.db, { organism: house.organism.code });
    const id = await decide(ACCEPT, [await ofAccount(), await ofAccount()]);
    const made = await stage
      .db('batch_effects')
      .where({ batch_id: id, action: 'account.created' })
      .pluck('account_id');
    const [used, unused] = made.sort();
    await stage
      .db('credentials')
      .insert({ account_id: used, password_hash: 'x', changed_at: stage.clock.now() });
    const { outcomes } = await undo.run(house, id);
    assert.deepEqual([outcomes.get(used), outcomes.get(unused)], ['used_since', 'deactivated']);
    const requestId = await ofAccount();
    const refused = await decide(REFUSE, [requestId]);
    assert.deepEqual(await outcomesOf(refused), ['asked_again']);
    const { email } = await stage.db('requests').first('email').where({ id: requestId });
    assert.deepEqual(await stage.db('requests').where({ email }).orderBy('id').pluck('status'), [
      'refused',
      'pending',
    ]);
  });

  test('Ucanss undoes what it decided for the whole country', async () => {
    const ucanss = await stage.national();
    const person = await colleague();
    const id = await decide(ACCEPT, [await ofRole(person)], ucanss, NATIONAL);
    const done = await stage.services.undoingBatches.run(ucanss, NATIONAL, id, { reason: '' });
    assert.ok(done.kind === 'done');
    assert.equal(
      (await stage.db('batches').first('organism_id').where({ id: done.undoId })).organism_id,
      null,
    );
    assert.deepEqual(await stage.rolesOf(person), []);
  });

  test('what has not left is withdrawn, and in the trail; who was told is told once', async () => {
    const people = await batches.many(house, 3);
    const [told, queued, kept] = people;
    assert.ok(told && queued && kept);
    const { batchId } = await batches.run(house, 'grant', 'energie-lecteur', people);
    const sent = { status: 'sent', sent_at: stage.clock.now() };
    await stage.db('messages').where({ batch_id: batchId, account_id: told.id }).update(sent);
    // Taken away meanwhile: what the batch told still leaves.
    const taken = { accountId: kept.id, role: 'energie-lecteur', reason: '' };
    await stage.services.assignments.remove(first(house.actors), house.scope, taken);
    const { undoId, batch } = await undo.run(house, batchId);
    assert.deepEqual(await messagesTo(told.email), ['role-granted sent', 'batch-undone queued']);
    assert.deepEqual(await messagesTo(queued.email), ['role-granted withdrawn']);
    assert.deepEqual(await messagesTo(kept.email), ['role-granted queued']);
    assert.equal(batch.messages, 1);
    const [event] = await stage.db('audit_events').where({ batch_id: undoId, action: 'message.withdrawn' });
    assert.deepEqual(event.details, { count: 1 });
    const [letter] = await stage.db('messages').where({ template: 'batch-undone', recipient: told.email });
    assert.deepEqual(letter.data.changes, [{ outcome: 'removed', label: 'Energie Lecteur' }]);
    assert.equal(letter.data.reason, 'Erreur');
  });

  test('a message that is withdrawn leaves no more; one on its way does', async () => {
    const [person, leaving] = await batches.many(house, 2);
    assert.ok(person && leaving);
    const { batchId } = await batches.run(house, 'grant', 'energie-lecteur', [person, leaving]);
    const about = (account: { id: number }) => ({ batch_id: batchId, account_id: account.id });
    await stage
      .db('messages')
      .where(about(leaving))
      .update({ sending_until: stage.db.raw(`now() + interval '1 minute'`) });
    await undo.run(house, batchId);
    const { id } = await stage.db('messages').first('id').where(about(person));
    let sent = 0;
    const send = async () => {
      sent += 1;
      return undefined;
    };
    await stage.services.sending.sendOnce(id, send);
    assert.equal(sent, 0);
    assert.deepEqual(await messagesTo(leaving.email), ['role-granted queued', 'batch-undone queued']);
  });

  test('undone by several at once, it is undone once, and all are told the same number', async () => {
    const people = await batches.many(house, 4);
    const { batchId } = await batches.run(house, 'grant', 'energie-lecteur', people);
    const [one, other] = house.actors;
    assert.ok(one && other);
    const run = (actor: Actor) =>
      stage.services.undoingBatches.run(actor, house.scope, batchId, { reason: '' });
    const done = await Promise.all([one, other, one, other].map(run));
    const numbers = done.map((each) => (each.kind === 'done' ? each.undoId : each.batch.undoneBy));
    assert.equal(new Set(numbers).size, 1);
    assert.equal(done.filter(({ kind }) => kind === 'done').length, 1);
    assert.equal((await stage.db('batches').where({ undoes: batchId })).length, 1);
    for (const person of people)
      assert.deepEqual(
        (await stage.eventsOf(person)).map(([action]) => action),
        ['assignment.granted', 'assignment.removed'],
      );
  });

  test('a process that dies in the middle leaves nothing of it; it can be undone again', async () => {
    const people = await batches.many(house, 3);
    const { batchId } = await batches.run(house, 'grant', 'energie-lecteur', people);
    await leave(batchId);
    const run = () =>
      stage.services.undoingBatches.run(first(house.actors), house.scope, batchId, { reason: '' });
    await stage.db.transaction(async (holding) => {
      await holding.raw(`SELECT pg_advisory_xact_lock(hashtext('audit_events'))`);
      const cut = assert.rejects(run());
      await eventually(() => stage.waiting('%audit_append%', 'pg_terminate_backend(pid)'));
      await cut;
    });
    assert.deepEqual(await stage.db('batches').where({ undoes: batchId }), []);
    for (const person of people) assert.deepEqual(await stage.rolesOf(person), ['energie-lecteur']);
    assert.equal(
      (await stage.db('batch_effects').where({ batch_id: batchId }).whereNotNull('undone')).length,
      0,
    );
    assert.equal((await run()).kind, 'done');
  });
});
