import type { Knex } from 'knex';

const BEFORE = `'grant', 'remove', 'deactivate', 'reactivate', 'accept', 'refuse'`;

/**
 * What a batch changed, one row an effect, so that it can be undone line by line (R83): which right it gave or ended,
 * not only whose. Batches of before have none, and say so. A departure, an import of nominations and an undo are batches.
 */
export async function up(db: Knex): Promise<void> {
  await db.raw(`
    CREATE TABLE batch_effects (
      -- In the order in which they were done.
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      batch_id bigint NOT NULL REFERENCES batches,
      -- That of its event in the trail, and its instant.
      action text NOT NULL,
      done_at timestamptz NOT NULL,
      account_id bigint REFERENCES accounts,
      role_id integer REFERENCES roles,
      request_id bigint REFERENCES requests,
      assignment_id bigint REFERENCES assignments,
      -- The last day that the right was given with.
      ends_on date,
      -- What was there before, where no other row keeps it.
      previous jsonb,
      -- What became of it when its batch was undone; null until then.
      undone text
    )
  `);
  await db.raw('CREATE INDEX batch_effects_of_batch ON batch_effects (batch_id, id)');
  await db.raw(`
    ALTER TABLE batches
      -- The batch that this one undoes.
      ADD COLUMN undoes bigint REFERENCES batches,
      DROP CONSTRAINT batches_kind_check,
      DROP CONSTRAINT batches_organism_check,
      ADD CONSTRAINT batches_kind_check CHECK (kind IN (${BEFORE}, 'undo', 'depart', 'nominations')),
      -- An import is of the whole country, and so is what undoes it, or undoes decisions of Ucanss.
      ADD CONSTRAINT batches_organism_check
        CHECK (organism_id IS NOT NULL OR kind IN ('accept', 'refuse', 'nominations', 'undo')),
      ADD CONSTRAINT batches_undo_check CHECK ((kind = 'undo') = (undoes IS NOT NULL))
  `);
  // A batch is undone once.
  await db.raw(`CREATE UNIQUE INDEX batches_undone_once ON batches (undoes) WHERE state <> 'dropped'`);
  // A right that comes back is another one: this is which it takes the place of.
  await db.raw('ALTER TABLE assignments ADD COLUMN restored_from bigint REFERENCES assignments');
  await db.raw(`
    ALTER TABLE messages
      ADD COLUMN batch_id bigint REFERENCES batches,
      DROP CONSTRAINT messages_status_check,
      ADD CONSTRAINT messages_status_check CHECK (status IN ('queued', 'sent', 'failed', 'withdrawn'))
  `);
  // What has not left yet is withdrawn with its batch.
  await db.raw('CREATE INDEX messages_of_batch ON messages (batch_id) WHERE batch_id IS NOT NULL');
}

export async function down(db: Knex): Promise<void> {
  await db.raw('DROP INDEX messages_of_batch');
  await db.raw(`DELETE FROM messages WHERE status = 'withdrawn'`);
  await db.raw(`
    ALTER TABLE messages
      DROP COLUMN batch_id,
      DROP CONSTRAINT messages_status_check,
      ADD CONSTRAINT messages_status_check CHECK (status IN ('queued', 'sent', 'failed'))
  `);
  await db.raw('ALTER TABLE assignments DROP COLUMN restored_from');
  await db.schema.dropTable('batch_effects');
  const newer = `SELECT id FROM batches WHERE kind NOT IN (${BEFORE})`;
  await db.raw(`DELETE FROM batch_lines WHERE batch_id IN (${newer})`);
  await db.raw(`DELETE FROM batches WHERE id IN (${newer})`);
  await db.raw('DROP INDEX batches_undone_once');
  await db.raw(`
    ALTER TABLE batches
      DROP COLUMN undoes,
      DROP CONSTRAINT batches_kind_check,
      DROP CONSTRAINT batches_organism_check,
      ADD CONSTRAINT batches_kind_check CHECK (kind IN (${BEFORE})),
      ADD CONSTRAINT batches_organism_check CHECK (organism_id IS NOT NULL OR kind IN ('accept', 'refuse'))
  `);
}
