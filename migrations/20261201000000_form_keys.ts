import type { Knex } from 'knex';

/**
 * Forms that were done, by the key that each display of a form carries: a form sent twice is done once
 * (docs/decisions/0021-forms-sent-twice.md). Logged, as the acts are: after a crash, what was done is still known to be.
 */
export async function up(db: Knex): Promise<void> {
  await db.raw(`
    CREATE TABLE form_keys (
      -- No reference to accounts: it would lock the row of who acts, whom somebody else may be acting upon meanwhile.
      account_id bigint NOT NULL,
      -- Of the key: who reads this table cannot send the form.
      key_hash text NOT NULL,
      -- Of what was sent, with the key as its own key: what was typed cannot be guessed from it.
      input_hash text NOT NULL,
      done_at timestamptz NOT NULL,
      -- Where the person was led; null until it is known, a moment after the act.
      led_to text,
      PRIMARY KEY (account_id, key_hash)
    )
  `);
  // The nightly job looks for what was done more than a day ago.
  await db.raw('CREATE INDEX form_keys_done_at ON form_keys (done_at)');
}

export async function down(db: Knex): Promise<void> {
  await db.schema.dropTable('form_keys');
}
