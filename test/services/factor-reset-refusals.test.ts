import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { NATIONAL } from '../../src/domain/scope.ts';
import { resetRefusalWords } from '../../src/presenters/factor-resets.ts';
import { createFactors } from '../factories/factors.ts';
import { first } from './account-stage.ts';
import { createResetStage } from './factor-reset-stage.ts';

type ResetStage = Awaited<ReturnType<typeof createResetStage>>;

describe('R89: « Ce n’est pas moi » of a reset of a second factor', () => {
  let s: ResetStage;
  before(async () => {
    s = await createResetStage();
  });
  afterEach(() => s.clock.set('2026-11-22T09:00:00.000Z'));
  after(() => s.stage.drop());

  const because = (accountId: number) => ({ accountId, reason: 'Téléphone perdu' });
  const done = async () => {
    const house = await s.person();
    const had = await s.factorsOf(house.person);
    await s.resets.ask(first(house.actors), house.scope, because(house.person.id));
    return { ...house, had };
  };

  test('while it waits it is stopped, once; who asked, the organism and Ucanss are told, not the person', async () => {
    const { person, actors } = await s.trusted();
    const link = await s.link(person);
    const state = await s.resets.findRefusal(link);
    assert.equal(state.kind, 'stops', 'looking changes nothing');
    const answers = await Promise.all([s.resets.refuse(link), s.resets.refuse(link)]);
    assert.deepEqual(answers.sort(), ['over', 'stopped']);
    assert.deepEqual((await s.stage.eventsOf(person)).at(-1), ['factor.reset_stopped', {}]);
    const told = (await s.messagesOf(person)).filter(([template]) => template === 'factor-reset-stopped');
    const recipients = told.map(([, to]) => to);
    for (const { email } of [s.ucanss, ...actors]) assert.ok(recipients.includes(email), email);
    assert.ok(!recipients.includes(person.email));
    assert.equal(new Set(recipients).size, recipients.length, 'each once');
    s.pass(24);
    await s.resets.settle();
    assert.equal((await s.factorsOf(person)).length, 4);
  });

  test('after it was done, what it ended is in force again, what was added since is not; the password stays', async () => {
    const { person, had } = await done();
    const link = await s.link(person);
    await createFactors(s.db, person);
    await s.stage.openSession(person);
    const passwordOf = () => s.db('credentials').where({ account_id: person.id }).first('password_hash');
    const password = await passwordOf();
    s.pass(7 * 24 - 1);
    const answers = await Promise.all([s.resets.refuse(link), s.resets.refuse(link)]);
    assert.deepEqual(answers.sort(), ['over', 'put_back']);
    assert.deepEqual(await s.factorsOf(person), had);
    assert.equal(await s.stage.sessionsOf(person), 0);
    assert.deepEqual(await passwordOf(), password);
    assert.deepEqual((await s.stage.eventsOf(person)).slice(-2), [
      ['factor.reset_stopped', { done: true }],
      ['session.ended', { cause: 'factor_restored' }],
    ]);
    const [told] = await s
      .db('messages')
      .where({ template: 'unusual-act', recipient: s.ucanss.email })
      .orderBy('id', 'desc');
    assert.equal(told.data.cause, 'factor_restored');
    assert.equal(told.data.person, `${person.first_name} ${person.last_name}`);
  });

  test('seven days after it was done it is over', async () => {
    const { person } = await done();
    s.pass(1);
    const link = await s.link(person);
    s.pass(7 * 24 - 1);
    assert.deepEqual(await s.resets.findRefusal(link), { kind: 'over' });
    assert.equal(await s.resets.refuse(link), 'over');
    assert.deepEqual(await s.factorsOf(person), []);
  });

  test('the link of what waited undoes it once it is done, seven days after its effect', async () => {
    const { person } = await s.trusted();
    const had = await s.factorsOf(person);
    const link = await s.link(person);
    s.pass(24);
    await s.resets.settle();
    s.pass(7 * 24 - 1);
    assert.equal(await s.resets.refuse(link), 'put_back');
    assert.deepEqual(await s.factorsOf(person), had);
  });

  test('the first of two resets that is denounced ends the second as well: its link puts nothing back', async () => {
    const { person, had, actors, scope } = await done();
    const firstLink = await s.link(person);
    await createFactors(s.db, person);
    await s.resets.ask(first(actors), scope, because(person.id));
    const secondLink = await s.link(person);
    const foreseen = await s.resets.findRefusal(secondLink);
    assert.ok(foreseen.kind === 'puts_back');
    assert.match(
      foreseen.back.map(({ name }) => name ?? '').join(),
      /\S/,
      'what would be in force again is told',
    );
    assert.ok(foreseen.earlier, 'the other one is told: what was added between may be a thief’s');
    assert.match(resetRefusalWords(foreseen).points.join(), /Une autre réinitialisation avait eu lieu/);
    const firstForeseen = await s.resets.findRefusal(firstLink);
    assert.ok(firstForeseen.kind === 'puts_back' && firstForeseen.earlier === null);
    assert.equal(await s.resets.refuse(firstLink), 'put_back');
    assert.equal(await s.resets.refuse(secondLink), 'over');
    assert.deepEqual(await s.factorsOf(person), had);
  });

  test('another address, or a closed account, takes nothing from who has the link', async () => {
    const { person, had } = await done();
    const link = await s.link(person);
    await s.stage.services.accounts.deactivate(s.ucanss, NATIONAL, {
      accountId: person.id,
      reason: 'Départ',
    });
    await s.db('accounts').where({ id: person.id }).update({ email: 'volee@test.fr' });
    assert.equal(await s.resets.refuse(link), 'put_back');
    assert.deepEqual(await s.factorsOf(person), had);
  });

  test('a link of anything else stops nothing', async () => {
    const { person } = await done();
    for (const token of ['jeton', '', 'A'.repeat(43)])
      assert.equal(await s.resets.refuse(token), 'over', token);
    assert.deepEqual(await s.factorsOf(person), []);
  });
});
