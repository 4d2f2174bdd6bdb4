import { transaction, type UnitOfWork } from '../database/transaction.ts';
import type { Actor } from '../domain/actor.ts';
import { type AssignmentRefusal, grantOutcome, type Holder, removalRefusal } from '../domain/assignment.ts';
import type { AssignmentTerms } from '../domain/assignment-events.ts';
import { dayInParis } from '../domain/calendar.ts';
import { organismIdOf, type Scope } from '../domain/scope.ts';
import { accountRepository, type NamedHolder } from '../repositories/accounts.ts';
import { assignmentRepository } from '../repositories/assignments.ts';
import { enqueueMessages } from '../repositories/outbox.ts';
import { roleHolderRepository } from '../repositories/role-holders.ts';
import { roleRequestRepository } from '../repositories/role-requests.ts';
import { type RoleDetails, roleRepository } from '../repositories/roles.ts';
import { acting } from '../security/acting.ts';
import { assigning } from './assigning.ts';
import type { ServiceContext } from './context.ts';
import { tellDeciders } from './request-notices.ts';

export type AssignmentFault = AssignmentRefusal | 'already_requested';

/** What giving or taking a role comes to. */
export type AssignmentOutcome =
  | { kind: 'granted' | 'removed' | 'requested'; person: NamedHolder; role: RoleDetails }
  | { kind: 'refused'; fault: AssignmentFault; person: NamedHolder; role: RoleDetails };

interface RoleGrant {
  accountId: number;
  /** Code of the role. */
  role: string;
  reason: string;
  /** Inclusive, 'YYYY-MM-DD', or null. */
  endsOn: string | null;
}

/** Giving a role to someone and taking it away (R40, R41). */
export function assignmentService({ db, clock }: ServiceContext) {
  const act = (actor: Actor, scope: Scope) => acting({ db, clock }, actor, scope);

  return {
    /** Why giving or taking a role would be refused as things stand, for the page before the act; or null. */
    async foreseeFault(
      actor: Actor,
      holder: Holder,
      role: RoleDetails,
      what: 'grant' | 'remove',
    ): Promise<AssignmentFault | null> {
      const holders = roleHolderRepository(db, role.id);
      const held = (await holders.holding([holder.id], dayInParis(clock.now()))).has(holder.id);
      if (what === 'remove') return removalRefusal(actor, holder, role) ?? (held ? null : 'not_held');
      const outcome = grantOutcome(actor, holder, role);
      if (outcome !== 'granted' && outcome !== 'requested') return outcome;
      if (held) return 'already_held';
      const waits = outcome === 'requested' && (await holders.requested([holder.id])).has(holder.id);
      return waits ? 'already_requested' : null;
    },

    /**
     * Gives a role; one that is reserved to Ucanss becomes a request where the actor is a local administrator (P3).
     * @throws NotFound for an account outside the scope or an unknown role.
     */
    grant: (actor: Actor, scope: Scope, asked: RoleGrant): Promise<AssignmentOutcome> =>
      transaction(act(actor, scope), async (unit) => {
        const person = await accountRepository(unit.db).lockOne(asked.accountId, organismIdOf(scope));
        const role = await roleRepository(unit.db).getByCode(asked.role);
        const about = { person, role };
        const outcome = grantOutcome(actor, person, role);
        if (outcome === 'requested') {
          const fault = await requestFor(unit, actor, person, role, asked.reason);
          return fault === null ? { kind: 'requested', ...about } : { kind: 'refused', fault, ...about };
        }
        if (outcome !== 'granted') return { kind: 'refused', fault: outcome, ...about };
        const terms = { reason: asked.reason, endsOn: asked.endsOn };
        const granted = await assigning(unit, actor, { role }, [person]).give(terms);
        if (granted.size === 0) return { kind: 'refused', fault: 'already_held', ...about };
        await tellGranted(unit, actor, [person], [role.label], terms);
        return { kind: 'granted', ...about };
      }),

    /**
     * Takes a role away, and it alone (R40). An ordinary role may always be removed, reserved or not (P3).
     * @throws NotFound for an account outside the scope or an unknown role.
     */
    remove: (
      actor: Actor,
      scope: Scope,
      { accountId, role: code, reason }: Omit<RoleGrant, 'endsOn'>,
    ): Promise<AssignmentOutcome> =>
      transaction(act(actor, scope), async (unit) => {
        const person = await accountRepository(unit.db).lockOne(accountId, organismIdOf(scope));
        const role = await roleRepository(unit.db).getByCode(code);
        const about = { person, role };
        const fault = removalRefusal(actor, person, role);
        if (fault !== null) return { kind: 'refused', fault, ...about };
        const removed = await assigning(unit, actor, { role }, [person]).remove({ reason });
        if (removed.size === 0) return { kind: 'refused', fault: 'not_held', ...about };
        return { kind: 'removed', ...about };
      }),
  };
}

/** Asks Ucanss for a reserved role in the place of granting it (P3); why not, or null. */
export async function requestFor(
  unit: UnitOfWork,
  actor: Actor,
  person: NamedHolder,
  role: RoleDetails,
  reason: string,
): Promise<AssignmentFault | null> {
  const held = await assignmentRepository(unit.db).findHeld(person.id, role.id, dayInParis(unit.now));
  if (held) return 'already_held';
  const requests = roleRequestRepository(unit.db);
  const terms = { roleId: role.id, requestedBy: actor.id, reason, at: unit.now };
  const [request] = await requests.addForEach([person.id], terms);
  if (!request) return 'already_requested';
  const account = await accountRepository(unit.db).get(person.id);
  recordRequest(unit, person, role, request.id);
  await tellDeciders(unit, {
    id: request.id,
    kind: 'role',
    role,
    reason,
    accountId: person.id,
    requestedBy: actor.id,
    organismId: person.organismId,
    lastName: person.lastName,
    firstName: person.firstName,
    email: person.email,
    functionTitle: account.functionTitle,
    outsideMailDomain: false,
    requester: `${actor.firstName} ${actor.lastName}`,
  });
  return null;
}

/** The event of a request made for somebody. */
export function recordRequest(
  unit: UnitOfWork,
  person: NamedHolder,
  role: RoleDetails,
  requestId: number,
): void {
  unit.record({
    action: 'request.submitted',
    details: { kind: 'role', label: role.label },
    organismId: person.organismId,
    subjectAccountId: person.id,
    roleId: role.id,
    requestId,
  });
}

/** Tells people of one organism or several that they were given roles without having asked for them. */
export async function tellGranted(
  unit: UnitOfWork,
  actor: Actor,
  people: readonly NamedHolder[],
  labels: readonly string[],
  { reason, endsOn }: AssignmentTerms,
): Promise<void> {
  if (labels.length === 0) return;
  await enqueueMessages(
    unit,
    people.map((person) => ({
      template: 'role-granted' as const,
      to: person.email,
      accountId: person.id,
      values: {
        firstName: person.firstName,
        lastName: person.lastName,
        roleLabel: labels.join(', '),
        granted: labels.length,
        reason,
        endsOn,
        organismName: person.organismName,
        grantedBy: `${actor.firstName} ${actor.lastName}`,
      },
    })),
  );
}
