import type { UnitOfWork } from '../database/transaction.ts';
import type { Actor } from '../domain/actor.ts';
import { dayInParis } from '../domain/calendar.ts';
import { Conflict } from '../domain/errors.ts';
import { isWithdrawn } from '../domain/role.ts';
import { accountRepository, type NamedHolder } from '../repositories/accounts.ts';
import { assignmentRepository } from '../repositories/assignments.ts';
import { organismRepository } from '../repositories/organisms.ts';
import { enqueueMessage } from '../repositories/outbox.ts';
import { requestRepository, type StoredRequest } from '../repositories/requests.ts';
import type { RoleDetails } from '../repositories/roles.ts';
import { findAddressOwner } from './addresses.ts';
import { assigning } from './assigning.ts';
import { tellDecision } from './decision-notices.ts';
import type { At } from './email-steps.ts';

/** Why a request cannot be accepted any more: what changed since it was made. */
export type AcceptanceFault =
  | 'inactive'
  | 'moved'
  | 'role_withdrawn'
  | 'organism_closed'
  | 'known_address'
  | 'beyond'
  | 'record_changed';

type Standing = Pick<NamedHolder, 'active' | 'organismId'>;

/** Why nothing may be given to, or changed of, this person out of this request, or null. */
export function holderFault(request: StoredRequest, holder: Standing): AcceptanceFault | null {
  if (!holder.active) return 'inactive';
  return holder.organismId === request.organismId ? null : 'moved';
}

/** Why this person may not be given this role out of this request, or null. */
export function roleFault(
  request: StoredRequest,
  role: RoleDetails,
  holder: Standing,
): AcceptanceFault | null {
  return holderFault(request, holder) ?? (isWithdrawn(role) ? 'role_withdrawn' : null);
}

/** Why no account may be made out of this request, or null. */
export async function accountFault(at: At, request: StoredRequest): Promise<AcceptanceFault | null> {
  if (await organismRepository(at.db).isClosed(request.organismId)) return 'organism_closed';
  return (await findAddressOwner(at, request.email)) ? 'known_address' : null;
}

/** What an event of a request is about. */
export const subjectOf = (request: StoredRequest) => ({
  organismId: request.organismId,
  subjectAccountId: request.accountId ?? undefined,
  roleId: request.roleId ?? undefined,
  requestId: request.id,
});

/** False when somebody else decided first. */
export const markAccepted = (unit: UnitOfWork, actor: Actor, request: StoredRequest): Promise<boolean> =>
  requestRepository(unit.db).decide(request.id, {
    status: 'accepted',
    decidedAt: unit.now,
    decidedBy: actor.id,
    reason: null,
  });

/** Grants the role that was asked for, within a use case, and tells it (R25). Why not, or null. */
export async function acceptRole(
  unit: UnitOfWork,
  actor: Actor,
  request: StoredRequest,
  role: RoleDetails,
  endsOn: string | null,
): Promise<AcceptanceFault | 'already' | null> {
  // Locked before the decision: a deactivation or an attachment under way is waited for, and seen.
  const holder = await accountRepository(unit.db).lockOne(request.accountId ?? 0, null);
  const fault = roleFault(request, role, holder);
  if (fault !== null) return fault;
  if (!(await markAccepted(unit, actor, request))) return 'already';
  // Given by another way meanwhile, it stays as it is.
  const held = await assignmentRepository(unit.db).findHeld(holder.id, role.id, dayInParis(unit.now));
  const until = held ? held.endsOn : endsOn;
  unit.record({
    action: 'request.accepted',
    details: { kind: 'role', label: role.label, ...(until === null ? {} : { ends_on: until }) },
    ...subjectOf(request),
  });
  const terms = { reason: request.reason, endsOn, requestId: request.id };
  await assigning(unit, actor, { role }, [holder]).give(terms);
  const decision = { kind: 'accepted', endsOn: until } as const;
  await tellDecision(unit, actor, { request, roleLabel: role.label, decision });
  return null;
}

/** Makes the account that was asked for, within a use case, and sends its activation message (R25). Why not, or null. */
export async function acceptAccount(
  unit: UnitOfWork,
  actor: Actor,
  request: StoredRequest,
): Promise<AcceptanceFault | 'already' | null> {
  const fault = await accountFault(unit, request);
  if (fault !== null) return fault;
  // The decision comes before the account: of two deciders at once, the second waits here and makes none.
  if (!(await markAccepted(unit, actor, request))) return 'already';
  const { email, firstName, lastName, functionTitle, phone, organismId } = request;
  const accountId = await accountRepository(unit.db).add({
    email,
    firstName,
    lastName,
    functionTitle,
    phone,
    organismId,
    civility: null,
    isExecutive: false,
    createdAt: unit.now,
    createdBy: actor.id,
  });
  // Made by hand in this very instant: nothing of this decision stays, and it can be tried again.
  if (accountId === undefined) throw new Conflict(`${email} vient d’avoir un compte. Revenez à la liste.`);
  await requestRepository(unit.db).setAccount(request.id, accountId);
  const about = { ...subjectOf(request), subjectAccountId: accountId };
  unit.record({ action: 'request.accepted', details: { kind: 'account' }, ...about });
  unit.record({ action: 'account.created', details: { email }, ...about });
  const { name: organismName } = await organismRepository(unit.db).get(organismId);
  await enqueueMessage(unit, {
    template: 'activation',
    to: email,
    accountId,
    requestId: request.id,
    values: { firstName, lastName, email, organismName, cause: 'accepted' },
  });
  return null;
}
