import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Actor } from '../../src/domain/actor.ts';
import type { Scope } from '../../src/domain/scope.ts';
import { type AccountRow, createAccount } from '../factories/accounts.ts';
import { grant } from '../factories/assignments.ts';
import { next } from '../factories/sequence.ts';
import { createStage, type House, type Stage } from '../services/account-stage.ts';

/** What the person holds, and for how long: past rights are over, those of an inactive account sleep. */
const HOLDS = {
  nothing: [],
  'an ordinary role': ['energie-lecteur'],
  'the delegation of my organism': ['here'],
  'the delegation of another organism': ['elsewhere'],
  'both delegations': ['here', 'elsewhere'],
  Auditeur: ['auditeur'],
  'Administrateur Ucanss': ['administrateur-ucanss'],
} as const;
type Held = keyof typeof HOLDS;
const HELD = Object.keys(HOLDS) as Held[];

const STATES = ['in force', 'dormant', 'to end', 'over', 'ended'] as const;
type State = (typeof STATES)[number];

const ACTORS = ['local', 'of both organisms', 'Ucanss'] as const;
type ActorKind = (typeof ACTORS)[number];

/** Each act, as somebody of this organism asks it upon the person: what it comes to. */
type Act = (stage: Stage, actor: Actor, house: House, person: AccountRow) => Promise<string>;

interface Case {
  kind: ActorKind;
  held: Held;
  state: State;
  name: string;
  act: Act;
  home: House;
}

const identityOf = (person: AccountRow) => ({
  ...{ civility: null, lastName: 'AUTREMENT', firstName: person.first_name },
  ...{ functionTitle: '', phone: '' },
});

const faultOf = (outcome: { kind: string; fault?: string | null }): string => outcome.fault ?? outcome.kind;

const OF_THE_ORGANISM: Record<string, Act> = {
  deactivate: async ({ services }, actor, { scope }, { id }) =>
    faultOf(await services.accounts.deactivate(actor, scope, { accountId: id, reason: 'Départ' })),
  'deactivate in a batch': async (stage, actor, { scope }, { id }) => {
    const order = { kind: 'deactivate', role: null, selection: { ids: [id] } } as const;
    return (await stage.announce(actor, scope, order)).people[0]?.outcome ?? 'nobody';
  },
  reactivate: async ({ services }, actor, { scope }, { id }) =>
    faultOf(await services.accounts.reactivate(actor, scope, { accountId: id, reason: '' })),
  'end the sessions': async ({ services }, actor, { scope }, { id }) =>
    faultOf(await services.accounts.endSessions(actor, scope, { accountId: id, reason: '' })),
  'change the identity': async ({ services }, actor, { scope }, person) => {
    const identity = { typed: identityOf(person), shown: null };
    const order = { identity, roles: { add: [], remove: [] } };
    return (await services.accountEditing.update(actor, scope, person.id, order)).kind;
  },
  'change the address': async ({ services }, actor, { scope }, { id }) => {
    const newEmail = `${next()}.nouvelle@caf39.caf.fr`;
    return faultOf(await services.emailChange.ask(actor, scope, { accountId: id, newEmail }));
  },
};
const FROM_ELSEWHERE: Record<string, Act> = {
  attach: async ({ services }, actor, { scope }, { id }) =>
    faultOf(await services.attaching.attach(actor, scope, id)),
};

/** P9, said anew here: in force or dormant, whatever the actor does not administer. */
function isBeyond(actor: ActorKind, held: Held, state: State): boolean {
  if (actor === 'Ucanss' || state === 'over' || state === 'ended') return false;
  const codes: readonly string[] = HOLDS[held];
  if (codes.some((code) => code === 'auditeur' || code === 'administrateur-ucanss')) return true;
  return actor === 'local' && codes.includes('elsewhere');
}

