import { transaction, type UnitOfWork } from '../database/transaction.ts';
import type { Actor } from '../domain/actor.ts';
import type { AssignmentTerms } from '../domain/assignment-events.ts';
import { leavesOrganismWithout } from '../domain/delegation.ts';
import { Forbidden, NotFound } from '../domain/errors.ts';
import type { MandateFault } from '../domain/mandate.ts';
import { NATIONAL } from '../domain/scope.ts';
import { accountRepository, type NamedHolder } from '../repositories/accounts.ts';
import { NATIONAL_ADMINISTRATOR, nationalRoleRepository } from '../repositories/national-roles.ts';
import { enqueueMessage } from '../repositories/outbox.ts';
import { type RoleDetails, roleRepository } from '../repositories/roles.ts';
import { acting } from '../security/acting.ts';
import { lockNationalAdministrators } from '../security/national-guard.ts';
import type { ServiceContext } from './context.ts';
import { type NamingPolicy, namedAssignment, type Upon } from './named-assignments.ts';

/** What an act comes to, with whom and which role it is about. */
export interface NationalRoleOutcome {
  fault: MandateFault | null;
  person: NamedHolder;
  roleLabel: string;
}

/** How messages name what a national role covers. */
const EVERYWHERE = 'Tous les organismes';

/** Giving and ending « Administrateur Ucanss » and « Auditeur » (P1, P3b, P7, P8). */
export function nationalRoleService({ db, clock }: ServiceContext) {
  const act = (
    actor: Actor,
    target: { accountId: number; role: (unit: UnitOfWork) => Promise<RoleDetails> },
    work: (profile: ReturnType<typeof namedAssignment>) => Promise<MandateFault | null>,
  ): Promise<NationalRoleOutcome> =>
    transaction(acting({ db, clock }, actor, NATIONAL), async (unit) => {
      const person = await accountRepository(unit.db).lockOne(target.accountId, null);
      const role = await target.role(unit);
      const fault = await work(namedAssignment(holdersOf(role), { unit, actor, person }));
      return { fault, person, roleLabel: role.label };
    });

  /** @throws NotFound for anything that is not a national role given to somebody. */
  const targetOf = async (assignmentId: number) => {
    const { accountId, roleId } = await nationalRoleRepository(db).get(assignmentId);
    return { accountId, role: (unit: UnitOfWork) => roleRepository(unit.db).get(roleId) };
  };

  return {
    /**
     * Gives an active person a national role, and tells them.
     * @throws NotFound for an unknown person or a role that is not national; Forbidden once the actor no longer
     * administers the portal.
     */
    grant: (
      actor: Actor,
      { accountId, roleCode, ...terms }: { accountId: number; roleCode: string } & AssignmentTerms,
    ): Promise<NationalRoleOutcome> =>
      act(actor, { accountId, role: (unit) => nationalRole(unit, roleCode) }, (profile) =>
        profile.give(terms),
      ),

    /** « Retirer le profil »; never the last administrateur Ucanss. @throws NotFound, Forbidden as above. */
    remove: async (
      actor: Actor,
      order: { assignmentId: number; reason: string },
    ): Promise<NationalRoleOutcome> =>
      act(actor, await targetOf(order.assignmentId), (profile) => profile.end(order)),

    /** Another end date, or none; never one to the last administrateur Ucanss (P8). @throws as above. */
    setEnd: async (
      actor: Actor,
      order: { assignmentId: number; endsOn: string | null },
    ): Promise<NationalRoleOutcome> =>
      act(actor, await targetOf(order.assignmentId), (profile) => profile.redate(order)),
  };
}

/** @throws NotFound for any other role (P3b). */
async function nationalRole(unit: UnitOfWork, code: string): Promise<RoleDetails> {
  const role = await roleRepository(unit.db).getByCode(code);
  if (role.kind !== 'national' || role.closed) throw new NotFound();
  return role;
}

/** Who has a national role: locked with who administers the portal, and the person is told. */
const holdersOf = (role: RoleDetails): NamingPolicy => {
  const letter = ({ person }: Upon) => ({ to: person.email, accountId: person.id });
  const valuesOf = ({ person: { firstName, lastName } }: Upon) => ({
    firstName,
    lastName,
    roleLabel: role.label,
    organismName: EVERYWHERE,
  });
  return {
    async lock({ unit, actor, person }) {
      const administrators = await lockNationalAdministrators(unit);
      if (!administrators.some(({ accountId }) => accountId === actor.id)) throw new Forbidden();
      const isLast = role.code === NATIONAL_ADMINISTRATOR && leavesOrganismWithout(administrators, person.id);
      return { assigned: { role }, isLast };
    },

    given(upon, { reason, endsOn }) {
      const values = { ...valuesOf(upon), grantedBy: nameOf(upon.actor), endsOn, reason };
      return enqueueMessage(upon.unit, { template: 'role-granted', ...letter(upon), values });
    },

    ended(upon, reason) {
      const values = { ...valuesOf(upon), removedBy: nameOf(upon.actor), reason };
      return enqueueMessage(upon.unit, { template: 'national-role-removed', ...letter(upon), values });
    },

    redated(upon, _roleLabel, endsOn) {
      const values = { ...valuesOf(upon), changedBy: nameOf(upon.actor), endsOn };
      return enqueueMessage(upon.unit, { template: 'end-date-changed', ...letter(upon), values });
    },
  };
};

const nameOf = ({ firstName, lastName }: Actor): string => `${firstName} ${lastName}`;
