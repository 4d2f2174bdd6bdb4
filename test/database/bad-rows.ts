import { FACTOR_RESETS, FACTORS, set } from './bad-factors.ts';

/**
 * What the database refuses whatever the code does, written by hand: by the name of the constraint, a statement that
 * would break it. Every statement is of one row, or of two that would be alike (constraints.test.ts).
 */

const LONG = `repeat('x', 500)`;
const event = (changes: string): string =>
  `INSERT INTO audit_events SELECT (jsonb_populate_record(e, '{"id": 999999, ${changes}}')).* FROM audit_events e LIMIT 1`;

/** Columns that name a row of another table. */
const REFERENCES: Record<string, readonly string[]> = {
  account_texts: ['account_id'],
  accounts: ['created_by', 'deactivated_by', 'organism_id'],
  applications: ['edited_by'],
  assignments: [
    'account_id',
    'ended_by',
    'granted_by',
    'inherited_from',
    'organism_id',
    'request_id',
    'restored_from',
  ],
  batch_announcements: ['announced_by', 'organism_id', 'role_id'],
  batch_effects: ['account_id', 'assignment_id', 'batch_id', 'request_id', 'role_id'],
  batch_lines: ['account_id', 'assignment_id', 'batch_id'],
  batches: ['created_by', 'organism_id', 'role_id', 'undoes'],
  authenticators: ['account_id'],
  credentials: ['account_id'],
  email_changes: ['account_id', 'agreed_by', 'asked_by', 'request_id'],
  factor_resets: ['account_id', 'asked_by', 'organism_id'],
  kept_forms: ['account_id'],
  known_devices: ['account_id'],
  messages: ['account_id', 'batch_id', 'request_id'],
  nomination_imports: ['batch_id', 'created_by'],
  nomination_lines: ['account_id', 'import_id'],
  organisms: ['branch_id', 'edited_by'],
  passkey_handles: ['account_id'],
  passkeys: ['account_id'],
  planned_acts: ['account_id', 'asked_by', 'organism_id'],
  recovery_codes: ['account_id'],
  refusal_reasons: ['organism_id'],
  requests: ['account_id', 'decided_by', 'organism_id', 'requested_by', 'role_id'],
  roles: ['application_id', 'edited_by'],
  tokens: ['account_id', 'email_change_id', 'factor_reset_id', 'request_id'],
};

const OF_REFERENCES = Object.entries(REFERENCES).flatMap(([table, columns]) =>
  columns.map((column): [string, string] => [
    `${table}_${column}_fkey`,
    set(table, `${column} = 32000`, `${column} IS NOT NULL`),
  ]),
);

const ACCOUNTS: Record<string, string> = {
  accounts_check: set('accounts', 'deactivated_at = now()', 'active'),
  accounts_civility_check: set('accounts', `civility = 'Dr'`),
  accounts_email_check: set('accounts', `email = 'Majuscule@test.fr'`),
  accounts_first_name_check: set('accounts', `first_name = ''`),
  accounts_last_name_check: set('accounts', `last_name = ''`),
  accounts_function_title_check: set('accounts', `function_title = ${LONG}`),
  accounts_phone_check: set('accounts', `phone = ${LONG}`),
  // An address is an identity (P11).
  accounts_email_key: set('accounts', `email = 'national@ucanss.fr'`, `email = 'auditeur@ucanss.fr'`),
};

