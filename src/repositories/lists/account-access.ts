import type { Database } from '../../database/knex.ts';
import { preparedQuery } from '../../database/prepared.ts';
import type { FactorReset } from '../factor-resets.ts';
import { heldLately } from '../person-rights.ts';

/** What lets somebody sign in, or keeps them from it. */
export interface AccountAccess {
  /** Whether they ever chose a password. */
  activated: boolean;
  /** When the last activation link ends, or ended; null where none is known. */
  linkEndsAt: Date | null;
  /** The last message with a link to choose a password; null where none is kept. */
  message: { status: 'queued' | 'sent' | 'failed'; at: Date } | null;
  /** Wrong passwords since a day. */
  failures: number;
  /** Since when they have a second factor; null for none. */
  factorSince: Date | null;
  /** They administered, or had a national profile, until lately. */
  trustedLately: boolean;
  /** The reset of it that waits. */
  reset: Pick<FactorReset, 'askedAt' | 'askedBy' | 'effectiveAt'> | null;
}

const ACCESS = `
  SELECT
    EXISTS (SELECT FROM credentials WHERE account_id = $1) AS activated,
    (SELECT min(added_at) FROM (
      SELECT added_at FROM authenticators WHERE account_id = $1 AND ended_at IS NULL
      UNION ALL SELECT added_at FROM passkeys WHERE account_id = $1 AND ended_at IS NULL) AS factor) AS "factorSince",
    reset.*, ${heldLately('$1', '$2')} AS "trustedLately",
    (SELECT max(expires_at) FROM tokens
      WHERE account_id = $1 AND used_at IS NULL AND purpose = 'activation') AS "linkEndsAt",
    message.status AS "messageStatus", coalesce(message.sent_at, message.created_at) AS "messageAt",
    (SELECT count(*) FROM audit_events WHERE subject_account_id = $1 AND action = 'sign_in.refused'
      AND occurred_at > $2::timestamptz - interval '1 day') AS failures
  FROM (SELECT) AS one LEFT JOIN LATERAL (
    SELECT status, sent_at, created_at FROM messages
    WHERE account_id = $1 AND template IN ('activation', 'password-reset') ORDER BY id DESC LIMIT 1
  ) AS message ON true LEFT JOIN LATERAL (
    SELECT asked_at AS "askedAt", effective_at AS "effectiveAt", first_name || ' ' || last_name AS "askedBy"
    FROM factor_resets LEFT JOIN accounts ON accounts.id = asked_by WHERE account_id = $1 AND state = 'waiting'
  ) AS reset ON true`;

type Row = Omit<AccountAccess, 'message' | 'reset'> & {
  askedAt: Date | null;
  askedBy: string | null;
  effectiveAt: Date;
  messageStatus: 'queued' | 'sent' | 'failed' | null;
  messageAt: Date;
};

/** How things stand with the sign-in of an account. */
export async function readAccountAccess(db: Database, accountId: number, now: Date): Promise<AccountAccess> {
  const [row] = await preparedQuery<Row>(db, ACCESS, [accountId, now]);
  const { messageStatus: status, messageAt: at, askedAt, askedBy, effectiveAt, ...access } = row as Row;
  const reset = askedAt && { askedAt, askedBy, effectiveAt };
  return { ...access, reset, message: status && { status, at } };
}
