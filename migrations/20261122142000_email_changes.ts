import type { Knex } from 'knex';

/** New addresses that wait for their owner to follow the link sent there, and which address each link went to. */
export async function up(db: Knex): Promise<void> {
  await db.raw(`
    CREATE TABLE email_changes (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      account_id bigint NOT NULL REFERENCES accounts,
      new_email text NOT NULL CHECK (new_email = lower(new_email) AND length(new_email) <= 254),
      asked_by bigint NOT NULL REFERENCES accounts,
      asked_at timestamptz NOT NULL,
      ended_at timestamptz,
      outcome text CHECK (outcome IN ('changed', 'cancelled', 'replaced')),
      CHECK ((ended_at IS NULL) = (outcome IS NULL))
    )
  `);
  // One at a time: asking again voids the link of the time before.
  await db.raw(
    'CREATE UNIQUE INDEX email_changes_one_pending ON email_changes (account_id) WHERE ended_at IS NULL',
  );
  // A link is of one request, whose address stands there; new_email never held anything.
  await db.raw(`
    ALTER TABLE tokens
      DROP COLUMN new_email,
      ADD COLUMN email_change_id bigint REFERENCES email_changes,
      -- The address that a link to a password was sent to: once it is no longer the account's, the link is void.
      ADD COLUMN sent_to text,
      ADD CONSTRAINT tokens_of_email_changes CHECK ((purpose = 'email_change') = (email_change_id IS NOT NULL))
  `);
  // So that an old request is not searched for row by row when it is purged.
  await db.raw(
    'CREATE INDEX tokens_of_email_change ON tokens (email_change_id) WHERE email_change_id IS NOT NULL',
  );
}

export async function down(db: Knex): Promise<void> {
  // A link without its request leads nowhere.
  await db('tokens').where({ purpose: 'email_change' }).delete();
  await db.raw(`
    ALTER TABLE tokens
      DROP CONSTRAINT tokens_of_email_changes,
      DROP COLUMN email_change_id,
      DROP COLUMN sent_to,
      ADD COLUMN new_email text
  `);
  await db.schema.dropTable('email_changes');
}
