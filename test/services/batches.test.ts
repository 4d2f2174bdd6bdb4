import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { BatchKind } from '../../src/domain/batch.ts';
import { Refused } from '../../src/domain/errors.ts';
import { NATIONAL } from '../../src/domain/scope.ts';
import { createLabels } from '../../src/repositories/labels.ts';
import { type AccountRow, createAccount } from '../factories/accounts.ts';
import { grant } from '../factories/assignments.ts';
import { createStage, first, type House, type Stage } from './account-stage.ts';

const TERMS = { reason: 'Ouverture du service', endsOn: null };

describe('acts on a selection', () => {
  let stage: Stage;
  before(async () => {
    stage = await createStage();
  });
  after(() => stage.drop());

  /** Acts on these people, then tells what became of each, by identifier. */
  async function run(
    house: House,
    kind: BatchKind,
    role: string | null,
    people: readonly { id: number }[],
    actor = first(house.actors),
  ) {
    const order = { kind, role, selection: { ids: people.map(({ id }) => id) } };
    const preview = await stage.services.batches.preview(actor, house.scope, order);
    const announced = preview.people.length;
    const end = await stage.services.batches.run(actor, house.scope, order, { ...TERMS, announced });
    assert.equal(end.kind, 'done');
    const batchId = end.kind === 'done' ? end.batchId : 0;
    const lines = await stage.db('batch_lines').where({ batch_id: batchId });
    const outcomes = new Map<number, string>(lines.map((line) => [line.account_id, line.outcome]));
    assert.deepEqual(
      new Map(preview.people.map(({ person, outcome }) => [person.id, outcome])),
      outcomes,
      'what was announced is what was done',
    );
    return { batchId, outcomes, batch: await stage.db('batches').where({ id: batchId }).first() };
  }

  const many = (house: House, count: number): Promise<AccountRow[]> =>
    Promise.all(
      Array.from({ length: count }, () => createAccount(stage.db, { organism: house.organism.id })),
    );

  test('R45, R46: the whole result of a filter, in one transaction and one batch; everyone accounted for', async () => {
    const house = await stage.openHouse(1);
    const people = await many(house, 15);
    const labels = await createLabels(stage.db).current();
    const role = await stage.db('roles').where({ code: 'energie-lecteur' }).first('id', 'label');
    const filter = {
      ...{ lastName: '', firstName: '', words: '', active: true, executives: true },
      role: { id: role.id, held: false },
    };
    const order = { kind: 'grant' as const, role: 'energie-lecteur', selection: { filter, labels } };
    const end = await stage.services.batches.run(first(house.actors), house.scope, order, {
      ...TERMS,
      announced: 16,
    });
    assert.equal(end.kind, 'done');
    const [batch] = await stage.db('batches').where({ organism_id: house.organism.id });
    assert.deepEqual([batch.changed, batch.requested, batch.skipped], [15, 0, 1]);
    for (const person of people) assert.deepEqual(await stage.rolesOf(person), ['energie-lecteur']);
    const events = await stage.db('audit_events').where({ batch_id: batch.id });
    assert.deepEqual([...new Set(events.map(({ action }) => action))], ['assignment.granted']);
    assert.equal(events.length, 15);
    const messages = await stage.db('messages').whereIn(
      'account_id',
      people.map(({ id }) => id),
    );
    assert.equal(messages.length, 15);
    const jobs = await stage.db.raw(
      `SELECT payload ->> 'messageId' AS id FROM graphile_worker._private_jobs`,
    );
    const queued = new Set(jobs.rows.map(({ id }: { id: string }) => Number(id)));
    assert.ok(
      messages.every(({ id }) => queued.has(id)),
      'each message has its job',
    );
  });

  test('who holds the role, is inactive, is oneself or stands outside is left, and said so', async () => {
    const house = await stage.openHouse(1);
    const [holder, plain] = await many(house, 2);
    assert.ok(holder && plain);
    const inactive = await createAccount(stage.db, { organism: house.organism.id, active: false });
    const stranger = await createAccount(stage.db);
    await grant(stage.db, holder, 'energie-lecteur');
    const people = [holder, plain, inactive, stranger, first(house.actors)];
    const { outcomes } = await run(house, 'grant', 'energie-lecteur', people);
    assert.deepEqual(
      [...outcomes].sort(),
      [
        [holder.id, 'already_held'],
        [plain.id, 'granted'],
        [inactive.id, 'inactive'],
        [first(house.actors).id, 'oneself'],
      ].sort(),
    );
    assert.deepEqual(await stage.rolesOf(stranger), []);
  });

  test('P3: a reserved role is asked of Ucanss for each, and Ucanss gets one message', async () => {
    const house = await stage.openHouse(1);
    const national = await stage.national();
    const people = await many(house, 5);
    const { outcomes, batch } = await run(house, 'grant', 'sda-administrateur', people);
    assert.deepEqual([...new Set(outcomes.values())], ['requested']);
    assert.deepEqual([batch.changed, batch.requested], [0, 5]);
    const ids = people.map(({ id }) => id);
    assert.equal(
      (await stage.db('requests').whereIn('account_id', ids).where({ status: 'pending' })).length,
      5,
    );
    const told = await stage
      .db('messages')
      .where({ recipient: national.email, template: 'requests-received' });
    assert.deepEqual(
      told.map(({ data }) => data.count),
      [5],
    );
    const again = await run(house, 'grant', 'sda-administrateur', people);
    assert.deepEqual([...new Set(again.outcomes.values())], ['already_requested']);
    const byUcanss = await run(house, 'grant', 'sda-administrateur', people, national);
    assert.deepEqual([...new Set(byUcanss.outcomes.values())], ['granted']);
  });

  test('removing: the role, and it alone; who does not hold it is left', async () => {
    const house = await stage.openHouse(1);
    const [holder, plain] = await many(house, 2);
    assert.ok(holder && plain);
    for (const role of ['energie-lecteur', 'sda-consultation']) await grant(stage.db, holder, role);
    const { outcomes } = await run(house, 'remove', 'energie-lecteur', [holder, plain]);
    assert.deepEqual([outcomes.get(holder.id), outcomes.get(plain.id)], ['removed', 'not_held']);
    assert.deepEqual(await stage.rolesOf(holder), ['sda-consultation']);
  });

  test('P2: a selection never takes the last administrator; sessions of the others end', async () => {
    const house = await stage.openHouse(0);
    const admins = await many(house, 3);
    for (const admin of admins) await stage.appoint(house.organism, admin);
    const [outside] = (await stage.openHouse(1)).actors;
    assert.ok(outside);
    for (const admin of admins) await stage.openSession(admin);
    const { outcomes } = await run(house, 'deactivate', null, admins, outside);
    const counted = Object.groupBy([...outcomes.values()], (outcome) => outcome);
    assert.deepEqual([counted.deactivated?.length, counted.last_administrator?.length], [2, 1]);
    const active = await stage
      .db('accounts')
      .whereIn(
        'id',
        admins.map(({ id }) => id),
      )
      .where({ active: true });
    assert.equal(active.length, 1);
    const sessions = await Promise.all(admins.map((admin) => stage.sessionsOf(admin)));
    assert.equal(
      sessions.reduce((sum, count) => sum + count),
      1,
    );
  });

  test('a selection that is no longer what was announced changes nothing', async () => {
    const house = await stage.openHouse(1);
    const people = await many(house, 3);
    const order = {
      kind: 'grant' as const,
      role: 'energie-lecteur',
      selection: { ids: people.map(({ id }) => id) },
    };
    const end = await stage.services.batches.run(first(house.actors), house.scope, order, {
      ...TERMS,
      announced: 2,
    });
    assert.equal(end.kind, 'stale');
    assert.equal((await stage.db('batches').where({ organism_id: house.organism.id })).length, 0);
    for (const person of people) assert.deepEqual(await stage.rolesOf(person), []);
  });

  test('P3b, P4: neither a delegation, nor a national or a free role; and one organism at a time', async () => {
    const house = await stage.openHouse(1);
    const [person] = await many(house, 1);
    assert.ok(person);
    const free = await stage.db('roles').where({ validator: 'free', kind: 'ordinary' }).first('code');
    for (const role of ['administrateur-local', 'administrateur-ucanss', 'auditeur', free.code]) {
      const order = { kind: 'grant' as const, role, selection: { ids: [person.id] } };
      await assert.rejects(stage.services.batches.preview(first(house.actors), house.scope, order), Refused);
    }
    const order = { kind: 'deactivate' as const, role: null, selection: { ids: [person.id] } };
    await assert.rejects(stage.services.batches.preview(await stage.national(), NATIONAL, order), Refused);
  });
});
