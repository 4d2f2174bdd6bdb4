import type { Knex } from 'knex';

/** Nominations of executives, by files that Ucanss sends (R55, R81): the file is not kept, its lines are. */
export async function up(db: Knex): Promise<void> {
  await db.raw(`
    CREATE TABLE nomination_imports (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      file_name text NOT NULL CHECK (length(file_name) BETWEEN 1 AND 200),
      sha256 text NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
      -- Null for a command.
      created_by bigint REFERENCES accounts,
      created_at timestamptz NOT NULL,
      state text NOT NULL DEFAULT 'compared' CHECK (state IN ('compared', 'applying', 'applied')),
      -- How many lines have each verdict: what remains once lines are forgotten.
      verdicts jsonb NOT NULL DEFAULT '{}',
      batch_id bigint REFERENCES batches,
      applied_at timestamptz,
      CHECK ((state = 'compared') = (batch_id IS NULL)),
      CHECK ((state = 'applied') = (applied_at IS NOT NULL))
    )
  `);
  await db.raw(`
    CREATE TABLE nomination_lines (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      import_id bigint NOT NULL REFERENCES nomination_imports,
      -- Of the file, from 1.
      line integer NOT NULL CHECK (line > 0),
      -- What was typed, as far as it can be read: null where it cannot.
      reference text NOT NULL CHECK (length(reference) <= 200),
      act text CHECK (act IN ('nomination', 'mutation', 'fin')),
      effective_on date,
      civility text CHECK (civility IN ('M.', 'Mme')),
      last_name text NOT NULL CHECK (length(last_name) <= 200),
      first_name text NOT NULL CHECK (length(first_name) <= 200),
      email text NOT NULL CHECK (length(email) <= 254),
      function_title text NOT NULL CHECK (length(function_title) <= 200),
      organism_code text NOT NULL CHECK (length(organism_code) <= 200),
      -- Why the line itself cannot be read: it is judged no further.
      unreadable text,
      verdict text CHECK (verdict IN ('create', 'attach', 'update', 'end', 'future', 'done', 'error')),
      fault text NOT NULL DEFAULT '',
      -- What to know, where the act is possible.
      remark text NOT NULL DEFAULT '',
      account_id bigint REFERENCES accounts,
      state text NOT NULL DEFAULT 'compared' CHECK (state IN ('compared', 'applied', 'planned', 'replaced', 'left')),
      -- Since when it is in that state.
      settled_at timestamptz,
      UNIQUE (import_id, line),
      CHECK ((state = 'compared') = (settled_at IS NULL)),
      CHECK (state NOT IN ('applied', 'planned') OR (act IS NOT NULL AND effective_on IS NOT NULL)),
      CHECK (state <> 'applied' OR account_id IS NOT NULL)
    )
  `);
  // A command that applies a file is nobody.
  await db.raw(`
    ALTER TABLE batches ALTER COLUMN created_by DROP NOT NULL,
      ADD CONSTRAINT batches_author_check CHECK (created_by IS NOT NULL OR kind = 'nominations')
  `);
  // An act takes effect once, whatever the files that tell it.
  await db.raw(`
    CREATE UNIQUE INDEX nomination_lines_once ON nomination_lines (reference, act)
      WHERE state IN ('applied', 'planned')
  `);
  // Whom an act to come will make an account for.
  await db.raw(`CREATE INDEX nomination_lines_awaited ON nomination_lines (email) WHERE state = 'planned'`);
  // Two lines of a file for one reference, or one person.
  await db.raw('CREATE INDEX nomination_lines_reference ON nomination_lines (import_id, reference)');
  await db.raw('CREATE INDEX nomination_lines_email ON nomination_lines (import_id, email)');
}

export async function down(db: Knex): Promise<void> {
  await db.schema.dropTable('nomination_lines').dropTable('nomination_imports');
  const nobodys = `SELECT id FROM batches WHERE created_by IS NULL`;
  for (const table of ['batch_lines', 'batch_effects'])
    await db.raw(`DELETE FROM ${table} WHERE batch_id IN (${nobodys})`);
  await db.raw(`UPDATE messages SET batch_id = NULL WHERE batch_id IN (${nobodys})`);
  await db.raw('DELETE FROM batches WHERE created_by IS NULL');
  await db.raw(`
    ALTER TABLE batches DROP CONSTRAINT batches_author_check, ALTER COLUMN created_by SET NOT NULL
  `);
}
