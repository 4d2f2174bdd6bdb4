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

interface Grant extends ReasonedAct {
  request?: RequestRow;
  endsOn?: string | null;
}

/**
 * What happened in the demonstration: each act writes its rows and the event that the portal would have left.
 * The accounts' numbers follow on from the last one used.
 */
export class Chronicle {
  readonly accounts: AccountRow[] = [];
  readonly assignments: AssignmentRow[] = [];
  readonly events: PastEvent[] = [];
  readonly #lastId: number;

  constructor(lastId: number) {
    this.#lastId = lastId;
  }

  createAccount(person: Person, act: Act, request?: RequestRow): AccountRow {
    const account: AccountRow = {
      id: this.#lastId + this.accounts.length + 1,
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
    this.leave(act, {
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
    this.leave(act, {
      action: 'account.deactivated',
      details: { reason: act.reason },
      organismId: account.organism_id,
      subjectAccountId: account.id,
    });
  }

  /** Names the person local administrator of the organism (R69). */
  delegate(account: AccountRow, role: Role, organism: Organism, grant: Grant): void {
    this.#assign(account, role, organism.id, grant);
    this.leave(grant, {
      action: 'delegation.granted',
      details: { organism: organism.name, reason: grant.reason },
      organismId: organism.id,
      subjectAccountId: account.id,
      roleId: role.id,
    });
  }

  grant(account: AccountRow, role: Role, grant: Grant): AssignmentRow {
    const { reason, endsOn } = grant;
    this.leave(grant, {
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
    this.leave(act, {
      action: 'assignment.removed',
      details: { label: role.label, reason: act.reason },
      organismId: account.organism_id,
      subjectAccountId: account.id,
      roleId: role.id,
    });
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

  leaveAnonymously(at: Date, event: AuditEvent): void {
    this.events.push({ at, event, actor: ANONYMOUS });
  }

  /** The event of an act, by an account or by the job that loads the seeds. */
  leave({ at, by }: Act, event: AuditEvent): void {
    this.events.push({ at, event, actor: by === null ? job('seed') : { kind: 'account', accountId: by.id } });
  }
}
