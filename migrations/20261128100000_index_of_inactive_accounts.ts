import type { Knex } from 'knex';

/**
 * « Compte : Inactif » over every organism: one account in twenty-five, which the orders of all would find one by
 * one. Grants to active people do not write it.
 */
export async function up(db: Knex): Promise<void> {
  await db.raw(`
    CREATE INDEX accounts_inactive ON accounts (last_key, first_key, id)
    INCLUDE (search_text, role_ids, organism_id, email, is_executive) WHERE NOT active
  `);
}

export async function down(db: Knex): Promise<void> {
  await db.raw('DROP INDEX accounts_inactive');
}
