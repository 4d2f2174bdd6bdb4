import type { Knex } from 'knex';

/** Who sends a message holds it until then, without a transaction: a mail server may take its time. */
export async function up(db: Knex): Promise<void> {
  // Null while nobody sends it. The release before looks at nothing but the status, and goes on as it did.
  await db.raw('ALTER TABLE messages ADD COLUMN sending_until timestamptz');
}

export async function down(db: Knex): Promise<void> {
  await db.raw('ALTER TABLE messages DROP COLUMN sending_until');
}
