import type { Knex } from 'knex';

/** Messages to people: written with the act that causes them, sent by a job. No link's token is ever kept here. */
export async function up(db: Knex): Promise<void> {
  await db.raw(`
    CREATE TABLE messages (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      template text NOT NULL,
      -- One address on one line: a line end would let a value add headers of its own.
      recipient text NOT NULL CHECK (length(recipient) <= 254 AND recipient !~ '[[:cntrl:][:space:],;<>]'),
      data jsonb NOT NULL,
      account_id bigint REFERENCES accounts,
      request_id bigint REFERENCES requests,
      -- What must not be told twice, such as « this right ends in a week », has a key.
      once_key text UNIQUE,
      status text NOT NULL DEFAULT 'queued' CHECK (status IN ('queued', 'sent', 'failed')),
      attempts smallint NOT NULL DEFAULT 0,
      last_error text,
      created_at timestamptz NOT NULL,
      sent_at timestamptz,
      CHECK ((status = 'sent') = (sent_at IS NOT NULL)),
      CHECK (status <> 'failed' OR last_error IS NOT NULL)
    )
  `);
  // What never left, for who administers nationally.
  await db.raw(`CREATE INDEX messages_failed ON messages (created_at DESC, id DESC) WHERE status = 'failed'`);
  // What should have left long ago.
  await db.raw(`CREATE INDEX messages_queued ON messages (created_at) WHERE status = 'queued'`);
  // What the nightly purge looks for.
  await db.raw('CREATE INDEX messages_sent ON messages (sent_at) WHERE sent_at IS NOT NULL');
  // So that a purged request is not searched for row by row.
  await db.raw('CREATE INDEX messages_of_request ON messages (request_id) WHERE request_id IS NOT NULL');
}

export async function down(db: Knex): Promise<void> {
  await db.schema.dropTable('messages');
}
