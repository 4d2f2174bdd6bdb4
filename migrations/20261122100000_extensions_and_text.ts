import type { Knex } from 'knex';

/** Text as people search and sort it: without accents or case (R11), and in French order where they read it. */
export async function up(db: Knex): Promise<void> {
  // All trusted extensions: the owner of the database may create them without being superuser.
  for (const extension of ['unaccent', 'pg_trgm', 'btree_gin']) {
    await db.raw(`CREATE EXTENSION IF NOT EXISTS ${extension} SCHEMA public`);
  }
  await db.raw(`CREATE COLLATION french (provider = icu, locale = 'fr-FR')`);
  // Immutable so that it can feed generated columns: the dictionary is named, never taken from the search path.
  await db.raw(`
    CREATE FUNCTION normalised(value text) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN lower(public.unaccent('public.unaccent'::regdictionary, value)) COLLATE "C"
  `);
  // The 1- and 2-letter pieces of a text: what the trigram index cannot find. In plpgsql, five times as fast
  // as one query a text. Its cost keeps the planner on the index, without starting workers to call it row by row.
  await db.raw(`
    CREATE FUNCTION short_grams(value text) RETURNS text[]
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL RESTRICTED COST 100 AS $$
    DECLARE
      letters text[] := string_to_array(value, NULL);
      grams text[] := letters;
    BEGIN
      FOR place IN 2..cardinality(letters) LOOP
        grams := grams || (letters[place - 1] || letters[place]);
      END LOOP;
      RETURN grams;
    END $$
  `);
}

export async function down(db: Knex): Promise<void> {
  await db.raw('DROP FUNCTION short_grams(text)');
  await db.raw('DROP FUNCTION normalised(text)');
  await db.raw('DROP COLLATION french');
  await db.raw('DROP EXTENSION btree_gin');
  await db.raw('DROP EXTENSION pg_trgm');
  await db.raw('DROP EXTENSION unaccent');
}
