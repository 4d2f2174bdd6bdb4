import type { Database } from '../database/knex.ts';
import { transaction, type UnitOfWork } from '../database/transaction.ts';
import type { Actor } from '../domain/actor.ts';
import { grantOutcome, holdsOn, maySetEnd, removalRefusal } from '../domain/assignment.ts';
import { dayInParis } from '../domain/calendar.ts';
import { NotFound } from '../domain/errors.ts';
import { organismIdOf, type Scope } from '../domain/scope.ts';
import { accountRepository, type NamedHolder } from '../repositories/accounts.ts';
import { assignmentRepository, type LiveAssignment } from '../repositories/assignments.ts';
import { type RoleDetails, roleRepository } from '../repositories/roles.ts';
import { acting } from '../security/acting.ts';
import { assigning } from './assigning.ts';
import { requestFor } from './assignments.ts';
import type { ServiceContext } from './context.ts';

/** What the two lists come to (R52, R53): identifiers of roles that go to the person, and that leave them. */
export interface RoleMoves {
  add: readonly number[];
  remove: readonly number[];
  /** Why, where it is said. */
  reason?: string;
}

/** Labels of what was done; `left` is what someone else did first, or what a rule refuses. */
export interface Moves {
  granted: string[];
  requested: string[];
  removed: string[];
  left: string[];
}

/**
 * Changes a person's ordinary roles within a use case; the person is locked. Reserved ones become requests (P3).
 * @throws NotFound for what no list ever holds: an unknown role, a delegation, a national one (P3b).
 */
export async function moveRoles(
  unit: UnitOfWork,
  actor: Actor,
  holder: NamedHolder,
  { add, remove, reason = '' }: RoleMoves,
): Promise<Moves> {
  const roles = await ordinaryRoles(unit.db, { add, remove });
  const moves: Moves = { granted: [], requested: [], removed: [], left: [] };
  for (const role of roles.add) {
    moves[await give(unit, actor, holder, role, reason)].push(role.label);
  }
  for (const role of roles.remove) {
    const refused = removalRefusal(actor, holder, role) !== null;
    const removed = refused ? new Set() : await assigning(unit, actor, { role }, [holder]).remove({ reason });
    moves[removed.size > 0 ? 'removed' : 'left'].push(role.label);
  }
  return moves;
}

/** The roles of two lists. @throws NotFound for what no list ever holds (P3b). */
export async function ordinaryRoles(
  db: Database,
  { add, remove }: RoleMoves,
): Promise<Record<'add' | 'remove', RoleDetails[]>> {
  const roles = await roleRepository(db).ofEach([...add, ...remove]);
  const known = (id: number): RoleDetails => {
    const role = roles.get(id);
    if (role?.kind !== 'ordinary') throw new NotFound();
    return role;
  };
  return { add: add.map(known), remove: remove.map(known) };
}

async function give(
  unit: UnitOfWork,
  actor: Actor,
  holder: NamedHolder,
  role: RoleDetails,
  reason: string,
): Promise<keyof Moves> {
  const outcome = grantOutcome(actor, holder, role);
  if (outcome === 'requested') {
    return (await requestFor(unit, actor, holder, role, reason)) === null ? 'requested' : 'left';
  }
  if (outcome !== 'granted') return 'left';
  const granted = await assigning(unit, actor, { role }, [holder]).give({ reason, endsOn: null });
  return granted.size > 0 ? 'granted' : 'left';
}

/** What changing one right of an account page comes to. */
export type AssignmentChange = 'changed' | 'gone' | 'oneself' | 'reserved';

/** What reviewing all the rights that came with a person comes to: the labels of those that were kept, or removed. */
type Reviewed = { kind: 'oneself' } | { kind: 'done'; labels: string[] };

