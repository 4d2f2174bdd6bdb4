import type { Knex } from 'knex';

/** Where an application is, for who holds one of its roles to open it. The release before neither reads nor writes it. */
export async function up(db: Knex): Promise<void> {
  // It is the target of a link: nothing that runs as script may stand there, whoever writes it.
  await db.raw(`
    ALTER TABLE applications ADD COLUMN address text
      CONSTRAINT applications_address_is_web CHECK (address ~* '^(http|https)://[^[:space:]]+$' AND length(address) <= 500)
  `);
}

export async function down(db: Knex): Promise<void> {
  await db.raw('ALTER TABLE applications DROP COLUMN address');
}
