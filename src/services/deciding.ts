import { transaction, type UnitOfWork } from '../database/transaction.ts';
import type { Actor } from '../domain/actor.ts';
import { Conflict } from '../domain/errors.ts';
import { ACCOUNT_REQUEST_LABEL, type DecisionRefusal, decisionRefusal } from '../domain/request.ts';
import { organismIdOf, type Scope } from '../domain/scope.ts';
import { enqueueMessage } from '../mail/outbox.ts';
import { accountRepository, type NamedHolder } from '../repositories/accounts.ts';
import { organismRepository } from '../repositories/organisms.ts';
import { requestRepository, type StoredRequest } from '../repositories/requests.ts';
import { type RoleDetails, roleRepository } from '../repositories/roles.ts';
import type { ServiceContext } from './context.ts';
import { grantRole } from './granting.ts';

/** Why a decision is refused, beyond who decides. */
export type DecisionFault =
  | DecisionRefusal
  | 'already'
  | 'cancelled'
  | 'inactive'
  | 'moved'
  | 'role_withdrawn'
  | 'organism_closed'
  | 'known_address';

/** What deciding comes to. */
export type Decided =
  | { kind: 'decided'; request: StoredRequest }
  | { kind: 'refused'; fault: DecisionFault; request: StoredRequest };

export interface Acceptance {
  requestId: number;
  /** Of the right that is granted: inclusive, 'YYYY-MM-DD', or null. */
  endsOn: string | null;
}

export interface Refusal {
  requestId: number;
  /** Never empty: the requester is told. */
  reason: string;
}

const personName = (actor: Actor): string => `${actor.firstName} ${actor.lastName}`;

/** Accepting and refusing requests (R22-R25). Of two decisions at once, one stands (rule 4). */
export function decidingService({ db, clock }: ServiceContext) {
  const decide = (
    actor: Actor,
    scope: Scope,
    requestId: number,
    work: (
      unit: UnitOfWork,
      request: StoredRequest,
      role: RoleDetails | null,
    ) => Promise<DecisionFault | null>,
  ): Promise<Decided> =>
    transaction({ db, clock, actor: { kind: 'account', accountId: actor.id } }, async (unit) => {
      const requests = requestRepository(unit.db);
      const request = await requests.getManaged(requestId, organismIdOf(scope));
      const role = request.roleId === null ? null : await roleRepository(unit.db).get(request.roleId);
      const fault =
        statusFault(request) ?? decisionRefusal(actor, request, role) ?? (await work(unit, request, role));
      if (fault === null) return { kind: 'decided', request };
      // Read again: what came first is committed by now.
      return { kind: 'refused', fault, request: await requests.getManaged(requestId, null) };
    });

  return {
    /**
     * Accepts a request: creates the account, or grants the role (R25), and tells the person.
     * @throws NotFound for a request outside the scope.
     */
    accept: (actor: Actor, scope: Scope, { requestId, endsOn }: Acceptance): Promise<Decided> =>
      decide(actor, scope, requestId, async (unit, request, role) =>
        role === null ? acceptAccount(unit, actor, request) : acceptRole(unit, actor, request, role, endsOn),
      ),

    /**
     * Refuses a request, with a reason that the requester reads.
     * @throws NotFound for a request outside the scope.
     */
    refuse: (actor: Actor, scope: Scope, { requestId, reason }: Refusal): Promise<Decided> =>
      decide(actor, scope, requestId, async (unit, request, role) => {
        const decision = { status: 'refused', decidedAt: unit.now, decidedBy: actor.id, reason } as const;
        if (!(await requestRepository(unit.db).decide(request.id, decision))) return 'already';
        unit.record({
          action: 'request.refused',
          details: { kind: request.kind, ...(role ? { label: role.label } : {}), reason },
          ...subject(request),
        });
        const { firstName, lastName, email } = request;
        await enqueueMessage(unit, {
          template: 'request-refused',
          to: email,
          requestId: request.id,
          ...(request.accountId === null ? {} : { accountId: request.accountId }),
          values: {
            ...{ firstName, lastName, reason },
            roleLabel: role?.label ?? ACCOUNT_REQUEST_LABEL,
            organismName: await organismName(unit, request),
            decidedBy: personName(actor),
          },
        });
        return null;
      }),
  };
}

