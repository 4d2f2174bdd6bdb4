import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { NotFound } from '../../src/domain/errors.ts';
import { NATIONAL } from '../../src/domain/scope.ts';
import { createAccount } from '../factories/accounts.ts';
import { createFactors } from '../factories/factors.ts';
import { first } from './account-stage.ts';
import { createResetStage } from './factor-reset-stage.ts';

type ResetStage = Awaited<ReturnType<typeof createResetStage>>;

describe('R89: a second factor reset by somebody else', () => {
  let s: ResetStage;
  before(async () => {
    s = await createResetStage();
  });
  afterEach(() => s.clock.set('2026-11-22T09:00:00.000Z'));
  after(() => s.stage.drop());

  const because = (accountId: number) => ({ accountId, reason: 'Téléphone perdu' });
  const actionsOf = async (person: { id: number }) =>
    (await s.stage.eventsOf(person)).map(([action]) => action);

  test('of somebody who administers nothing: at once, with every session, and the person is told', async () => {
    const { person, actors, scope } = await s.person();
    await s.stage.openSession(person);
    const half = { half: { accountId: person.id, changedAt: '', at: Date.now(), proof: 'password' } };
    await s.db('sessions').insert({ sid: 'half', sess: JSON.stringify(half), expire: '2099-01-01' });
    const { kind } = await s.resets.ask(first(actors), scope, because(person.id));
    assert.equal(kind, 'done');
    assert.deepEqual(await s.factorsOf(person), []);
    assert.equal(await s.stage.sessionsOf(person), 0);
    assert.equal(await s.db('sessions').where({ sid: 'half' }).first(), undefined);
    assert.deepEqual(await s.stage.eventsOf(person), [
      ['factor.reset', { reason: 'Téléphone perdu' }],
      ['session.ended', { cause: 'factor_reset' }],
    ]);
    assert.deepEqual(await s.messagesOf(person), [['factor-reset done', person.email]]);
    const { id, state } = await s.resetOf(person);
    assert.equal(state, 'done');
    const ended = await s.db('recovery_codes').where({ account_id: person.id, reset_id: id });
    assert.equal(ended.length, 2, 'which reset ended them is kept');
  });

  test('P1, P5, P9: not one’s own, nor elsewhere, nor of who administers, but by Ucanss', async () => {
    const { person, actors, scope } = await s.person();
    const [one, other] = actors as [(typeof actors)[0], (typeof actors)[0]];
    await createFactors(s.db, one);
    const ask = async (actor: typeof one, id: number) => {
      const asked = await s.resets.ask(actor, scope, because(id));
      return asked.kind === 'refused' ? asked.fault : asked.kind;
    };
    assert.equal(await ask(one, one.id), 'own_factor');
    assert.equal(await ask(other, one.id), 'trusted', 'a co-administrator may not');
    assert.equal(await ask(s.ucanss, one.id), 'planned');
    const elsewhere = await s.stage.openHouse(1);
    await assert.rejects(
      s.resets.ask(first(elsewhere.actors), elsewhere.scope, because(person.id)),
      NotFound,
    );
    await s.stage.appoint(elsewhere.organism, person);
    assert.equal(await ask(other, person.id), 'beyond');
    const bare = await createAccount(s.db, { organism: person.organism_id });
    assert.equal(await ask(one, bare.id), 'no_factor');
    assert.equal((await s.factorsOf(one)).length, 4);
  });

  test('of who administers: 24 hours later, once, whatever runs it; a second one replaces nothing', async () => {
    const { person, asked } = await s.trusted();
    assert.equal(asked.kind, 'planned');
    const { id, effective_at } = await s.resetOf(person);
    assert.equal(effective_at.toISOString(), '2026-11-23T09:00:00.000Z');
    const jobs = await s.db('graphile_worker.jobs').where({ key: `factor-reset-${id}` });
    assert.deepEqual(
      jobs.map(({ run_at }) => run_at),
      [effective_at],
    );
    s.pass(23.9);
    assert.equal((await s.resets.ask(s.ucanss, NATIONAL, because(person.id))).kind, 'waits');
    await s.resets.settleOne(id);
    assert.equal((await s.factorsOf(person)).length, 4);
    s.pass(0.1);
    // Its own job, and the one that makes up for it, at once.
    await Promise.all([s.resets.settleOne(id), s.resets.settle(), s.resets.settleOne(id)]);
    await s.resets.settle();
    assert.deepEqual(await s.factorsOf(person), []);
    assert.deepEqual(await actionsOf(person), ['factor.reset_asked', 'factor.reset']);
    assert.deepEqual(await s.messagesOf(person), [
      ['factor-reset waits', person.email],
      ['factor-reset done', person.email],
    ]);
  });

  test('two who ask at once: one waits', async () => {
    const { person, organism } = await s.person();
    await s.stage.appoint(organism, person);
    const ask = () => s.resets.ask(s.ucanss, NATIONAL, because(person.id));
    const kinds = (await Promise.all([ask(), ask(), ask()])).map(({ kind }) => kind);
    assert.deepEqual(kinds.sort(), ['planned', 'waits', 'waits']);
  });

  test('a process that dies within it leaves nothing done; the next run does it whole', async () => {
    const { person } = await s.trusted();
    s.pass(24);
    const { id } = await s.resetOf(person);
    await s.db.raw(`ALTER TABLE recovery_codes ADD CONSTRAINT dies CHECK (reset_id IS NULL) NOT VALID`);
    try {
      await assert.rejects(s.resets.settleOne(id), /dies/);
      await assert.rejects(s.resets.settle(), AggregateError);
      assert.equal((await s.factorsOf(person)).length, 4);
      assert.equal((await s.resetOf(person)).state, 'waiting');
    } finally {
      await s.db.raw('ALTER TABLE recovery_codes DROP CONSTRAINT dies');
    }
    await s.resets.settle();
    assert.deepEqual(await s.factorsOf(person), []);
  });

  test('P10: judged anew; who asked lost the right, or the person their account or their factor', async () => {
    const asker = await s.stage.national();
    const cases: [string, (person: { id: number }) => Promise<unknown>][] = [
      ['asker', () => s.db('assignments').where({ account_id: asker.id }).update({ ends_on: '2026-11-22' })],
      [
        'no_factor',
        (person) =>
          Promise.all(
            ['authenticators', 'passkeys'].map((table) =>
              s.db(table).where({ account_id: person.id }).update({ ended_at: s.clock.now() }),
            ),
          ),
      ],
    ];
    for (const [cause, happens] of cases) {
      const { person, organism } = await s.person();
      await s.stage.appoint(organism, person);
      const by = cause === 'asker' ? asker : s.ucanss;
      await s.resets.ask(by, NATIONAL, because(person.id));
      await happens(person);
      s.pass(24);
      await s.resets.settle();
      assert.deepEqual((await s.stage.eventsOf(person)).at(-1), ['factor.reset_ended', { cause }]);
      assert.equal((await s.resetOf(person)).state, 'ended');
      s.clock.set('2026-11-22T09:00:00.000Z');
    }
  });

  test('P10: the profile taken from who asked, or the person’s account closed, ends it at that moment', async () => {
    const asker = await s.stage.national();
    const { person, organism } = await s.person();
    await s.stage.appoint(organism, person);
    await s.resets.ask(asker, NATIONAL, because(person.id));
    await s.stage.services.accounts.deactivate(s.ucanss, NATIONAL, { accountId: asker.id, reason: 'Départ' });
    assert.deepEqual((await s.stage.eventsOf(person)).at(-1), ['factor.reset_ended', { cause: 'asker' }]);
    assert.deepEqual((await s.messagesOf(person)).at(-1), ['factor-reset ended', person.email]);
    await s.resets.ask(s.ucanss, NATIONAL, because(person.id));
    await s.stage.services.accounts.deactivate(s.ucanss, NATIONAL, {
      accountId: person.id,
      reason: 'Départ',
    });
    assert.ok((await actionsOf(person)).includes('factor.reset_ended'));
    await s.stage.services.accounts.reactivate(s.ucanss, NATIONAL, { accountId: person.id, reason: '' });
    s.pass(24);
    await s.resets.settle();
    assert.equal((await s.factorsOf(person)).length, 4, 'reactivation revives none');
  });

  test('given up by Ucanss, not by a co-administrator nor by the person; the person is told', async () => {
    const { person, actors, scope } = await s.trusted();
    const refused = await s.resets.giveUp(first(actors), scope, person.id);
    assert.equal(refused.kind === 'refused' && refused.fault, 'trusted');
    assert.equal((await s.resets.giveUp(s.ucanss, NATIONAL, person.id)).kind, 'done');
    assert.equal((await s.resets.giveUp(s.ucanss, NATIONAL, person.id)).kind, 'over');
    assert.deepEqual((await s.stage.eventsOf(person)).at(-1), ['factor.reset_ended', { cause: 'given_up' }]);
    assert.deepEqual((await s.messagesOf(person)).at(-1), ['factor-reset ended', person.email]);
    s.pass(24);
    await s.resets.settle();
    assert.equal((await s.factorsOf(person)).length, 4);
  });
});
