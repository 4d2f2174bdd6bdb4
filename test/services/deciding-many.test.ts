import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Actor } from '../../src/domain/actor.ts';
import { NotFound } from '../../src/domain/errors.ts';
import { NATIONAL, type Scope } from '../../src/domain/scope.ts';
import type { DecisionOrder } from '../../src/services/deciding.ts';
import { createAccount } from '../factories/accounts.ts';
import { createRequest } from '../factories/requests.ts';
import { eventually } from '../tools/eventually.ts';
import { first } from './account-stage.ts';
import { createEmailStage, type EmailStage } from './email-stage.ts';

const ACCEPT: DecisionOrder = { act: 'accept', endsOn: null };
const REFUSE: DecisionOrder = { act: 'refuse', reason: 'Campagne close' };

describe('deciding a selection of requests', () => {
  let emails: EmailStage;
  let stage: EmailStage['stage'];
  before(async () => {
    emails = await createEmailStage();
    stage = emails.stage;
  });
  after(() => stage.drop());

  const messages = async () => Number((await stage.db('messages').count().first())?.count);
  const statusOf = async (id: number) => (await stage.db('requests').first('status').where({ id })).status;
  const ofRole = async (fields = {}) =>
    createRequest(stage.db, { account: await emails.colleague(), ...fields });
  const ofAccount = () => createRequest(stage.db, { organism: emails.house.organism.code });

  /** Asked by an administrator who is not who decides. */
  const byOther = async () =>
    ofRole({ requested_by: (await createAccount(stage.db, { organism: emails.house.organism.id })).id });

  async function ofAddress({ confirmed = false } = {}): Promise<number> {
    const person = await emails.colleague();
    await emails.ask(person, emails.fresh());
    if (confirmed) await emails.answer(await (await emails.links(person)).mailbox());
    return (await emails.requestOf(person)).id;
  }

  async function draftOf(actor: Actor, scope: Scope, { act }: DecisionOrder, ids: readonly number[]) {
    const id = await stage.services.decidingMany.draft(actor, scope, act, ids);
    const draft = await stage.services.batches.find(actor, scope, id);
    assert.ok(draft);
    return { id, foreseen: await stage.services.decidingMany.foresee(actor, scope, act, draft) };
  }

  const KINDS: Record<string, () => Promise<number>> = {
    'of a role': () => ofRole(),
    'of a role, by somebody else': byOther,
    'of an account': ofAccount,
    'of an address': () => ofAddress(),
    'of an address that is confirmed': () => ofAddress({ confirmed: true }),
  };
  for (const [kind, make] of Object.entries(KINDS)) {
    for (const order of [ACCEPT, REFUSE]) {
      test(`${order.act} a request ${kind}: as many messages leave as were told before`, async () => {
        const ucanss = await stage.national();
        const requestId = await make();
        const { id, foreseen } = await draftOf(ucanss, NATIONAL, order, [requestId]);
        const before = await messages();
        const many = await stage.services.decidingMany.run(ucanss, NATIONAL, id, order);
        assert.equal(many?.left.length, 0, JSON.stringify(many?.left));
        assert.equal(many?.messages, (await messages()) - before);
        assert.equal(foreseen.messages, many?.messages);
        assert.equal((await stage.db('batches').where({ id }).first()).messages, many?.messages);
      });
    }
  }

  test('refusing somebody who was deactivated sends them nothing, and says so before', async () => {
    const person = await emails.colleague();
    const ids = [await createRequest(stage.db, { account: person }), await ofRole()];
    await stage.db('accounts').where({ id: person.id }).update({ active: false, deactivated_at: new Date() });
    const actor = first(emails.house.actors);
    const { id, foreseen } = await draftOf(actor, emails.house.scope, REFUSE, ids);
    const many = await stage.services.decidingMany.run(actor, emails.house.scope, id, REFUSE);
    assert.deepEqual([foreseen.messages, many?.messages, many?.decided.length], [1, 1, 2]);
  });

  test('a process that dies in the middle has decided nothing; the same draft can be confirmed again, once', async () => {
    const [actor, { scope }] = [first(emails.house.actors), emails.house];
    const ids = [await ofRole(), await ofAccount()];
    const { id } = await draftOf(actor, scope, ACCEPT, ids);
    const run = () => stage.services.decidingMany.run(actor, scope, id, ACCEPT);
    await stage.db.transaction(async (holding) => {
      await holding.raw(`SELECT pg_advisory_xact_lock(hashtext('audit_events'))`);
      const cut = assert.rejects(run());
      await eventually(() => stage.waiting('%audit_append_as%', 'pg_terminate_backend(pid)'));
      await cut;
    });
    assert.deepEqual(await Promise.all(ids.map(statusOf)), ['pending', 'pending']);
    const ends = await Promise.all([run(), run(), run()]);
    assert.equal(ends.filter((end) => end !== null).length, 1, 'one run');
    assert.deepEqual(await Promise.all(ids.map(statusOf)), ['accepted', 'accepted']);
    const events = stage.db('audit_events').whereIn('request_id', ids).where({ action: 'request.accepted' });
    assert.equal((await events).length, 2);
  });

  test('two selections of the same requests, in opposite orders: each is decided once, and nobody waits for ever', async () => {
    const [actor, { scope }] = [first(emails.house.actors), emails.house];
    const ids: number[] = [];
    for (let rank = 0; rank < 6; rank += 1) ids.push(await (rank % 2 === 0 ? ofRole() : ofAccount()));
    const [one, other] = [
      await draftOf(actor, scope, ACCEPT, ids),
      await draftOf(actor, scope, REFUSE, ids.toReversed()),
    ];
    const ends = await Promise.all([
      stage.services.decidingMany.run(actor, scope, one.id, ACCEPT),
      stage.services.decidingMany.run(actor, scope, other.id, REFUSE),
    ]);
    const decided = ends.map((end) => end?.decided.map((request) => request.id) ?? []);
    assert.equal(decided.flat().length, 6);
    for (const each of decided)
      assert.deepEqual(
        each,
        each.toSorted((a, b) => a - b),
        'in one order',
      );
  });

  test('P5: a draft is worth nothing to somebody else, elsewhere, for another decision, or of nothing here', async () => {
    const [actor, { scope }] = [first(emails.house.actors), emails.house];
    const elsewhere = await stage.openHouse(1);
    const requestId = await ofRole();
    const { id } = await draftOf(actor, scope, ACCEPT, [requestId]);
    const { run, draft } = stage.services.decidingMany;
    await assert.rejects(run(first(elsewhere.actors), scope, id, ACCEPT), NotFound);
    await assert.rejects(run(actor, elsewhere.scope, id, ACCEPT), NotFound);
    await assert.rejects(run(actor, scope, id, REFUSE), NotFound);
    await assert.rejects(draft(first(elsewhere.actors), elsewhere.scope, 'accept', [requestId]), NotFound);
    assert.equal(await statusOf(requestId), 'pending');
  });
});
