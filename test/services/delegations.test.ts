import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import fc from 'fast-check';
import type { Actor } from '../../src/domain/actor.ts';
import { dayInParis } from '../../src/domain/calendar.ts';
import { Forbidden, NotFound, Refused } from '../../src/domain/errors.ts';
import { NATIONAL, type Scope } from '../../src/domain/scope.ts';
import { findActor } from '../../src/repositories/actors.ts';
import { accountService } from '../../src/services/accounts.ts';
import { attachingService } from '../../src/services/attaching.ts';
import { type DelegationOutcome, delegationService } from '../../src/services/delegations.ts';
import { type AccountRow, accountOf, createAccount } from '../factories/accounts.ts';
import { grant } from '../factories/assignments.ts';
import { createOrganism, type OrganismRow } from '../factories/organisms.ts';
import { testClock } from '../tools/clock.ts';
import { createTestDatabase, type TestDatabase } from '../tools/database.ts';
import { runs, tellCases } from '../tools/sample.ts';

const ROLE = 'administrateur-local';
const TODAY = dayInParis(testClock.now());

interface House {
  organism: OrganismRow;
  scope: Scope;
  people: AccountRow[];
}

describe('delegations', () => {
  let database: TestDatabase;
  let services: ReturnType<typeof makeServices>;
  let national: Actor;

  const makeServices = (context: Parameters<typeof delegationService>[0]) => ({
    delegations: delegationService(context),
    accounts: accountService(context),
    attaching: attachingService(context),
  });

  const actorOf = async (id: number): Promise<Actor> => {
    const actor = await findActor(database.db, id, TODAY);
    assert.ok(actor);
    return actor;
  };

  before(async () => {
    database = await createTestDatabase({ template: 'demonstration' });
    services = makeServices({ db: database.db, clock: testClock });
    national = await actorOf((await accountOf(database.db, 'national@ucanss.fr')).id);
  });
  after(() => database.drop());

  /** An organism of its own with people, the first `administrators` of whom administer it. */
  async function house(administrators: number, others: number): Promise<House> {
    const organism = await createOrganism(database.db);
    const people: AccountRow[] = [];
    for (let index = 0; index < administrators + others; index += 1) {
      const person = await createAccount(database.db, { organism: organism.id });
      if (index < administrators) await grant(database.db, person, ROLE, { organism: organism.code });
      people.push(person);
    }
    return { organism, scope: { kind: 'organism', organism }, people };
  }

  const person = ({ people }: House, index: number): AccountRow => {
    const found = people[index];
    assert.ok(found);
    return found;
  };
  const live = (account: AccountRow, { organism }: House) =>
    database
      .db('assignments')
      .first()
      .where({ account_id: account.id, organism_id: organism.id })
      .whereNull('ended_at');
  const events = (account: AccountRow) =>
    database.db('audit_events').where({ subject_account_id: account.id }).orderBy('id');
  const messages = (account: AccountRow) =>
    database.db('messages').where({ account_id: account.id }).orderBy('id');
  const faultOf = (outcome: DelegationOutcome) => (outcome.kind === 'refused' ? outcome.fault : 'done');
  const terms = (accountId: number, endsOn: string | null = null) => ({ accountId, reason: '', endsOn });

  test('R69 naming a person gives the role for this organism, leaves an event and tells both', async () => {
    const home = await house(1, 1);
    const giver = await actorOf(person(home, 0).id);
    const named = person(home, 1);
    const order = { accountId: named.id, reason: 'Départ en congé', endsOn: '2027-01-31' };
    assert.equal(faultOf(await services.delegations.grant(giver, home.scope, order)), 'done');
    const held = await live(named, home);
    assert.deepEqual(
      [held.role_kind, held.ends_on, held.granted_by, held.grant_reason],
      ['local_administrator', '2027-01-31', giver.id, 'Départ en congé'],
    );
    assert.ok((await actorOf(named.id)).administers.some(({ id }) => id === home.organism.id));
    const [event] = await events(named);
    assert.equal(event.action, 'delegation.granted');
    assert.deepEqual(event.details, {
      organism: home.organism.name,
      reason: 'Départ en congé',
      ends_on: '2027-01-31',
    });
    assert.equal(event.organism_id, home.organism.id);
    assert.deepEqual(
      (await messages(named)).map(({ template, recipient }) => [template, recipient]),
      [
        ['delegation-granted', named.email],
        ['delegation-granted', giver.email],
      ],
    );
  });

  test('P1, R68 oneself, inactive, already named, of another organism: refused, and nothing is left', async () => {
    const home = await house(2, 1);
    const giver = await actorOf(person(home, 0).id);
    const inactive = await createAccount(database.db, { organism: home.organism.id, active: false });
    const stranger = await createAccount(database.db, { organism: 'CPAM-391' });
    const { delegations } = services;
    assert.equal(faultOf(await delegations.grant(giver, home.scope, terms(giver.id))), 'oneself');
    assert.equal(faultOf(await delegations.grant(giver, home.scope, terms(inactive.id))), 'inactive');
    assert.equal(faultOf(await delegations.grant(giver, home.scope, terms(person(home, 1).id))), 'already');
    await assert.rejects(delegations.grant(giver, home.scope, terms(stranger.id)), NotFound);
    assert.equal(faultOf(await delegations.grant(national, home.scope, terms(stranger.id))), 'elsewhere');
    await assert.rejects(delegations.grant(national, NATIONAL, terms(person(home, 2).id)), Refused);
    for (const account of [inactive, stranger, person(home, 1)]) {
      assert.deepEqual(await events(account), []);
      assert.deepEqual(await messages(account), []);
    }
  });

  test('who no longer administers the organism changes nothing there, even in a request under way', async () => {
    const home = await house(3, 1);
    const former = await actorOf(person(home, 0).id);
    const other = await actorOf(person(home, 1).id);
    await services.delegations.remove(other, home.scope, { accountId: former.id, reason: '' });
    const third = person(home, 2).id;
    for (const act of [
      () => services.delegations.grant(former, home.scope, terms(person(home, 3).id)),
      () => services.delegations.remove(former, home.scope, { accountId: third, reason: '' }),
      () => services.delegations.setEnd(former, home.scope, { accountId: third, endsOn: '2027-01-01' }),
    ]) {
      await assert.rejects(act(), Forbidden);
    }
  });

  test('P7 removing ends the delegation for this organism alone, with who and why, and tells both', async () => {
    const home = await house(2, 0);
    const elsewhere = await house(1, 0);
    const remover = await actorOf(person(home, 0).id);
    const removed = person(home, 1);
    await grant(database.db, removed, ROLE, { organism: elsewhere.organism.code });
    const order = { accountId: removed.id, reason: 'Mutation' };
    assert.equal(faultOf(await services.delegations.remove(remover, home.scope, order)), 'done');
    assert.equal(await live(removed, home), undefined);
    assert.ok(await live(removed, elsewhere));
    const row = await database
      .db('assignments')
      .first()
      .where({ account_id: removed.id, organism_id: home.organism.id });
    assert.deepEqual([row.end_kind, row.ended_by, row.end_reason], ['removed', remover.id, 'Mutation']);
    assert.deepEqual(
      (await events(removed)).map(({ action }) => action),
      ['delegation.removed'],
    );
    assert.deepEqual(
      (await messages(removed)).map(({ template, recipient }) => [template, recipient]),
      [
        ['delegation-removed', removed.email],
        ['delegation-removed', remover.email],
      ],
    );
    assert.equal(faultOf(await services.delegations.remove(remover, home.scope, order)), 'gone');
  });

  test('P1, P5 one’s own delegation, and people that have nothing to do with the organism', async () => {
    const home = await house(2, 0);
    const actor = await actorOf(person(home, 0).id);
    const own = { accountId: actor.id, reason: '' };
    assert.equal(faultOf(await services.delegations.remove(actor, home.scope, own)), 'oneself');
    const end = { accountId: actor.id, endsOn: '2027-01-01' };
    assert.equal(faultOf(await services.delegations.setEnd(actor, home.scope, end)), 'oneself');
    const stranger = await createAccount(database.db, { organism: 'CPAM-391' });
    const far = { accountId: stranger.id, reason: '' };
    await assert.rejects(services.delegations.remove(actor, home.scope, far), NotFound);
    await assert.rejects(
      services.delegations.setEnd(actor, home.scope, { accountId: stranger.id, endsOn: null }),
      NotFound,
    );
  });

  test('P2 the last one without an end date keeps it; Ucanss can go on', async () => {
    const home = await house(1, 1);
    const last = person(home, 0);
    await services.delegations.grant(
      await actorOf(last.id),
      home.scope,
      terms(person(home, 1).id, '2027-06-30'),
    );
    const ending = await actorOf(person(home, 1).id);
    const removal = { accountId: last.id, reason: '' };
    const end = { accountId: last.id, endsOn: '2027-01-01' };
    assert.equal(
      faultOf(await services.delegations.remove(ending, home.scope, removal)),
      'last_administrator',
    );
    assert.equal(faultOf(await services.delegations.setEnd(ending, home.scope, end)), 'last_administrator');
    assert.equal((await live(last, home)).ends_on, null);
    assert.equal(faultOf(await services.delegations.setEnd(national, home.scope, end)), 'done');
    assert.equal((await live(last, home)).ends_on, '2027-01-01');
    assert.equal(faultOf(await services.delegations.remove(national, home.scope, removal)), 'done');
  });

  test('P8 an end date is given, changed, taken away, each traced; the same one changes nothing', async () => {
    const home = await house(2, 0);
    const actor = await actorOf(person(home, 0).id);
    const other = person(home, 1);
    const setEnd = async (endsOn: string | null) =>
      faultOf(await services.delegations.setEnd(actor, home.scope, { accountId: other.id, endsOn }));
    assert.equal(await setEnd(TODAY), 'done');
    assert.ok((await actorOf(other.id)).administers.length > 0, 'the last day is included');
    assert.equal(await setEnd(TODAY), 'unchanged');
    assert.equal(await setEnd(null), 'done');
    assert.deepEqual(
      (await events(other)).map(({ action, details }) => [action, details.from, details.to]),
      [
        ['assignment.end_date_changed', null, TODAY],
        ['assignment.end_date_changed', TODAY, null],
      ],
    );
    // The person is told each time, and nobody else.
    assert.deepEqual(
      (await messages(other)).map(({ template, recipient, data }) => [template, recipient, data.endsOn]),
      [
        ['end-date-changed', other.email, TODAY],
        ['end-date-changed', other.email, null],
      ],
    );
  });

  test('P8 a delegation past its end date is written as ended, and the person can be named again', async () => {
    const home = await house(1, 1);
    const actor = await actorOf(person(home, 0).id);
    const named = person(home, 1);
    await grant(database.db, named, ROLE, { organism: home.organism.code, ends_on: '2026-11-21' });
    assert.equal(faultOf(await services.delegations.grant(actor, home.scope, terms(named.id))), 'done');
    assert.deepEqual(
      (await events(named)).map(({ action }) => action),
      ['delegation.expired', 'delegation.granted'],
    );
    assert.equal((await live(named, home)).ends_on, null);
  });

  test('P2 two administrators who remove each other at once: one stays', async () => {
    for (let round = 0; round < 20; round += 1) {
      const home = await house(2, 0);
      const [one, other] = [await actorOf(person(home, 0).id), await actorOf(person(home, 1).id)];
      const outcomes = await Promise.allSettled([
        services.delegations.remove(one, home.scope, { accountId: other.id, reason: '' }),
        services.delegations.remove(other, home.scope, { accountId: one.id, reason: '' }),
      ]);
      const done = outcomes.filter((each) => each.status === 'fulfilled' && each.value.kind === 'done');
      assert.equal(done.length, 1, `round ${round}`);
      const left = [await live(person(home, 0), home), await live(person(home, 1), home)];
      assert.equal(left.filter(Boolean).length, 1);
    }
  });

  test('naming the same person twice at once gives one delegation', async () => {
    const home = await house(2, 1);
    const actors = [await actorOf(person(home, 0).id), await actorOf(person(home, 1).id)];
    const outcomes = await Promise.all(
      actors.map((actor) => services.delegations.grant(actor, home.scope, terms(person(home, 2).id))),
    );
    assert.deepEqual(outcomes.map(faultOf).sort(), ['already', 'done']);
    assert.equal((await events(person(home, 2))).length, 1);
  });

  interface Act {
    kind: 'name' | 'remove' | 'end' | 'attach' | 'deactivate';
    actor: number;
    subject: number;
    house: 0 | 1;
    endsOn: string | null;
  }

  const DATES = fc.constantFrom(null, TODAY, TODAY, '2027-01-01', '2027-01-01');
  const PAIRS = [
    [0, 1],
    [1, 0],
    [0, 1],
    [1, 0],
    [0, 1],
    [1, 0],
    [0, 2],
    [1, 2],
    [2, 0],
    [2, 1],
  ] as const;
  // The first organism has the people 0 to 2, the second 3 to 5: 0, 1, 3 and 4 administer at first.
  const anAct: fc.Arbitrary<Act> = fc.oneof(
    // Mostly the two administrators of the first organism, on each other: what could leave it without any.
    {
      weight: 8,
      arbitrary: fc
        .record({
          kind: fc.constantFrom('name', 'remove', 'end', 'end', 'end', 'deactivate'),
          pair: fc.constantFrom(...PAIRS),
          endsOn: DATES,
        })
        .map(({ pair: [actor, subject], ...act }): Act => ({ ...act, actor, subject, house: 0 })),
    },
    // The second organism attaches people of the first.
    {
      weight: 2,
      arbitrary: fc.record<Act>({
        kind: fc.constant('attach'),
        actor: fc.constantFrom(3, 3, 4),
        subject: fc.constantFrom(0, 0, 1, 1, 2),
        house: fc.constant(1),
        endsOn: fc.constant(null),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record<Act>({
        kind: fc.constantFrom('name', 'remove', 'end', 'attach', 'deactivate'),
        actor: fc.nat({ max: 5 }),
        subject: fc.nat({ max: 5 }),
        house: fc.constantFrom(0, 1),
        endsOn: DATES,
      }),
    },
  );

  /** What a local administrator does, if they may sign in and administer that organism when they begin. */
  async function perform(act: Act, houses: readonly House[], everyone: readonly AccountRow[]): Promise<void> {
    const target = houses[act.house];
    const actor = await findActor(database.db, everyone[act.actor]?.id ?? 0, TODAY);
    const accountId = everyone[act.subject]?.id ?? 0;
    if (!target || !actor?.administers.some(({ id }) => id === target.organism.id)) return;
    const { endsOn } = act;
    const { delegations, accounts, attaching } = services;
    const acts: Record<Act['kind'], () => Promise<unknown>> = {
      name: () => delegations.grant(actor, target.scope, { accountId, reason: '', endsOn }),
      remove: () => delegations.remove(actor, target.scope, { accountId, reason: '' }),
      end: () => delegations.setEnd(actor, target.scope, { accountId, endsOn }),
      attach: () => attaching.attach(actor, target.scope, accountId),
      deactivate: () => accounts.deactivate(actor, target.scope, { accountId, reason: 'Départ' }),
    };
    try {
      await acts[act.kind]();
    } catch (error) {
      // What the screen would have said; a deadlock, or anything else, is a failure.
      if (!(error instanceof NotFound || error instanceof Forbidden)) throw error;
    }
  }

  const administrators = async ({ organism }: House): Promise<{ ends_on: string | null }[]> =>
    database
      .db('assignments')
      .join('accounts', 'accounts.id', 'account_id')
      .select('ends_on')
      .where({ 'assignments.organism_id': organism.id, active: true })
      .whereNull('ended_at')
      .whereRaw('(ends_on IS NULL OR ends_on >= ?)', [TODAY]);

  test('P2 no sequence of acts by local administrators, at once or not, leaves an organism without one', async (t) => {
    const drawn = runs(15, 150);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(anAct, { minLength: 1, maxLength: 4 }), { minLength: 3, maxLength: 5 }),
        async (steps) => {
          const houses = [await house(2, 1), await house(2, 1)];
          const everyone = houses.flatMap(({ people }) => people);
          for (const step of steps) {
            await Promise.all(step.map((act) => perform(act, houses, everyone)));
            for (const each of houses) {
              const left = await administrators(each);
              assert.ok(left.length > 0, 'an organism has nobody left');
              assert.ok(
                left.some(({ ends_on }) => ends_on === null),
                'an organism has nobody left without an end date',
              );
            }
          }
        },
      ),
      drawn,
    );
    tellCases(t, drawn.numRuns);
  });
});