const RIGHTS: Record<string, string> = {
  // P3b: « Administrateur local » is of an organism, and no other role is.
  assignments_check: set('assignments', 'organism_id = NULL', 'organism_id IS NOT NULL'),
  // P7: what ended says how, and by whom only where it ended.
  assignments_check1: set('assignments', 'ended_at = now()', 'ended_at IS NULL'),
  assignments_check2: set(
    'assignments',
    'ended_by = granted_by',
    'ended_at IS NULL AND granted_by IS NOT NULL',
  ),
  assignments_end_kind_check: set('assignments', `ended_at = now(), end_kind = 'forgotten'`),
  assignments_role_id_role_kind_fkey: set(
    'assignments',
    `role_kind = 'national'`,
    `role_kind = 'ordinary' AND ended_at IS NULL`,
  ),
  // Nobody holds a right twice.
  assignments_once: `INSERT INTO assignments (account_id, role_id, role_kind, organism_id, granted_at)
    SELECT account_id, role_id, role_kind, organism_id, now() FROM assignments WHERE ended_at IS NULL LIMIT 1`,
  roles_check: set('roles', `request_mode = 'online'`, `kind = 'national'`),
  roles_check1: set('roles', 'procedure = NULL', `request_mode = 'procedure'`),
  roles_code_check: set('roles', `code = 'Avec Espace'`),
  roles_code_key: set('roles', `code = 'auditeur'`, `code = 'energie-lecteur'`),
  roles_default_duration_days_check: set('roles', 'default_duration_days = 0'),
  roles_edited: set('roles', 'edited_at = now(), edited_by = NULL'),
  // P4: a free role is never asked for.
  roles_free_is_not_asked: set('roles', `validator = 'free'`, `request_mode = 'online'`),
  roles_kind_check: `ALTER TABLE assignments DROP CONSTRAINT assignments_role_id_role_kind_fkey; ${set('roles', `kind = 'other'`, `request_mode = 'none'`)}`,
  roles_label_key: set('roles', `label = 'Auditeur'`, `code = 'energie-lecteur'`),
  roles_one_local_administrator: `ALTER TABLE assignments DROP CONSTRAINT assignments_role_id_role_kind_fkey; ${set('roles', `kind = 'local_administrator'`, `code = 'auditeur'`)}`,
  roles_request_mode_check: set(
    'roles',
    `request_mode = 'letter'`,
    `kind = 'ordinary' AND validator <> 'free' AND procedure IS NULL`,
  ),
  roles_validator_check: set('roles', `validator = 'nobody'`),
};

const CATALOGUE: Record<string, string> = {
  applications_address_is_web: set('applications', `address = 'javascript:alert(1)'`, `code = 'energie'`),
  applications_code_check: set('applications', `code = 'Avec Espace'`),
  applications_code_key: set('applications', `code = 'energie'`, `code <> 'energie'`),
  applications_edited: set('applications', 'edited_at = now(), edited_by = NULL'),
  applications_name_key: set('applications', `name = 'Energie'`, `name <> 'Energie'`),
  branches_name_key: set('branches', `name = 'Famille'`, `name <> 'Famille'`),
  organisms_article_check: set('organisms', `article = 'les'`),
  organisms_code_check: set('organisms', `code = 'minuscules'`),
  organisms_code_key: set('organisms', `code = 'CAF-391'`, `code <> 'CAF-391'`),
  organisms_edited: set('organisms', 'edited_at = now(), edited_by = NULL'),
  organisms_mail_domain_check: set('organisms', `mail_domain = 'CAF.fr'`),
  organisms_name_key: set('organisms', `name = 'CAF du Jura'`, `code <> 'CAF-391'`),
  refusal_reasons_organism_id_text_key: `INSERT INTO refusal_reasons (organism_id, text)
    SELECT organism_id, text FROM refusal_reasons WHERE organism_id IS NULL LIMIT 1`,
  refusal_reasons_text_check: set('refusal_reasons', `text = ''`),
};

const REQUESTS: Record<string, string> = {
  requests_check: set('requests', 'role_id = NULL', `kind = 'role'`),
  requests_check1: set('requests', 'account_id = NULL', `kind = 'role'`),
  requests_check2: set(
    'requests',
    `status = 'unconfirmed', submitted_at = NULL`,
    `kind = 'role' AND status = 'pending'`,
  ),
  requests_check3: set('requests', 'submitted_at = NULL', `status = 'pending'`),
  requests_check4: set('requests', `status = 'accepted'`, `status = 'pending'`),
  requests_check5: set(
    'requests',
    'decided_by = requested_by',
    `status = 'pending' AND requested_by IS NOT NULL`,
  ),
  requests_check6: set('requests', 'cancelled_at = now()', `status = 'pending'`),
  // R24: a refusal says why.
  requests_check7: set('requests', `decision_reason = ''`, `status = 'refused'`),
  requests_email_check: set('requests', `email = 'Majuscule@test.fr'`),
  requests_first_name_check: set('requests', `first_name = ''`),
  requests_function_title_check: set('requests', `function_title = ${LONG}`),
  requests_kind_check: set(
    'requests',
    `kind = 'other', role_id = NULL`,
    `kind = 'role' AND status = 'pending'`,
  ),
  requests_last_name_check: set('requests', `last_name = ''`),
  requests_new_email_check: set('requests', `new_email = 'Majuscule@test.fr'`, `kind = 'address'`),
  requests_of_address: set('requests', 'new_email = NULL', `kind = 'address'`),
  requests_of_correction: set('requests', 'changes = NULL', `kind = 'correction'`),
  // No second pending request for the same person and role.
  requests_one_pending_account: copyOf(`kind = 'account' AND status = 'pending'`),
  requests_one_pending_address: copyOf(`kind = 'address' AND status = 'pending'`),
  requests_one_pending_correction: copyOf(`kind = 'correction' AND status = 'pending'`),
  requests_one_pending_role: copyOf(`kind = 'role' AND status = 'pending'`),
  requests_phone_check: set('requests', `phone = ${LONG}`),
  requests_status_check: set('requests', `status = 'lost'`, `status = 'pending'`),
};

