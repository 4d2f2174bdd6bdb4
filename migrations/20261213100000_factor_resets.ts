import type { Knex } from 'knex';

const LINKS = `'activation', 'password_reset', 'request_confirmation', 'email_change', 'email_mailbox', 'email_agreement'`;

/** What a reset ends is in force again where its person answers that it is not theirs. */
const ENDED_BY_RESETS = ['authenticators', 'passkeys', 'recovery_codes'];

/** A second factor that somebody else ends for its person (R89): at once, or a day later. */
export async function up(db: Knex): Promise<void> {
  await db.raw(`
    CREATE TABLE factor_resets (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      account_id bigint NOT NULL REFERENCES accounts,
      -- Of the person, when it was asked.
      organism_id integer NOT NULL REFERENCES organisms,
      -- Null for the command.
      asked_by bigint REFERENCES accounts,
      asked_at timestamptz NOT NULL,
      reason text NOT NULL CHECK (length(reason) <= 1000),
      effective_at timestamptz NOT NULL CHECK (effective_at >= asked_at),
      -- Stopped by the person, before or after its effect; ended without effect by anything else.
      state text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'done', 'stopped', 'ended')),
      ended_at timestamptz,
      CHECK ((state = 'waiting') = (ended_at IS NULL))
    )
  `);
  // A second one replaces nothing.
  await db.raw(
    `CREATE UNIQUE INDEX factor_resets_one_waiting ON factor_resets (account_id) WHERE state = 'waiting'`,
  );
  await db.raw('CREATE INDEX factor_resets_of_account ON factor_resets (account_id)');
  // What waits ends when who asked for it may not any more (P10), and is caught up once its time has come.
  await db.raw(`CREATE INDEX factor_resets_asked_by ON factor_resets (asked_by) WHERE state = 'waiting'`);
  await db.raw(`CREATE INDEX factor_resets_due ON factor_resets (effective_at) WHERE state = 'waiting'`);
  for (const table of ENDED_BY_RESETS)
    await db.raw(`ALTER TABLE ${table} ADD COLUMN reset_id bigint REFERENCES factor_resets`);
  await db.raw(`
    ALTER TABLE tokens
      ADD COLUMN factor_reset_id bigint REFERENCES factor_resets,
      DROP CONSTRAINT tokens_purpose_check,
      ADD CONSTRAINT tokens_purpose_check CHECK (purpose IN (${LINKS}, 'factor_reset')),
      ADD CONSTRAINT tokens_of_factor_resets CHECK ((purpose = 'factor_reset') = (factor_reset_id IS NOT NULL))
  `);
}

export async function down(db: Knex): Promise<void> {
  await db('tokens').where({ purpose: 'factor_reset' }).delete();
  await db.raw(`
    ALTER TABLE tokens
      DROP CONSTRAINT tokens_of_factor_resets,
      DROP COLUMN factor_reset_id,
      DROP CONSTRAINT tokens_purpose_check,
      ADD CONSTRAINT tokens_purpose_check CHECK (purpose IN (${LINKS}))
  `);
  for (const table of ENDED_BY_RESETS) await db.raw(`ALTER TABLE ${table} DROP COLUMN reset_id`);
  await db.schema.dropTable('factor_resets');
}
