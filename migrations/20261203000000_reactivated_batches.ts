import type { Knex } from 'knex';

/** « Réactiver la sélection ». The release before shows no such batch, and makes none. */
export async function up(db: Knex): Promise<void> {
  await db.raw(`
    ALTER TABLE batches
      DROP CONSTRAINT batches_kind_check,
      ADD CONSTRAINT batches_kind_check
        CHECK (kind IN ('grant', 'remove', 'deactivate', 'reactivate', 'accept', 'refuse'))
  `);
}

export async function down(db: Knex): Promise<void> {
  await db.raw(
    `DELETE FROM batch_lines WHERE batch_id IN (SELECT id FROM batches WHERE kind = 'reactivate')`,
  );
  await db.raw(`DELETE FROM batches WHERE kind = 'reactivate'`);
  await db.raw(`
    ALTER TABLE batches
      DROP CONSTRAINT batches_kind_check,
      ADD CONSTRAINT batches_kind_check CHECK (kind IN ('grant', 'remove', 'deactivate', 'accept', 'refuse'))
  `);
}
