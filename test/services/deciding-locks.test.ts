import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type AccountRow, createAccount } from '../factories/accounts.ts';
import { organismOf } from '../factories/organisms.ts';
import { createRequest } from '../factories/requests.ts';
import { eventually } from '../tools/eventually.ts';
import { createStage, first, type House, type Stage } from './account-stage.ts';

const LOCK = '%FOR NO KEY UPDATE%';

describe('accepting a request takes its turn with what is done to the person', () => {
  let stage: Stage;
  let house: House;
  let person: AccountRow;
  let requestId: number;

  before(async () => {
    stage = await createStage();
    house = await stage.openHouse(2);
  });
  after(() => stage.drop());

  async function ask(): Promise<void> {
    person = await createAccount(stage.db, { organism: house.organism.id });
    requestId = await createRequest(stage.db, { account: person, role: 'energie-lecteur' });
  }
  const accept = () =>
    stage.services.deciding.accept(first(house.actors), house.scope, { requestId, endsOn: null });

  const CHANGES: Record<string, () => Promise<Record<string, unknown>>> = {
    inactive: async () => ({ active: false, deactivated_at: stage.clock.now() }),
    moved: async () => ({ organism_id: (await organismOf(stage.db, 'CPAM-391')).id }),
  };
  for (const [fault, change] of Object.entries(CHANGES)) {
    test(`what is under way first is waited for, and seen: ${fault}`, async () => {
      await ask();
      const columns = await change();
      const { underWay } = await stage.db.transaction(async (holding) => {
        await holding('accounts').where({ id: person.id }).update(columns);
        const underWay = accept();
        await eventually(() => stage.waiting(LOCK));
        return { underWay };
      });
      const decided = await underWay;
      assert.equal(decided.kind === 'refused' && decided.fault, fault);
      assert.deepEqual(await stage.rolesOf(person), []);
      assert.equal((await stage.db('requests').where({ id: requestId }).first()).status, 'pending');
    });
  }

  test('a deactivation asked while a request is accepted waits until it is', async () => {
    await ask();
    const [, other] = house.actors;
    assert.ok(other);
    // Held after the person is locked, on the request itself.
    const { accepting, closing } = await stage.db.transaction(async (holding) => {
      await holding('requests').where({ id: requestId }).forUpdate();
      const accepting = accept();
      await eventually(() => stage.waiting('%update "requests"%'));
      const order = { accountId: person.id, reason: 'Départ' };
      const closing = stage.services.accounts.deactivate(other, house.scope, order);
      await eventually(() => stage.waiting(LOCK));
      return { accepting, closing };
    });
    assert.equal((await accepting).kind, 'decided');
    assert.equal((await closing).kind, 'done');
    const told = (await stage.eventsOf(person)).map(([action]) => action);
    assert.deepEqual(told, ['request.accepted', 'assignment.granted', 'account.deactivated']);
  });
});
