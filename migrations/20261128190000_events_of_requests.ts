import type { Knex } from 'knex';

/** The steps of a request, for the history of the account that it made, and to tell where it went. */
export async function up(db: Knex): Promise<void> {
  await db.raw(
    'CREATE INDEX audit_events_of_request ON audit_events (request_id, id DESC) WHERE request_id IS NOT NULL',
  );
}

export async function down(db: Knex): Promise<void> {
  await db.raw('DROP INDEX audit_events_of_request');
}
