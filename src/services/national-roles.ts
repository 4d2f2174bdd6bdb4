import { transaction, type UnitOfWork } from '../database/transaction.ts';
import type { Actor } from '../domain/actor.ts';
import { leavesOrganismWithout } from '../domain/delegation.ts';
import { Forbidden, NotFound } from '../domain/errors.ts';
import { judgeMandate, type MandateFault } from '../domain/mandate.ts';
import { NATIONAL } from '../domain/scope.ts';
import { enqueueMessage } from '../mail/outbox.ts';
import { accountRepository, type NamedHolder } from '../repositories/accounts.ts';
import { assignmentRepository, type LiveAssignment } from '../repositories/assignments.ts';
import { NATIONAL_ADMINISTRATOR, nationalRoleRepository } from '../repositories/national-roles.ts';
import { type RoleDetails, roleRepository } from '../repositories/roles.ts';
import { acting } from './acting.ts';
import type { ServiceContext } from './context.ts';
import { endExpired } from './granting.ts';
import { lockNationalAdministrators } from './national-guard.ts';
import { endAskedBy } from './pending-ends.ts';

/** What an act comes to, with whom and which role it is about. */
export interface NationalRoleOutcome {
  fault: MandateFault | null;
  person: NamedHolder;
  roleLabel: string;
}

/** A person's national role under lock: nobody else changes who administers the portal until the end. */
interface Locked {
  unit: UnitOfWork;
  actor: Actor;
  person: NamedHolder;
  role: RoleDetails;
  /** Where it is held today. */
  held: LiveAssignment | null;
  /** True where the portal would be left without administrateur Ucanss. */
  isLast: boolean;
}

/** How messages name what a national role covers. */
const EVERYWHERE = 'Tous les organismes';

/** Giving and ending « Administrateur Ucanss » and « Auditeur » (P1, P3b, P7, P8). */
export function nationalRoleService({ db, clock }: ServiceContext) {
  const act = (
    actor: Actor,
    target: { accountId: number; role: (unit: UnitOfWork) => Promise<RoleDetails> },
    work: (locked: Locked) => Promise<MandateFault | null>,
  ): Promise<NationalRoleOutcome> =>
    transaction(acting({ db, clock }, actor, NATIONAL), async (unit) => {
      const person = await accountRepository(unit.db).lockOne(target.accountId, null);
      const role = await target.role(unit);
      const fault = person.id === actor.id ? 'oneself' : await work(await lock(unit, actor, person, role));
      return { fault, person, roleLabel: role.label };
    });

  /** @throws NotFound for anything that is not a national role given to somebody. */
  const onAssignment = async (
    actor: Actor,
    assignmentId: number,
    work: (locked: Locked & { held: LiveAssignment }) => Promise<MandateFault | null>,
  ): Promise<NationalRoleOutcome> => {
    const { accountId, roleId } = await nationalRoleRepository(db).get(assignmentId);
    const role = (unit: UnitOfWork) => roleRepository(unit.db).get(roleId);
    return act(actor, { accountId, role }, async (locked) => {
      // Another one may have been given since: it is not the one that was on the screen.
      const { held } = locked;
      return held === null || held.id !== assignmentId ? 'gone' : work({ ...locked, held });
    });
  };

  return {
    /**
     * Gives an active person a national role, and tells them.
     * @throws NotFound for an unknown person or a role that is not national; Forbidden once the actor no longer
     * administers the portal.
     */
    grant: (
      actor: Actor,
      order: { accountId: number; roleCode: string; reason: string; endsOn: string | null },
    ): Promise<NationalRoleOutcome> =>
      act(
        actor,
        { accountId: order.accountId, role: (unit) => nationalRole(unit, order.roleCode) },
        async (locked) => {
          const fault = judgeMandate('grant', locked);
          if (fault === null) await give(locked, order);
          return fault;
        },
      ),

    /** « Retirer le profil »; never the last administrateur Ucanss. @throws NotFound, Forbidden as above. */
    remove: (
      actor: Actor,
      { assignmentId, reason }: { assignmentId: number; reason: string },
    ): Promise<NationalRoleOutcome> =>
      onAssignment(actor, assignmentId, async (locked) => {
        const fault = judgeMandate('remove', locked);
        if (fault === null) await end(locked, reason);
        return fault;
      }),

    /** Another end date, or none; never one to the last administrateur Ucanss (P8). @throws as above. */
    setEnd: (
      actor: Actor,
      { assignmentId, endsOn }: { assignmentId: number; endsOn: string | null },
    ): Promise<NationalRoleOutcome> =>
      onAssignment(actor, assignmentId, async (locked) => {
        const fault = judgeMandate('setEnd', { ...locked, endsOn });
        if (fault === null) await changeEnd(locked, endsOn);
        return fault;
      }),
  };
}

