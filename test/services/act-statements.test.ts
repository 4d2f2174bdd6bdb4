import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { onMeasure } from '../../src/database/measures.ts';
import type { Actor } from '../../src/domain/actor.ts';
import { type AccountRow, createAccount } from '../factories/accounts.ts';
import { grant } from '../factories/assignments.ts';
import { createRequest } from '../factories/requests.ts';
import { createStage, type House, type Stage } from './account-stage.ts';

/**
 * Most statements of each act on a right, BEGIN and COMMIT among them: an act is paid by its round trips, under locks
 * that others wait for. A number here only goes down, or says why. What ends a right of management, or moves a person,
 * drops their drafts of batches (P10): one statement. A batch keeps what it changed (R83): one
 * more; and so do they with what they planned (P10).
 * They end the resets of second factors that the person asked for, too (R89): one more.
 * A delegation looks for one that was to come, whose place it takes (R79): one more.
 */
const MOST: Record<string, number> = {
  'assignments.grant': 7,
  'assignments.grant, over': 10,
  'assignments.remove': 7,
  'accountRoles.setEnd': 7,
  'accountRoles.keep': 7,
  'accountEditing.update, one role': 11,
  'deciding.accept': 11,
  'batches.run, grant to three': 13,
  'batches.run, remove from three': 13,
  'delegations.grant': 12,
  'delegations.grant, over': 17,
  'delegations.remove': 15,
  'delegations.setEnd': 11,
  'nationalRoles.grant': 10,
  'nationalRoles.remove': 15,
  'nationalRoles.setEnd': 11,
  'attaching.attach, plain': 17,
  'attaching.attach, delegation': 21,
  'upkeep.endExpired, one': 12,
};

let stage: Stage;
let house: House;
let ucanss: Actor;
let actor: Actor;
let statements = 0;

before(async () => {
  stage = await createStage();
  house = await stage.openHouse(2);
  actor = house.actors[0] as Actor;
  ucanss = await stage.national();
  onMeasure(({ kind }) => {
    if (kind === 'query') statements += 1;
  });
});
after(() => stage.drop());

const newcomer = (): Promise<AccountRow> => createAccount(stage.db, { organism: house.organism.id });
const ROLE = 'energie-lecteur';
const YESTERDAY = '2026-11-21';
const LATER = '2026-12-31';
const reason = 'Essai';

