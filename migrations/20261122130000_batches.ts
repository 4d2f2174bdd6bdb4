import type { Knex } from 'knex';

/** Acts on many people at once (R45, R46): what was done, and what became of each person of the selection. */
export async function up(db: Knex): Promise<void> {
  await db.raw(`
    CREATE TABLE batches (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      kind text NOT NULL CHECK (kind IN ('grant', 'remove', 'deactivate')),
      role_id integer REFERENCES roles,
      -- Only ever inside one organism.
      organism_id integer NOT NULL REFERENCES organisms,
      reason text NOT NULL DEFAULT '',
      created_by bigint NOT NULL REFERENCES accounts,
      created_at timestamptz NOT NULL,
      changed integer NOT NULL DEFAULT 0 CHECK (changed >= 0),
      requested integer NOT NULL DEFAULT 0 CHECK (requested >= 0),
      skipped integer NOT NULL DEFAULT 0 CHECK (skipped >= 0),
      CHECK ((kind = 'deactivate') = (role_id IS NULL))
    )
  `);
  await db.raw(`
    CREATE TABLE batch_lines (
      batch_id bigint NOT NULL REFERENCES batches,
      account_id bigint NOT NULL REFERENCES accounts,
      outcome text NOT NULL,
      PRIMARY KEY (batch_id, account_id)
    )
  `);
}

export async function down(db: Knex): Promise<void> {
  await db.schema.dropTable('batch_lines').dropTable('batches');
}
