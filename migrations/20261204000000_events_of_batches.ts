import type { Knex } from 'knex';

/** What a batch did alike: « Journal » has one line for it, which says how many there are. */
export async function up(db: Knex): Promise<void> {
  await db.raw(`
    CREATE INDEX audit_events_of_batch ON audit_events (batch_id, action, id, occurred_at) WHERE batch_id IS NOT NULL
  `);
}

export async function down(db: Knex): Promise<void> {
  await db.raw('DROP INDEX audit_events_of_batch');
}
