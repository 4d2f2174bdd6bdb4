import type { Knex } from 'knex';

/**
 * The ways of reading the lists of requests beside their date: each list is one status of one organism, or of all.
 * They carry what a search looks at, so that twenty thousand requests are searched without visiting the table.
 */
const INDEXES = {
  requests_by_name: '(organism_id, status, last_key, first_key, id) INCLUDE (search_text, role_id, kind)',
  requests_by_first_name: '(organism_id, status, first_key, last_key, id)',
  requests_by_email: '(organism_id, status, email COLLATE "C", id)',
  requests_by_function: '(organism_id, status, function_key, last_key, id)',
} as const;

export async function up(db: Knex): Promise<void> {
  for (const [name, definition] of Object.entries(INDEXES)) {
    await db.raw(`CREATE INDEX ${name} ON requests ${definition}`);
  }
}

export async function down(db: Knex): Promise<void> {
  for (const name of Object.keys(INDEXES)) {
    await db.raw(`DROP INDEX ${name}`);
  }
}
