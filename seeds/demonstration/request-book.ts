import type { Act, Chronicle, ReasonedAct } from './chronicle.ts';
import type { Person } from './people.ts';
import type { AccountRow, RequestRow, Role } from './rows.ts';

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

/** Who asked for what and what became of it, beside the chronicle that keeps the events. */
export class RequestBook {
  readonly rows: RequestRow[] = [];
  readonly #chronicle: Chronicle;
  readonly #labels = new Map<RequestRow, { label: string }>();
  readonly #lastId: number;

  constructor(chronicle: Chronicle, lastId: number) {
    this.#chronicle = chronicle;
    this.#lastId = lastId;
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
    this.#chronicle.leaveAnonymously(submitted, {
      action: 'request.submitted',
      details,
      ...subjectOf(request),
    });
    this.#chronicle.leaveAnonymously(at, { action: 'request.confirmed', details: {}, ...subjectOf(request) });
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
    this.#chronicle.leave(
      { at, by: account },
      { action: 'request.submitted', details, ...subjectOf(request) },
    );
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
    this.#chronicle.leave(act, {
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
      id: this.#lastId + this.rows.length + 1,
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
    this.rows.push(request);
    return request;
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
