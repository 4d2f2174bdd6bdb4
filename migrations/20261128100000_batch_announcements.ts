import type { Knex } from 'knex';

/**
 * What the confirmation of an act on many people announced, until it is confirmed: a result page then accounts for
 * each of them, whatever changed meanwhile, and a form that is sent twice acts once.
 */
export async function up(db: Knex): Promise<void> {
  await db.raw(`
    CREATE TABLE batch_announcements (
      key uuid PRIMARY KEY,
      kind text NOT NULL CHECK (kind IN ('grant', 'remove', 'deactivate')),
      role_id integer REFERENCES roles,
      organism_id integer NOT NULL REFERENCES organisms,
      account_ids bigint[] NOT NULL,
      announced_by bigint NOT NULL REFERENCES accounts,
      announced_at timestamptz NOT NULL,
      CHECK ((kind = 'deactivate') = (role_id IS NULL))
    )
  `);
  await db.raw('ALTER TABLE batches ADD COLUMN announcement uuid UNIQUE');
  // « Les lots », the latest first.
  await db.raw('CREATE INDEX batches_of_organism ON batches (organism_id, id DESC)');
}

export async function down(db: Knex): Promise<void> {
  await db.raw('DROP INDEX batches_of_organism');
  await db.raw('ALTER TABLE batches DROP COLUMN announcement');
  await db.schema.dropTable('batch_announcements');
}