/** @throws NotFound for any other role (P3b). */
async function nationalRole(unit: UnitOfWork, code: string): Promise<RoleDetails> {
  const role = await roleRepository(unit.db).getByCode(code);
  if (role.kind !== 'national' || role.closed) throw new NotFound();
  return role;
}

/**
 * Locks who administers the portal, once the person is locked, and looks again at what the act stands on.
 * @throws Forbidden where the actor administered the portal when the request began, and no longer does.
 */
async function lock(unit: UnitOfWork, actor: Actor, person: NamedHolder, role: RoleDetails): Promise<Locked> {
  const administrators = await lockNationalAdministrators(unit);
  if (!administrators.some(({ accountId }) => accountId === actor.id)) throw new Forbidden();
  await endExpired(unit, new Map([[person.id, person]]), role);
  const [held = null] = await assignmentRepository(unit.db).lockLive([person.id], role.id);
  const isLast = role.code === NATIONAL_ADMINISTRATOR && leavesOrganismWithout(administrators, person.id);
  return { unit, actor, person, role, held, isLast };
}

const about = ({ person, role }: Pick<Locked, 'person' | 'role'>) => ({
  organismId: person.organismId,
  subjectAccountId: person.id,
  roleId: role.id,
});

async function give(
  locked: Locked,
  { reason, endsOn }: { reason: string; endsOn: string | null },
): Promise<void> {
  const { unit, actor, person, role } = locked;
  await assignmentRepository(unit.db).grant([person.id], {
    ...{ role, reason, endsOn, organismId: null },
    ...{ grantedAt: unit.now, grantedBy: actor.id, requestId: null },
  });
  unit.record({
    action: 'national_role.granted',
    details: {
      label: role.label,
      ...(reason === '' ? {} : { reason }),
      ...(endsOn === null ? {} : { ends_on: endsOn }),
    },
    ...about(locked),
  });
  await enqueueMessage(unit, {
    template: 'role-granted',
    to: person.email,
    accountId: person.id,
    values: { ...valuesOf(locked), grantedBy: nameOf(actor), endsOn, reason },
  });
}

async function end(locked: Locked & { held: LiveAssignment }, reason: string): Promise<void> {
  const { unit, actor, person, role, held } = locked;
  await assignmentRepository(unit.db).end([held.id], {
    ...{ endedAt: unit.now, endedBy: actor.id, kind: 'removed', reason },
  });
  await endAskedBy(unit, [person.id]);
  unit.record({
    action: 'national_role.removed',
    details: { label: role.label, ...(reason === '' ? {} : { reason }) },
    ...about(locked),
  });
  await enqueueMessage(unit, {
    template: 'national-role-removed',
    to: person.email,
    accountId: person.id,
    values: { ...valuesOf(locked), removedBy: nameOf(actor), reason },
  });
}

async function changeEnd(locked: Locked & { held: LiveAssignment }, endsOn: string | null): Promise<void> {
  const { unit, actor, person, role, held } = locked;
  await assignmentRepository(unit.db).setEnd(held.id, endsOn);
  unit.record({
    action: 'assignment.end_date_changed',
    details: { label: role.label, from: held.endsOn, to: endsOn },
    ...about(locked),
  });
  await enqueueMessage(unit, {
    template: 'end-date-changed',
    to: person.email,
    accountId: person.id,
    values: { ...valuesOf(locked), changedBy: nameOf(actor), endsOn },
  });
}

const valuesOf = ({ person: { firstName, lastName }, role }: Locked) => ({
  ...{ firstName, lastName, roleLabel: role.label, organismName: EVERYWHERE },
});

const nameOf = ({ firstName, lastName }: Actor): string => `${firstName} ${lastName}`;
