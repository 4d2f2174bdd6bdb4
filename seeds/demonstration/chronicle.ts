import { redatedEvent } from '../../src/domain/assignment-events.ts';
import { ANONYMOUS, type AuditEvent, job } from '../../src/domain/audit-event.ts';
import type { Organism, Person } from './people.ts';
import type { AccountRow, AssignmentRow, BatchLines, BatchRow, PastEvent, RequestRow, Role } from './rows.ts';

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
  batchId?: number;
}

/**
 * What happened in the demonstration: each act writes its rows and the event that the portal would have left.
 * The numbers of accounts and batches follow on from the last ones used.
 */
export class Chronicle {
  readonly accounts: AccountRow[] = [];
  readonly assignments: AssignmentRow[] = [];
  readonly events: PastEvent[] = [];
  readonly batches: BatchLines[] = [];
  readonly #last: { accounts: number; batches: number };

  constructor(last: { accounts: number; batches: number }) {
    this.#last = last;
  }

  createAccount(person: Person, act: Act, request?: RequestRow): AccountRow {
    const account: AccountRow = {
      id: this.#last.accounts + this.accounts.length + 1,
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
      last_sign_in_at: null,
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
      batchId: grant.batchId,
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

  /** Gives a right another last day, or none. */
  redate(
    account: AccountRow,
    role: Role,
    assignment: AssignmentRow,
    to: { organism?: Organism; endsOn: string } & Act,
  ): void {
    const { organism, endsOn } = to;
    const from = assignment.ends_on;
    assignment.ends_on = endsOn;
    const holder = { id: account.id, organismId: account.organism_id };
    this.leave(to, redatedEvent(organism ? { role, organism } : { role }, holder, { from, to: endsOn }));
  }

  /** Gives a role to several people at once (R45); who holds it already is left as they are. */
  grantMany(
    people: readonly AccountRow[],
    role: Role,
    { at, by, reason }: ReasonedAct & { by: AccountRow },
  ): void {
    const id = this.#last.batches + this.batches.length + 1;
    const holding = new Set(this.held(role).map(({ account_id }) => account_id));
    const granted = people.filter((person) => !holding.has(person.id));
    for (const person of granted) this.grant(person, role, { at, by, reason, batchId: id });
    const changed = granted.length;
    const batch: BatchRow = {
      ...{
        id,
        kind: 'grant',
        role_id: role.id,
        organism_id: by.organism_id,
        reason,
        created_by: by.id,
        created_at: at,
      },
      ...{ changed, skipped: people.length - changed, messages: changed, state: 'done', requested: 0 },
    };
    const outcomeOf = ({ id }: AccountRow) => (holding.has(id) ? 'already_held' : 'granted');
    this.batches.push({ batch, outcomes: new Map(people.map((person) => [person.id, outcomeOf(person)])) });
  }

  /** Attaches the person to another organism: their rights stay, « à revoir » (R62, R63). */
  attach(account: AccountRow, from: Organism, to: Organism, act: Act): void {
    account.organism_id = to.id;
    account.organism_since = act.at;
    for (const assignment of this.assignments) {
      if (assignment.account_id === account.id && assignment.ended_at === null)
        assignment.inherited_from = from.id;
    }
    const details = { from: from.name, to: to.name };
    const subjectAccountId = account.id;
    this.leave(act, { action: 'account.attached', details, subjectAccountId, organismId: to.id });
    this.leave(act, { action: 'account.left', details, subjectAccountId, organismId: from.id });
  }

  signIn(account: AccountRow, at: Date): void {
    account.last_sign_in_at = at;
    const { id, organism_id: organismId } = account;
    this.leave(
      { at, by: account },
      { action: 'sign_in.succeeded', details: {}, subjectAccountId: id, organismId },
    );
  }

  /** The rights of this role that were not ended. */
  held(role: Role): AssignmentRow[] {
    return this.assignments.filter(({ role_id, ended_at }) => role_id === role.id && ended_at === null);
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
      inherited_from: null,
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