const statusFault = ({ status }: StoredRequest): DecisionFault | null =>
  status === 'pending' ? null : status === 'cancelled' ? 'cancelled' : 'already';

const subject = (request: StoredRequest) => ({
  organismId: request.organismId,
  subjectAccountId: request.accountId ?? undefined,
  roleId: request.roleId ?? undefined,
  requestId: request.id,
});

const organismName = async (unit: UnitOfWork, request: StoredRequest): Promise<string> =>
  (await organismRepository(unit.db).get(request.organismId)).name;

/** False when somebody else decided first. */
const markAccepted = (unit: UnitOfWork, actor: Actor, request: StoredRequest): Promise<boolean> =>
  requestRepository(unit.db).decide(request.id, {
    status: 'accepted',
    decidedAt: unit.now,
    decidedBy: actor.id,
    reason: null,
  });

async function acceptRole(
  unit: UnitOfWork,
  actor: Actor,
  request: StoredRequest,
  role: RoleDetails,
  endsOn: string | null,
): Promise<DecisionFault | null> {
  const accounts = accountRepository(unit.db);
  // Locked before the decision: a deactivation or an attachment under way is waited for, and seen.
  const holder: NamedHolder = await accounts.lockOne(request.accountId ?? 0, null);
  if (!holder.active) return 'inactive';
  if (holder.organismId !== request.organismId) return 'moved';
  if (role.closed || role.validator === 'free') return 'role_withdrawn';
  if (!(await markAccepted(unit, actor, request))) return 'already';
  unit.record({
    action: 'request.accepted',
    details: { kind: 'role', label: role.label, ...(endsOn === null ? {} : { ends_on: endsOn }) },
    ...subject(request),
  });
  await grantRole(unit, actor, [holder], role, { reason: request.reason, endsOn, requestId: request.id });
  const { firstName, lastName, email } = holder;
  await enqueueMessage(unit, {
    template: 'request-accepted',
    to: email,
    accountId: holder.id,
    requestId: request.id,
    values: {
      ...{ firstName, lastName, endsOn },
      roleLabel: role.label,
      organismName: await organismName(unit, request),
      decidedBy: personName(actor),
      reason: request.reason,
    },
  });
  return null;
}

async function acceptAccount(
  unit: UnitOfWork,
  actor: Actor,
  request: StoredRequest,
): Promise<DecisionFault | null> {
  if (await organismRepository(unit.db).isClosed(request.organismId)) return 'organism_closed';
  const accounts = accountRepository(unit.db);
  if (await accounts.findByEmail(request.email)) return 'known_address';
  // The decision comes before the account: of two deciders at once, the second waits here and makes none.
  if (!(await markAccepted(unit, actor, request))) return 'already';
  const { email, firstName, lastName, functionTitle, phone, organismId } = request;
  const accountId = await accounts.add({
    ...{ email, firstName, lastName, functionTitle, phone, organismId },
    civility: null,
    isExecutive: false,
    createdAt: unit.now,
    createdBy: actor.id,
  });
  // Made by hand in this very instant: nothing of this decision stays, and it can be tried again.
  if (accountId === undefined) throw new Conflict(`${email} vient d’avoir un compte. Revenez à la liste.`);
  await requestRepository(unit.db).setAccount(request.id, accountId);
  const about = { ...subject(request), subjectAccountId: accountId };
  unit.record({ action: 'request.accepted', details: { kind: 'account' }, ...about });
  unit.record({ action: 'account.created', details: { email }, ...about });
  await enqueueMessage(unit, {
    template: 'activation',
    to: email,
    accountId,
    requestId: request.id,
    values: {
      ...{ firstName, lastName, email },
      organismName: await organismName(unit, request),
      cause: 'accepted',
    },
  });
  return null;
}
