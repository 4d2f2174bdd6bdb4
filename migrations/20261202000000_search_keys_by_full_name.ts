import type { Knex } from 'knex';

/**
 * pg_restore fills tables with an empty search_path, and a generated column is computed as a row comes in: what computes
 * it names its functions with their schema. The keys are what they were.
 */
export const up = (db: Knex) => define(db, 'public.searchable');

export const down = (db: Knex) => define(db, 'searchable');

async function define(db: Knex, searchable: string): Promise<void> {
  await db.raw(`
    CREATE OR REPLACE FUNCTION search_key(last_name text, first_name text, email text, function_title text) RETURNS text
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
    DECLARE
      last_part text := left(${searchable}(last_name), 80);
      first_part text := left(${searchable}(first_name), 80);
      function_part text := left(${searchable}(function_title), 150);
    BEGIN
      IF octet_length(last_part) > 160 THEN last_part := left(last_part, 40); END IF;
      IF octet_length(first_part) > 160 THEN first_part := left(first_part, 40); END IF;
      IF octet_length(function_part) > 300 THEN function_part := left(function_part, 75); END IF;
      RETURN last_part || E'\\x1f' || first_part || E'\\x1f' || ${searchable}(email) || E'\\x1f' || function_part;
    END $$
  `);
}
