import assert from 'node:assert/strict';
import type { Database } from '../../src/database/knex.ts';

/** Fails unless every event has its hash, follows the one before it, and the head is the last of them. */
export async function assertChainIntact(db: Database): Promise<void> {
  const faults = await db.raw(`
    SELECT
      (SELECT count(*) FROM audit_events AS event WHERE hash IS DISTINCT FROM audit_hash(event)) AS altered,
      (SELECT count(*) FROM (
         SELECT id, previous_hash, lag(id, 1, 0) OVER number AS before, lag(hash, 1, repeat('0', 64)) OVER number AS expected
         FROM audit_events WINDOW number AS (ORDER BY id)
       ) AS link WHERE previous_hash <> expected OR id <> before + 1) AS broken,
      (SELECT count(*) FROM audit_head JOIN audit_events ON id = last_id AND hash = last_hash) AS heads
  `);
  assert.deepEqual(faults.rows[0], { altered: 0, broken: 0, heads: 1 });
}

/** Fails unless role_ids holds exactly the roles of the assignments that were not ended. */
export async function assertRoleIdsMatch(db: Database): Promise<void> {
  const differing = await db.raw(`
    SELECT count(*) AS count FROM accounts
    WHERE role_ids IS DISTINCT FROM (
      SELECT coalesce(array_agg(DISTINCT role_id ORDER BY role_id), '{}') FROM assignments
      WHERE account_id = accounts.id AND ended_at IS NULL
    )
  `);
  assert.equal(differing.rows[0].count, 0);
}

/** What these tables hold, in a few letters: equal for equal content. `columns` leaves out what may differ. */
export async function digest(db: Database, table: string, columns = '*', where = 'true'): Promise<string> {
  const found = await db.raw(
    `SELECT md5(string_agg(line::text, chr(10) ORDER BY line::text)) AS digest
     FROM (SELECT ${columns} FROM ${table} WHERE ${where}) AS line`,
  );
  return found.rows[0].digest;
}
