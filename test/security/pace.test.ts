import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { TooMany } from '../../src/domain/errors.ts';
import { createAccount } from '../factories/accounts.ts';
import { next } from '../factories/sequence.ts';
import { createStage, first, type Stage } from '../services/account-stage.ts';

describe('how many acts a local administrator does in an hour, one by one', () => {
  let stage: Stage;
  before(async () => {
    stage = await createStage();
  });
  after(() => stage.drop());

  test('20 attachments, then none; Ucanss goes on, and so does a colleague', async () => {
    const [mine, theirs] = [await stage.openHouse(2), await stage.openHouse(1)];
    const [actor, colleague] = mine.actors;
    await stage.national();
    assert.ok(actor && colleague);
    const attach = async (by = first(mine.actors)) => {
      const person = await createAccount(stage.db, { organism: theirs.organism.id });
      const outcome = await stage.services.attaching
        .attach(by, mine.scope, person.id)
        .catch((error) => error);
      const { organism_id } = await stage.db('accounts').first('organism_id').where({ id: person.id });
      return { outcome, here: organism_id === mine.organism.id };
    };
    for (let rank = 0; rank < 20; rank += 1) assert.equal((await attach(actor)).here, true, String(rank));
    const late = await attach(actor);
    assert.ok(late.outcome instanceof TooMany && late.outcome.retryAfter > 0);
    assert.match(late.outcome.message, /20 rattachements en une heure\s: rien n’a été fait/);
    assert.equal(late.here, false);
    await attach(actor);
    const told = await stage.db('messages').where({ template: 'unusual-act' });
    const administrators = await stage
      .db('assignments')
      .join('roles', 'roles.id', 'role_id')
      .where({ code: 'administrateur-ucanss' })
      .whereNull('ended_at');
    assert.equal(told.length, administrators.length, 'once, each administrateur Ucanss');
    assert.equal(told[0].data.cause, 'attachments');
    const events = await stage.db('audit_events').where({ action: 'access.pace_reached' });
    assert.deepEqual(
      events.map(({ actor_account_id, details }) => [actor_account_id, details]),
      [[actor.id, { what: 'attachments' }]],
    );
    assert.equal((await attach(colleague)).here, true);
    assert.equal((await attach(await stage.national())).here, true);
  });

  test('a delegation to an account of less than seven days is told to Ucanss; to an older one, it is not', async () => {
    const { organism, scope, actors } = await stage.openHouse(1);
    await stage.national();
    const day = 86_400_000;
    for (const [age, told] of [
      [6.9 * day, true],
      [7.1 * day, false],
    ] as const) {
      const created_at = new Date(stage.clock.now().getTime() - age);
      const person = await createAccount(stage.db, { organism: organism.id, created_at });
      const before = await stage.db('messages').where({ template: 'unusual-act' });
      const order = { accountId: person.id, reason: '', endsOn: null };
      assert.equal((await stage.services.delegations.grant(first(actors), scope, order)).kind, 'done');
      const messages = await stage.db('messages').where({ template: 'unusual-act' }).orderBy('id', 'desc');
      assert.equal(messages.length > before.length, told, String(age));
      if (told) assert.equal(messages[0].data.person, `${person.first_name} ${person.last_name}`);
    }
  });

  test('an account with an address outside the organism’s mail domain is made, and flagged in the trail', async () => {
    const { organism, actors } = await stage.openHouse(1);
    await stage.db('organisms').where({ id: organism.id }).update({ mail_domain: 'maison.fr' });
    for (const [email, outside] of [
      [`${next()}@maison.fr`, false],
      [`${next()}@ailleurs.fr`, true],
    ] as const) {
      const person = { email, civility: null, lastName: 'X', firstName: 'Y', functionTitle: '', phone: '' };
      const made = await stage.services.accountCreation.create(first(actors), organism, person, {
        ...{ add: [], remove: [] },
      });
      assert.ok(made.kind === 'created');
      assert.equal(made.outsideDomain, outside);
      const [event] = await stage.eventsOf({ id: made.accountId });
      assert.deepEqual(event?.[1], { email, ...(outside ? { outside_domain: true } : {}) });
    }
  });

  test('100 creations, then none', async () => {
    const { organism, actors } = await stage.openHouse(1);
    const create = () =>
      stage.services.accountCreation.create(
        first(actors),
        organism,
        {
          ...{ email: `${next()}.cree@test.fr`, civility: null, lastName: 'CREEE', firstName: 'Zoé' },
          ...{ functionTitle: '', phone: '' },
        },
        { add: [], remove: [] },
      );
    for (let rank = 0; rank < 100; rank += 1) assert.equal((await create()).kind, 'created');
    await assert.rejects(create(), TooMany);
    assert.equal((await stage.db('accounts').where({ last_name: 'CREEE' })).length, 100);
  });
});
