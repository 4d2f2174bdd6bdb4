import type { Knex } from 'knex';

/** « Dernière connexion » as an order of everybody: the first page reads its rows alone. */
export async function up(db: Knex): Promise<void> {
  await db.raw('CREATE INDEX accounts_by_sign_in ON accounts (last_sign_in_at, last_key, first_key, id)');
}

export async function down(db: Knex): Promise<void> {
  await db.raw('DROP INDEX accounts_by_sign_in');
}
