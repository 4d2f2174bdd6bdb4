import type { Knex } from 'knex';

/** What « Messages » shows to who administers nationally, and messages that somebody sends again. */
export async function up(db: Knex): Promise<void> {
  // Null until somebody asks for it: its attempts are then counted from there.
  await db.raw('ALTER TABLE messages ADD COLUMN resent_at timestamptz');
  // What should have left long ago.
  await db.raw('DROP INDEX messages_queued');
  await db.raw(
    `CREATE INDEX messages_queued ON messages (coalesce(resent_at, created_at)) WHERE status = 'queued'`,
  );
  // Every message, newest first.
  await db.raw('CREATE INDEX messages_latest ON messages (created_at DESC, id DESC)');
}

export async function down(db: Knex): Promise<void> {
  await db.raw('DROP INDEX messages_latest');
  await db.raw('DROP INDEX messages_queued');
  await db.raw('ALTER TABLE messages DROP COLUMN resent_at');
  await db.raw(`CREATE INDEX messages_queued ON messages (created_at) WHERE status = 'queued'`);
}
