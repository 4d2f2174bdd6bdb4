import type { Changes } from './changes.ts';
import type { ResetEnd } from './factor-reset.ts';
import type { PlannedDetails, PlannedEnd } from './planned-act.ts';
import type { RequestKind } from './request.ts';
import type { FactorKind, Proof } from './second-factor.ts';

/** Who did it. It has no default: an account, an anonymous visitor or a named job. */
export type EventActor =
  | { kind: 'account'; accountId: number }
  | { kind: 'anonymous' }
  | { kind: 'job'; job: string };

export const ANONYMOUS: EventActor = { kind: 'anonymous' };
export const job = (name: string): EventActor => ({ kind: 'job', job: name });

/** Where an assignment or a delegation ends: null means no end date. */
type Granted = { label: string; reason?: string; ends_on?: string | null };

/** A file that leaves: what it holds, by the first part of its name; 'xlsx', 'pdf' or 'csv'; its criteria. */
type Exported = { list: string; format: string; filters: Record<string, string> };

/** Why a file is not whole: its receiver has gone, or takes nothing of it, or may have it no more; the portal stops. */
export type ExportCut = 'gone' | 'unread' | 'rights' | 'too_long' | 'stopped' | 'failed';

/** What each act leaves beside the columns of the trail. Never a secret, never a password, never a token. */
export interface EventDetails {
  /** `with`: the second factor, or the passkey alone. */
  'sign_in.succeeded': { with?: 'code' | 'recovery_code' | 'passkey' };
  /** The password is right: a second factor is asked for. */
  'sign_in.half': Record<string, never>;
  'sign_in.refused': { cause: 'wrong' | 'inactive'; with?: 'passkey' };
  'sign_in.limited': { scope: 'address' | 'account' | 'device' };
  sign_out: Record<string, never>;
  'session.ended': {
    cause:
      | ('idle' | 'absolute' | 'deactivated' | 'password_reset' | 'email_changed' | 'email_reverted')
      // By their own person, from another one.
      | ('closed' | 'password_changed')
      // Somebody else reset the second factor, or the person put it back.
      | ('factor_added' | 'factor_reset' | 'factor_restored');
  };
  /** What stands beside the password (R89); `first`: there was none before; `replaces`: the one before serves no more. */
  'factor.added': { kind: FactorKind; name?: string; first?: true; replaces?: true };
  'factor.removed': { kind: FactorKind; name?: string };
  'factor.renamed': { kind: FactorKind; name: string; former: string };
  'factor.codes_renewed': Record<string, never>;
  'factor.recovery_code_used': { left: number };
  'factor.refused': { asked: 'sign_in' | 'identity'; with?: 'passkey' };
  'factor.limited': { asked: 'sign_in' | 'identity'; with?: 'passkey' };
  /** Reset by somebody else: asked for a later instant, in ISO; done; stopped by its person, `done` after its effect; or without effect. */
  'factor.reset_asked': { reason: string; effective_at: string };
  'factor.reset': { reason: string };
  'factor.reset_stopped': { done?: true };
  'factor.reset_ended': { cause: ResetEnd };
  /** Asked again before an act that asks for it. */
  'identity.confirmed': { by: Proof };
  /** More acts of one kind in an hour than a local administrator does: the next ones are refused. */
  'access.pace_reached': { what: 'attachments' | 'creations' };
  /** `more_than` past so many in a window: it stands for all that follow. */
  'access.refused': { method: string; path: string; more_than?: number };
  'password.chosen': { after: 'activation' | 'reset' | 'change' };
  'password.reset_requested': Record<string, never>;
  /** What told exports until their end was told too. */
  'list.exported': Exported;
  'export.started': Exported;
  /** `rows` of its first table, that left or were about to; `cut` where the file is not whole. */
  'export.ended': Exported & { rows: number; cut?: ExportCut };
  /** Somebody of another organism was named, or their address was said to have an account (P12). */
  'search.person_told': { how: 'attachment' | 'creation' | 'email_change' | 'request' };
  'search.outside': { last_name: string; first_name: string; words?: string; found: number };
  'message.sent': { template: string; to: string };
  'message.failed': { template: string; to: string; attempts: number };
  'message.resent': { template: string; to: string };
  /** Messages of a batch that was undone before they left (R83). */
  'message.withdrawn': { count: number };
  /** `changes`: of a correction of one's own record (R78). */
  'request.submitted': { kind: RequestKind; label?: string; email?: string; changes?: Changes };
  'request.confirmed': Record<string, never>;
  'request.accepted': { kind: RequestKind; label?: string; reason?: string; ends_on?: string | null };
  'request.refused': { kind: RequestKind; label?: string; reason?: string };
  /** `cause` where nobody cancelled it: nobody decided it in time (R80). */
  'request.cancelled': { label?: string; reason?: string; cause?: 'lapsed' };
  /** Told anew, by who made it, to who decides it. */
  'request.reminded': { label: string };
  'request.moved': { from: string; to: string };
  /** Ucanss reminded the local administrators of an organism of what waits for them; `since` is the day of the oldest. */
  'requests.reminded': { count: number; since: string; administrators: number };
  'requests.purged': { count: number };
  /** `outside_domain`: the address is not of the organism's mail domain; `reference`: of the nomination that made it. */
  'account.created': { email: string; executive?: boolean; outside_domain?: true; reference?: string };
  'account.updated': { changes: Record<string, { from: string; to: string }> };
  'account.email_change_asked': { to: string; reason?: string; outside_domain?: true };
  /** What a change asked for somebody else waits for (P11): its new mailbox, and a second person. */
  'account.email_change_confirmed': { to: string };
  'account.email_change_agreed': { to: string; by: 'person' | 'ucanss' };
  'account.email_change_refused': { to: string; by: 'person' | 'ucanss'; reason: string };
  /** `cause` where nobody cancelled it: what ended it (P10). */
  'account.email_change_cancelled': {
    to: string;
    cause?: 'deactivated' | 'attached' | 'asker' | 'lapsed' | 'security';
  };
  /** `at_once`: corrected before anybody used the account. */
  'account.email_changed': { from: string; to: string; at_once?: true; outside_domain?: true };
  /** « Ce n'est pas moi »; `taken`: another account has the former address by now. */
  'account.email_reverted': { from: string; to: string; taken?: true; factors?: true };
  'account.deactivated': { reason: string };
  'account.reactivated': { reason?: string };
  /** Somebody else closed what was open of an account; `sessions` is how many there were. */
  'account.sessions_ended': { sessions: number; reason?: string };
  /** The link to choose a first password, sent anew. */
  'account.activation_resent': { to: string };
  'account.attached': { from: string; to: string };
  /** An executive by a file of nominations (R81), whose line has this reference; `function` is theirs from now on. */
  'account.nominated': { reference: string; function: string };
  'account.office_ended': { reference: string };
  /** A file of nominations: read and judged, then what it asked for done. */
  'nominations.compared': { file: string; lines: number };
  'nominations.applied': { file: string; lines: number };
  /** The same act, in the journal of the organism that the person leaves. */
  'account.left': { from: string; to: string };
  /** Asked for a day to come (P10). */
  'planned_act.added': PlannedDetails;
  /** `cause` where nobody gave it up. */
  'planned_act.cancelled': Pick<PlannedDetails, 'kind' | 'on'> & { cause?: PlannedEnd };
  'assignment.granted': Granted;
  'assignment.removed': { label: string; reason?: string };
  'assignment.expired': { label: string; ends_on: string };
  'assignment.end_date_changed': { label: string; from: string | null; to: string | null };
  'assignment.confirmed': { label: string };
  /** `replaces`: « Prénom NOM » of who is replaced meanwhile (R79). */
  'delegation.granted': { organism?: string; reason?: string; ends_on?: string | null; replaces?: string };
  'delegation.removed': { organism?: string; reason?: string; cause?: 'removed' | 'attached' };
  'delegation.expired': { organism: string; ends_on: string };
  'national_role.granted': Granted;
  'national_role.removed': { label: string; reason?: string };
  'organism.created': { code: string; name: string };
  'organism.updated': { code: string; changes: Changes };
  'application.created': { code: string; name: string };
  'application.updated': { code: string; changes: Changes };
  'role.created': { code: string; label: string };
  'role.updated': { code: string; changes: Changes };
  'refusal_reason.saved': { label: string; from?: string };
  'refusal_reason.removed': { label: string };
  /** A migration took out of stored texts what cannot be seen; `named`: people whose name was nothing else. */
  'text.normalised': {
    changed: Record<string, number>;
    named: { table: string; id: number; column: string; name: string }[];
  };
  'seed.loaded': { organisms: number; roles: number; demonstration: boolean };
}

export type EventAction = keyof EventDetails;

/** What an act of a batch changed, where its event does not say it: kept with the batch, and no part of the trail. */
interface BatchEffect {
  /** The right that it gave, or ended. */
  assignmentId?: number;
  /** The last day that it was given with: inclusive, 'YYYY-MM-DD', or null. */
  endsOn?: string | null;
  /** What was there before, where no other row keeps it. */
  previous?: object;
}

/** One act, as a service records it; the trail adds the actor, the time, the number and the hashes. */
export type AuditEvent = {
  [A in EventAction]: {
    action: A;
    details: EventDetails[A];
    /** Where it is left out, the organism of the person it is about; null is none. */
    organismId?: number | null | undefined;
    subjectAccountId?: number | undefined;
    roleId?: number | undefined;
    requestId?: number | undefined;
    /** Where it is left out, the batch that it is recorded in; null is none. */
    batchId?: number | null | undefined;
    /** Null of what only tells: there is nothing to undo. */
    effect?: BatchEffect | null | undefined;
  };
}[EventAction];
