import fc from 'fast-check';
import type { Knex } from 'knex';

/** What each column becomes: always something else than it was. */
export const EDITS: Record<string, string> = {
  id: 'id + 1000',
  occurred_at: `occurred_at + interval '1 microsecond'`,
  actor_kind: `CASE actor_kind WHEN 'job' THEN 'anonymous' ELSE 'job' END`,
  actor_account_id: 'CASE WHEN actor_account_id IS NULL THEN 8 END',
  actor_job: `CASE WHEN actor_job IS NULL THEN 'seed' END`,
  action: `action || ' '`,
  organism_id: 'coalesce(organism_id, 0) + 1',
  subject_account_id: 'CASE WHEN subject_account_id IS NULL THEN 1 END',
  role_id: 'coalesce(role_id, 0) + 1',
  request_id: 'CASE WHEN request_id IS NULL THEN 0 END',
  batch_id: 'coalesce(batch_id, 0) + 1',
  details: `details || '{"ends_on": "2027-12-31"}'`,
  previous_hash: `translate(previous_hash, '0123456789abcdef', '123456789abcdef0')`,
  hash: `translate(hash, '0123456789abcdef', '123456789abcdef0')`,
};

export type Tampering =
  | { kind: 'edit'; id: number; column: string; rehashed: boolean }
  | { kind: 'delete'; id: number; count: number }
  | { kind: 'insert'; like: number; id: number; rehashed: boolean }
  /** Two events change places, alone or leaving their hashes where they were. */
  | { kind: 'swap'; id: number; other: number; hashes: boolean }
  | { kind: 'head'; column: 'last_id' | 'last_hash' }
  /** An event is taken out, the chain mended after it, and the head follows: only its number is missing. */
  | { kind: 'extract'; id: number }
  /** The end is cut off, or rewritten from an event on, and the head follows: only a checkpoint sees it. */
  | { kind: 'cut' | 'rewrite'; id: number };

/** The length of the chain that is tampered with. */
export const EVENTS = 200;

const anyId = fc.integer({ min: 1, max: EVENTS });
export const tamperings: fc.Arbitrary<Tampering> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('edit'),
      id: anyId,
      column: fc.constantFrom(...Object.keys(EDITS)),
      rehashed: fc.boolean(),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('delete'), id: anyId, count: fc.integer({ min: 1, max: 5 }) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('insert'),
      like: anyId,
      id: fc.integer({ min: -1, max: EVENTS + 2 }),
      rehashed: fc.boolean(),
    }),
  },
  {
    weight: 2,
    arbitrary: fc
      .record({ kind: fc.constant('swap'), id: anyId, other: anyId, hashes: fc.boolean() })
      .filter(({ id, other }) => id !== other),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('head'), column: fc.constantFrom('last_id', 'last_hash') }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('cut'), id: anyId }) },
  // Near the end: each event after it is written again.
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constantFrom('rewrite', 'extract'),
      id: fc.integer({ min: EVENTS - 30, max: EVENTS - 1 }),
    }),
  },
) as fc.Arbitrary<Tampering>;

/** Changes the trail as somebody could who has every right on the database. */
export async function tamper(trx: Knex, act: Tampering): Promise<void> {
  const rehash = (id: number) =>
    trx.raw('UPDATE audit_events AS event SET hash = audit_hash(event) WHERE id = ?', [id]);
  switch (act.kind) {
    case 'edit': {
      await trx.raw(`UPDATE audit_events SET ${act.column} = ${EDITS[act.column]} WHERE id = ?`, [act.id]);
      // A hash put right again would be no change at all.
      if (act.rehashed && act.column !== 'hash') await rehash(act.column === 'id' ? act.id + 1000 : act.id);
      return;
    }
    case 'delete':
      await trx('audit_events')
        .whereBetween('id', [act.id, act.id + act.count - 1])
        .delete();
      return;
    case 'insert':
      await trx.raw(
        `INSERT INTO audit_events SELECT ?, occurred_at + interval '1 second', actor_kind, actor_account_id, actor_job, action,
           organism_id, subject_account_id, role_id, request_id, batch_id, details, previous_hash, hash
         FROM audit_events WHERE id = ?`,
        [act.id, act.like],
      );
      if (act.rehashed) await rehash(act.id);
      return;
    case 'swap':
      return swap(trx, act);
    case 'head':
      await trx.raw(
        `UPDATE audit_head SET ${act.column === 'last_id' ? 'last_id = last_id - 1' : `last_hash = ${EDITS.hash?.replace('hash', 'last_hash')}`}`,
      );
      return;
    case 'cut':
      await trx('audit_events').where('id', '>=', act.id).delete();
      await moveHead(trx);
      return;
    case 'extract':
      await trx('audit_events').where('id', act.id).delete();
      await mendFrom(trx, act.id + 1);
      await moveHead(trx);
      return;
    case 'rewrite':
      await trx.raw('UPDATE audit_events SET details = ? WHERE id = ?', [{}, act.id]);
      await mendFrom(trx, act.id);
      await moveHead(trx);
  }
}

async function swap(
  trx: Knex,
  { id, other, hashes }: { id: number; other: number; hashes: boolean },
): Promise<void> {
  for (const [from, to] of [
    [id, 0],
    [other, id],
    [0, other],
  ])
    await trx('audit_events').where({ id: from }).update({ id: to });
  if (!hashes) return;
  await trx.raw(
    `UPDATE audit_events AS event SET (hash, previous_hash) = (SELECT hash, previous_hash FROM audit_events AS source
       WHERE source.id = CASE event.id WHEN :id::bigint THEN :other::bigint ELSE :id::bigint END)
     WHERE id IN (:id, :other)`,
    { id, other },
  );
}

/** Makes the chain right again from an event to its end. */
async function mendFrom(trx: Knex, first: number): Promise<void> {
  await trx.raw(`
    DO $$ DECLARE place bigint; BEGIN
      FOR place IN ${Number(first)}..${EVENTS} LOOP
        UPDATE audit_events SET previous_hash = (SELECT hash FROM audit_events WHERE id < place ORDER BY id DESC LIMIT 1)
          WHERE id = place;
        UPDATE audit_events AS event SET hash = audit_hash(event) WHERE id = place;
      END LOOP;
    END $$`);
}

const moveHead = (trx: Knex) =>
  trx.raw(`
    UPDATE audit_head SET (last_id, last_hash) = (SELECT coalesce(max(id), 0),
      coalesce((array_agg(hash ORDER BY id DESC))[1], repeat('0', 64)) FROM audit_events)`);
