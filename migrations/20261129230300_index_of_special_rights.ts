import type { Knex } from 'knex';

/** Who ever administered an organism, or the country: the names that a journal is searched by (lists/named-people.ts). */
export async function up(db: Knex): Promise<void> {
  await db.raw(`
    CREATE INDEX assignments_special ON assignments (role_kind, organism_id, account_id) WHERE role_kind <> 'ordinary'
  `);
}

export async function down(db: Knex): Promise<void> {
  await db.raw('DROP INDEX assignments_special');
}
