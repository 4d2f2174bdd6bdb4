import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Actor } from '../../src/domain/actor.ts';
import { Forbidden, NotFound } from '../../src/domain/errors.ts';
import { NATIONAL } from '../../src/domain/scope.ts';
import type { NationalRoleOutcome } from '../../src/services/national-roles.ts';
import { type AccountRow, createAccount } from '../factories/accounts.ts';
import { grant } from '../factories/assignments.ts';
import { createStage, type Stage } from './account-stage.ts';

const ADMINISTRATOR = 'administrateur-ucanss';

describe('national roles', () => {
  let stage: Stage;
  let services: Stage['services'];
  before(async () => {
    stage = await createStage();
    services = stage.services;
  });
  after(() => stage?.drop());

  /** Nobody but these administer the portal: what tests before left is over. */
  async function onlyAdministrators(count: number): Promise<Actor[]> {
    await stage
      .db('assignments')
      .where({ role_kind: 'national' })
      .whereNull('ended_at')
      .update({ ended_at: '2026-11-20', end_kind: 'removed' });
    const actors: Actor[] = [];
    for (let rank = 0; rank < count; rank += 1) actors.push(await stage.national());
    return actors;
  }

  const one = (actors: readonly Actor[], index = 0): Actor => {
    const actor = actors[index];
    assert.ok(actor);
    return actor;
  };
  const order = (account: { id: number }, roleCode = ADMINISTRATOR, endsOn: string | null = null) => ({
    ...{ accountId: account.id, roleCode, endsOn, reason: 'Relève' },
  });
  const faultOf = ({ fault }: NationalRoleOutcome) => fault ?? 'done';
  const held = (account: { id: number }) =>
    stage
      .db('assignments')
      .first()
      .where({ account_id: account.id, role_kind: 'national' })
      .whereNull('ended_at');
  const heldId = async (account: { id: number }): Promise<number> => (await held(account)).id;
  const remove = async (actor: Actor, account: { id: number }) =>
    services.nationalRoles.remove(actor, { assignmentId: await heldId(account), reason: 'Départ' });
  const told = (account: AccountRow) =>
    stage
      .db('messages')
      .where({ account_id: account.id })
      .orderBy('id')
      .select('template', 'recipient', 'data');
  /** How many people administer the portal without end date. */
  const administrators = async (): Promise<number> =>
    (
      await stage
        .db('assignments')
        .join('accounts', 'accounts.id', 'account_id')
        .where({ role_kind: 'national', active: true })
        .whereNull('ended_at')
        .whereNull('ends_on')
    ).length;

  test('P3b, P7 giving a profile: without organism, with who, when, why and until when; the person is told', async () => {
    const actor = one(await onlyAdministrators(1));
    const person = await createAccount(stage.db, { organism: 'CPAM-391' });
    const given = await services.nationalRoles.grant(actor, order(person, 'auditeur', '2027-06-30'));
    assert.deepEqual([given.fault, given.roleLabel], [null, 'Auditeur']);
    const row = await held(person);
    assert.deepEqual(
      [row.organism_id, row.granted_by, row.grant_reason, row.ends_on],
      [null, actor.id, 'Relève', '2027-06-30'],
    );
    assert.deepEqual(await stage.eventsOf(person), [
      ['national_role.granted', { label: 'Auditeur', reason: 'Relève', ends_on: '2027-06-30' }],
    ]);
    const [message, ...others] = await told(person);
    assert.deepEqual([message.template, message.recipient, others], ['role-granted', person.email, []]);
    assert.equal(message.data.organismName, 'Tous les organismes');
  });

  test('« Auditeur » is taken from, and dated for, the last administrateur Ucanss without an end date', async () => {
    const actors = await onlyAdministrators(2);
    const [actor, last] = [one(actors), one(actors, 1)];
    await stage.db('assignments').where({ account_id: actor.id }).update({ ends_on: '2027-01-31' });
    const assignmentId = await grant(stage.db, last, 'auditeur');
    const dated = { assignmentId, endsOn: '2027-01-31' };
    assert.equal(faultOf(await services.nationalRoles.setEnd(actor, dated)), 'done');
    const removed = { assignmentId, reason: 'Une seule fonction' };
    assert.equal(faultOf(await services.nationalRoles.remove(actor, removed)), 'done');
    assert.deepEqual(await stage.rolesOf(last), [ADMINISTRATOR]);
  });

  test('P1, P7, P8 ending a profile and its end date: kept, traced, the person alone is told', async () => {
    const actor = one(await onlyAdministrators(1));
    const person = await createAccount(stage.db);
    await grant(stage.db, person, 'auditeur');
    const id = await heldId(person);
    const setEnd = (endsOn: string | null) =>
      services.nationalRoles.setEnd(actor, { assignmentId: id, endsOn }).then(faultOf);
    assert.equal(await setEnd('2027-01-31'), 'done');
    assert.equal(await setEnd('2027-01-31'), 'unchanged');
    assert.equal(await setEnd(null), 'done');
    assert.equal(faultOf(await remove(actor, person)), 'done');
    const row = await stage.db('assignments').first().where({ id });
    assert.deepEqual([row.end_kind, row.ended_by, row.end_reason], ['removed', actor.id, 'Départ']);
    assert.deepEqual(
      (await stage.eventsOf(person)).map(([action]) => action),
      ['assignment.end_date_changed', 'assignment.end_date_changed', 'national_role.removed'],
    );
    assert.deepEqual(
      (await told(person)).map(({ template, recipient }) => [template, recipient]),
      ['end-date-changed', 'end-date-changed', 'national-role-removed'].map((name) => [name, person.email]),
    );
    assert.equal(
      faultOf(await services.nationalRoles.remove(actor, { assignmentId: id, reason: '' })),
      'gone',
    );
  });

  test('refused, with nothing left: oneself, inactive, already held, removed meanwhile; forged: unknown', async () => {
    const actor = one(await onlyAdministrators(1));
    const { nationalRoles } = services;
    const inactive = await createAccount(stage.db, { active: false });
    const holder = await createAccount(stage.db);
    await grant(stage.db, holder, 'auditeur');
    assert.equal(faultOf(await nationalRoles.grant(actor, order(actor))), 'oneself');
    assert.equal(faultOf(await remove(actor, actor)), 'oneself');
    const own = { assignmentId: await heldId(actor), endsOn: '2027-01-01' };
    assert.equal(faultOf(await nationalRoles.setEnd(actor, own)), 'oneself');
    assert.equal(faultOf(await nationalRoles.grant(actor, order(inactive))), 'inactive');
    assert.equal(faultOf(await nationalRoles.grant(actor, order(holder, 'auditeur'))), 'already');
    for (const account of [inactive, holder]) assert.deepEqual(await stage.eventsOf(account), []);
    for (const code of ['energie-lecteur', 'administrateur-local', 'inconnu']) {
      await assert.rejects(nationalRoles.grant(actor, order(holder, code)), NotFound);
    }
    await assert.rejects(nationalRoles.grant(actor, order({ id: 999_999_999 })), NotFound);
    const ordinary = await grant(stage.db, holder, 'energie-lecteur');
    for (const assignmentId of [ordinary, 999_999_999]) {
      await assert.rejects(nationalRoles.remove(actor, { assignmentId, reason: '' }), NotFound);
      await assert.rejects(nationalRoles.setEnd(actor, { assignmentId, endsOn: null }), NotFound);
    }
  });

  test('an outdated profile is written as ended and can be given again; the former one is gone', async () => {
    const actor = one(await onlyAdministrators(1));
    const person = await createAccount(stage.db);
    const outdated = await grant(stage.db, person, 'auditeur', { ends_on: '2026-11-21' });
    const gone = await services.nationalRoles.setEnd(actor, { assignmentId: outdated, endsOn: null });
    assert.equal(gone.fault, 'gone');
    assert.equal(faultOf(await services.nationalRoles.grant(actor, order(person, 'auditeur'))), 'done');
    assert.deepEqual(
      (await stage.eventsOf(person)).map(([action]) => action),
      ['assignment.expired', 'national_role.granted'],
    );
    // A page that was opened before is about the former one: the one given since stays as it is.
    const given = await held(person);
    const { nationalRoles } = services;
    const former = { assignmentId: outdated, endsOn: '2027-01-31', reason: 'Départ' };
    for (const act of [nationalRoles.setEnd, nationalRoles.remove])
      assert.equal(faultOf(await act(actor, former)), 'gone');
    assert.deepEqual(await held(person), given);
  });

  test('who no longer administers the portal changes nothing, even in a request under way', async () => {
    const [former, actor] = await onlyAdministrators(2);
    assert.ok(former && actor);
    const person = await createAccount(stage.db);
    const auditor = await createAccount(stage.db);
    await grant(stage.db, auditor, 'auditeur');
    assert.equal(faultOf(await remove(actor, former)), 'done');
    await assert.rejects(services.nationalRoles.grant(former, order(person)), Forbidden);
    await assert.rejects(remove(former, auditor), Forbidden);
    await assert.rejects(remove(former, actor), Forbidden);
  });

  test('the last administrateur Ucanss without an end date is never ended, dated nor deactivated, by anyone', async () => {
    const [last, dated] = await onlyAdministrators(2);
    assert.ok(last && dated);
    await stage.db('assignments').where({ account_id: dated.id }).update({ ends_on: '2027-01-31' });
    const { nationalRoles, accounts } = services;
    assert.equal(faultOf(await remove(dated, last)), 'last_administrator');
    const assignmentId = await heldId(last);
    const end = { assignmentId, endsOn: '2027-01-01' };
    assert.equal(faultOf(await nationalRoles.setEnd(dated, end)), 'last_administrator');
    const closing = await accounts.deactivate(dated, NATIONAL, { accountId: last.id, reason: 'Départ' });
    assert.deepEqual(closing.kind === 'refused' && closing.fault, 'last_national');

    const organism = await stage.db('organisms').first('id', 'code', 'name').where({ code: 'UCANSS' });
    const local = await stage.appoint(organism, await createAccount(stage.db, { organism: 'UCANSS' }));
    const scope = { kind: 'organism', organism } as const;
    const asLocal = await accounts.deactivate(local, scope, { accountId: last.id, reason: 'Départ' });
    assert.deepEqual(asLocal.kind === 'refused' && asLocal.fault, 'beyond', 'P9');
    const colleague = await createAccount(stage.db, { organism: 'UCANSS' });
    const selection = { ids: [last.id, colleague.id] };
    const { people } = await stage.announce(local, scope, { kind: 'deactivate', role: null, selection });
    assert.deepEqual(Object.fromEntries(people.map(({ person, outcome }) => [person.id, outcome])), {
      [last.id]: 'beyond',
      [colleague.id]: 'deactivated',
    });
    assert.equal(await administrators(), 1);
    // Of two that are stopped together, one stays.
    await stage.db('assignments').where({ account_id: dated.id }).update({ ends_on: null });
    const both = { ids: [last.id, dated.id] };
    const ucanss = { ...local, national: 'administrator' } as const;
    const judged = await stage.announce(ucanss, scope, { kind: 'deactivate', role: null, selection: both });
    assert.deepEqual(judged.people.map(({ outcome }) => outcome).toSorted(), [
      'deactivated',
      'last_national',
    ]);
  });

  /** What one administrator can do to another; true where it was done. */
  const stops: readonly ((actor: Actor, other: Actor, assignmentId: number) => Promise<boolean>)[] = [
    async (actor, _other, assignmentId) =>
      (await services.nationalRoles.remove(actor, { assignmentId, reason: '' })).fault === null,
    async (actor, _other, assignmentId) =>
      (await services.nationalRoles.setEnd(actor, { assignmentId, endsOn: '2027-01-01' })).fault === null,
    async (actor, { id: accountId }) =>
      (await services.accounts.deactivate(actor, NATIONAL, { accountId, reason: 'Départ' })).kind === 'done',
  ];

  /** False for what was refused. @throws a deadlock, or anything else. */
  const unlessForbidden = (error: unknown): false => {
    if (error instanceof Forbidden) return false;
    throw error;
  };

  test('two administrators who end, date or deactivate each other at once: one stands', async () => {
    for (const [first, second] of stops.flatMap((stop) => stops.map((other) => [stop, other] as const))) {
      for (let round = 0; round < 4; round += 1) {
        const [a, b] = await onlyAdministrators(2);
        assert.ok(a && b);
        const [ofA, ofB] = [await heldId(a), await heldId(b)];
        const done = await Promise.all([
          first(a, b, ofB).catch(unlessForbidden),
          second(b, a, ofA).catch(unlessForbidden),
        ]);
        assert.deepEqual(done.toSorted(), [false, true]);
        assert.equal(await administrators(), 1);
      }
    }
  });

  test('the same profile given twice at once is given once', async () => {
    const [one, other] = await onlyAdministrators(2);
    assert.ok(one && other);
    const person = await createAccount(stage.db);
    const outcomes = await Promise.all(
      [one, other].map((actor) => services.nationalRoles.grant(actor, order(person)).then(faultOf)),
    );
    assert.deepEqual(outcomes.toSorted(), ['already', 'done']);
    assert.equal((await told(person)).length, 1);
  });
});
