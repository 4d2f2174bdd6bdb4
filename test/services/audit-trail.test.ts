import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { afterEach, beforeEach, test } from 'node:test';
import { promisify } from 'node:util';
import type { Checkpoint } from '../../src/security/checkpoint.ts';
import { auditTrailService, type SealingOptions } from '../../src/services/audit-trail.ts';
import { appendEvents } from '../factories/trail.ts';
import { testClock } from '../tools/clock.ts';
import { createTestDatabase, type TestDatabase } from '../tools/database.ts';

const key = generateKeyPairSync('ed25519').privateKey;

let database: TestDatabase;
let trail: ReturnType<typeof auditTrailService>;

beforeEach(async () => {
  database = await createTestDatabase({ template: 'empty' });
  trail = auditTrailService({ db: database.db, clock: testClock });
});

afterEach(() => database.drop());

const seal = (options: Partial<SealingOptions> = {}) =>
  trail.seal({ key, previous: null, keepFrom: null, ...options });

async function checkpoint(options: Partial<SealingOptions> = {}): Promise<Checkpoint> {
  const sealing = await seal(options);
  if (sealing.kind !== 'sealed') throw new Error(JSON.stringify(sealing));
  return sealing.checkpoint;
}

const faultOf = async (attested: Checkpoint | null = null): Promise<string | null> => {
  const verdict = await trail.verify(attested);
  return verdict.intact ? null : verdict.fault;
};

/** Removes old events, as dropping their partitions would; it asks for more rights than the portal has. */
async function purgeBefore(id: number): Promise<void> {
  await database.db.transaction(async (trx) => {
    await trx.raw('SET LOCAL session_replication_role = replica');
    await trx('audit_events').where('id', '<', id).delete();
  });
}

test('an empty trail is intact, and so is the one that follows its checkpoint', async () => {
  assert.deepEqual(await trail.verify(), {
    ...{ intact: true, events: 0, firstId: 1, lastId: 0 },
    lastHash: '0'.repeat(64),
  });
  const empty = await checkpoint();
  await appendEvents(database.db, 3);
  assert.equal(await faultOf(empty), null);
});

test('what is appended after a checkpoint does not contradict it', async () => {
  await appendEvents(database.db, 10);
  const attested = await checkpoint();
  assert.equal(attested.last_id, 10);
  assert.equal(attested.events, 10);
  await appendEvents(database.db, 10);
  const verdict = await trail.verify(attested);
  assert.equal(verdict.intact && verdict.events, 20);
});

test('a trail that lost what was attested is not signed again', async () => {
  await appendEvents(database.db, 10);
  const previous = await checkpoint();
  await database.db.transaction(async (trx) => {
    await trx.raw('SET LOCAL session_replication_role = replica');
    await trx('audit_events').where({ id: 10 }).delete();
    await trx.raw(
      'UPDATE audit_head SET (last_id, last_hash) = (SELECT id, hash FROM audit_events WHERE id = 9)',
    );
  });
  assert.equal(await faultOf(), null, 'the chain alone does not see it');
  const refused = await seal({ previous });
  assert.deepEqual(refused, {
    kind: 'broken',
    fault: 'event 10 is missing: the checkpoint attests events up to 10',
  });
});

test('a purged trail is intact only beside the checkpoint that allowed the purge', async () => {
  await appendEvents(database.db, 20);
  const plain = await checkpoint();
  const sealed = await checkpoint({ keepFrom: 8 });
  assert.equal(sealed.events, 13);
  assert.equal(await faultOf(sealed), null, 'before the purge');

  await purgeBefore(5);
  assert.equal(await faultOf(sealed), null, 'a purge in several steps');
  await purgeBefore(8);
  const verdict = await trail.verify(sealed);
  assert.equal(verdict.intact && verdict.events, 13);
  assert.equal(await faultOf(), 'event 1 is missing');
  assert.equal(await faultOf(plain), 'event 1 is missing');

  await appendEvents(database.db, 5);
  const next = await checkpoint({ previous: sealed });
  assert.equal(next.events, 18);
  assert.equal(await faultOf(next), null);

  await purgeBefore(9);
  assert.equal(await faultOf(next), 'event 8 is missing', 'more was purged than allowed');
});

test('the event that a purge may begin at is one of those that are attested', async () => {
  await appendEvents(database.db, 20);
  assert.equal((await seal({ keepFrom: 21 })).kind, 'out-of-range');
  assert.equal((await seal({ keepFrom: 0 })).kind, 'out-of-range');
  const previous = await checkpoint({ keepFrom: 8 });
  assert.deepEqual(await seal({ previous, keepFrom: 7 }), { kind: 'out-of-range', firstId: 8, lastId: 20 });
  assert.equal((await checkpoint({ previous })).events, 13, 'a purge once allowed stays so');
});

test('two processes that append at once leave no gap', async () => {
  const code = `
    const { openDatabase } = await import(${JSON.stringify(new URL('../../src/database/knex.ts', import.meta.url).href)});
    const { recordEvents } = await import(${JSON.stringify(new URL('../../src/database/transaction.ts', import.meta.url).href)});
    const db = openDatabase(process.argv[1], { kind: 'commands', connections: 5 });
    const context = { db, clock: { now: () => new Date() }, actor: { kind: 'job', job: process.argv[2] } };
    await Promise.all(Array.from({ length: 5 }, async () => {
      for (let act = 0; act < 30; act += 1) {
        const event = { action: 'sign_out', details: {} };
        await recordEvents(context, ...Array(1 + (act % 3)).fill(event));
      }
    }));
    await db.destroy();
  `;
  const run = (name: string) =>
    promisify(execFile)(process.execPath, ['--input-type=module', '-e', code, '--', database.url, name]);
  await Promise.all([run('first'), run('second')]);
  const verdict = await trail.verify();
  assert.equal(verdict.intact && verdict.events, 600);
  const shares = await database
    .db('audit_events')
    .select('actor_job')
    .count('* as events')
    .groupBy('actor_job');
  assert.deepEqual(
    shares.map(({ events }) => events),
    [300, 300],
  );
});
