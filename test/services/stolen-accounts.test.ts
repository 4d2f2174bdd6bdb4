import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { NATIONAL } from '../../src/domain/scope.ts';
import { createLink } from '../../src/security/links.ts';
import { type AccountRow, createAccount } from '../factories/accounts.ts';
import { createFactors, createPasskey } from '../factories/factors.ts';
import { next } from '../factories/sequence.ts';
import { createResetStage } from './factor-reset-stage.ts';

/** An account that somebody else had for a while, by its password: nothing of what they left opens it again. */
describe('P11, R89: what a thief leaves in an account', () => {
  let s: Awaited<ReturnType<typeof createResetStage>>;

  before(async () => {
    s = await createResetStage();
  });
  after(() => s?.stage.drop());

  const refuseChange = (token: string) => s.stage.services.emailConfirmation.refuse(token);
  const answerChange = (token: string) => s.stage.services.emailConfirmation.answer(token);
  const emailOf = async ({ id }: AccountRow): Promise<string> =>
    (await s.db('accounts').where({ id }).first('email')).email;
  const changesOf = async ({ id }: AccountRow): Promise<(string | null)[]> =>
    s.db('email_changes').where({ account_id: id }).orderBy('id').pluck('outcome');

  /** A change of somebody's own address that waits, asked with their password; its link to the new mailbox. */
  async function changeAsked({ id: accountId }: AccountRow, asked_by = accountId): Promise<string> {
    const now = s.clock.now();
    const [{ id: emailChangeId }] = await s
      .db('email_changes')
      .insert({
        ...{ account_id: accountId, new_email: `voleur.${next()}@ailleurs.fr`, asked_by, asked_at: now },
        silence_agrees: false,
      })
      .returning('id');
    return createLink(s.db, 'email_change', { accountId, emailChangeId }, now);
  }

  /** The same, done: the link of the former mailbox, « Ce n'est pas moi ». */
  async function moved(person: AccountRow): Promise<string> {
    assert.equal((await answerChange(await changeAsked(person))).kind, 'changed');
    const { id: emailChangeId } = await s
      .db('email_changes')
      .where({ account_id: person.id, outcome: 'changed' })
      .first();
    return createLink(s.db, 'email_agreement', { accountId: person.id, emailChangeId }, s.clock.now());
  }

  /** What the thief adds once it is added, in the place of what there was. */
  async function added({ id }: AccountRow) {
    s.pass(1);
    const at = s.clock.now();
    await s.db('passkeys').where({ account_id: id, ended_at: null }).update({ ended_at: at });
    await createPasskey(s.db, { id }, 'du voleur');
    await s.db('passkeys').where({ account_id: id, name: 'du voleur' }).update({ added_at: at });
  }

  test('the address put back, the factors are those of before the change', async () => {
    const { person } = await s.person();
    const had = await s.factorsOf(person);
    const back = await moved(person);
    await added(person);
    assert.notDeepEqual(await s.factorsOf(person), had);
    assert.equal((await refuseChange(back)).kind, 'put_back');
    assert.deepEqual(await s.factorsOf(person), had);
    const [, details] =
      (await s.stage.eventsOf(person)).find(([name]) => name === 'account.email_reverted') ?? [];
    assert.equal((details as { factors?: boolean }).factors, true);
  });

  test('and none where there was none: what was added opens nothing', async () => {
    const { organism } = await s.person();
    const person = await createAccount(s.db, { organism: organism.id, password: 'x' });
    const back = await moved(person);
    await added(person);
    assert.equal((await refuseChange(back)).kind, 'put_back');
    assert.deepEqual(await s.factorsOf(person), []);
  });

  test('a reset asked meanwhile, whose message the new address received, puts nothing back afterwards', async () => {
    const { person, actors, scope } = await s.person();
    const had = await s.factorsOf(person);
    const back = await moved(person);
    await added(person);
    const [actor] = actors;
    assert.ok(actor);
    await s.resets.ask(actor, scope, { accountId: person.id, reason: 'Téléphone perdu' });
    const link = await s.link(person);
    s.pass(1);
    assert.equal((await refuseChange(back)).kind, 'put_back');
    assert.deepEqual(await s.factorsOf(person), had);
    assert.equal(await s.resets.refuse(link), 'over');
    assert.deepEqual(await s.factorsOf(person), had);
  });

  test('nor does one that waits take effect; one asked before does', async () => {
    for (const asked of ['before', 'meanwhile']) {
      const { organism, person } = await s.person();
      await s.stage.appoint(organism, person);
      const ask = () => s.resets.ask(s.ucanss, NATIONAL, { accountId: person.id, reason: 'Téléphone perdu' });
      if (asked === 'before') await ask();
      s.pass(1);
      const back = await moved(person);
      s.pass(1);
      if (asked === 'meanwhile') await ask();
      await refuseChange(back);
      s.pass(24);
      await s.resets.settle();
      assert.equal((await s.resetOf(person)).state, asked === 'before' ? 'done' : 'stopped', asked);
    }
  });

  test('« Ce n’est pas moi » of a reset ends the change of address that waits, and tells of one that was done', async () => {
    for (const done of [false, true]) {
      const { person, actors, scope } = await s.person();
      const [actor] = actors;
      assert.ok(actor);
      await s.resets.ask(actor, scope, { accountId: person.id, reason: 'Téléphone perdu' });
      const link = await s.link(person);
      s.pass(1);
      if (done) await moved(person);
      const confirm = await changeAsked(person);
      const found = await s.resets.findRefusal(link);
      assert.equal(found.kind === 'puts_back' && found.moved, done);
      assert.equal(await s.resets.refuse(link), 'put_back');
      const email = await emailOf(person);
      assert.equal((await answerChange(confirm)).kind, 'ended');
      assert.equal(await emailOf(person), email);
    }
  });

  test('a new password ends the change that was asked with the former one, and no other', async () => {
    const { person, actors } = await s.person();
    const confirm = await changeAsked(person);
    const token = await createLink(s.db, 'password_reset', { accountId: person.id }, s.clock.now());
    const choice = await s.stage.services.passwordChoice.choose(
      'password_reset',
      token,
      'trois cerises bleues volent',
    );
    assert.equal(choice.kind, 'chosen');
    assert.equal((await answerChange(confirm)).kind, 'ended');
    assert.deepEqual(await changesOf(person), ['cancelled']);
    const ends = (await s.stage.eventsOf(person)).filter(
      ([name]) => name === 'account.email_change_cancelled',
    );
    assert.deepEqual(
      ends.map(([, details]) => (details as { cause: string }).cause),
      ['security'],
    );
    const told = await s
      .db('messages')
      .where({ account_id: person.id, template: 'security-changed' })
      .first();
    assert.match(told.data.endedEmail, /^voleur/);
    const other = await createAccount(s.db, { organism: person.organism_id, password: 'x' });
    await changeAsked(other, actors[0]?.id);
    const link = await createLink(s.db, 'password_reset', { accountId: other.id }, s.clock.now());
    await s.stage.services.passwordChoice.choose('password_reset', link, 'trois cerises bleues volent');
    assert.deepEqual(await changesOf(other), [null], 'what somebody else asks is theirs');
  });

  test('R89: who has just lost a delegation is reset as who has it', async () => {
    const { organism, scope, actors, person } = await s.person();
    const [actor] = actors;
    assert.ok(actor);
    const held = await s.stage.appoint(organism, person);
    await s
      .db('assignments')
      .where({ account_id: held.id, role_kind: 'local_administrator' })
      .update({ ended_at: s.clock.now(), end_kind: 'removed' });
    const ask = (by = actor, at = scope) => s.resets.ask(by, at, { accountId: person.id, reason: 'Perdu' });
    s.pass(6 * 24);
    const refused = await ask();
    assert.equal(refused.kind === 'refused' && refused.fault, 'trusted');
    assert.equal((await ask(s.ucanss, NATIONAL)).kind, 'planned');
    await s
      .db('factor_resets')
      .where({ account_id: person.id })
      .update({ state: 'ended', ended_at: s.clock.now() });
    s.pass(24);
    assert.equal((await ask()).kind, 'done');
  });

  test('a factor of before that serves again is the very one: nothing else of the account has changed', async () => {
    const { person } = await s.person();
    const other = await createAccount(s.db, { organism: person.organism_id, password: 'x' });
    await createFactors(s.db, other);
    const had = await s.factorsOf(other);
    await refuseChange(await moved(person));
    assert.deepEqual(await s.factorsOf(other), had);
  });
});
