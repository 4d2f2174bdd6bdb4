import type { Knex } from 'knex';

/**
 * A second factor (R89): applications that give codes, passkeys, recovery codes. What has ended is kept for some days,
 * since a reset can be stopped after it was done.
 */
export async function up(db: Knex): Promise<void> {
  await db.raw(`
    CREATE TABLE authenticators (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      account_id bigint NOT NULL REFERENCES accounts,
      -- Encrypted with FACTOR_KEY, bound to the account.
      secret bytea NOT NULL,
      -- The last step of thirty seconds of which a code was taken: none serves twice.
      last_step bigint NOT NULL,
      added_at timestamptz NOT NULL,
      last_used_at timestamptz,
      ended_at timestamptz
    )
  `);
  await db.raw(
    'CREATE UNIQUE INDEX authenticators_of_account ON authenticators (account_id) WHERE ended_at IS NULL',
  );

  await db.raw(`
    CREATE TABLE passkeys (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      account_id bigint NOT NULL REFERENCES accounts,
      -- In base64url, as browsers send it.
      credential_id text NOT NULL UNIQUE,
      public_key bytea NOT NULL,
      sign_count bigint NOT NULL,
      transports text[] NOT NULL,
      -- Kept by the provider of the device, and on other devices too.
      synced boolean NOT NULL,
      name text NOT NULL,
      added_at timestamptz NOT NULL,
      last_used_at timestamptz,
      ended_at timestamptz
    )
  `);
  await db.raw('CREATE INDEX passkeys_of_account ON passkeys (account_id) WHERE ended_at IS NULL');
  // What a device knows the account by: never the address, which is a person's.
  await db.raw(`
    CREATE TABLE passkey_handles (
      account_id bigint PRIMARY KEY REFERENCES accounts,
      handle text NOT NULL UNIQUE
    )
  `);
  // A challenge is signed, and kept only once it was answered: it serves once.
  await db.raw(`
    CREATE TABLE used_challenges (
      challenge_hash text PRIMARY KEY,
      expires_at timestamptz NOT NULL
    )
  `);
  await db.raw('CREATE INDEX used_challenges_ended ON used_challenges (expires_at)');

  await db.raw(`
    CREATE TABLE recovery_codes (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      account_id bigint NOT NULL REFERENCES accounts,
      code_hash text NOT NULL,
      added_at timestamptz NOT NULL,
      used_at timestamptz,
      ended_at timestamptz
    )
  `);
  await db.raw(
    'CREATE UNIQUE INDEX recovery_codes_of_account ON recovery_codes (account_id, code_hash) WHERE ended_at IS NULL',
  );

  // From when on the person knows that a factor is asked of them: the grace runs from there.
  await db.raw('ALTER TABLE credentials ADD COLUMN factor_asked_at timestamptz');
}

export async function down(db: Knex): Promise<void> {
  await db.raw('ALTER TABLE credentials DROP COLUMN factor_asked_at');
  for (const table of ['recovery_codes', 'used_challenges', 'passkey_handles', 'passkeys', 'authenticators'])
    await db.schema.dropTable(table);
}
