import { ANONYMOUS, type AuditEvent, job } from '../../src/domain/audit-event.ts';
import type { Organism, Person } from './people.ts';
import type { AccountRow, AssignmentRow, PastEvent, RequestRow, Role } from './rows.ts';

/** When, and by whom: null is the job that loads the seeds. */
export interface Act {
  at: Date;
  by: AccountRow | null;
}

export interface ReasonedAct extends Act {
  reason: string;
}

export interface Grant extends ReasonedAct {
  request?: RequestRow;
  endsOn?: string | null;
}

// Milliseconds between a form and its confirmation by the link of the message.
const CONFIRMATION = 11 * 60_000;

type Requester = Pick<
  RequestRow,
  | 'account_id'
  | 'role_id'
  | 'last_name'
  | 'first_name'
  | 'email'
  | 'function_title'
  | 'phone'
  | 'outside_mail_domain'
>;

/**
 * What happened in the demonstration: each act writes its rows and the event that the portal would have left.
 * Numbers follow on from the last ones used.
 */
export class Chronicle {
  readonly accounts: AccountRow[] = [];
  readonly requests: RequestRow[] = [];
  readonly assignments: AssignmentRow[] = [];
  readonly events: PastEvent[] = [];
  readonly #labels = new Map<RequestRow, { label: string }>();
  readonly #lastIds: { account: number; request: number };

  constructor(lastIds: { account: number; request: number }) {
    this.#lastIds = lastIds;
  }

