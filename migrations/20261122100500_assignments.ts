import type { Knex } from 'knex';

/** Who holds which role. A row is never deleted: it is ended, with who and why (P7). */
export async function up(db: Knex): Promise<void> {
  await db.raw(`
    CREATE TABLE assignments (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      account_id bigint NOT NULL REFERENCES accounts,
      role_id integer NOT NULL,
      role_kind text NOT NULL,
      organism_id integer REFERENCES organisms,
      granted_at timestamptz NOT NULL,
      granted_by bigint REFERENCES accounts,  -- null: a named job, told by the trail
      grant_reason text NOT NULL DEFAULT '',
      request_id bigint REFERENCES requests,
      ends_on date,  -- inclusive, in Europe/Paris (P8)
      ended_at timestamptz,
      ended_by bigint REFERENCES accounts,
      end_kind text CHECK (end_kind IN ('removed', 'expired', 'attached_elsewhere')),
      end_reason text,
      inherited_from integer REFERENCES organisms,  -- « à revoir » after an attachment (R63)
      FOREIGN KEY (role_id, role_kind) REFERENCES roles (id, kind),
      -- « Administrateur local », and it alone, is given for an organism.
      CHECK ((role_kind = 'local_administrator') = (organism_id IS NOT NULL)),
      CHECK ((ended_at IS NULL) = (end_kind IS NULL)),
      CHECK (ended_at IS NOT NULL OR ended_by IS NULL)
    )
  `);
  // Nobody holds the same right twice. It also serves a person's live rights.
  await db.raw(
    `CREATE UNIQUE INDEX assignments_once ON assignments (account_id, role_id, organism_id) NULLS NOT DISTINCT
     WHERE ended_at IS NULL`,
  );
  // A role's holders.
  await db.raw(
    'CREATE INDEX assignments_holders ON assignments (role_id, account_id) WHERE ended_at IS NULL',
  );
  // The administrators of an organism: P2 and the directory.
  await db.raw(
    `CREATE INDEX assignments_administrators ON assignments (organism_id, account_id)
     WHERE role_kind = 'local_administrator' AND ended_at IS NULL`,
  );
  // What the job of the end dates has to write.
  await db.raw(
    'CREATE INDEX assignments_to_end ON assignments (ends_on) WHERE ended_at IS NULL AND ends_on IS NOT NULL',
  );
  // What a person held, whole.
  await db.raw('CREATE INDEX assignments_of_account ON assignments (account_id, granted_at)');
}

export async function down(db: Knex): Promise<void> {
  await db.schema.dropTable('assignments');
}
