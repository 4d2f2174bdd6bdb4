import type { Knex } from 'knex';

/**
 * Forms that were sent after their session had ended: kept a quarter of an hour for the account that filled them, so that
 * what was typed is there again once it is signed in (docs/decisions/0019-forms-kept.md).
 */
export async function up(db: Knex): Promise<void> {
  await db.raw(`
    CREATE TABLE kept_forms (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      -- Of the random value in the cookie: who reads this table cannot ask for the form.
      key_hash text NOT NULL UNIQUE,
      account_id bigint NOT NULL REFERENCES accounts ON DELETE CASCADE,
      -- The address that the form was sent to.
      path text NOT NULL,
      -- That of the page that has it, with what the page is about in its query.
      page text NOT NULL,
      -- [[name, value], …] as a JSON text, not jsonb: what was typed may hold characters that jsonb refuses.
      fields text NOT NULL CHECK (octet_length(fields) <= 65536),
      expires_at timestamptz NOT NULL
    )
  `);
  // Three a person, the last ones; the nightly job looks for ends.
  await db.raw('CREATE INDEX kept_forms_by_account ON kept_forms (account_id, id)');
  await db.raw('CREATE INDEX kept_forms_expires_at ON kept_forms (expires_at)');
}

export async function down(db: Knex): Promise<void> {
  await db.schema.dropTable('kept_forms');
}
