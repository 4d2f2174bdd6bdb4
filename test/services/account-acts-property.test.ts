import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import fc from 'fast-check';
import { NotFound } from '../../src/domain/errors.ts';
import { type AccountRow, createAccount } from '../factories/accounts.ts';
import { createStage, type House, type Stage } from './account-stage.ts';

const ROLES = ['energie-lecteur', 'sda-consultation', 'sda-administrateur'] as const;
const PEOPLE = 6;
const ADMINISTRATORS = 2;
const PEER = -1;
const RIVAL = -2;

type Act = {
  by: number;
  house: 0 | 1;
  kind: 'grant' | 'remove' | 'deactivate' | 'reactivate' | 'attach' | 'bulk';
  on: number;
  role: number;
};

const act: fc.Arbitrary<Act> = fc.record({
  by: fc.nat(ADMINISTRATORS - 1),
  house: fc.constantFrom(0, 1),
  kind: fc.constantFrom('grant', 'remove', 'deactivate', 'reactivate', 'attach', 'bulk'),
  // Often another administrator, of one's own organism or of the other one: where P2 is at stake.
  on: fc.oneof(fc.constant(PEER), fc.constant(RIVAL), fc.nat(PEOPLE - 1)),
  role: fc.nat(ROLES.length - 1),
});

describe('acts of several administrators at once', () => {
  let stage: Stage;
  before(async () => {
    stage = await createStage();
  });
  after(() => stage.drop());

  /** Two organisms with two administrators each, and people: the first four of them are the administrators. */
  async function prepare() {
    const houses = [await stage.openHouse(ADMINISTRATORS), await stage.openHouse(ADMINISTRATORS)];
    const administrators = houses.flatMap(({ actors }) => actors);
    const employees: AccountRow[] = [];
    for (const house of houses)
      employees.push(await createAccount(stage.db, { organism: house.organism.id }));
    return { houses, ids: [...administrators, ...employees].map(({ id }) => id) };
  }

  async function perform(houses: House[], ids: number[], { by, house, kind, on, role }: Act): Promise<void> {
    const { scope, actors } = houses[house] as House;
    const place = on === PEER ? house * 2 + 1 - by : on === RIVAL ? (1 - house) * 2 + by : on;
    const [actor, accountId, code] = [actors[by], ids[place], ROLES[role]];
    assert.ok(actor && accountId && code);
    const order = { accountId, role: code, reason: 'Essai', endsOn: null };
    const { assignments, accounts, attaching, batches } = stage.services;
    const acts: Record<Act['kind'], () => Promise<unknown>> = {
      grant: () => assignments.grant(actor, scope, order),
      remove: () => assignments.remove(actor, scope, order),
      deactivate: () => accounts.deactivate(actor, scope, order),
      reactivate: () => accounts.reactivate(actor, scope, order),
      attach: () => attaching.attach(actor, scope, accountId),
      bulk: async () => {
        const batch = { kind: 'deactivate' as const, role: null, selection: { ids } };
        const announced = await batches.announce(actor, scope, batch);
        await batches.run(actor, scope, announced, { reason: 'Essai', endsOn: null });
      },
    };
    // Elsewhere by the time it is acted on: as if it did not exist (P5).
    await acts[kind]().catch((error: unknown) => assert.ok(error instanceof NotFound, String(error)));
  }

  async function check(houses: House[], ids: number[]): Promise<void> {
    const accounts = await stage.db('accounts').whereIn('id', ids);
    for (const account of accounts) {
      const live = await stage
        .db('assignments')
        .where({ account_id: account.id })
        .whereNull('ended_at')
        .pluck('role_id');
      assert.deepEqual(
        account.role_ids,
        [...new Set(live)].sort((one, other) => one - other),
        'role_ids',
      );
      const events = await stage.db('audit_events').where({ subject_account_id: account.id }).orderBy('id');
      const net = (more: string, less: string) =>
        events.filter(({ action }) => action === more).length -
        events.filter(({ action }) => action === less).length;
      const ordinary = await stage
        .db('assignments')
        .where({ account_id: account.id, role_kind: 'ordinary' })
        .whereNull('ended_at');
      assert.equal(ordinary.length, net('assignment.granted', 'assignment.removed'), 'trail of the rights');
      assert.equal(
        account.active ? 0 : 1,
        net('account.deactivated', 'account.reactivated'),
        'trail of the state',
      );
      const own = events.filter(
        ({ actor_account_id, action }) => actor_account_id === account.id && action !== 'message.sent',
      );
      assert.deepEqual(own, [], 'P1: nobody acts on themselves');
      if (!account.active)
        assert.equal(await stage.sessionsOf(account), 0, 'no session outlives the account');
    }
    for (const { organism } of houses) {
      const left = await stage
        .db('assignments')
        .join('accounts', 'accounts.id', 'account_id')
        .where({ role_kind: 'local_administrator', 'assignments.organism_id': organism.id, active: true })
        .whereNull('ended_at');
      assert.ok(left.length >= 1, 'P2: an organism keeps an administrator');
    }
  }

  test('rights, read model, sessions and trail agree; P1 and P2 hold, whatever happens at once', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(act, { minLength: 4, maxLength: 14 }), async (acts) => {
        const { houses, ids } = await prepare();
        for (const id of ids) await stage.openSession({ id });
        await Promise.all(acts.map((each) => perform(houses, ids, each)));
        await check(houses, ids);
      }),
      { numRuns: 25 },
    );
  });
});
