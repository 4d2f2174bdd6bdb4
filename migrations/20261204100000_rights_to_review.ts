import type { Knex } from 'knex';

/** Rights « à revoir » (R63), which few people have: the list finds them without reading everybody's. */
export async function up(db: Knex): Promise<void> {
  await db.raw(
    'CREATE INDEX assignments_to_review ON assignments (account_id) WHERE inherited_from IS NOT NULL AND ended_at IS NULL',
  );
}

export async function down(db: Knex): Promise<void> {
  await db.raw('DROP INDEX assignments_to_review');
}
