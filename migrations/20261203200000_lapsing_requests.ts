import type { Knex } from 'knex';

/**
 * A request that nobody decides is closed after a time, and both it and the reminder before are told once (R80). The
 * release before shows one that is closed as cancelled.
 */
export async function up(db: Knex): Promise<void> {
  await db.raw(`
    ALTER TABLE requests
      -- When it was told that nobody had decided it yet.
      ADD lapse_told_at timestamptz,
      -- True of one that nobody cancelled: its time was over.
      ADD lapsed boolean NOT NULL DEFAULT false
  `);
}

export async function down(db: Knex): Promise<void> {
  await db.raw('ALTER TABLE requests DROP COLUMN lapse_told_at, DROP COLUMN lapsed');
}
