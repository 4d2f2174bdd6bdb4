import type { Knex } from 'knex';

// A request that is purged is looked for in each table that refers to it: row by row, without these.
const REFERRING = { assignments_of_request: 'assignments', tokens_of_any_request: 'tokens' } as const;

export async function up(db: Knex): Promise<void> {
  for (const [name, table] of Object.entries(REFERRING)) {
    await db.raw(`CREATE INDEX ${name} ON ${table} (request_id) WHERE request_id IS NOT NULL`);
  }
}

export async function down(db: Knex): Promise<void> {
  for (const name of Object.keys(REFERRING)) await db.raw(`DROP INDEX ${name}`);
}
