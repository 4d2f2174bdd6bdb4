import type { Database } from '../database/knex.ts';
import { transaction, type UnitOfWork } from '../database/transaction.ts';
import type { Actor } from '../domain/actor.ts';
import { type DecisionAct, type DecisionRefusal, decisionRefusal, requestLabel } from '../domain/request.ts';
import { organismIdOf, type Scope } from '../domain/scope.ts';
import { accountRepository } from '../repositories/accounts.ts';
import { requestRepository, type StoredRequest } from '../repositories/requests.ts';
import { type RoleDetails, roleRepository } from '../repositories/roles.ts';
import { acting } from '../security/acting.ts';
import {
  type AcceptanceFault,
  acceptAccount,
  acceptRole,
  accountFault,
  roleFault,
  subjectOf,
} from './accepting.ts';
import { findAddressOwner } from './addresses.ts';
import type { ServiceContext } from './context.ts';
import { acceptCorrection, correctionFault } from './correcting.ts';
import {
  type AddressFault,
  agreeToAddress,
  findAddressFault,
  foreseeAddressMessages,
  refuseAddress,
} from './deciding-addresses.ts';
import { countTold, tellDecision } from './decision-notices.ts';
import type { Outside } from './outside.ts';

/** Why a decision is refused. */
export type DecisionFault =
  | DecisionRefusal
  | AcceptanceFault
  | AddressFault
  | 'already'
  | 'cancelled'
  | 'lapsed';

/** What deciding comes to. */
export type Decided =
  | { kind: 'decided'; request: StoredRequest }
  /** A change of address that Ucanss agrees to, and whose new mailbox is not confirmed yet (P11). */
  | { kind: 'agreed'; request: StoredRequest }
  | { kind: 'refused'; fault: DecisionFault; request: StoredRequest };

/** A request with what its decision would meet now: null for nothing. */
export interface JudgedRequest {
  request: StoredRequest;
  role: RoleDetails | null;
  fault: DecisionFault | null;
}

/** A decision with its terms, whichever request it is of. */
export type DecisionOrder =
  /** The last day of the right that is granted: inclusive, 'YYYY-MM-DD', or null. */
  | { act: 'accept'; endsOn: string | null }
  /** Never empty: the requester is told. */
  | { act: 'refuse'; reason: string };

interface Acceptance {
  requestId: number;
  /** Of the right that is granted: inclusive, 'YYYY-MM-DD', or null. */
  endsOn: string | null;
}

interface Refusal {
  requestId: number;
  /** Never empty: the requester is told. */
  reason: string;
}

/** Accepting and refusing requests (R22-R25). Of two decisions at once, one stands (rule 4). */
export function decidingService({ db, clock }: ServiceContext, outside: Outside) {
  const at = () => ({ db, now: clock.now() });

  /** That an address has an account in another organism is told, counted and traced as anywhere (P12). */
  async function tellKnown(actor: Actor, scope: Scope, { email }: StoredRequest): Promise<void> {
    const organismId = organismIdOf(scope);
    const owner = await findAddressOwner(at(), email);
    if (owner && organismId !== null && owner.organismId !== organismId)
      await outside.tell(actor, { how: 'request', organismId, person: owner });
  }

  const decide = async (actor: Actor, scope: Scope, requestId: number, order: DecisionOrder) => {
    const decided = await transaction(acting({ db, clock }, actor, scope), (unit) =>
      decideWithin(unit, actor, scope, requestId, order),
    );
    if (decided.kind === 'refused' && decided.fault === 'known_address')
      await tellKnown(actor, scope, decided.request);
    return decided;
  };

  return {
    /**
     * What a decision would meet, for the page that asks: nothing is written, and it is judged anew when it is made.
     * @throws NotFound for a request outside the scope.
     */
    async preview(actor: Actor, scope: Scope, act: DecisionAct, requestId: number): Promise<JudgedRequest> {
      const judged = await read(db, actor, scope, requestId);
      if (judged.fault !== null || act === 'refuse') return judged;
      const { request, role } = judged;
      if (request.kind === 'address') return { ...judged, fault: await findAddressFault(at(), request) };
      if (request.kind === 'correction')
        return { ...judged, fault: await correctionFault(at(), actor, request) };
      if (role === null) {
        const fault = await accountFault(at(), request);
        if (fault === 'known_address') await tellKnown(actor, scope, request);
        return { ...judged, fault };
      }
      const holder = await accountRepository(db).get(request.accountId ?? 0);
      return { ...judged, fault: roleFault(request, role, holder) };
    },

    /** How many messages the decision would send, as things stand. */
    async foreseeMessages(act: DecisionAct, { request, fault }: JudgedRequest): Promise<number> {
      if (fault !== null) return 0;
      if (request.kind === 'address') return foreseeAddressMessages(at(), request, act);
      // Who gets an account gets its activation link, and nothing else.
      return act === 'accept' && request.kind === 'account' ? 1 : countTold(at(), request, act);
    },

    tellKnown,

    /**
     * Accepts a request: creates the account, grants the role (R25), or agrees to the address (P11), and tells it.
     * @throws NotFound for a request outside the scope.
     */
    accept: (actor: Actor, scope: Scope, { requestId, endsOn }: Acceptance): Promise<Decided> =>
      decide(actor, scope, requestId, { act: 'accept', endsOn }),

    /**
     * Refuses a request, with a reason that the requester reads.
     * @throws NotFound for a request outside the scope.
     */
    refuse: (actor: Actor, scope: Scope, { requestId, reason }: Refusal): Promise<Decided> =>
      decide(actor, scope, requestId, { act: 'refuse', reason }),
  };
}

