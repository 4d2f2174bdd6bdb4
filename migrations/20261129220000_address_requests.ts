import type { Knex } from 'knex';

const LINKS = `'activation', 'password_reset', 'request_confirmation', 'email_change'`;
const OUTCOMES = `'changed', 'cancelled', 'replaced'`;
const BY_ROLE = '(organism_id, status, %, last_key, id)';

/**
 * A change of somebody else's address is a request: it takes effect once the new mailbox is confirmed and a second
 * person agrees (P11). What was asked before, by others and not confirmed yet, becomes such a request.
 */
export async function up(db: Knex): Promise<void> {
  await db.raw(`
    ALTER TABLE requests
      DROP CONSTRAINT requests_kind_check,
      ADD CONSTRAINT requests_kind_check CHECK (kind IN ('account', 'role', 'address')),
      ADD new_email text CHECK (new_email = lower(new_email) AND length(new_email) <= 254),
      ADD CONSTRAINT requests_of_address CHECK ((kind = 'address') = (new_email IS NOT NULL))
  `);
  await db.raw(
    `CREATE UNIQUE INDEX requests_one_pending_address ON requests (account_id)
     WHERE status = 'pending' AND kind = 'address'`,
  );
  // What has no role counts as one in the order of labels: 0 for an account, -1 for an address.
  await db.raw('DROP INDEX requests_by_role');
  await db.raw(
    `CREATE INDEX requests_by_role ON requests
     ${BY_ROLE.replace('%', `coalesce(role_id, CASE kind WHEN 'address' THEN -1 ELSE 0 END)`)}`,
  );
  await db.raw(`
    ALTER TABLE email_changes
      ADD request_id bigint UNIQUE REFERENCES requests,
      ADD confirmed_at timestamptz,
      ADD agreed_at timestamptz,
      -- The person, or who administers nationally.
      ADD agreed_by bigint REFERENCES accounts,
      -- Asked by Ucanss for somebody without a national profile: 48 hours of silence are enough.
      ADD silence_agrees boolean NOT NULL DEFAULT false,
      -- What the address was before it took effect, to be put back (« Ce n'est pas moi »).
      ADD former_email text,
      ADD CHECK ((agreed_at IS NULL) = (agreed_by IS NULL)),
      DROP CONSTRAINT email_changes_outcome_check,
      ADD CONSTRAINT email_changes_outcome_check
        CHECK (outcome IN (${OUTCOMES}, 'refused', 'lapsed', 'reverted'))
  `);
  // An address that was left is kept for a while for who had it; what somebody asked ends when they may not any more.
  await db.raw(`CREATE INDEX email_changes_left ON email_changes (former_email) WHERE outcome = 'changed'`);
  await db.raw('CREATE INDEX email_changes_asked_by ON email_changes (asked_by) WHERE ended_at IS NULL');
  await db.raw(`
    ALTER TABLE tokens
      DROP CONSTRAINT tokens_purpose_check,
      ADD CONSTRAINT tokens_purpose_check CHECK (purpose IN (${LINKS}, 'email_mailbox', 'email_agreement')),
      DROP CONSTRAINT tokens_of_email_changes,
      ADD CONSTRAINT tokens_of_email_changes CHECK (
        (purpose IN ('email_change', 'email_mailbox', 'email_agreement')) = (email_change_id IS NOT NULL)
      )
  `);
  await db.raw(`
    WITH asked AS (
      INSERT INTO requests (kind, status, organism_id, account_id, requested_by, last_name, first_name, email,
        function_title, phone, new_email, created_at, submitted_at)
      SELECT 'address', 'pending', a.organism_id, a.id, c.asked_by, a.last_name, a.first_name, a.email,
        a.function_title, a.phone, c.new_email, c.asked_at, c.asked_at
      FROM email_changes c JOIN accounts a ON a.id = c.account_id
      WHERE c.ended_at IS NULL AND c.asked_by <> c.account_id
      RETURNING id, account_id
    )
    UPDATE email_changes SET request_id = asked.id FROM asked
    WHERE email_changes.account_id = asked.account_id AND email_changes.ended_at IS NULL
  `);
}

export async function down(db: Knex): Promise<void> {
  await db('tokens').whereIn('purpose', ['email_mailbox', 'email_agreement']).delete();
  await db.raw(`
    ALTER TABLE tokens
      DROP CONSTRAINT tokens_of_email_changes,
      ADD CONSTRAINT tokens_of_email_changes CHECK ((purpose = 'email_change') = (email_change_id IS NOT NULL)),
      DROP CONSTRAINT tokens_purpose_check,
      ADD CONSTRAINT tokens_purpose_check CHECK (purpose IN (${LINKS}))
  `);
  // The release before has no second person to ask: what waits for one is given up.
  await db.raw(`UPDATE email_changes SET outcome = 'cancelled', ended_at = coalesce(ended_at, now())
    WHERE outcome IN ('refused', 'lapsed') OR (ended_at IS NULL AND request_id IS NOT NULL)`);
  await db.raw(`UPDATE email_changes SET outcome = 'changed' WHERE outcome = 'reverted'`);
  await db.raw('DROP INDEX email_changes_left, email_changes_asked_by');
  await db.raw(`
    ALTER TABLE email_changes
      DROP CONSTRAINT email_changes_outcome_check,
      ADD CONSTRAINT email_changes_outcome_check CHECK (outcome IN (${OUTCOMES})),
      DROP COLUMN request_id, DROP COLUMN confirmed_at, DROP COLUMN agreed_at, DROP COLUMN agreed_by,
      DROP COLUMN silence_agrees, DROP COLUMN former_email
  `);
  await db.raw(`UPDATE messages SET request_id = NULL
    WHERE request_id IN (SELECT id FROM requests WHERE kind = 'address')`);
  await db('requests').where({ kind: 'address' }).delete();
  await db.raw('DROP INDEX requests_by_role, requests_one_pending_address');
  await db.raw(`CREATE INDEX requests_by_role ON requests ${BY_ROLE.replace('%', 'coalesce(role_id, 0)')}`);
  await db.raw(`
    ALTER TABLE requests
      DROP CONSTRAINT requests_of_address,
      DROP COLUMN new_email,
      DROP CONSTRAINT requests_kind_check,
      ADD CONSTRAINT requests_kind_check CHECK (kind IN ('account', 'role'))
  `);
}
