import type { Knex } from 'knex';

/** The legal bodies and their branches: reference data, loaded from seeds/ and edited by Ucanss. */
export async function up(db: Knex): Promise<void> {
  await db.raw(`
    CREATE TABLE branches (
      id smallint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      name text COLLATE french NOT NULL UNIQUE,
      label text COLLATE french NOT NULL  -- « Branche Famille »; Interbranche and État as they are
    )
  `);
  await db.raw(`
    CREATE TABLE organisms (
      id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      code text NOT NULL UNIQUE CHECK (code ~ '^[A-Z0-9][A-Z0-9-]{1,19}$'),
      name text COLLATE french NOT NULL UNIQUE,
      acronym text NOT NULL,
      branch_id smallint NOT NULL REFERENCES branches,
      department text NOT NULL,
      region text NOT NULL,
      city text NOT NULL,
      mail_domain text CHECK (mail_domain = lower(mail_domain)),
      closed_at timestamptz,
      name_key text COLLATE "C" NOT NULL GENERATED ALWAYS AS (normalised(name)) STORED
    )
  `);
  await db.raw('CREATE INDEX organisms_in_order ON organisms (name_key, id)');
}

export async function down(db: Knex): Promise<void> {
  await db.schema.dropTable('organisms').dropTable('branches');
}
