import type { Knex } from 'knex';

/** What « Profils nationaux » and « Messages » are read from. */
export async function up(db: Knex): Promise<void> {
  // The few people who hold a national role, among a million assignments; no other grant writes it.
  await db.raw(
    `CREATE INDEX assignments_national ON assignments (role_id, account_id)
     WHERE role_kind = 'national' AND ended_at IS NULL`,
  );
  // « Destinataire »: part of an address, among all that was sent.
  await db.raw('CREATE INDEX messages_recipient ON messages USING gin (recipient gin_trgm_ops)');
}

export async function down(db: Knex): Promise<void> {
  await db.raw('DROP INDEX messages_recipient');
  await db.raw('DROP INDEX assignments_national');
}
