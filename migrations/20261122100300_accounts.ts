import type { Knex } from 'knex';

/**
 * People, with the read model of the big lists beside their fields: sort keys and search text are generated,
 * role_ids is kept by a trigger on the assignments. The read model is for display, never for authority (P8).
 */
export async function up(db: Knex): Promise<void> {
  await db.raw(`
    CREATE TABLE accounts (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      email text NOT NULL UNIQUE CHECK (email = lower(email) AND length(email) <= 254),
      civility text CHECK (civility IN ('M.', 'Mme')),
      -- Lengths are bounded so that an index row, which carries search_text, always fits in a page.
      last_name text NOT NULL CHECK (length(last_name) BETWEEN 1 AND 80),
      first_name text NOT NULL CHECK (length(first_name) BETWEEN 1 AND 80),
      function_title text NOT NULL DEFAULT '' CHECK (length(function_title) <= 150),
      phone text NOT NULL DEFAULT '' CHECK (length(phone) <= 30),
      organism_id integer NOT NULL REFERENCES organisms,
      organism_since timestamptz NOT NULL,
      is_executive boolean NOT NULL DEFAULT false,
      active boolean NOT NULL DEFAULT true,
      deactivated_at timestamptz,
      deactivated_by bigint REFERENCES accounts,
      deactivation_reason text,
      created_at timestamptz NOT NULL,
      created_by bigint REFERENCES accounts,
      last_sign_in_at timestamptz,

      last_key text COLLATE "C" NOT NULL GENERATED ALWAYS AS (normalised(last_name)) STORED,
      first_key text COLLATE "C" NOT NULL GENERATED ALWAYS AS (normalised(first_name)) STORED,
      function_key text COLLATE "C" NOT NULL GENERATED ALWAYS AS (normalised(function_title)) STORED,
      search_text text COLLATE "C" NOT NULL GENERATED ALWAYS AS (
        normalised(last_name || ' ' || first_name || ' ' || email || ' ' || function_title)
      ) STORED,
      role_ids integer[] NOT NULL DEFAULT '{}',
      role_count smallint NOT NULL GENERATED ALWAYS AS (cardinality(role_ids)) STORED,
      CHECK (active = (deactivated_at IS NULL))
    )
  `);
  // Secrets stand apart from what lists read.
  await db.raw(`
    CREATE TABLE credentials (
      account_id bigint PRIMARY KEY REFERENCES accounts,
      password_hash text NOT NULL,
      changed_at timestamptz NOT NULL
    )
  `);
}

export async function down(db: Knex): Promise<void> {
  await db.schema.dropTable('credentials').dropTable('accounts');
}