function copyOf(condition: string): string {
  const columns =
    'kind, status, organism_id, account_id, requested_by, role_id, last_name, first_name, email, new_email, changes, created_at, submitted_at';
  return `INSERT INTO requests (${columns}) SELECT ${columns} FROM requests WHERE ${condition} LIMIT 1`;
}

const ADDRESSES_AND_LINKS: Record<string, string> = {
  email_changes_check: set('email_changes', 'ended_at = now()'),
  email_changes_check1: set('email_changes', 'agreed_at = NULL', 'agreed_by IS NOT NULL'),
  email_changes_new_email_check: set('email_changes', `new_email = 'Majuscule@test.fr'`),
  // One change at a time (P11).
  email_changes_one_pending: `INSERT INTO email_changes (account_id, new_email, asked_by, asked_at)
    SELECT account_id, new_email, asked_by, asked_at FROM email_changes WHERE ended_at IS NULL LIMIT 1`,
  email_changes_outcome_check: set('email_changes', `ended_at = now(), outcome = 'other'`),
  email_changes_request_id_key: `INSERT INTO email_changes (account_id, new_email, asked_by, asked_at, request_id)
    SELECT asked_by, new_email, asked_by, asked_at, request_id FROM email_changes WHERE request_id IS NOT NULL LIMIT 1`,
  tokens_check: set('tokens', 'account_id = NULL', 'account_id IS NOT NULL'),
  tokens_of_email_changes: set('tokens', 'email_change_id = NULL', 'email_change_id IS NOT NULL'),
  tokens_purpose_check: set('tokens', `purpose = 'other'`, 'email_change_id IS NULL'),
  tokens_token_hash_key: `UPDATE tokens SET token_hash = 'same'`,
  known_devices_pkey: 'INSERT INTO known_devices SELECT * FROM known_devices LIMIT 1',
};

const BATCHES: Record<string, string> = {
  batch_announcements_check: set('batch_announcements', `kind = 'deactivate'`),
  batch_announcements_kind_check: set('batch_announcements', `kind = 'other'`),
  // A person has one line a batch (R46).
  batch_lines_pkey: 'INSERT INTO batch_lines SELECT * FROM batch_lines LIMIT 1',
  batches_announcement_key: `UPDATE batches SET announcement = '00000000-0000-4000-8000-000000000000'`,
  batches_changed_check: set('batches', 'changed = -1'),
  batches_check: set('batches', `state = 'draft', selected_ids = NULL`),
  batches_kind_check: set('batches', `kind = 'other', role_id = NULL`),
  batches_messages_check: set('batches', 'messages = -1'),
  batches_organism_check: set('batches', 'organism_id = NULL', `kind = 'grant'`),
  batches_requested_check: set('batches', 'requested = -1'),
  batches_role_check: set('batches', 'role_id = NULL', `kind = 'grant'`),
  batches_skipped_check: set('batches', 'skipped = -1'),
  batches_undo_check: set('batches', 'undoes = NULL', `kind = 'undo'`),
  // A batch is undone once (R83).
  batches_undone_once: `INSERT INTO batches (kind, organism_id, undoes, created_by, created_at)
    SELECT kind, organism_id, undoes, created_by, created_at FROM batches WHERE kind = 'undo' LIMIT 1`,
  batches_state_check: set('batches', `state = 'other'`),
};

