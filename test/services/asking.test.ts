import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Actor } from '../../src/domain/actor.ts';
import { dayInParis } from '../../src/domain/calendar.ts';
import { Forbidden, NotFound, TooMany } from '../../src/domain/errors.ts';
import { NATIONAL } from '../../src/domain/scope.ts';
import { findActor } from '../../src/repositories/actors.ts';
import { askingService } from '../../src/services/asking.ts';
import { createServices } from '../../src/services/index.ts';
import { type AccountRow, accountOf, createAccount } from '../factories/accounts.ts';
import { endAssignment, grant } from '../factories/assignments.ts';
import { createOrganism } from '../factories/organisms.ts';
import { createRequest } from '../factories/requests.ts';
import { allOf } from '../tools/all-of.ts';
import { testClock } from '../tools/clock.ts';
import { createTestDatabase, type TestDatabase } from '../tools/database.ts';

const REASON = 'Je remplace le référent.';
const PAIRS = 40;

describe('asking for a role', () => {
  let database: TestDatabase;
  let asking: ReturnType<typeof askingService>;

  before(async () => {
    database = await createTestDatabase({ template: 'demonstration' });
    asking = askingService({ db: database.db, clock: testClock });
  });
  after(() => database.drop());

  const actorOf = async ({ id }: { id: number }): Promise<Actor> => {
    const actor = await findActor(database.db, id, dayInParis(testClock.now()));
    assert.ok(actor);
    return actor;
  };
  const castMember = async (email: string) => actorOf(await accountOf(database.db, email));
  const someone = async (fields = {}) => actorOf(await createAccount(database.db, fields));

  async function askAs(actor: Actor, role: string) {
    const result = await asking.submit(actor, role, REASON);
    assert.equal(result.kind, 'submitted');
    return result.kind === 'submitted' ? result : assert.fail();
  }
  const refusalOf = async (actor: Actor, role: string) => {
    const result = await asking.submit(actor, role, REASON);
    return result.kind === 'refused' ? result.refusal : 'submitted';
  };
  const told = async (requestId: number): Promise<string[]> =>
    database.db('messages').where({ request_id: requestId }).orderBy('recipient').pluck('recipient');

  test('F5 writes a pending request of the person and of their organism, and its event', async () => {
    const person = await someone({ function_title: 'Chargée de mission', phone: '03 84 00 00 00' });
    const { requestId } = await askAs(person, 'energie-redacteur');
    const row = await database.db('requests').first().where({ id: requestId });
    assert.deepEqual(
      [row.kind, row.status, row.account_id, row.requested_by, row.organism_id, row.reason],
      ['role', 'pending', person.id, person.id, person.organismId, REASON],
    );
    assert.deepEqual(
      [row.last_name, row.email, row.function_title, row.phone],
      [person.lastName, person.email, 'Chargée de mission', '03 84 00 00 00'],
    );
    assert.equal(row.submitted_at.toISOString(), testClock.now().toISOString());
    const [event] = await database.db('audit_events').where({ request_id: requestId });
    assert.deepEqual(
      [event.action, event.actor_account_id, event.subject_account_id, event.role_id, event.organism_id],
      ['request.submitted', person.id, person.id, row.role_id, person.organismId],
    );
    assert.deepEqual(event.details, { kind: 'role', label: 'Energie Rédacteur' });
  });

  test('F6 tells every local administrator of the organism, one message each', async () => {
    const { requestId, by } = await askAs(await someone(), 'energie-lecteur');
    assert.equal(by, 'local_administrators');
    assert.deepEqual(await told(requestId), ['suppleante@caf39.caf.fr', 'wtestportail@test.fr']);
    const [message] = await database.db('messages').where({ request_id: requestId });
    assert.equal(message.template, 'request-received');
    assert.deepEqual(
      [message.data.roleLabel, message.data.reason, message.data.forUcanss, message.data.submittedOn],
      ['Energie Lecteur', REASON, false, dayInParis(testClock.now())],
    );
  });

  test('P3 a role that Ucanss validates is told to Ucanss alone', async () => {
    const { requestId, by } = await askAs(await someone(), 'energie-administrateur');
    assert.equal(by, 'ucanss');
    assert.deepEqual(await told(requestId), ['national@ucanss.fr']);
    const [message] = await database.db('messages').where({ request_id: requestId });
    assert.equal(message.data.forUcanss, true);
  });

  test('P1 an administrator who asks is not told: the others are, or Ucanss when there is no other', async () => {
    const one = await askAs(await castMember('wtestportail@test.fr'), 'energie-lecteur');
    assert.deepEqual(await told(one.requestId), ['suppleante@caf39.caf.fr']);
    const only = await askAs(await castMember('admin.cpam39@assurance-maladie.fr'), 'elections-declarant');
    assert.equal(only.by, 'ucanss');
    assert.deepEqual(await told(only.requestId), ['national@ucanss.fr']);
    const own = await askAs(await castMember('national@ucanss.fr'), 'energie-administrateur');
    assert.deepEqual([own.by, await told(own.requestId)], ['ucanss', []]);
  });

  test('P8 who no longer decides is not told: ended or past delegation, inactive account', async () => {
    const { code } = await createOrganism(database.db);
    const administrator = (fields = {}) => createAccount(database.db, { organism: code, ...fields });
    const role = 'administrateur-local';
    const [ended, past, inactive, holding] = [
      await administrator(),
      await administrator(),
      await administrator({ active: false }),
      await administrator(),
    ];
    await endAssignment(database.db, await grant(database.db, ended, role, { organism: code }));
    await grant(database.db, past, role, { organism: code, ends_on: '2026-11-21' });
    await grant(database.db, inactive, role, { organism: code });
    await grant(database.db, holding, role, { organism: code, ends_on: '2026-11-22' });
    const { requestId } = await askAs(await someone({ organism: code }), 'energie-lecteur');
    assert.deepEqual(await told(requestId), [holding.email]);
  });

  test('P8 nor is who no longer decides for Ucanss, or only reads', async () => {
    const role = 'administrateur-ucanss';
    const national = (fields = {}) => createAccount(database.db, { organism: 'UCANSS', ...fields });
    const [ended, past, inactive, auditor, holding] = [
      await national(),
      await national(),
      await national({ active: false }),
      await national(),
      await national(),
    ];
    await endAssignment(database.db, await grant(database.db, ended, role));
    await grant(database.db, past, role, { ends_on: '2026-11-21' });
    await grant(database.db, inactive, role);
    await grant(database.db, auditor, 'auditeur');
    const until = await grant(database.db, holding, role, { ends_on: '2026-11-22' });
    const { requestId } = await askAs(await someone(), 'energie-administrateur');
    assert.deepEqual(await told(requestId), ['national@ucanss.fr', holding.email].toSorted());
    await endAssignment(database.db, until);
  });

  test('P3b, P4, F5 what is not asked online is refused, with the cause', async () => {
    const person = await someone();
    await database.db('roles').where({ code: 'marches-lecteur' }).update({ closed_at: testClock.now() });
    const expected = {
      inconnu: 'unknown',
      'marches-lecteur': 'closed',
      'formation-lecteur': 'free',
      'administrateur-local': 'delegated',
      auditeur: 'national',
      'administrateur-ucanss': 'national',
      'instances-membre': 'procedure',
    };
    for (const [role, cause] of Object.entries(expected)) {
      assert.equal(await refusalOf(person, role), cause, role);
    }
    await database
      .db('roles')
      .where({ code: 'instances-membre' })
      .update({ request_mode: 'none', procedure: null });
    assert.equal(await refusalOf(person, 'instances-membre'), 'not_online');
    assert.deepEqual(await database.db('requests').where({ account_id: person.id }), []);
    assert.deepEqual(await database.db('audit_events').where({ subject_account_id: person.id }), []);
  });

  test('P8 what one holds today is refused; what one held until yesterday is not', async () => {
    const person = await someone();
    await grant(database.db, person, 'energie-lecteur', { ends_on: '2026-11-22' });
    await grant(database.db, person, 'energie-redacteur', { ends_on: '2026-11-21' });
    assert.equal(await refusalOf(person, 'energie-lecteur'), 'held');
    assert.equal(await refusalOf(person, 'energie-redacteur'), 'submitted');
  });

  test('no second pending request for the same role, whatever the number at once', async () => {
    const person = await someone();
    const results = await Promise.all(
      Array.from({ length: 20 }, () => asking.submit(person, 'marches-adherent', REASON)),
    );
    assert.equal(results.filter(({ kind }) => kind === 'submitted').length, 1);
    assert.ok(allOf(results, (result) => result.kind === 'submitted' || result.refusal === 'pending'));
    const rows = await database.db('requests').where({ account_id: person.id });
    assert.equal(rows.length, 1);
    assert.equal((await told(rows[0].id)).length, 2);
    // Once refused, it can be asked again.
    await database
      .db('requests')
      .where({ id: rows[0].id })
      .update({
        status: 'refused',
        decided_at: testClock.now(),
        decided_by: (await castMember('national@ucanss.fr')).id,
        decision_reason: 'Non',
      });
    assert.equal(await refusalOf(person, 'marches-adherent'), 'submitted');
  });

  test('past sixty requests in an hour, whatever became of them, the next one waits', async () => {
    const person = await someone();
    const made = { account: await database.db('accounts').first().where({ id: person.id }) };
    const cancelled = { status: 'cancelled', cancelled_at: testClock.now() };
    const lately = new Date(testClock.now().getTime() - 59 * 60_000);
    for (let count = 0; count < 60; count += 1) {
      await createRequest(database.db, { ...made, ...cancelled, created_at: lately });
    }
    await assert.rejects(asking.submit(person, 'marches-adherent', REASON), (error) => {
      assert.ok(error instanceof TooMany);
      // Seconds: the hour that its sentence says.
      assert.equal(error.retryAfter, 3_600);
      return true;
    });
    await database
      .db('requests')
      .where({ account_id: person.id })
      .update({ created_at: new Date(testClock.now().getTime() - 61 * 60_000) });
    assert.equal(await refusalOf(person, 'marches-adherent'), 'submitted');
  });

  test('the organism is the one of the account as it stands, not as the session knew it', async () => {
    const person = await someone();
    const { id } = await createOrganism(database.db);
    await database.db('accounts').where({ id: person.id }).update({ organism_id: id });
    const { requestId } = await askAs(person, 'energie-lecteur');
    assert.equal((await database.db('requests').first().where({ id: requestId })).organism_id, id);
  });

  test('an account deactivated meanwhile asks for nothing', async () => {
    const person = await someone();
    await database
      .db('accounts')
      .where({ id: person.id })
      .update({ active: false, deactivated_at: testClock.now() });
    await assert.rejects(asking.submit(person, 'energie-lecteur', REASON), Forbidden);
  });

  describe('cancelling', () => {
    const pending = async () => {
      const account: AccountRow = await createAccount(database.db);
      const requestId = await createRequest(database.db, { account });
      return { person: await actorOf(account), requestId };
    };
    const statusOf = async (id: number) =>
      (await database.db('requests').first('status').where({ id })).status;

    test('one’s own pending request is cancelled, once, with its event', async () => {
      const { person, requestId } = await pending();
      assert.equal((await asking.cancel(person, requestId)).kind, 'cancelled');
      assert.equal(await statusOf(requestId), 'cancelled');
      const [event, ...others] = await database.db('audit_events').where({ request_id: requestId });
      assert.deepEqual([event.action, event.actor_account_id], ['request.cancelled', person.id]);
      assert.deepEqual(others, []);
      const again = await asking.cancel(person, requestId);
      assert.deepEqual([again.kind, again.request.status], ['too-late', 'cancelled']);
      assert.equal((await database.db('audit_events').where({ request_id: requestId })).length, 1);
    });

    test('P5 somebody else’s does not exist, an administrator’s scope included', async () => {
      const { requestId } = await pending();
      await assert.rejects(asking.cancel(await castMember('wtestportail@test.fr'), requestId), NotFound);
      await assert.rejects(asking.cancel(await castMember('national@ucanss.fr'), requestId), NotFound);
      const stranger = await createRequest(database.db);
      await assert.rejects(asking.cancel(await someone(), stranger), NotFound);
      assert.equal(await statusOf(requestId), 'pending');
    });

    /** The kinds of answer, and what the database holds, of a request that was cancelled or else accepted. */
    async function outcomeOf(person: Actor, requestId: number) {
      const accepted = (await statusOf(requestId)) === 'accepted';
      const actions = await database.db('audit_events').where({ request_id: requestId }).pluck('action');
      return {
        held: (await database.db('assignments').where({ account_id: person.id })).length,
        decisions: actions.filter((action) => /^request\./.test(action)),
        expected: accepted
          ? { held: 1, kinds: ['too-late', 'decided'], decider: 'Noé NATIONAL', event: 'request.accepted' }
          : { held: 0, kinds: ['cancelled', 'refused'], decider: null, event: 'request.cancelled' },
      };
    }

    test(`of ${PAIRS} cancellations each beside a decision, one of both stands and the other is told`, async () => {
      const deciding = createServices({ db: database.db, clock: testClock }).deciding;
      const national = await castMember('national@ucanss.fr');
      for (let index = 0; index < PAIRS; index += 1) {
        const { person, requestId } = await pending();
        const accept = () => deciding.accept(national, NATIONAL, { requestId, endsOn: null });
        // Each is sent first as often as the other.
        const early = index % 2 === 0 ? accept() : undefined;
        const cancelling = asking.cancel(person, requestId);
        const [decision, cancellation] = await Promise.all([early ?? accept(), cancelling]);
        const { held, decisions, expected } = await outcomeOf(person, requestId);
        assert.deepEqual([cancellation.kind, decision.kind], expected.kinds);
        assert.equal(cancellation.request.decidedBy, expected.decider);
        assert.deepEqual(decisions, [expected.event]);
        assert.equal(held, expected.held);
      }
    });
  });
});
