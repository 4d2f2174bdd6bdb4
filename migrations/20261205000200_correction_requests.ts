import type { Knex } from 'knex';

const BY_ROLE = '(organism_id, status, coalesce(role_id, CASE kind % ELSE 0 END), last_key, id)';

/**
 * A correction of one's own record is a request: what changes, field by field, from what to what (R78). The release before
 * takes one for a first account whose address is known, which can only be refused.
 */
export async function up(db: Knex): Promise<void> {
  await db.raw(`
    ALTER TABLE requests
      DROP CONSTRAINT requests_kind_check,
      ADD CONSTRAINT requests_kind_check CHECK (kind IN ('account', 'role', 'address', 'correction')),
      -- { « nom »: { "from", "to" } … }
      ADD changes jsonb,
      ADD CONSTRAINT requests_of_correction CHECK ((kind = 'correction') = (changes IS NOT NULL))
  `);
  // One at a time a person.
  await db.raw(
    `CREATE UNIQUE INDEX requests_one_pending_correction ON requests (account_id)
     WHERE status = 'pending' AND kind = 'correction'`,
  );
  // What has no role counts as one in the order of labels: 0 for an account, -1 for an address, -2 for a correction.
  await db.raw('DROP INDEX requests_by_role');
  await db.raw(
    `CREATE INDEX requests_by_role ON requests
     ${BY_ROLE.replace('%', `WHEN 'address' THEN -1 WHEN 'correction' THEN -2`)}`,
  );
}

export async function down(db: Knex): Promise<void> {
  await db.raw(`UPDATE messages SET request_id = NULL
    WHERE request_id IN (SELECT id FROM requests WHERE kind = 'correction')`);
  await db('requests').where({ kind: 'correction' }).delete();
  await db.raw('DROP INDEX requests_by_role, requests_one_pending_correction');
  await db.raw(`CREATE INDEX requests_by_role ON requests ${BY_ROLE.replace('%', `WHEN 'address' THEN -1`)}`);
  await db.raw(`
    ALTER TABLE requests
      DROP CONSTRAINT requests_of_correction,
      DROP COLUMN changes,
      DROP CONSTRAINT requests_kind_check,
      ADD CONSTRAINT requests_kind_check CHECK (kind IN ('account', 'role', 'address'))
  `);
}
