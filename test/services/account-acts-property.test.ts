import assert from 'node:assert/strict';
import { after, before, describe, type TestContext, test } from 'node:test';
import fc from 'fast-check';
import type { Actor } from '../../src/domain/actor.ts';
import { type BatchKind, isOfAccounts } from '../../src/domain/batch.ts';
import { Forbidden, NotFound } from '../../src/domain/errors.ts';
import { createAccount } from '../factories/accounts.ts';
import { grant } from '../factories/assignments.ts';
import { runs, tellCases } from '../tools/sample.ts';
import { checkWorld } from './account-acts-check.ts';
import type { World } from './account-acts-trail.ts';
import { createStage, type House, type Stage } from './account-stage.ts';

/** Two that a local administrator gives, and one that Ucanss alone gives (P3). */
const ROLES = ['energie-lecteur', 'sda-consultation', 'sda-administrateur'] as const;
/** One for each of ROLES: the profile that puts the portal at stake, more often. */
const PROFILES = ['administrateur-ucanss', 'administrateur-ucanss', 'auditeur'] as const;
const ADMINISTRATORS = 2;
const PEER = -1;
const RIVAL = -2;
const DAYS = ['2026-12-31', '2027-06-30', null];
const YESTERDAY = '2026-11-21';
const KINDS = [
  ...['grant', 'remove', 'deactivate', 'reactivate', 'attach', 'edit', 'end', 'keep'],
  ...['bulk-grant', 'bulk-remove', 'bulk-deactivate', 'bulk-reactivate', 'undo', 'undo'],
  ...['delegate', 'relieve', 'delegation-end'],
] as const;
/** Of national profiles: for administrateurs Ucanss, and refused to the others. */
const NATIONAL_KINDS = ['name', 'dismiss', 'profile-end'] as const;

interface Act {
  /** The local administrators of the house first, then the administrateurs Ucanss. */
  by: number;
  house: 0 | 1;
  kind: string;
  on: number;
  role: number;
  day: number;
}

/** An act by one of so many actors, on one of so many people. */
const actsOf = (actors: number, people: number, kind: fc.Arbitrary<string>): fc.Arbitrary<Act> =>
  fc.record({
    by: fc.nat(actors - 1),
    house: fc.constantFrom(0, 1),
    kind,
    // Often another administrator, of one's own organism or of the other one: where P2 is at stake.
    on: fc.oneof(fc.constant(PEER), fc.constant(RIVAL), fc.nat(people - 1)),
    role: fc.nat(ROLES.length - 1),
    day: fc.nat(DAYS.length - 1),
  });

