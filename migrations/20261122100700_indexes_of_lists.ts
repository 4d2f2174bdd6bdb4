import type { Knex } from 'knex';

// What was written since the last vacuum is searched row by row: 4 MB of it, the default, costs a search 5 ms.
const BOUNDED = 'WITH (gin_pending_list_limit = 512)';

/**
 * What « État des habilitations » and « Gestion des comptes » are read from. Each order ends on something unique,
 * so that pages never overlap. Every index is written at each grant, because role_ids changes then: one that saves
 * less than that costs is not here.
 */
const INDEXES = {
  // An organism, whole and without visiting the table: its pages, counts, searches, and its sorts on any column.
  accounts_of_organism: `(organism_id, last_key, first_key, id)
    INCLUDE (search_text, role_ids, role_count, function_key, email, active, is_executive)`,
  // Every organism: the walk in order of name, and words that many people match.
  accounts_national:
    '(last_key, first_key, id) INCLUDE (search_text, role_ids, organism_id, active, is_executive)',
  // Every organism: the other sorts.
  accounts_by_first_name: '(first_key, last_key, id)',
  accounts_by_email: '(email COLLATE "C")',
  accounts_by_function: '(function_key, last_key, first_key, id)',
  accounts_by_role_count: '(role_count, last_key, first_key, id)',
  // Every organism: words of three letters or more that few people match.
  accounts_search: `USING gin (search_text gin_trgm_ops) ${BOUNDED}`,
  // Every organism: words of one or two letters, which trigrams cannot find.
  accounts_short_grams: `USING gin (short_grams(search_text)) ${BOUNDED}`,
  // Every organism, by role.
  accounts_roles: `USING gin (role_ids) ${BOUNDED}`,
} as const;

export async function up(db: Knex): Promise<void> {
  for (const [name, definition] of Object.entries(INDEXES)) {
    await db.raw(`CREATE INDEX ${name} ON accounts ${definition}`);
  }
  // Reading from the index alone ends where rows changed since the last vacuum: by default a fifth of the table.
  await db.raw('ALTER TABLE accounts SET (autovacuum_vacuum_scale_factor = 0.02)');
}

export async function down(db: Knex): Promise<void> {
  await db.raw('ALTER TABLE accounts RESET (autovacuum_vacuum_scale_factor)');
  for (const name of Object.keys(INDEXES)) {
    await db.raw(`DROP INDEX ${name}`);
  }
}
