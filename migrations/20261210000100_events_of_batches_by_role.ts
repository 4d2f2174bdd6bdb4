import type { Knex } from 'knex';

/**
 * What a batch did alike is of one role: an undo, or a selection of requests, may be of several. Read from the index alone,
 * as before.
 */
export async function up(db: Knex): Promise<void> {
  await db.raw('DROP INDEX audit_events_of_batch');
  await db.raw(`
    CREATE INDEX audit_events_of_batch ON audit_events (batch_id, action, id, occurred_at, role_id)
    WHERE batch_id IS NOT NULL
  `);
}

export async function down(db: Knex): Promise<void> {
  await db.raw('DROP INDEX audit_events_of_batch');
  await db.raw(`
    CREATE INDEX audit_events_of_batch ON audit_events (batch_id, action, id, occurred_at) WHERE batch_id IS NOT NULL
  `);
}
