import type { Knex } from 'knex';

/** When who made a request last reminded who decides it: once a week at most. */
export async function up(db: Knex): Promise<void> {
  await db.raw('ALTER TABLE requests ADD reminded_at timestamptz');
}

export async function down(db: Knex): Promise<void> {
  await db.raw('ALTER TABLE requests DROP COLUMN reminded_at');
}