  createAccount(person: Person, act: Act, request?: RequestRow): AccountRow {
    const account: AccountRow = {
      id: this.#lastIds.account + this.accounts.length + 1,
      email: person.email,
      civility: person.civility,
      last_name: person.lastName,
      first_name: person.firstName,
      function_title: person.functionTitle,
      phone: person.phone,
      organism_id: person.organism.id,
      organism_since: act.at,
      is_executive: person.executive,
      active: true,
      deactivated_at: null,
      deactivated_by: null,
      deactivation_reason: null,
      created_at: act.at,
      created_by: act.by?.id ?? null,
    };
    this.accounts.push(account);
    if (request) request.account_id = account.id;
    this.#leave(act, {
      action: 'account.created',
      details: { email: person.email, ...(person.executive ? { executive: true } : {}) },
      organismId: person.organism.id,
      subjectAccountId: account.id,
      requestId: request?.id,
    });
    return account;
  }

  deactivate(account: AccountRow, act: ReasonedAct): void {
    account.active = false;
    account.deactivated_at = act.at;
    account.deactivated_by = act.by?.id ?? null;
    account.deactivation_reason = act.reason;
    this.#leave(act, {
      action: 'account.deactivated',
      details: { reason: act.reason },
      organismId: account.organism_id,
      subjectAccountId: account.id,
    });
  }

  /** Names the person local administrator of the organism (R69). */
  delegate(account: AccountRow, role: Role, organism: Organism, grant: Grant): void {
    this.#assign(account, role, organism.id, grant);
    this.#leave(grant, {
      action: 'delegation.granted',
      details: { organism: organism.name, reason: grant.reason },
      organismId: organism.id,
      subjectAccountId: account.id,
      roleId: role.id,
    });
  }

  grant(account: AccountRow, role: Role, grant: Grant): AssignmentRow {
    const { reason, endsOn } = grant;
    this.#leave(grant, {
      action: role.kind === 'national' ? 'national_role.granted' : 'assignment.granted',
      details: { label: role.label, reason, ...(endsOn ? { ends_on: endsOn } : {}) },
      organismId: account.organism_id,
      subjectAccountId: account.id,
      roleId: role.id,
      requestId: grant.request?.id,
    });
    return this.#assign(account, role, null, grant);
  }

  /** Ends an assignment; its row stays (P7). */
  remove(account: AccountRow, role: Role, assignment: AssignmentRow, act: ReasonedAct): void {
    assignment.ended_at = act.at;
    assignment.ended_by = act.by?.id ?? null;
    assignment.end_kind = 'removed';
    assignment.end_reason = act.reason;
    this.#leave(act, {
      action: 'assignment.removed',
      details: { label: role.label, reason: act.reason },
      organismId: account.organism_id,
      subjectAccountId: account.id,
      roleId: role.id,
    });
  }

  /** Someone without an account asks for one, and confirms the address (R16, R18). */
  askForAccount(person: Person, { at, reason }: { at: Date; reason: string }): RequestRow {
    const { organism, email } = person;
    const request = this.#request('account', organism.id, at, reason, {
      account_id: null,
      role_id: null,
      last_name: person.lastName,
      first_name: person.firstName,
      email,
      function_title: person.functionTitle,
      phone: person.phone,
      outside_mail_domain: organism.mail_domain !== null && !email.endsWith(`@${organism.mail_domain}`),
    });
    const submitted = new Date(at.getTime() - CONFIRMATION);
    request.created_at = submitted;
    const details = { kind: 'account', email } as const;
    this.#leaveAnonymously(submitted, { action: 'request.submitted', details, ...subjectOf(request) });
    this.#leaveAnonymously(at, { action: 'request.confirmed', details: {}, ...subjectOf(request) });
    return request;
  }

  /** A person asks for a role (R19). */
  askForRole(account: AccountRow, role: Role, { at, reason }: { at: Date; reason: string }): RequestRow {
    const { last_name, first_name, email, function_title, phone } = account;
    const request = this.#request('role', account.organism_id, at, reason, {
      ...{ last_name, first_name, email, function_title, phone },
      account_id: account.id,
      role_id: role.id,
      outside_mail_domain: false,
    });
    const details = { kind: 'role', label: role.label } as const;
    this.#labels.set(request, { label: role.label });
    this.#leave({ at, by: account }, { action: 'request.submitted', details, ...subjectOf(request) });
    return request;
  }

  /** Accepts; the account or the assignment that follows is another act (R25). */
  accept(request: RequestRow, act: Act): void {
    this.#decide(request, act, 'accepted', null);
  }

  refuse(request: RequestRow, act: ReasonedAct): void {
    this.#decide(request, act, 'refused', act.reason);
  }

  #decide(request: RequestRow, act: Act, status: 'accepted' | 'refused', reason: string | null): void {
    request.status = status;
    request.decided_at = act.at;
    request.decided_by = act.by?.id ?? null;
    request.decision_reason = reason;
    this.#leave(act, {
      action: `request.${status}`,
      details: { ...this.#labels.get(request), kind: request.kind, ...(reason ? { reason } : {}) },
      ...subjectOf(request),
    });
  }

  #request(
    kind: RequestRow['kind'],
    organismId: number,
    at: Date,
    reason: string,
    requester: Requester,
  ): RequestRow {
    const request: RequestRow = {
      id: this.#lastIds.request + this.requests.length + 1,
      kind,
      status: 'pending',
      organism_id: organismId,
      ...requester,
      requested_by: requester.account_id,
      reason,
      created_at: at,
      submitted_at: at,
      decided_at: null,
      decided_by: null,
      decision_reason: null,
    };
    this.requests.push(request);
    return request;
  }

  #assign(account: AccountRow, role: Role, organismId: number | null, grant: Grant): AssignmentRow {
    const assignment: AssignmentRow = {
      account_id: account.id,
      role_id: role.id,
      role_kind: role.kind,
      organism_id: organismId,
      granted_at: grant.at,
      granted_by: grant.by?.id ?? null,
      grant_reason: grant.reason,
      request_id: grant.request?.id ?? null,
      ends_on: grant.endsOn ?? null,
      ended_at: null,
      ended_by: null,
      end_kind: null,
      end_reason: null,
    };
    this.assignments.push(assignment);
    return assignment;
  }

  #leaveAnonymously(at: Date, event: AuditEvent): void {
    this.events.push({ at, event, actor: ANONYMOUS });
  }

  #leave({ at, by }: Act, event: AuditEvent): void {
    this.events.push({ at, event, actor: by === null ? job('seed') : { kind: 'account', accountId: by.id } });
  }
}

/** What an event about a request names. */
function subjectOf(request: RequestRow) {
  return {
    organismId: request.organism_id,
    subjectAccountId: request.account_id ?? undefined,
    roleId: request.role_id ?? undefined,
    requestId: request.id,
  };
}
