import type { Knex } from 'knex';

/** The last message that somebody was sent, on their account page. */
export async function up(db: Knex): Promise<void> {
  await db.raw(
    'CREATE INDEX messages_of_account ON messages (account_id, id DESC) WHERE account_id IS NOT NULL',
  );
}

export async function down(db: Knex): Promise<void> {
  await db.raw('DROP INDEX messages_of_account');
}
