import type { Knex } from 'knex';

/** Two lines of a file that give two addresses to one name are found by it, however many there are (P11). */
export async function up(db: Knex): Promise<void> {
  await db.raw(`
    CREATE INDEX nomination_lines_namesakes ON nomination_lines
      (import_id, organism_code, normalised(last_name), normalised(first_name), email)
      WHERE act <> 'fin' AND unreadable IS NULL
  `);
}

export async function down(db: Knex): Promise<void> {
  await db.raw('DROP INDEX nomination_lines_namesakes');
}
