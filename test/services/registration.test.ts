import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { onMeasure } from '../../src/database/measures.ts';
import type { OpenOrganism } from '../../src/domain/organism-choice.ts';
import { organismRepository } from '../../src/repositories/organisms.ts';
import { createLink } from '../../src/security/links.ts';
import { type Registration, registrationService } from '../../src/services/registration.ts';
import { retentionService } from '../../src/services/retention.ts';
import { createAccount } from '../factories/accounts.ts';
import { createOrganism } from '../factories/organisms.ts';
import { createRequest } from '../factories/requests.ts';
import { next } from '../factories/sequence.ts';
import { allOf } from '../tools/all-of.ts';
import { createTestClock, type TestClock } from '../tools/clock.ts';
import { createTestDatabase, type TestDatabase } from '../tools/database.ts';

const NETWORK = '192.0.2.7';

describe('asking for a first account', () => {
  let database: TestDatabase;
  let clock: TestClock;
  let registration: ReturnType<typeof registrationService>;
  let organisms: OpenOrganism[];

  before(async () => {
    database = await createTestDatabase({ template: 'demonstration' });
    organisms = await organismRepository(database.db).open();
  });
  beforeEach(async () => {
    clock = createTestClock();
    registration = registrationService({ db: database.db, clock });
    await database.db('rate_limits').delete();
  });
  after(() => database.drop());

  function formOf(fields: Partial<Registration> & { code?: string } = {}): Registration {
    const { code = 'CAF-391', ...others } = fields;
    const organism = organisms.find((each) => each.code === code);
    assert.ok(organism);
    return {
      lastName: 'DUPONT',
      firstName: 'Léa',
      email: `lea.dupont.${next()}@caf39.caf.fr`,
      functionTitle: 'Conseillère',
      phone: '',
      reason: 'Nouvelle arrivée',
      organism,
      ...others,
    };
  }
  const rowOf = (email: string) =>
    database.db('requests').where({ email, kind: 'account' }).orderBy('id', 'desc').first();
  const messagesTo = (recipient: string) => database.db('messages').where({ recipient }).orderBy('id');

  /** A form taken, and its link as the message would carry it. */
  async function linked(fields: Parameters<typeof formOf>[0] = {}) {
    const form = formOf(fields);
    await registration.submit(form, NETWORK);
    const { id } = await rowOf(form.email);
    const token = await createLink(database.db, 'request_confirmation', { requestId: id }, clock.now());
    return { form, id, token };
  }

  test('F1 nobody is told before the address is confirmed; then those who decide are', async () => {
    const { form, id, token } = await linked();
    const row = await rowOf(form.email);
    assert.deepEqual([row.status, row.submitted_at, row.outside_mail_domain], ['unconfirmed', null, false]);
    assert.deepEqual(
      (await database.db('messages').where({ request_id: id })).map(({ template }) => template),
      ['request-confirmation'],
    );
    clock.set('2026-11-23T09:00:00.000Z');
    assert.equal((await registration.find(token))?.email, form.email);
    assert.equal((await rowOf(form.email)).status, 'unconfirmed', 'looking confirms nothing');
    assert.deepEqual(await registration.confirm(token), { kind: 'confirmed' });
    const confirmed = await rowOf(form.email);
    assert.deepEqual(
      [confirmed.status, confirmed.submitted_at.toISOString()],
      ['pending', clock.now().toISOString()],
    );
    const received = await database
      .db('messages')
      .where({ request_id: id, template: 'request-received' })
      .orderBy('recipient');
    assert.deepEqual(
      received.map(({ recipient }) => recipient),
      ['suppleante@caf39.caf.fr', 'wtestportail@test.fr'],
    );
    assert.equal(received[0].data.roleLabel, "Droits d'accès à la ressource : Portail accès connecté");
    const events = await database.db('audit_events').where({ request_id: id }).orderBy('id');
    assert.deepEqual(
      events.map(({ action, actor_kind, organism_id }) => [action, actor_kind, organism_id]),
      [
        // Not in the organism's trail either, before it is confirmed.
        ['request.submitted', 'anonymous', null],
        ['request.confirmed', 'anonymous', confirmed.organism_id],
      ],
    );
  });

  test('Ucanss is told, and told why, where nobody administers the organism', async () => {
    const { code } = await createOrganism(database.db);
    organisms = await organismRepository(database.db).open();
    const { id, token } = await linked({ code });
    await registration.confirm(token);
    const received = await database.db('messages').where({ request_id: id, template: 'request-received' });
    assert.deepEqual(
      received.map(({ recipient, data }) => [recipient, data.forUcanss]),
      [['national@ucanss.fr', true]],
    );
  });

  test('F1 an address outside the organism’s mail domain is flagged, not refused; no domain: no flag', async () => {
    const flags: [code: string, email: string, flag: boolean][] = [
      ['CAF-391', 'a@caf39.caf.fr', false],
      ['CAF-391', 'a@antenne.caf39.caf.fr', false],
      ['CAF-391', 'a@caf.fr', true],
      ['CAF-391', 'a@autrecaf39.caf.fr', true],
      ['CAF-391', 'a@courriel.example', true],
      ['INST410', 'a@courriel.example', false],
    ];
    for (const [code, email, flag] of flags) {
      await registration.submit(formOf({ code, email }), NETWORK);
      assert.equal((await rowOf(email)).outside_mail_domain, flag, email);
    }
  });

  test('F1 a known address costs the same statements, and its owner alone is told', async () => {
    const active = await createAccount(database.db);
    const inactive = await createAccount(database.db, { active: false });
    const pending = `${next()}.pending@caf39.caf.fr`;
    await createRequest(database.db, { email: pending });
    let seen: string[] = [];
    // Those that are prepared do not pass through knex.
    onMeasure(({ kind }) => kind === 'query' && seen.push('a statement'));
    const statements = async (email: string) => {
      seen = [];
      const watch = ({ sql }: { sql: string }) => seen.push(sql);
      database.db.on('query', watch);
      const result = await registration.submit(formOf({ email }), NETWORK);
      database.db.removeListener('query', watch);
      assert.deepEqual(result, { kind: 'taken' });
      return seen;
    };
    const unknown = await statements(`${next()}.unknown@caf39.caf.fr`);
    assert.ok(unknown.length >= 8);
    for (const email of [active.email, inactive.email, pending]) {
      assert.deepEqual(await statements(email), unknown, email);
    }
    for (const [{ email, id }, template] of [
      [active, 'account-known'],
      [inactive, 'account-inactive'],
    ] as const) {
      const messages = await messagesTo(email);
      assert.deepEqual(
        messages.map((message) => [message.template, message.account_id]),
        [[template, id]],
      );
      const row = await rowOf(email);
      assert.equal(row.status, 'unconfirmed');
      // It is in the history of the account, and in no organism's journal.
      const [event] = await database.db('audit_events').where({ request_id: row.id });
      assert.deepEqual(
        [event.action, event.subject_account_id, event.organism_id],
        ['request.submitted', id, null],
      );
    }
  });

  test('a link is used once, by one of twenty at once', async () => {
    const { id, token } = await linked();
    const results = await Promise.all(Array.from({ length: 20 }, () => registration.confirm(token)));
    assert.equal(results.filter(({ kind }) => kind === 'confirmed').length, 1);
    assert.ok(allOf(results, ({ kind }) => kind === 'confirmed' || kind === 'ended' || kind === 'pending'));
    assert.equal(
      (await database.db('messages').where({ request_id: id, template: 'request-received' })).length,
      2,
    );
    assert.deepEqual(await registration.confirm(token), { kind: 'ended' });
    assert.equal(await registration.find(token), undefined);
  });

  test('of several links of one address, one request waits', async () => {
    const email = `${next()}.twice@caf39.caf.fr`;
    const links = [await linked({ email }), await linked({ email }), await linked({ email })];
    const results = await Promise.all(links.map(({ token }) => registration.confirm(token)));
    assert.deepEqual(results.map(({ kind }) => kind).sort(), ['confirmed', 'pending', 'pending']);
    assert.equal((await database.db('requests').where({ email, status: 'pending' })).length, 1);
  });

  test('a link holds 72 hours; an unknown one is as one that ended', async () => {
    const { token } = await linked();
    clock.set('2026-11-25T09:00:00.000Z');
    assert.equal(await registration.find(token), undefined);
    assert.deepEqual(await registration.confirm(token), { kind: 'ended' });
    assert.deepEqual(await registration.confirm('x'.repeat(43)), { kind: 'ended' });
  });

  test('an account made meanwhile is told, and no request waits', async () => {
    const { form, token } = await linked();
    await createAccount(database.db, { email: form.email });
    assert.deepEqual(await registration.confirm(token), { kind: 'account' });
    assert.equal((await rowOf(form.email)).status, 'unconfirmed');
  });

  test('ten forms an hour for an address, a hundred from a network; the next ones are not written', async () => {
    const email = `${next()}.often@caf39.caf.fr`;
    for (let sent = 0; sent < 10; sent += 1) {
      assert.equal((await registration.submit(formOf({ email }), NETWORK)).kind, 'taken');
    }
    const refused = await registration.submit(formOf({ email }), '192.0.2.8');
    assert.equal(refused.kind, 'limited');
    assert.ok(refused.kind === 'limited' && refused.retryAfter > 3500 && refused.retryAfter <= 3600);
    assert.equal((await messagesTo(email)).length, 10);
    const ofNetwork = database
      .db('rate_limits')
      .where('key', 'like', 'registration-address:%')
      .where({ points: 10 });
    assert.equal(await ofNetwork.update({ points: 99 }), 1);
    assert.equal((await registration.submit(formOf(), NETWORK)).kind, 'taken');
    assert.equal((await registration.submit(formOf(), NETWORK)).kind, 'limited');
    assert.equal((await registration.submit(formOf(), '192.0.2.8')).kind, 'taken');
    const keys: string[] = await database.db('rate_limits').pluck('key');
    assert.ok(
      allOf(keys, (key) => !key.includes('@') && !key.includes(NETWORK)),
      'keys are digests',
    );
  });

  test('what was never confirmed is purged with its links and messages, and counted', async () => {
    const { id, token } = await linked();
    const kept = await linked();
    await registration.confirm(kept.token);
    clock.set('2026-12-15T09:00:00.000Z');
    const count = await retentionService({ db: database.db, clock }).purgeUnconfirmed();
    assert.ok(count >= 1);
    assert.deepEqual(await database.db('requests').where({ id }), []);
    assert.deepEqual(await database.db('messages').where({ request_id: id }), []);
    assert.deepEqual(await registration.confirm(token), { kind: 'ended' });
    assert.equal((await rowOf(kept.form.email)).status, 'pending');
    const [event] = await database.db('audit_events').where({ action: 'requests.purged' });
    assert.deepEqual(event.details, { count });
  });
});