async function reviewAll(
  unit: UnitOfWork,
  actor: Actor,
  holder: NamedHolder,
  { keep, reason }: { keep: boolean; reason: string },
): Promise<string[]> {
  const live = await assignmentRepository(unit.db).liveOf(holder.id);
  const today = dayInParis(unit.now);
  const inherited = live.filter((each) => each.inheritedFrom !== null && holdsOn(each.endsOn, today));
  const labels: string[] = [];
  for (const assignment of inherited) {
    const role = await roleRepository(unit.db).get(assignment.roleId);
    const done = keep
      ? await keepRight(unit, holder, assignment, role)
      : removalRefusal(actor, holder, role) === null &&
        (await assigning(unit, actor, { role }, [holder]).remove({ reason })).size > 0;
    if (done) labels.push(role.label);
  }
  return labels;
}

/** A right that came from a former organism is no longer « à revoir ». False where it was not, or is no more. */
async function keepRight(
  unit: UnitOfWork,
  holder: NamedHolder,
  { id }: LiveAssignment,
  role: RoleDetails,
): Promise<boolean> {
  if (!(await assignmentRepository(unit.db).confirm(id))) return false;
  unit.record({
    action: 'assignment.confirmed',
    details: { label: role.label },
    organismId: holder.organismId,
    subjectAccountId: holder.id,
    roleId: role.id,
  });
  return true;
}

/** The rights of an account page: the two lists, an end date, and rights « à revoir » (R47, R63). */
export function accountRolesService({ db, clock }: ServiceContext) {
  const act = (actor: Actor, scope: Scope) => acting({ db, clock }, actor, scope);

  const onAssignment = (
    actor: Actor,
    scope: Scope,
    { accountId, assignmentId }: { accountId: number; assignmentId: number },
    work: (
      unit: UnitOfWork,
      holder: NamedHolder,
      assignment: LiveAssignment,
      role: RoleDetails,
    ) => Promise<AssignmentChange>,
  ): Promise<AssignmentChange> =>
    transaction(act(actor, scope), async (unit) => {
      const holder = await accountRepository(unit.db).lockOne(accountId, organismIdOf(scope));
      if (holder.id === actor.id) return 'oneself';
      const live = await assignmentRepository(unit.db).liveOf(holder.id);
      const assignment = live.find(({ id }) => id === assignmentId);
      // Past its end a right no longer holds, even before the job has written it: it is granted again, not revived (P8).
      if (!assignment || !holdsOn(assignment.endsOn, dayInParis(unit.now))) return 'gone';
      const role = await roleRepository(unit.db).get(assignment.roleId);
      // Delegations and national roles have pages of their own (P3b).
      if (role.kind !== 'ordinary') throw new NotFound();
      return work(unit, holder, assignment, role);
    });

  return {
    /** Gives a right an inclusive end date, or takes it away (P8). Who does not grant a role only shortens it (P3). */
    setEnd: (
      actor: Actor,
      scope: Scope,
      target: { accountId: number; assignmentId: number; endsOn: string | null },
    ): Promise<AssignmentChange> =>
      onAssignment(actor, scope, target, async (unit, holder, assignment, role) => {
        if (assignment.endsOn === target.endsOn) return 'changed';
        if (!maySetEnd(actor, role, assignment.endsOn, target.endsOn)) return 'reserved';
        await assigning(unit, actor, { role }, [holder]).redate(assignment, target.endsOn);
        return 'changed';
      }),

    /** Keeps every right « à revoir » of a person, or removes them all (R63): what others did meanwhile is left. */
    review: (
      actor: Actor,
      scope: Scope,
      { accountId, ...how }: { accountId: number; keep: boolean; reason: string },
    ): Promise<Reviewed> =>
      transaction(act(actor, scope), async (unit) => {
        const holder = await accountRepository(unit.db).lockOne(accountId, organismIdOf(scope));
        if (holder.id === actor.id) return { kind: 'oneself' };
        return { kind: 'done', labels: await reviewAll(unit, actor, holder, how) };
      }),

    /** Keeps a right that was inherited from a former organism: it is no longer « à revoir » (R63). */
    keep: (
      actor: Actor,
      scope: Scope,
      target: { accountId: number; assignmentId: number },
    ): Promise<AssignmentChange> =>
      onAssignment(actor, scope, target, async (unit, holder, assignment, role) => {
        return (await keepRight(unit, holder, assignment, role)) ? 'changed' : 'gone';
      }),
  };
}
