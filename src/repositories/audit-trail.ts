import type { Knex } from 'knex';

/** What a signed checkpoint says of the trail: where it begins at the latest, and an event that it must still hold. */
export interface TrailAttestation {
  firstId: number;
  lastId: number;
  lastHash: string;
}

export type TrailVerdict =
  | { intact: true; events: number; firstId: number; lastId: number; lastHash: string }
  /** The first broken event, in one sentence. */
  | { intact: false; fault: string };

interface Bounds {
  head_id: number;
  head_hash: string;
  first_id: number | null;
  last_id: number | null;
}

interface Checked {
  id: number;
  expected_id: number;
  hash: string;
  unchanged: boolean;
  linked: boolean;
}

/** What precedes the first event: 64 zeros. */
export const ORIGIN = '0'.repeat(64);

const BATCH = 10_000;

// One row: the first broken event of the window, or else its last event. A window is a range of numbers, not a
// count of rows, so that an event added under a number already taken is met too. The date that a hash covers is printed
// without its era.
const WINDOW = `
  WITH events AS (
    SELECT
      id,
      hash,
      row_number() OVER chain + :from AS expected_id,
      hash IS NOT DISTINCT FROM audit_hash(event) AND occurred_at >= timestamptz '0001-01-01 00:00Z' AS unchanged,
      previous_hash IS NOT DISTINCT FROM lag(hash, 1, :hash) OVER chain AS linked,
      lead(id) OVER chain IS NULL AS is_last
    FROM audit_events AS event
    WHERE id > :from AND id <= :to
    WINDOW chain AS (ORDER BY id, occurred_at)
  )
  SELECT id, expected_id, hash, unchanged, linked FROM events
  WHERE id <> expected_id OR NOT unchanged OR NOT linked OR is_last
  ORDER BY expected_id LIMIT 1
`;

const BOUNDS = `
  SELECT last_id AS head_id, last_hash AS head_hash,
    (SELECT min(id) FROM audit_events) AS first_id,
    (SELECT max(id) FROM audit_events) AS last_id
  FROM audit_head
`;

const broken = (fault: string): TrailVerdict => ({ intact: false, fault });

/**
 * Recomputes the whole chain: every hash, every link, the numbers 1..n without gap, and the head. A trail that
 * begins later than event 1 was purged: only `attested` can say that it was meant, and up to where. To be run in a
 * repeatable-read transaction, so that events appended meanwhile are not seen by halves.
 */
export async function verifyTrail(
  db: Knex,
  { attested = null, batch = BATCH }: { attested?: TrailAttestation | null; batch?: number } = {},
): Promise<TrailVerdict> {
  const bounds = await readBounds(db);
  if (!bounds) return broken('audit_head is empty: the end of the trail is unknown');
  const lastId = bounds.last_id ?? 0;
  const firstId = Math.min(Math.max(bounds.first_id ?? 1, 1), attested?.firstId ?? 1);
  if (bounds.first_id !== null && bounds.first_id < firstId) {
    return broken(`event ${bounds.first_id} stands before event 1, where the trail begins`);
  }
  const start = firstId === 1 ? ORIGIN : await hashBefore(db, firstId);
  const chain = await followChain(db, { from: firstId - 1, hash: start, to: lastId, batch });
  if (chain.fault !== null) return broken(chain.fault);
  const { hash: lastHash } = chain;
  const fault =
    faultOfHead(bounds, lastId, lastHash) ?? (attested && (await faultOfAttested(db, attested, lastId)));
  if (fault) return broken(fault);
  return { intact: true, events: lastId - firstId + 1, firstId, lastId, lastHash };
}

async function readBounds(db: Knex): Promise<Bounds | undefined> {
  const result = await db.raw(BOUNDS);
  return result.rows[0];
}

/** What the first event that was kept says of the one before it: the attested event, further on, vouches for it. */
async function hashBefore(db: Knex, id: number): Promise<string> {
  const event = await db('audit_events').first('previous_hash').where({ id });
  return event?.previous_hash ?? ORIGIN;
}

/** Follows the links from one event to another, both checked; returns the last hash, or the first fault. */
async function followChain(
  db: Knex,
  { from, to, hash, batch }: { from: number; to: number; hash: string; batch: number },
): Promise<{ hash: string; fault: string | null }> {
  let previous = { id: from, hash };
  while (previous.id < to) {
    const end = Math.min(previous.id + batch, to);
    const result = await db.raw(WINDOW, { from: previous.id, to: end, hash: previous.hash });
    const event: Checked | undefined = result.rows[0];
    const fault = event ? faultOf(event) : null;
    if (fault !== null) return { hash: previous.hash, fault };
    if (event?.id !== end) return { hash: previous.hash, fault: missing((event?.id ?? previous.id) + 1) };
    previous = event;
  }
  return { hash: previous.hash, fault: null };
}

/** Makes the partitions of this month and of the coming year, where they are not there (migrations/…_audit_events.ts). */
export async function ensurePartitions(db: Knex): Promise<void> {
  await db.raw(`SELECT audit_ensure_partition(month)
                FROM generate_series(now(), now() + interval '12 months', interval '1 month') AS month`);
}

const missing = (id: number): string => `event ${id} is missing`;

function faultOf({ id, expected_id: expected, unchanged, linked }: Checked): string | null {
  if (id > expected) return missing(expected);
  if (id < expected) return `event ${id} is there more than once`;
  if (!unchanged) return `event ${id} was changed: its content does not give its hash`;
  if (!linked) return `event ${id} does not follow event ${id - 1}: one of the two was replaced`;
  return null;
}

function faultOfHead(
  { head_id: headId, head_hash: headHash }: Bounds,
  id: number,
  hash: string,
): string | null {
  if (headId > id) return `event ${id + 1} is missing: the trail was appended to up to event ${headId}`;
  if (headId < id) return `event ${headId + 1} was not appended: the head of the trail stops before it`;
  return headHash === hash ? null : `event ${id} was replaced: the head of the trail has another hash`;
}

async function faultOfAttested(db: Knex, attested: TrailAttestation, lastId: number): Promise<string | null> {
  const { lastId: id, lastHash } = attested;
  if (id > lastId) return `event ${lastId + 1} is missing: the checkpoint attests events up to ${id}`;
  const event = id === 0 ? { hash: ORIGIN } : await db('audit_events').first('hash').where({ id });
  if (event?.hash === lastHash) return null;
  return `event ${id} is not the one that the checkpoint attests: the trail was rewritten at it or before it`;
}
