/** In a table, a row of which this column says something. */
const row = (table: string, condition: string): string =>
  `ctid = (SELECT ctid FROM ${table} WHERE ${condition} LIMIT 1)`;
export const set = (table: string, columns: string, condition = 'true'): string =>
  `UPDATE ${table} SET ${columns} WHERE ${row(table, condition)}`;

export const FACTORS: Record<string, string> = {
  // One at a time: another takes its place.
  authenticators_of_account: `INSERT INTO authenticators (account_id, secret, last_step, added_at)
    SELECT account_id, secret, last_step, added_at FROM authenticators LIMIT 1`,
  passkey_handles_handle_key: `UPDATE passkey_handles SET handle = 'same'`,
  passkeys_credential_id_key: `UPDATE passkeys SET credential_id = 'same'`,
  recovery_codes_of_account: `INSERT INTO recovery_codes (account_id, code_hash, added_at)
    SELECT account_id, code_hash, added_at FROM recovery_codes LIMIT 1`,
};

export const FACTOR_RESETS: Record<string, string> = {
  ...Object.fromEntries(
    ['authenticators', 'passkeys', 'recovery_codes'].map((table) => [
      `${table}_reset_id_fkey`,
      set(table, 'reset_id = 32000', 'reset_id IS NOT NULL'),
    ]),
  ),
  factor_resets_check: set('factor_resets', `effective_at = asked_at - interval '1 day'`),
  factor_resets_check1: set('factor_resets', `state = 'done'`),
  // A second one replaces nothing.
  factor_resets_one_waiting: `INSERT INTO factor_resets (account_id, organism_id, asked_at, reason, effective_at)
    SELECT account_id, organism_id, asked_at, reason, effective_at FROM factor_resets LIMIT 1`,
  factor_resets_reason_check: set('factor_resets', `reason = repeat('x', 1001)`),
  factor_resets_state_check: set('factor_resets', `state = 'perdu', ended_at = now()`),
  tokens_of_factor_resets: set('tokens', 'factor_reset_id = NULL', 'factor_reset_id IS NOT NULL'),
};
