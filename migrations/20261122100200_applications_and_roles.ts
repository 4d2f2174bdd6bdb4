import type { Knex } from 'knex';

/** What can be granted: applications by theme, and their roles with who validates them (P3, P3b, P4). */
export async function up(db: Knex): Promise<void> {
  await db.raw(`
    CREATE TABLE applications (
      id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      code text NOT NULL UNIQUE CHECK (code ~ '^[a-z0-9][a-z0-9-]*$'),
      name text COLLATE french NOT NULL UNIQUE,
      theme text COLLATE french NOT NULL,
      position smallint NOT NULL
    )
  `);
  await db.raw(`
    CREATE TABLE roles (
      id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      application_id integer NOT NULL REFERENCES applications,
      code text NOT NULL UNIQUE CHECK (code ~ '^[a-z0-9][a-z0-9-]*$'),
      label text COLLATE french NOT NULL UNIQUE,
      kind text NOT NULL CHECK (kind IN ('ordinary', 'local_administrator', 'national')),
      validator text NOT NULL CHECK (validator IN ('local_administrator', 'ucanss', 'free')),
      request_mode text NOT NULL CHECK (request_mode IN ('online', 'procedure', 'none')),
      procedure text,
      description text NOT NULL,
      audience text NOT NULL,
      default_duration_days integer CHECK (default_duration_days > 0),
      position smallint NOT NULL,
      closed_at timestamptz,
      UNIQUE (id, kind),
      -- Only an ordinary role is ever asked for: the others come by delegation or from Ucanss (P3b).
      CHECK (kind = 'ordinary' OR request_mode = 'none'),
      CHECK ((request_mode = 'procedure') = (procedure IS NOT NULL))
    )
  `);
  // One role stands for the delegation; services find it by its kind.
  await db.raw(
    `CREATE UNIQUE INDEX roles_one_local_administrator ON roles (kind) WHERE kind = 'local_administrator'`,
  );
}

export async function down(db: Knex): Promise<void> {
  await db.schema.dropTable('roles').dropTable('applications');
}
