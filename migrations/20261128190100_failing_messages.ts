import type { Knex } from 'knex';

/** What did not leave, from its first attempt on: who administers nationally need not wait for the last one. */
export async function up(db: Knex): Promise<void> {
  await db.raw('DROP INDEX messages_failed');
  await db.raw(
    'CREATE INDEX messages_failing ON messages (created_at DESC, id DESC) WHERE last_error IS NOT NULL',
  );
}

export async function down(db: Knex): Promise<void> {
  await db.raw('DROP INDEX messages_failing');
  await db.raw(`CREATE INDEX messages_failed ON messages (created_at DESC, id DESC) WHERE status = 'failed'`);
}
