import type { AuditEvent, EventActor } from '../../src/domain/audit-event.ts';

export interface Role {
  id: number;
  code: string;
  label: string;
  kind: 'ordinary' | 'local_administrator' | 'national';
  validator: 'local_administrator' | 'ucanss' | 'free';
  request_mode: 'online' | 'procedure' | 'none';
}

export interface AccountRow {
  id: number;
  email: string;
  civility: string;
  last_name: string;
  first_name: string;
  function_title: string;
  phone: string;
  organism_id: number;
  organism_since: Date;
  is_executive: boolean;
  active: boolean;
  deactivated_at: Date | null;
  deactivated_by: number | null;
  deactivation_reason: string | null;
  created_at: Date;
  created_by: number | null;
  last_sign_in_at: Date | null;
}

export interface RequestRow {
  id: number;
  kind: 'account' | 'role';
  status: 'pending' | 'accepted' | 'refused';
  organism_id: number;
  account_id: number | null;
  requested_by: number | null;
  role_id: number | null;
  reason: string;
  last_name: string;
  first_name: string;
  email: string;
  function_title: string;
  phone: string;
  outside_mail_domain: boolean;
  created_at: Date;
  submitted_at: Date;
  decided_at: Date | null;
  decided_by: number | null;
  decision_reason: string | null;
}

export interface AssignmentRow {
  account_id: number;
  role_id: number;
  role_kind: string;
  organism_id: number | null;
  granted_at: Date;
  granted_by: number | null;
  grant_reason: string;
  request_id: number | null;
  ends_on: string | null;
  ended_at: Date | null;
  ended_by: number | null;
  end_kind: 'removed' | null;
  end_reason: string | null;
  inherited_from: number | null;
}

/** An act on several people at once, done. */
export interface BatchRow {
  id: number;
  kind: 'grant';
  role_id: number;
  organism_id: number;
  reason: string;
  created_by: number;
  created_at: Date;
  changed: number;
  skipped: number;
  messages: number;
  state: 'done';
  requested: 0;
}

/** What became of each person of a batch. */
export interface BatchLines {
  batch: BatchRow;
  outcomes: ReadonlyMap<number, 'granted' | 'already_held'>;
}

export interface PastEvent {
  at: Date;
  actor: EventActor;
  event: AuditEvent;
}