/** Each act: what it stands on, then what it does. */
const ACTS: Record<string, (person: AccountRow) => Promise<() => Promise<unknown>>> = {
  'assignments.grant': async ({ id }) => {
    const order = { accountId: id, role: ROLE, reason, endsOn: null };
    return () => stage.services.assignments.grant(actor, house.scope, order);
  },
  'assignments.grant, over': async (person) => {
    await grant(stage.db, person, ROLE, { ends_on: YESTERDAY });
    const order = { accountId: person.id, role: ROLE, reason, endsOn: null };
    return () => stage.services.assignments.grant(actor, house.scope, order);
  },
  'assignments.remove': async (person) => {
    await grant(stage.db, person, ROLE);
    const order = { accountId: person.id, role: ROLE, reason };
    return () => stage.services.assignments.remove(actor, house.scope, order);
  },
  'accountRoles.setEnd': async (person) => {
    const order = { accountId: person.id, assignmentId: await grant(stage.db, person, ROLE), endsOn: LATER };
    return () => stage.services.accountRoles.setEnd(actor, house.scope, order);
  },
  'accountRoles.keep': async (person) => {
    const former = { inherited_from: house.organism.id };
    const order = { accountId: person.id, assignmentId: await grant(stage.db, person, ROLE, former) };
    return () => stage.services.accountRoles.keep(actor, house.scope, order);
  },
  'accountEditing.update, one role': async ({ id, last_name: lastName, first_name: firstName }) => {
    const role = await stage.db('roles').first('id').where({ code: ROLE });
    const identity = { civility: null, lastName, firstName, functionTitle: 'Autre', phone: '' };
    const roles = { add: [role.id], remove: [] };
    return () =>
      stage.services.accountEditing.update(actor, house.scope, id, {
        identity: { typed: identity, shown: null },
        roles,
      });
  },
  'deciding.accept': async (person) => {
    const requestId = await createRequest(stage.db, { account: person, role: ROLE });
    return () => stage.services.deciding.accept(actor, house.scope, { requestId, endsOn: null });
  },
  'batches.run, grant to three': async (person) => {
    const ids = [person.id, (await newcomer()).id, (await newcomer()).id];
    const order = { kind: 'grant' as const, role: ROLE, selection: { ids } };
    const announced = await stage.announce(actor, house.scope, order);
    return () => stage.services.batches.run(actor, house.scope, announced.id, { reason, endsOn: null });
  },
  'batches.run, remove from three': async (person) => {
    const people = [person, await newcomer(), await newcomer()];
    for (const each of people) await grant(stage.db, each, ROLE);
    const order = { kind: 'remove' as const, role: ROLE, selection: { ids: people.map(({ id }) => id) } };
    const announced = await stage.announce(actor, house.scope, order);
    return () => stage.services.batches.run(actor, house.scope, announced.id, { reason, endsOn: null });
  },
  'delegations.grant': async ({ id }) => {
    const order = { accountId: id, reason, endsOn: null };
    return () => stage.services.delegations.grant(ucanss, house.scope, order);
  },
  'delegations.grant, over': async (person) => {
    const over = { organism: house.organism.code, ends_on: YESTERDAY };
    await grant(stage.db, person, 'administrateur-local', over);
    const order = { accountId: person.id, reason, endsOn: null };
    return () => stage.services.delegations.grant(ucanss, house.scope, order);
  },
  'delegations.remove': async (person) => {
    await stage.appoint(house.organism, person);
    return () => stage.services.delegations.remove(actor, house.scope, { accountId: person.id, reason });
  },
  'delegations.setEnd': async (person) => {
    await stage.appoint(house.organism, person);
    const order = { accountId: person.id, endsOn: LATER };
    return () => stage.services.delegations.setEnd(actor, house.scope, order);
  },
  'nationalRoles.grant': async ({ id }) => {
    const order = { accountId: id, roleCode: 'auditeur', reason, endsOn: null };
    return () => stage.services.nationalRoles.grant(ucanss, order);
  },
  'nationalRoles.remove': async (person) => {
    const assignmentId = await grant(stage.db, person, 'auditeur');
    return () => stage.services.nationalRoles.remove(ucanss, { assignmentId, reason });
  },
  'nationalRoles.setEnd': async (person) => {
    const assignmentId = await grant(stage.db, person, 'auditeur');
    return () => stage.services.nationalRoles.setEnd(ucanss, { assignmentId, endsOn: LATER });
  },
  'attaching.attach, plain': async () => {
    const away = await createAccount(stage.db, { organism: 'CPAM-391' });
    return () => stage.services.attaching.attach(ucanss, house.scope, away.id);
  },
  'attaching.attach, delegation': async () => {
    const away = await createAccount(stage.db, { organism: 'CPAM-391' });
    await grant(stage.db, away, 'administrateur-local', { organism: 'CPAM-391' });
    return () => stage.services.attaching.attach(ucanss, house.scope, away.id);
  },
  'upkeep.endExpired, one': async (person) => {
    await stage.services.upkeep.endExpired();
    await grant(stage.db, person, ROLE, { ends_on: YESTERDAY });
    return () => stage.services.upkeep.endExpired();
  },
};

for (const [name, prepare] of Object.entries(ACTS)) {
  test(`${name} takes no more statements than it did`, async (t) => {
    const act = await prepare(await newcomer());
    statements = 0;
    await act();
    t.diagnostic(`${name}: ${statements}`);
    assert.ok(statements <= (MOST[name] ?? 0), `${statements} statements`);
  });
}
