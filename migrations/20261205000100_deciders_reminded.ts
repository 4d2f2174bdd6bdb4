import type { Knex } from 'knex';

/** Ucanss reminds the local administrators of an organism of what waits for them: once a week at most. */
export async function up(db: Knex): Promise<void> {
  await db.raw('ALTER TABLE requests ADD deciders_reminded_at timestamptz');
  // When those of an organism were last reminded, beside each of its requests and before they are again.
  await db.raw(`
    CREATE INDEX requests_deciders_reminded ON requests (organism_id, deciders_reminded_at)
    WHERE deciders_reminded_at IS NOT NULL
  `);
}

export async function down(db: Knex): Promise<void> {
  await db.raw('DROP INDEX requests_deciders_reminded');
  await db.raw('ALTER TABLE requests DROP COLUMN deciders_reminded_at');
}
