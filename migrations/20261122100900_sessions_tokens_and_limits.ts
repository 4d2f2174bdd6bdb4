import type { Knex } from 'knex';

/** What signing in needs: sessions (connect-pg-simple's shape), one-use links, counters of attempts. */
export async function up(db: Knex): Promise<void> {
  await db.raw(`
    CREATE TABLE sessions (
      sid text PRIMARY KEY,
      sess json NOT NULL,
      expire timestamptz NOT NULL,
      -- So that a person's sessions can be listed and ended.
      account_id bigint GENERATED ALWAYS AS ((sess -> 'passport' ->> 'user')::bigint) STORED
    )
  `);
  await db.raw('CREATE INDEX sessions_expire ON sessions (expire)');
  await db.raw('CREATE INDEX sessions_of_account ON sessions (account_id) WHERE account_id IS NOT NULL');

  // Only a hash is kept: who reads this table cannot use a link.
  await db.raw(`
    CREATE TABLE tokens (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      purpose text NOT NULL CHECK (purpose IN ('activation', 'password_reset', 'request_confirmation', 'email_change')),
      token_hash text NOT NULL UNIQUE,
      account_id bigint REFERENCES accounts,
      request_id bigint REFERENCES requests,
      new_email text,
      created_at timestamptz NOT NULL,
      expires_at timestamptz NOT NULL,
      used_at timestamptz,
      CHECK (num_nonnulls(account_id, request_id) = 1)
    )
  `);
  await db.raw('CREATE INDEX tokens_of_account ON tokens (account_id) WHERE used_at IS NULL');
  await db.raw('CREATE INDEX tokens_of_request ON tokens (request_id) WHERE used_at IS NULL');

  // rate-limiter-flexible's shape; unlogged, because losing a counter in a crash costs nothing.
  await db.raw(`
    CREATE UNLOGGED TABLE rate_limits (
      key varchar(255) PRIMARY KEY,
      points integer NOT NULL DEFAULT 0,
      expire bigint
    )
  `);
  await db.raw('CREATE INDEX rate_limits_expire ON rate_limits (expire)');
}

export async function down(db: Knex): Promise<void> {
  await db.schema.dropTable('rate_limits').dropTable('tokens').dropTable('sessions');
}
