import type { Actor } from './actor.ts';
import type { Role } from './role.ts';

export type RequestStatus = 'unconfirmed' | 'pending' | 'accepted' | 'refused' | 'cancelled';

/** A request as rules look at it. */
export interface AccessRequest {
  id: number;
  kind: 'account' | 'role';
  status: RequestStatus;
  organismId: number;
  /** The beneficiary; null while an account request is not accepted. */
  accountId: number | null;
  requestedBy: number | null;
}

/** « Rôle concerné » of an account request (R18). */
export const ACCOUNT_REQUEST_LABEL = "Droits d'accès à la ressource : Portail accès connecté";

/** Who decides: the organism's local administrators, or Ucanss for a role that it validates. */
export const decidedByUcanss = (role: Role | null): boolean => role !== null && role.validator === 'ucanss';

/** Why this actor, whose scope holds the request, may not decide it; null when they may. */
export type DecisionRefusal = 'oneself' | 'reserved' | 'reads_only';

/** P1 (requester or beneficiary), P3 (reserved to Ucanss), and the auditor, who changes nothing. */
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
  return decidedByUcanss(role) ? 'reserved' : own;
}
