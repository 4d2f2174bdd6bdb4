import type { Knex } from 'knex';

const EDITED = ['applications', 'roles', 'organisms'];

/** Reference data is edited in the portal: who changed a record last, so that the next one is told. */
export async function up(db: Knex): Promise<void> {
  for (const table of EDITED) {
    // The version tells a form that the record changed since it was shown.
    await db.raw(`
      ALTER TABLE ${table}
        ADD COLUMN version integer NOT NULL DEFAULT 1,
        ADD COLUMN edited_at timestamptz,
        ADD COLUMN edited_by bigint REFERENCES accounts,
        ADD CONSTRAINT ${table}_edited CHECK ((edited_at IS NULL) = (edited_by IS NULL))
    `);
  }
  // A free role needs no assignment: nobody asks for it, online or otherwise (P4).
  await db.raw(`
    ALTER TABLE roles ADD CONSTRAINT roles_free_is_not_asked CHECK (validator <> 'free' OR request_mode = 'none')
  `);
}

export async function down(db: Knex): Promise<void> {
  await db.raw('ALTER TABLE roles DROP CONSTRAINT roles_free_is_not_asked');
  for (const table of EDITED) {
    await db.raw(`ALTER TABLE ${table} DROP COLUMN edited_by, DROP COLUMN edited_at, DROP COLUMN version`);
  }
}
