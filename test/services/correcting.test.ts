import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import type { Actor } from '../../src/domain/actor.ts';
import { Forbidden, NotFound } from '../../src/domain/errors.ts';
import { NATIONAL, type Scope } from '../../src/domain/scope.ts';
import { findActor } from '../../src/repositories/actors.ts';
import { createServices, type Services } from '../../src/services/index.ts';
import { type AccountRow, createAccount } from '../factories/accounts.ts';
import { grant } from '../factories/assignments.ts';
import { createOrganism, organismOf } from '../factories/organisms.ts';
import { createTestClock, type TestClock } from '../tools/clock.ts';
import { createTestDatabase, type TestDatabase } from '../tools/database.ts';

describe('R78: a correction of one’s own record', () => {
  let database: TestDatabase;
  let services: Services;
  let clock: TestClock;
  let account: AccountRow;
  let person: Actor;
  let local: AccountRow;
  let national: AccountRow;
  let here: Scope;

  before(async () => {
    database = await createTestDatabase({ template: 'reference' });
    national = await createAccount(database.db, { organism: 'UCANSS' });
    await grant(database.db, national, 'administrateur-ucanss');
    local = await createAccount(database.db, { last_name: 'DÉCIDEUR' });
    await grant(database.db, local, 'administrateur-local', { organism: 'CAF-391' });
    here = { kind: 'organism', organism: await organismOf(database.db, 'CAF-391') };
  });
  beforeEach(async () => {
    clock = createTestClock();
    services = createServices({ db: database.db, clock });
    account = await createAccount(database.db, { function_title: 'Agent' });
    person = await actorOf(account);
  });
  after(() => database.drop());

  const actorOf = async ({ id }: { id: number }): Promise<Actor> => {
    const actor = await findActor(database.db, id, '2026-11-22');
    assert.ok(actor);
    return actor;
  };
  const shownOf = ({ last_name, first_name }: AccountRow) => ({
    lastName: last_name,
    firstName: first_name,
    functionTitle: 'Agent',
  });
  /** Proposed by this person, over what they were shown. */
  async function propose(change: object, whose = account) {
    const shown = shownOf(whose);
    const proposal = await services.correcting.propose(
      await actorOf(whose),
      { typed: { ...shown, ...change }, shown },
      'Mariage',
    );
    const [request] = await database
      .db('requests')
      .where({ account_id: whose.id, kind: 'correction' })
      .orderBy('id', 'desc');
    return { ...proposal, id: Number(request?.id ?? 0) };
  }
  const recordOf = ({ id }: { id: number }) =>
    database.db('accounts').first('last_name', 'first_name', 'function_title').where({ id });
  const statusOf = async (id: number) => (await database.db('requests').first('status').where({ id })).status;
  const told = async (id: number): Promise<string[]> =>
    (await database.db('messages').where({ request_id: id }).orderBy('id')).map(
      ({ template, recipient }) => `${template} ${recipient}`,
    );
  const eventsOf = (id: number) => database.db('audit_events').where({ request_id: id }).orderBy('id');
  const accept = async (requestId: number, by = local, scope: Scope = here) =>
    services.deciding.accept(await actorOf(by), scope, { requestId, endsOn: null });
  const faultOf = async (...decision: Parameters<typeof accept>) => {
    const decided = await accept(...decision);
    return decided.kind === 'refused' ? decided.fault : decided.kind;
  };

  test('it changes nothing before it is accepted: who decides is told from what to what', async () => {
    const proposal = await propose({ lastName: 'NOUVEAU', functionTitle: 'Cadre' });
    assert.ok(proposal.kind === 'submitted' && proposal.by === 'local_administrators');
    assert.equal((await recordOf(account)).last_name, account.last_name);
    assert.deepEqual(await told(proposal.id), [`request-received ${local.email}`]);
    const changes = {
      nom: { from: account.last_name, to: 'NOUVEAU' },
      fonction: { from: 'Agent', to: 'Cadre' },
    };
    const [{ data }] = await database.db('messages').where({ request_id: proposal.id });
    assert.deepEqual(
      [data.roleLabel, data.changes, data.reason],
      ['Correction de fiche', changes, 'Mariage'],
    );
    const [event, ...more] = await eventsOf(proposal.id);
    assert.deepEqual(
      [more.length, event.action, event.actor_account_id, event.subject_account_id, event.details],
      [
        ...[0, 'request.submitted', account.id, account.id],
        { kind: 'correction', label: 'Correction de fiche', changes },
      ],
    );
  });

  test('accepted: the record changes as an edit does, pending requests take the name (R47), the person is told', async () => {
    const asked = await services.asking.submit(person, 'energie-lecteur', 'Utile');
    const { id } = await propose({ lastName: 'NOUVEAU' });
    assert.equal((await accept(id)).kind, 'decided');
    assert.deepEqual(await recordOf(account), {
      last_name: 'NOUVEAU',
      first_name: account.first_name,
      function_title: 'Agent',
    });
    assert.ok(asked.kind === 'submitted');
    const pending = await database.db('requests').first('last_name').where({ id: asked.requestId });
    assert.equal(pending.last_name, 'NOUVEAU');
    const changes = { nom: { from: account.last_name, to: 'NOUVEAU' } };
    assert.deepEqual(
      (await eventsOf(id))
        .slice(1)
        .map(({ action, details, actor_account_id }) => [action, details, actor_account_id]),
      [
        ['request.accepted', { kind: 'correction', label: 'Correction de fiche' }, local.id],
        ['account.updated', { changes }, local.id],
      ],
    );
    assert.deepEqual((await told(id)).at(-1), `request-accepted ${account.email}`);
    const [{ data }] = await database.db('messages').where({ request_id: id, template: 'request-accepted' });
    assert.deepEqual([data.lastName, data.changes], ['NOUVEAU', changes]);
  });

  test('refused: the record stays, with why', async () => {
    const { id } = await propose({ firstName: 'Autre' });
    const refusal = { requestId: id, reason: 'Pièce manquante' };
    assert.equal((await services.deciding.refuse(await actorOf(local), here, refusal)).kind, 'decided');
    assert.equal((await recordOf(account)).first_name, account.first_name);
    assert.deepEqual((await told(id)).at(-1), `request-refused ${account.email}`);
    const event = (await eventsOf(id)).at(-1);
    assert.deepEqual(
      [event.action, event.details],
      ['request.refused', { kind: 'correction', label: 'Correction de fiche', reason: 'Pièce manquante' }],
    );
  });

  test('P1 nobody accepts their own; where nobody else of the organism may, Ucanss is told and decides', async () => {
    const { db } = database;
    const organism = await createOrganism(db);
    const lone = await createAccount(db, { organism: organism.id });
    await grant(db, lone, 'administrateur-local', { organism: organism.code });
    const { id } = await propose({ lastName: 'SEUL' }, lone);
    assert.deepEqual(await told(id), [`request-received ${national.email}`]);
    assert.equal(await faultOf(id, lone, { kind: 'organism', organism }), 'oneself');
    assert.equal(await faultOf(id, national, NATIONAL), 'decided');
    assert.equal((await recordOf(lone)).last_name, 'SEUL');
  });

  test('P9 of somebody whose rights go further, Ucanss decides: at once, or where they come meanwhile', async () => {
    const { db } = database;
    const organism = await createOrganism(db);
    await grant(db, account, 'administrateur-local', { organism: organism.code });
    const first = await propose({ lastName: 'AILLEURS' });
    assert.deepEqual(await told(first.id), [`request-received ${national.email}`]);
    assert.equal(await faultOf(first.id), 'beyond');
    assert.equal(await faultOf(first.id, national, NATIONAL), 'decided');
    const later = await createAccount(db);
    const { id } = await propose({ lastName: 'PLUSTARD' }, later);
    assert.deepEqual(await told(id), [`request-received ${local.email}`]);
    await grant(db, later, 'auditeur');
    assert.equal(await faultOf(id), 'beyond');
    assert.equal(await statusOf(id), 'pending');
  });

  test('P10 judged anew: what was changed otherwise meanwhile stands, what became so is accepted, the rest stays', async () => {
    const { db } = database;
    const clash = await propose({ functionTitle: 'Cadre' });
    await db('accounts').where({ id: account.id }).update({ function_title: 'Directrice' });
    assert.equal(await faultOf(clash.id), 'record_changed');
    const preview = await services.deciding.preview(await actorOf(local), here, 'accept', clash.id);
    assert.equal(preview.fault, 'record_changed');
    assert.deepEqual(
      [(await recordOf(account)).function_title, await statusOf(clash.id)],
      ['Directrice', 'pending'],
    );
    const other = await createAccount(db, { function_title: 'Agent' });
    const same = await propose({ functionTitle: 'Cadre' }, other);
    await db('accounts').where({ id: other.id }).update({ function_title: 'Cadre', last_name: 'RENOMMÉE' });
    assert.equal(await faultOf(same.id), 'decided');
    assert.deepEqual(await recordOf(other), {
      ...{ last_name: 'RENOMMÉE', first_name: other.first_name, function_title: 'Cadre' },
    });
    assert.ok(!(await eventsOf(same.id)).some(({ action }) => action === 'account.updated'));
  });

  test('deactivated meanwhile, it cannot be accepted; attached elsewhere, it follows, and is told there', async () => {
    const { db } = database;
    const gone = await propose({ lastName: 'PARTIE' });
    await db('accounts')
      .where({ id: account.id })
      .update({ active: false, deactivated_at: clock.now(), deactivation_reason: 'Départ' });
    assert.equal(await faultOf(gone.id), 'inactive');
    const organism = await createOrganism(db);
    const chief = await createAccount(db, { organism: organism.id });
    await grant(db, chief, 'administrateur-local', { organism: organism.code });
    const mover = await createAccount(db);
    const { id } = await propose({ lastName: 'DÉPLACÉE' }, mover);
    await services.attaching.attach(await actorOf(chief), { kind: 'organism', organism }, mover.id);
    assert.deepEqual((await told(id)).at(-1), `request-received ${chief.email}`);
    assert.equal(await faultOf(id), 'moved');
    assert.equal(await faultOf(id, chief, { kind: 'organism', organism }), 'decided');
    assert.equal((await recordOf(mover)).last_name, 'DÉPLACÉE');
  });

  test('what differs in nothing, or only by what somebody else changed while the form was open, is no correction', async () => {
    assert.equal((await propose({})).kind, 'unchanged');
    await database.db('accounts').where({ id: account.id }).update({ function_title: 'Directrice' });
    assert.equal((await propose({})).kind, 'unchanged');
    const { id } = await propose({ lastName: 'NOUVEAU' });
    const { changes } = await database.db('requests').first('changes').where({ id });
    assert.deepEqual(changes, { nom: { from: account.last_name, to: 'NOUVEAU' } });
  });

  test('one at a time, whatever the number at once; withdrawn, it can be proposed again', async () => {
    const proposals = await Promise.all(
      Array.from({ length: 10 }, (_, index) => propose({ lastName: `NOM${index}` })),
    );
    assert.equal(proposals.filter(({ kind }) => kind === 'submitted').length, 1);
    assert.equal(proposals.filter(({ kind }) => kind === 'pending').length, 9);
    const [{ id }] = await database.db('requests').where({ account_id: account.id, status: 'pending' });
    assert.equal((await services.asking.cancel(person, id)).kind, 'cancelled');
    assert.deepEqual((await eventsOf(id)).at(-1).details, { label: 'Correction de fiche' });
    assert.equal(await faultOf(id), 'cancelled');
    assert.equal((await propose({ lastName: 'ENCORE' })).kind, 'submitted');
  });

  test('of an acceptance beside a withdrawal, one stands', async () => {
    for (let index = 0; index < 10; index += 1) {
      const whose = await createAccount(database.db);
      const { id } = await propose({ lastName: 'NOUVEAU' }, whose);
      const [fault, { kind }] = await Promise.all([
        faultOf(id),
        services.asking.cancel(await actorOf(whose), id),
      ]);
      const isAccepted = (await statusOf(id)) === 'accepted';
      assert.equal(fault === 'decided', isAccepted);
      assert.equal(kind, isAccepted ? 'too-late' : 'cancelled');
      assert.equal((await recordOf(whose)).last_name === 'NOUVEAU', isAccepted);
    }
  });

  test('P5 outside the scope it does not exist; who was deactivated proposes nothing', async () => {
    const { id } = await propose({ lastName: 'NOUVEAU' });
    const organism = await createOrganism(database.db);
    await assert.rejects(accept(id, national, { kind: 'organism', organism }), NotFound);
    const gone = await createAccount(database.db);
    const actor = await actorOf(gone);
    await database
      .db('accounts')
      .where({ id: gone.id })
      .update({ active: false, deactivated_at: clock.now(), deactivation_reason: 'Départ' });
    const typed = { ...shownOf(gone), lastName: 'NOUVEAU' };
    await assert.rejects(services.correcting.propose(actor, { typed, shown: null }, ''), Forbidden);
  });

  test('R80 told after 45 days, closed after 60; reminded in between', async () => {
    const { id } = await propose({ lastName: 'NOUVEAU' });
    clock.set('2026-11-30T10:00:00Z');
    assert.equal((await services.reminding.remind(person, id)).refusal, null);
    clock.set('2027-01-10T10:00:00Z');
    await services.lapsing.warn();
    clock.set('2027-02-10T10:00:00Z');
    await services.lapsing.close();
    assert.equal(await statusOf(id), 'cancelled');
    assert.deepEqual(await told(id), [
      ...[`request-received ${local.email}`, `request-received ${local.email}`],
      ...[`request-lapsing ${account.email}`, `request-received ${local.email}`],
      `request-lapsed ${account.email}`,
    ]);
    assert.deepEqual((await eventsOf(id)).at(-1).details, {
      label: 'Correction de fiche',
      cause: 'lapsed',
    });
  });
});
