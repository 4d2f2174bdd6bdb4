import type { Knex } from 'knex';

// « Comptes qui n’ont jamais servi » of « À faire », and « Dernière connexion : Jamais » of « Gestion des comptes »: few of an
// organism's people, in the order of their names.
export async function up(db: Knex): Promise<void> {
  await db.raw(
    `CREATE INDEX accounts_never_used ON accounts (organism_id, last_key, first_key, id)
     WHERE active AND last_sign_in_at IS NULL`,
  );
}

export async function down(db: Knex): Promise<void> {
  await db.raw('DROP INDEX accounts_never_used');
}