/**
 * Decides a request within a use case, alone or among others.
 * @throws NotFound for a request outside the scope; Conflict where its address got an account in this very instant.
 */
export async function decideWithin(
  unit: UnitOfWork,
  actor: Actor,
  scope: Scope,
  requestId: number,
  order: DecisionOrder,
): Promise<Decided> {
  const { request, role, fault: first } = await read(unit.db, actor, scope, requestId);
  const known = { request, role };
  const fault =
    first ??
    (order.act === 'accept'
      ? await accept(unit, actor, known, order.endsOn)
      : await refuse(unit, actor, known, order.reason));
  if (fault === null) return { kind: 'decided', request };
  if (fault === 'agreed') return { kind: 'agreed', request };
  // Read again: what came first is committed by now.
  return { kind: 'refused', fault, request: await requestRepository(unit.db).getManaged(requestId, null) };
}

type Known = Pick<JudgedRequest, 'request' | 'role'>;

function accept(unit: UnitOfWork, actor: Actor, { request, role }: Known, endsOn: string | null) {
  if (request.kind === 'address') return agreeToAddress(unit, actor, request);
  if (request.kind === 'correction') return acceptCorrection(unit, actor, request);
  return role === null ? acceptAccount(unit, actor, request) : acceptRole(unit, actor, request, role, endsOn);
}

async function refuse(
  unit: UnitOfWork,
  actor: Actor,
  { request, role }: Known,
  reason: string,
): Promise<'already' | null> {
  if (request.kind === 'address') return refuseAddress(unit, actor, request, reason);
  const roleLabel = requestLabel(request.kind, role?.label);
  const decision = { status: 'refused', decidedAt: unit.now, decidedBy: actor.id, reason } as const;
  if (!(await requestRepository(unit.db).decide(request.id, decision))) return 'already';
  unit.record({
    action: 'request.refused',
    details: {
      kind: request.kind,
      ...(request.kind === 'account' ? {} : { label: roleLabel }),
      reason,
    },
    ...subjectOf(request),
  });
  await tellDecision(unit, actor, { request, roleLabel, decision: { kind: 'refused', reason } });
  return null;
}

/**
 * The request with what forbids any decision of it by this actor. One that left the scope's organism with its person
 * is told as such to those who had it before.
 * @throws NotFound for a request that never was in the scope (P5).
 */
async function read(db: Database, actor: Actor, scope: Scope, requestId: number): Promise<JudgedRequest> {
  const organismId = organismIdOf(scope);
  const request = await requestRepository(db).getKnownTo(requestId, organismId);
  const role = request.roleId === null ? null : await roleRepository(db).get(request.roleId);
  if (organismId !== null && request.organismId !== organismId) return { request, role, fault: 'moved' };
  return { request, role, fault: statusFault(request) ?? decisionRefusal(actor, request, role) };
}

function statusFault({ status, lapsed }: StoredRequest): DecisionFault | null {
  if (status === 'pending') return null;
  if (status !== 'cancelled') return 'already';
  return lapsed ? 'lapsed' : 'cancelled';
}
