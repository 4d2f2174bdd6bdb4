import type { Knex } from 'knex';

/** « Rechercher » finds events by the role that they are about: the latest of one, other criteria being tested there. */
export async function up(db: Knex): Promise<void> {
  await db.raw(`
    CREATE INDEX audit_events_of_role ON audit_events (role_id, occurred_at DESC, id DESC)
    INCLUDE (action, organism_id, subject_account_id, actor_account_id) WHERE role_id IS NOT NULL
  `);
}

export async function down(db: Knex): Promise<void> {
  await db.raw('DROP INDEX audit_events_of_role');
}
