import type { Knex } from 'knex';

// What was written since the last vacuum is searched row by row: 4 MB of it, the default, costs a search 5 ms.
const BOUNDED = 'WITH (gin_pending_list_limit = 512)';

const SEARCH = `(search_text gin_trgm_ops) ${BOUNDED}`;
const SHORT_GRAMS = `(short_grams(search_text)) ${BOUNDED}`;

/**
 * The search text stands apart for the indexes of its pieces: beside role_ids they were written anew at each grant,
 * for three quarters of what a grant to a whole organism cost.
 */
export async function up(db: Knex): Promise<void> {
  await db.raw(`
    CREATE TABLE account_texts (
      account_id bigint PRIMARY KEY REFERENCES accounts ON DELETE CASCADE,
      search_text text COLLATE "C" NOT NULL
    )
  `);
  // In the order of lists, so that people of one name stand together.
  await db.raw(`
    INSERT INTO account_texts SELECT id, search_text FROM accounts ORDER BY last_key, first_key, id
  `);
  await db.raw(`
    CREATE FUNCTION account_text_changed() RETURNS trigger
    LANGUAGE plpgsql AS $$
    BEGIN
      UPDATE account_texts SET search_text = NEW.search_text WHERE account_id = NEW.id;
      RETURN NULL;
    END $$
  `);
  await db.raw(`
    CREATE FUNCTION accounts_added() RETURNS trigger
    LANGUAGE plpgsql AS $$
    BEGIN
      INSERT INTO account_texts SELECT id, search_text FROM new_rows;
      RETURN NULL;
    END $$
  `);
  await db.raw(`
    CREATE TRIGGER accounts_texts_after_insert AFTER INSERT ON accounts
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION accounts_added()
  `);
  await db.raw(`
    CREATE TRIGGER accounts_texts_after_update AFTER UPDATE ON accounts
    FOR EACH ROW WHEN (NEW.search_text IS DISTINCT FROM OLD.search_text) EXECUTE FUNCTION account_text_changed()
  `);
  await db.raw('DROP INDEX accounts_search, accounts_short_grams');
  // Every organism: words of three letters or more that few people match; then those of one or two.
  await db.raw(`CREATE INDEX account_texts_search ON account_texts USING gin ${SEARCH}`);
  await db.raw(`CREATE INDEX account_texts_short_grams ON account_texts USING gin ${SHORT_GRAMS}`);
}

export async function down(db: Knex): Promise<void> {
  await db.raw(`CREATE INDEX accounts_search ON accounts USING gin ${SEARCH}`);
  await db.raw(`CREATE INDEX accounts_short_grams ON accounts USING gin ${SHORT_GRAMS}`);
  await db.raw('DROP TRIGGER accounts_texts_after_update ON accounts');
  await db.raw('DROP TRIGGER accounts_texts_after_insert ON accounts');
  await db.raw('DROP FUNCTION accounts_added()');
  await db.raw('DROP FUNCTION account_text_changed()');
  await db.schema.dropTable('account_texts');
}
