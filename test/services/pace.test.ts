import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { TooMany } from '../../src/domain/errors.ts';
import { createAccount } from '../factories/accounts.ts';
import { next } from '../factories/sequence.ts';
import { createStage, first, type Stage } from './account-stage.ts';

describe('how many acts a local administrator does in an hour, one by one', () => {
  let stage: Stage;
  before(async () => {
    stage = await createStage();
  });
  after(() => stage.drop());

  test('20 attachments, then none; Ucanss goes on, and so does a colleague', async () => {
    const [mine, theirs] = [await stage.openHouse(2), await stage.openHouse(1)];
    const [actor, colleague] = mine.actors;
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
    assert.equal((await attach(colleague)).here, true);
    assert.equal((await attach(await stage.national())).here, true);
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