describe('whom one may act upon (P9)', () => {
  let stage: Stage;
  let mine: House;
  let elsewhere: House;
  let actors: Record<ActorKind, Actor>;
  let cases = 0;

  before(async () => {
    stage = await createStage();
    [mine, elsewhere] = [await stage.openHouse(3), await stage.openHouse(1)];
    const [local, other] = mine.actors;
    assert.ok(local && other);
    const both = await stage.alsoAdministering(other, elsewhere.organism);
    actors = { local, 'of both organisms': both, Ucanss: await stage.national() };
    // Nobody acted upon is the last one (P2).
    await grant(stage.db, await createAccount(stage.db), 'administrateur-ucanss');
  });
  after(() => stage.drop());

  async function personWith(held: Held, state: State, home: House): Promise<AccountRow> {
    const person = await createAccount(stage.db, {
      ...{ organism: home.organism.id, active: state !== 'dormant' },
    });
    for (const code of HOLDS[held]) {
      const of = { here: mine, elsewhere }[code as string];
      await grant(stage.db, person, of ? 'administrateur-local' : code, of && { organism: of.organism.code });
    }
    const rights = stage.db('assignments').where({ account_id: person.id });
    if (state === 'to end') await rights.update({ ends_on: '2099-12-31' });
    if (state === 'over') await rights.update({ ends_on: '2020-12-31' });
    if (state === 'ended') await rights.update({ ended_at: stage.clock.now(), end_kind: 'removed' });
    return person;
  }

  /** What is wrong with what an act upon somebody comes to; where it is refused, nothing is done. */
  async function faultOfCase({ kind, held, state, name, act, home }: Case): Promise<string[]> {
    const what = `${kind}, ${name}, ${held} ${state}`;
    // More attachments than an hour allows are tried.
    await stage.db('rate_limits').delete();
    const person = await personWith(held, state, home);
    const stored = () => stage.db('accounts').where({ id: person.id }).first();
    const before = await stored();
    const told = await act(stage, actors[kind], mine, person);
    cases += 1;
    const expected = isBeyond(kind, held, state);
    if (expected) {
      assert.deepEqual([await stored(), await stage.eventsOf(person)], [before, []], what);
    }
    return (told === 'beyond') === expected ? [] : [`${what}: ${told}`];
  }

  async function tryEach(acts: Record<string, Act>, home: House, states: readonly State[]) {
    const all = ACTORS.flatMap((kind) =>
      HELD.flatMap((held) =>
        states.flatMap((state) =>
          Object.entries(acts).map(([name, act]): Case => ({ kind, held, state, name, act, home })),
        ),
      ),
    );
    const wrong: string[] = [];
    for (const each of all) wrong.push(...(await faultOfCase(each)));
    assert.deepEqual(wrong, []);
  }

  const { reactivate, ...onActive } = OF_THE_ORGANISM;

  test('upon people of one’s organism', () =>
    tryEach(
      onActive,
      mine,
      STATES.filter((state) => state !== 'dormant'),
    ));

  test('upon who is deactivated, whose rights sleep', () =>
    tryEach(
      { reactivate: reactivate as Act, 'change the identity': onActive['change the identity'] as Act },
      mine,
      ['dormant'],
    ));

  test('upon people of another organism', () => tryEach(FROM_ELSEWHERE, elsewhere, STATES));

  test('ordinary roles are given and taken away whoever it is', async () => {
    for (const held of HELD) {
      const person = await personWith(held, 'in force', mine);
      const order = { accountId: person.id, role: 'annuaire-add-lecteur', reason: '', endsOn: null };
      const { assignments, accountEditing } = stage.services;
      assert.equal((await assignments.grant(actors.local, mine.scope, order)).kind, 'granted', held);
      assert.equal((await assignments.remove(actors.local, mine.scope, order)).kind, 'removed', held);
      const edited = await accountEditing.update(actors.local, mine.scope, person.id, {
        ...{ identity: null, roles: { add: [], remove: [] } },
      });
      assert.equal(edited.kind, 'done', held);
      cases += 3;
    }
  });

  test('an account that Ucanss closed is opened, and moved, by Ucanss alone; one that an organism closed is not', async () => {
    for (const closer of ['Ucanss', 'local'] as const) {
      const close = async (home: House): Promise<AccountRow> => {
        const person = await createAccount(stage.db, { organism: home.organism.id });
        const [own] = home.actors;
        assert.ok(own);
        const by = closer === 'Ucanss' ? actors.Ucanss : own;
        const order = { accountId: person.id, reason: 'Départ' };
        assert.equal((await stage.services.accounts.deactivate(by, home.scope, order)).kind, 'done');
        return person;
      };
      const { accounts, attaching } = stage.services;
      const reopen = (actor: Actor, scope: Scope, { id }: AccountRow) =>
        accounts.reactivate(actor, scope, { accountId: id, reason: '' });
      const expected = closer === 'Ucanss' ? 'beyond' : 'done';
      const [here, there] = [await close(mine), await close(elsewhere)];
      assert.equal(faultOf(await reopen(actors.local, mine.scope, here)), expected, closer);
      assert.equal(faultOf(await attaching.attach(actors.local, mine.scope, there.id)), expected, closer);
      if (closer === 'local') continue;
      assert.equal(faultOf(await reopen(actors.Ucanss, mine.scope, here)), 'done');
      assert.equal(faultOf(await attaching.attach(actors.Ucanss, mine.scope, there.id)), 'done');
      const [stored] = await stage.db('accounts').where({ id: here.id });
      assert.equal(stored.closed_by_ucanss, false, 'opened again, it is like any other');
      cases += 4;
    }
  });

  test('at least 400 cases were tried', () => assert.ok(cases >= 400, `${cases} cases`));
});
