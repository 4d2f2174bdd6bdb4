import type { Knex } from 'knex';

/** Whom requests wait for: told once to Ucanss where nobody of the organism may decide, and counted for the menu. */
export async function up(db: Knex): Promise<void> {
  // When Ucanss was told that nobody of the organism could decide it.
  await db.raw('ALTER TABLE requests ADD ucanss_told_at timestamptz');
  // Badges count those that one decides and those that Ucanss does, at each page: this is all that they look at.
  await db.raw(`
    CREATE INDEX requests_pending ON requests (organism_id, role_id, kind) INCLUDE (account_id, requested_by)
    WHERE status = 'pending'
  `);
  // « Accepté » and « Refus » by the day of their decision.
  await db.raw('CREATE INDEX requests_by_decision ON requests (organism_id, status, decided_at, id)');
}

export async function down(db: Knex): Promise<void> {
  await db.raw('DROP INDEX requests_by_decision, requests_pending');
  await db.raw('ALTER TABLE requests DROP COLUMN ucanss_told_at');
}
