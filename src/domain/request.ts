import type { Actor } from './actor.ts';
import { addDays, dayInParis } from './calendar.ts';
import type { Role } from './role.ts';

export type RequestStatus = 'unconfirmed' | 'pending' | 'accepted' | 'refused' | 'cancelled';

/** For a first account, for a role, for another address of somebody's (P11), or for a correction of one's own record (R78). */
export type RequestKind = 'account' | 'role' | 'address' | 'correction';

/** A request as rules look at it. */
export interface AccessRequest {
  id: number;
  kind: RequestKind;
  status: RequestStatus;
  organismId: number;
  /** The beneficiary; null while an account request is not accepted. */
  accountId: number | null;
  requestedBy: number | null;
  /** True of a correction about somebody whose rights go further than those of the organism's administrators (P9). */
  beyond: boolean;
}

/** « Rôle concerné » of what is for no role (R18, P11, R78). */
const LABELS: Record<RequestKind, string> = {
  account: "Droits d'accès à la ressource : Portail accès connecté",
  role: '',
  address: "Changement d'adresse",
  correction: 'Correction de fiche',
};

/** « Rôle concerné » of a request: the label of its role, where it has one. */
export const requestLabel = (kind: RequestKind, roleLabel: string | null | undefined): string =>
  roleLabel ?? LABELS[kind];

/** The same with the new address, where there is one. */
export const withAddress = (label: string, newEmail: string | null): string =>
  newEmail === null ? label : `${label} vers ${newEmail}`;

/**
 * Who decides: the organism's local administrators, or Ucanss for a role that it validates, for an address, and for the
 * record of somebody whom they may not act upon (P9).
 */
export const decidedByUcanss = (
  { kind, beyond }: Pick<AccessRequest, 'kind' | 'beyond'>,
  role: { validator: Role['validator'] | null } | null,
): boolean => kind === 'address' || (kind === 'correction' && beyond) || role?.validator === 'ucanss';

/** Days after which a request that nobody decides is told of, then closed (R80). */
export const LAPSE_TOLD_DAYS = 45;
export const LAPSE_DAYS = 60;

/** Days after which a request is said to wait for long. */
export const LONG_DAYS = 10;

/** Days that are left once it was told: nothing is closed unannounced, however long it had waited. */
export const LAPSE_NOTICE_DAYS = LAPSE_DAYS - LAPSE_TOLD_DAYS;

/** The day in Paris on which a request is closed if nobody decides it, that is told of today; 'YYYY-MM-DD'. */
export function closesOn(submittedAt: Date, today: string): string {
  const [lapses, announced] = [
    addDays(dayInParis(submittedAt), LAPSE_DAYS),
    addDays(today, LAPSE_NOTICE_DAYS),
  ];
  return lapses > announced ? lapses : announced;
}

/** Days after which who made a request may remind who decides it, and from one reminder to the next. */
const REMINDER_AFTER_DAYS = 5;
export const REMINDER_EVERY_DAYS = 7;

/** The first day in Paris, 'YYYY-MM-DD', on which who decides may be reminded of what waits since then. */
export const remindableOn = (since: Date, remindedAt: Date | null): string =>
  remindedAt === null
    ? addDays(dayInParis(since), REMINDER_AFTER_DAYS)
    : addDays(dayInParis(remindedAt), REMINDER_EVERY_DAYS);

/** Why a request of one's own is not told anew today to who decides it; null when it may be. */
export type ReminderRefusal = 'over' | 'too_early';

export function reminderRefusal(
  request: { status: RequestStatus; submittedAt: Date; remindedAt: Date | null },
  today: string,
): ReminderRefusal | null {
  if (request.status !== 'pending') return 'over';
  return today < remindableOn(request.submittedAt, request.remindedAt) ? 'too_early' : null;
}

/** What somebody is about to do with a request. */
export type DecisionAct = 'accept' | 'refuse';

/** Why this actor, whose scope holds the request, may not decide it; null when they may. */
export type DecisionRefusal = 'oneself' | 'reserved' | 'address' | 'beyond' | 'reads_only';

/** What somebody decides among the requests of an organism (null: of all), beside their own (P1, P3). */
export function decidesIn(actor: Actor, organismId: number | null): 'local' | 'ucanss' | 'nothing' {
  if (actor.national === 'administrator') return 'ucanss';
  return actor.administers.some(({ id }) => id === organismId) ? 'local' : 'nothing';
}

/**
 * P1 (requester or beneficiary), P3 (reserved to Ucanss), P9 (the record of who is beyond), P11 (an address: the person,
 * elsewhere, or Ucanss), and the auditor, who changes nothing.
 */
export function decisionRefusal(
  actor: Actor,
  request: AccessRequest,
  role: Role | null,
): DecisionRefusal | null {
  const own = request.accountId === actor.id || request.requestedBy === actor.id ? 'oneself' : null;
  if (actor.national === 'administrator') return own;
  if (actor.national === 'auditor' && !actor.administers.some(({ id }) => id === request.organismId)) {
    return 'reads_only';
  }
  // Who can decide is told by the role first: no other local administrator could.
  if (request.kind === 'address') return 'address';
  if (request.kind === 'correction') return own ?? (request.beyond ? 'beyond' : null);
  return decidedByUcanss(request, role) ? 'reserved' : own;
}
