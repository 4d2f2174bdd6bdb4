import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import { type TrailAttestation, type TrailVerdict, verifyTrail } from '../../src/repositories/audit-trail.ts';
import { auditTrailService } from '../../src/services/audit-trail.ts';
import { EDITS, EVENTS, type Tampering, tamper, tamperings } from '../factories/tampering.ts';
import { appendEvents } from '../factories/trail.ts';
import { testClock } from '../tools/clock.ts';
import { createTestDatabase, type TestDatabase } from '../tools/database.ts';
import { howMany, runs, seed, tellCases } from '../tools/sample.ts';

const TAMPERINGS = runs(100, 1_000);

let database: TestDatabase;
let attested: TrailAttestation;

before(async () => {
  database = await createTestDatabase({ template: 'empty' });
  await appendEvents(database.db, EVENTS);
  // Whoever can disable the triggers can drop the constraints as well.
  for (const { conname } of (
    await database.db.raw(
      `SELECT conname FROM pg_constraint WHERE conrelid = 'audit_events'::regclass AND contype = 'c'`,
    )
  ).rows) {
    await database.db.raw('ALTER TABLE audit_events DROP CONSTRAINT ??', [conname]);
  }
  const key = generateKeyPairSync('ed25519').privateKey;
  const sealing = await auditTrailService({ db: database.db, clock: testClock }).seal({
    key,
    previous: null,
    keepFrom: null,
  });
  assert.equal(sealing.kind, 'sealed');
  if (sealing.kind !== 'sealed') return;
  attested = { firstId: 1, lastId: sealing.checkpoint.last_id, lastHash: sealing.checkpoint.last_hash };
});

after(() => database.drop());

/** Tampers in a transaction that is rolled back, the triggers disabled, and returns what the verification says. */
async function verdictAfter(
  act: Tampering,
  checkpoint: TrailAttestation | null,
  batch = EVENTS,
): Promise<TrailVerdict> {
  const trx = await database.db.transaction();
  try {
    await trx.raw('SET LOCAL session_replication_role = replica');
    await tamper(trx, act);
    return await verifyTrail(trx, { attested: checkpoint, batch });
  } finally {
    await trx.rollback();
  }
}

test('every column of the trail is one that the tamperings edit', async () => {
  const columns = Object.keys(await database.db('audit_events').columnInfo());
  assert.deepEqual(columns.sort(), Object.keys(EDITS).sort());
});

test(`${TAMPERINGS.numRuns} tamperings are all detected`, async (t) => {
  await fc.assert(
    fc.asyncProperty(tamperings, async (act) => {
      const verdict = await verdictAfter(act, attested);
      assert.equal(verdict.intact, false);
    }),
    TAMPERINGS,
  );
  tellCases(t, TAMPERINGS.numRuns);
  const untouched = await verifyTrail(database.db, { attested });
  assert.equal(untouched.intact, true);
});

test('without a checkpoint, every tampering but a cut or rewritten end is detected', async () => {
  for (const act of fc.sample(tamperings, { numRuns: howMany(30, 100), seed })) {
    const verdict = await verdictAfter(act, null, 64);
    assert.equal(verdict.intact, act.kind === 'cut' || act.kind === 'rewrite', JSON.stringify(act));
  }
});

test('the first broken event is named', async () => {
  const faults: [Tampering, RegExp][] = [
    [{ kind: 'edit', id: 12, column: 'details', rehashed: false }, /^event 12 was changed/],
    [{ kind: 'edit', id: 12, column: 'details', rehashed: true }, /^event 13 does not follow event 12/],
    [{ kind: 'edit', id: EVENTS, column: 'details', rehashed: true }, /^event 200 was replaced/],
    [{ kind: 'delete', id: 30, count: 1 }, /^event 30 is missing/],
    [{ kind: 'extract', id: 190 }, /^event 190 is missing/],
    [{ kind: 'delete', id: 64, count: 2 }, /^event 64 is missing/],
    [{ kind: 'delete', id: 199, count: 2 }, /^event 199 is missing/],
    [{ kind: 'insert', like: 100, id: 64, rehashed: true }, /^event 64 is there more than once/],
    [{ kind: 'insert', like: 5, id: 0, rehashed: true }, /^event 0 stands before event 1/],
    [{ kind: 'cut', id: 150 }, /^event 150 is missing: the checkpoint attests events up to 200/],
    [{ kind: 'rewrite', id: 150 }, /^event 200 is not the one that the checkpoint attests/],
  ];
  for (const [act, expected] of faults) {
    const verdict = await verdictAfter(act, attested, 64);
    assert.match(verdict.intact ? 'intact' : verdict.fault, expected, JSON.stringify(act));
  }
});

test('an event moved to the same date before our era is detected', async () => {
  const trx = await database.db.transaction();
  try {
    await trx.raw('SET LOCAL session_replication_role = replica');
    await trx.raw(
      `CREATE TABLE before_our_era PARTITION OF audit_events FOR VALUES FROM (MINVALUE) TO ('0001-01-01')`,
    );
    await trx.raw(
      `UPDATE audit_events SET occurred_at = (occurred_at::text || ' BC')::timestamptz WHERE id = 5`,
    );
    const verdict = await verifyTrail(trx, { attested });
    assert.match(verdict.intact ? 'intact' : verdict.fault, /^event 5 was changed/);
  } finally {
    await trx.rollback();
  }
});