const NOMINATIONS: Record<string, string> = {
  batches_author_check: set('batches', 'created_by = NULL', `kind = 'grant'`),
  nomination_imports_check: set('nomination_imports', 'batch_id = NULL'),
  nomination_imports_check1: set('nomination_imports', `state = 'applied'`),
  nomination_imports_file_name_check: set('nomination_imports', `file_name = ''`),
  nomination_imports_sha256_check: set('nomination_imports', `sha256 = 'autre'`),
  nomination_imports_state_check: set('nomination_imports', `state = 'perdu'`),
  nomination_lines_act_check: set('nomination_lines', `act = 'autre'`),
  nomination_lines_check: set('nomination_lines', 'settled_at = NULL'),
  nomination_lines_check1: set('nomination_lines', 'effective_on = NULL'),
  nomination_lines_check2: set('nomination_lines', 'account_id = NULL'),
  nomination_lines_civility_check: set('nomination_lines', `civility = 'Dr'`),
  nomination_lines_email_check: set('nomination_lines', `email = ${LONG}`),
  nomination_lines_first_name_check: set('nomination_lines', `first_name = ${LONG}`),
  nomination_lines_function_title_check: set('nomination_lines', `function_title = ${LONG}`),
  nomination_lines_import_id_line_key: `UPDATE nomination_lines SET line = 2`,
  nomination_lines_last_name_check: set('nomination_lines', `last_name = ${LONG}`),
  nomination_lines_line_check: set('nomination_lines', 'line = 0'),
  // An act takes effect once.
  nomination_lines_once: `UPDATE nomination_lines SET state = 'applied'`,
  nomination_lines_organism_code_check: set('nomination_lines', `organism_code = ${LONG}`),
  nomination_lines_reference_check: set('nomination_lines', `reference = ${LONG}`),
  nomination_lines_state_check: set('nomination_lines', `state = 'perdu'`),
  nomination_lines_verdict_check: set('nomination_lines', `verdict = 'autre'`),
};

const TRAIL_AND_MESSAGES: Record<string, string> = {
  audit_events_actor_kind_check: event('"actor_kind": "other", "actor_account_id": null, "actor_job": null'),
  audit_events_check: event('"actor_kind": "account", "actor_account_id": null, "actor_job": null'),
  audit_events_check1: event('"actor_kind": "job", "actor_account_id": null, "actor_job": null'),
  audit_head_singleton_check: 'UPDATE audit_head SET singleton = false',
  // A form is done once.
  form_keys_pkey: 'INSERT INTO form_keys SELECT * FROM form_keys LIMIT 1',
  kept_forms_fields_check: set('kept_forms', `fields = repeat('x', 65537)`),
  kept_forms_key_hash_key: `INSERT INTO kept_forms (key_hash, account_id, path, page, fields, expires_at)
    SELECT key_hash, account_id, path, page, fields, expires_at FROM kept_forms LIMIT 1`,
  planned_acts_check: set('planned_acts', `state = 'done'`),
  planned_acts_check1: set('planned_acts', 'account_id = NULL'),
  planned_acts_kind_check: set('planned_acts', `kind = 'autre'`),
  planned_acts_once: `INSERT INTO planned_acts (kind, effective_on, account_id, organism_id, terms, asked_at, by_ucanss)
    SELECT kind, effective_on, account_id, organism_id, terms, asked_at, by_ucanss FROM planned_acts LIMIT 1`,
  planned_acts_state_check: set('planned_acts', `state = 'perdu', ended_at = now()`),
  messages_check: set('messages', `status = 'sent', sent_at = NULL`),
  messages_check1: set('messages', `status = 'failed', sent_at = NULL, last_error = NULL`),
  messages_once_key_key: `UPDATE messages SET once_key = 'same'`,
  // Neither a second recipient, nor a header of its own.
  messages_recipient_check: set('messages', `recipient = 'un@test.fr, deux@test.fr'`),
  messages_status_check: set('messages', `status = 'lost', sent_at = NULL`),
};

export const BAD_ROWS: ReadonlyMap<string, string> = new Map([
  ...OF_REFERENCES,
  ...[
    ACCOUNTS,
    RIGHTS,
    CATALOGUE,
    REQUESTS,
    ADDRESSES_AND_LINKS,
    FACTORS,
    FACTOR_RESETS,
    BATCHES,
    NOMINATIONS,
    TRAIL_AND_MESSAGES,
  ].flatMap((some) => Object.entries(some)),
]);

/** What no row can break as long as another constraint stands: a primary key says more. */
export const IMPLIED = ['roles_id_kind_key'];