describe('acts of several administrators at once', () => {
  let stage: Stage;
  before(async () => {
    stage = await createStage();
  });
  after(() => stage.drop());

  /**
   * Two organisms with two administrators each, and people: the first four of them are the administrators, the last
   * ones administer the portal. Two of the others held rights that are over, although no job has written it (P8).
   */
  async function prepare(nationals: number): Promise<World> {
    // Those of the world before would keep the portal from being left without.
    const profiles = stage.db('assignments').where({ role_kind: 'national' }).whereNull('ended_at');
    await profiles.update({ ended_at: stage.clock.now(), end_kind: 'removed' });
    const houses = [await stage.openHouse(ADMINISTRATORS), await stage.openHouse(ADMINISTRATORS)];
    const ids = houses.flatMap(({ actors }) => actors.map(({ id }) => id));
    const over: number[] = [];
    for (const { organism } of houses) {
      const employee = await createAccount(stage.db, { organism: organism.id });
      const ended = { ends_on: YESTERDAY };
      over.push(await grant(stage.db, employee, ROLES[0], ended));
      over.push(
        await grant(stage.db, employee, 'administrateur-local', { ...ended, organism: organism.code }),
      );
      over.push(await grant(stage.db, employee, PROFILES[0], ended));
      ids.push(employee.id);
    }
    const ucanss: Actor[] = [];
    for (let rank = 0; rank < nationals; rank += 1) {
      const { organism } = houses[rank % 2] as House;
      const account = await createAccount(stage.db, { organism: organism.id });
      ucanss.push(await stage.nominate(account));
      ids.push(account.id);
    }
    for (const id of ids) await stage.openSession({ id });
    return { houses, ucanss, ids, over };
  }

  /** Whom an act is on: another administrator of one's own rank, one of the other organism, or anybody. */
  function placeOf({ by, house, on }: Act, { ucanss, ids }: World): number {
    if (on === RIVAL) return (1 - house) * ADMINISTRATORS + (by % ADMINISTRATORS);
    if (on !== PEER) return on;
    const peers = by < ADMINISTRATORS ? house * ADMINISTRATORS : ids.length - ucanss.length;
    return peers + 1 - (by % ADMINISTRATORS);
  }

  async function perform(world: World, act: Act): Promise<void> {
    const { houses, ucanss, ids } = world;
    const { by, house, kind, role, day } = act;
    const { scope, actors, organism } = houses[house] as House;
    const [actor, accountId] = [[...actors, ...ucanss][by], ids[placeOf(act, world)]];
    const [code, profile, endsOn = null] = [ROLES[role], PROFILES[role], DAYS[day]];
    assert.ok(actor && accountId && code && profile);
    const order = { accountId, role: code, reason: 'Essai', endsOn };
    const { assignments, accounts, accountEditing, accountRoles, attaching, batches } = stage.services;
    const { delegations, nationalRoles, undoingBatches } = stage.services;
    const right = async (role_kind: 'ordinary' | 'national') => {
      const live = stage.db('assignments').where({ account_id: accountId, role_kind }).whereNull('ended_at');
      return { accountId, assignmentId: (await live.first('id'))?.id ?? 0 };
    };
    const bulk = async (bulkKind: BatchKind) => {
      const selection = { kind: bulkKind, role: isOfAccounts(bulkKind) ? null : code, selection: { ids } };
      const id = await batches.draft(actor, scope, selection);
      // « Confirmer », twice.
      const sent = () => batches.run(actor, scope, id, { reason: 'Essai', endsOn });
      assert.deepEqual(...((await Promise.all([sent(), sent()])) as [unknown, unknown]));
    };
    // R83: one of the last batches of the organism, an undo perhaps, twice.
    const undo = async () => {
      const done = stage.db('batches').where({ organism_id: organism.id, state: 'done' });
      const [last] = await done.orderBy('id', 'desc').offset(day).limit(1).pluck('id');
      if (last === undefined) return;
      const sent = () => undoingBatches.run(actor, scope, last, { reason: 'Essai' });
      const numbers = await Promise.all([sent(), sent()]);
      assert.ok(numbers.filter(({ kind }) => kind === 'done').length <= 1, 'a batch is undone once');
    };
    const edit = async () => {
      const { id } = await stage.db('roles').first('id').where({ code });
      const identity = { civility: null, lastName: 'AUTRE', firstName: 'Nom', functionTitle: '', phone: '' };
      const roles = day === 0 ? { add: [], remove: [id] } : { add: [id], remove: [] };
      await accountEditing.update(actor, scope, accountId, {
        identity: { typed: identity, shown: null },
        roles,
      });
    };
    const acts: Record<string, () => Promise<unknown>> = {
      grant: () => assignments.grant(actor, scope, order),
      remove: () => assignments.remove(actor, scope, order),
      deactivate: () => accounts.deactivate(actor, scope, order),
      reactivate: () => accounts.reactivate(actor, scope, order),
      attach: () => attaching.attach(actor, scope, accountId),
      edit,
      end: async () => accountRoles.setEnd(actor, scope, { ...(await right('ordinary')), endsOn }),
      keep: async () => accountRoles.keep(actor, scope, await right('ordinary')),
      'bulk-grant': () => bulk('grant'),
      'bulk-remove': () => bulk('remove'),
      'bulk-deactivate': () => bulk('deactivate'),
      'bulk-reactivate': () => bulk('reactivate'),
      undo,
      delegate: () => delegations.grant(actor, scope, order),
      relieve: () => delegations.remove(actor, scope, order),
      'delegation-end': () => delegations.setEnd(actor, scope, order),
      name: () => nationalRoles.grant(actor, { ...order, roleCode: profile }),
      dismiss: async () => nationalRoles.remove(actor, { ...(await right('national')), reason: 'Essai' }),
      'profile-end': async () => nationalRoles.setEnd(actor, { ...(await right('national')), endsOn }),
    };
    // Elsewhere by the time it is acted on: as if it did not exist (P5). Stopped meanwhile: refused.
    await acts[kind]?.().catch((error: unknown) =>
      assert.ok(error instanceof NotFound || error instanceof Forbidden, String(error)),
    );
  }

  async function check(context: TestContext, nationals: number, acts: fc.Arbitrary<Act>): Promise<void> {
    const drawn = runs(8, 100);
    await fc.assert(
      fc.asyncProperty(fc.array(acts, { minLength: 4, maxLength: 16 }), async (drawnActs) => {
        const world = await prepare(nationals);
        // In two goes: there is something to undo in the second.
        const half = Math.ceil(drawnActs.length / 2);
        for (const some of [drawnActs.slice(0, half), drawnActs.slice(half)])
          await Promise.all(some.map((each) => perform(world, each)));
        await checkWorld(stage, world);
      }),
      drawn,
    );
    tellCases(context, drawn.numRuns);
  }

  test('rights, read model, sessions and trail agree; P1 to P8 hold, whatever happens at once', (t) =>
    check(t, 0, actsOf(ADMINISTRATORS, 6, fc.constantFrom(...KINDS))));

  test('the same beside administrateurs Ucanss, who give, end and re-date profiles: P3b and P9 hold as well', (t) => {
    const kind = fc.oneof(fc.constantFrom(...KINDS), fc.constantFrom(...NATIONAL_KINDS));
    return check(t, 2, actsOf(ADMINISTRATORS + 2, 8, kind));
  });
});
