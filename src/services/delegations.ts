import { transaction, type UnitOfWork } from '../database/transaction.ts';
import type { Actor, OrganismName } from '../domain/actor.ts';
import { DAY } from '../domain/duration.ts';
import { Forbidden, Refused } from '../domain/errors.ts';
import type { MandateFault } from '../domain/mandate.ts';
import type { Scope } from '../domain/scope.ts';
import { accountRepository, type NamedHolder } from '../repositories/accounts.ts';
import { enqueueMessage, enqueueMessages } from '../repositories/outbox.ts';
import { plannedActRepository } from '../repositories/planned-acts.ts';
import { roleRepository } from '../repositories/roles.ts';
import { acting } from '../security/acting.ts';
import { bindsActor, lockDelegations } from '../security/delegation-guard.ts';
import { tellUcanss } from '../security/unusual-notices.ts';
import type { ServiceContext } from './context.ts';
import { type NamingPolicy, namedAssignment, type Upon } from './named-assignments.ts';
import { plan, replacePlanned } from './planned-acts.ts';

export type DelegationOutcome =
  | { kind: 'done'; person: NamedHolder }
  /** To begin on a day to come, 'YYYY-MM-DD'. */
  | { kind: 'planned'; person: NamedHolder; on: string }
  | { kind: 'refused'; fault: MandateFault; person: NamedHolder };

interface NewDelegation extends DelegationTerms {
  /** The day in Paris on which it begins; null for now (R79). */
  startsOn?: string | null;
  /** Who is replaced meanwhile; null for nobody. */
  replacesId?: number | null;
}

interface DelegationTerms {
  accountId: number;
  reason: string;
  /** Inclusive, 'YYYY-MM-DD', or null. */
  endsOn: string | null;
}

/** Milliseconds: an account that is younger, and administers at once, is looked at by Ucanss. */
const YOUNG = 7 * DAY;

/** Naming local administrators and ending their delegations (R65-R72, P1, P2, P3b). */
export function delegationService({ db, clock }: ServiceContext) {
  const act = async (
    actor: Actor,
    scope: Scope,
    accountId: number,
    find: (unit: UnitOfWork, organismId: number | null) => Promise<NamedHolder>,
    work: (
      delegation: ReturnType<typeof namedAssignment>,
      unit: UnitOfWork,
      organism: OrganismName,
    ) => Promise<MandateFault | null>,
  ): Promise<DelegationOutcome> => {
    if (scope.kind !== 'organism') {
      // An unknown person is unknown before anything else.
      await accountRepository(db).get(accountId);
      throw new Refused('Choisissez d’abord l’organisme à administrer.');
    }
    const { organism } = scope;
    return transaction(acting({ db, clock }, actor, scope), async (unit) => {
      const person = await find(unit, bindsActor(actor) ? organism.id : null);
      const fault = await work(delegationOf(organism, { unit, actor, person }), unit, organism);
      return fault === null ? { kind: 'done', person } : { kind: 'refused', fault, person };
    });
  };
  const known = (accountId: number) => (unit: UnitOfWork, organismId: number | null) =>
    accountRepository(unit.db).lockKnownTo(accountId, organismId);

  return {
    /**
     * Makes an active person of the organism one of its local administrators (R68, R69), now or on a day (R79), and
     * tells both once it is so.
     * @throws NotFound for an account outside the scope of a local administrator (P5); Refused without an organism;
     * Forbidden once the actor no longer administers it.
     */
    async grant(
      actor: Actor,
      scope: Scope,
      { accountId, startsOn = null, replacesId = null, ...rest }: NewDelegation,
    ): Promise<DelegationOutcome> {
      const replaced = replacesId === null ? null : await accountRepository(db).get(replacesId);
      const terms = { ...rest, replaces: replaced === null ? '' : nameIn(replaced) };
      const outcome = await act(
        actor,
        scope,
        accountId,
        (unit, organismId) => accountRepository(unit.db).lockOne(accountId, organismId),
        async (delegation, unit, organism) => {
          const planned = await plannedOf(unit, accountId, organism.id);
          if (startsOn === null) {
            const given = await delegation.give(terms);
            // What was to begin has begun.
            if (given === null) await replacePlanned(unit, actor, planned);
            return given;
          }
          const fault = await delegation.judge();
          const asked = { kind: 'delegation', effectiveOn: startsOn, organismId: organism.id } as const;
          if (fault === null) await plan(unit, actor, { ...asked, accountId, terms });
          return fault;
        },
      );
      return outcome.kind === 'done' && startsOn !== null
        ? { kind: 'planned', person: outcome.person, on: startsOn }
        : outcome;
    },

    /**
     * « Retirer la délégation »: of this organism only, whatever the person's own organism; tells both.
     * @throws NotFound for who neither administers the organism nor is in the scope; Refused and Forbidden as above.
     */
    remove: (
      actor: Actor,
      scope: Scope,
      { accountId, reason }: Omit<DelegationTerms, 'endsOn'>,
    ): Promise<DelegationOutcome> =>
      act(actor, scope, accountId, known(accountId), (delegation) => delegation.end({ reason })),

    /**
     * Gives a delegation an end date, another one, or none, and tells the person: the last one without an end date
     * keeps none (P2, P8).
     * @throws NotFound for who neither administers the organism nor is in the scope; Refused and Forbidden as above.
     */
    setEnd: (
      actor: Actor,
      scope: Scope,
      { accountId, endsOn }: Omit<DelegationTerms, 'reason'>,
    ): Promise<DelegationOutcome> =>
      act(actor, scope, accountId, known(accountId), (delegation) => delegation.redate({ endsOn })),
  };
}

/** The delegation for this organism that is to come, locked. */
const plannedOf = async (unit: UnitOfWork, accountId: number, organismId: number) =>
  (await plannedActRepository(unit.db).lockOf([accountId])).filter(
    (act) => act.kind === 'delegation' && act.organismId === organismId,
  );

/** The acts on the delegation of a person, who is locked, for an organism. */
export const delegationOf = (organism: OrganismName, upon: Upon) =>
  namedAssignment(delegationsFor(organism), upon);

/** The delegations for an organism: locked with it, and told to who has one and who acts. */
const delegationsFor = (organism: OrganismName): NamingPolicy => ({
  async lock({ unit, actor, person }) {
    const { holding, last } = await lockDelegations(unit, [person.id], [organism.id]);
    const administers = holding.some(
      (held) => held.organismId === organism.id && held.accountId === actor.id,
    );
    if (bindsActor(actor) && !administers) throw new Forbidden();
    const role = await roleRepository(unit.db).localAdministrator();
    const isLast = bindsActor(actor) && (last.get(person.id) ?? []).includes(organism.id);
    return { assigned: { role, organism }, isLast };
  },

  async given({ unit, actor, person }, { reason, endsOn }) {
    const { firstName, lastName } = person;
    if (person.createdAt.getTime() > unit.now.getTime() - YOUNG && bindsActor(actor)) {
      const cause = 'young_delegation';
      await tellUcanss(unit, actor, { cause, organism, person: `${firstName} ${lastName}` });
    }
    const values = {
      firstName,
      lastName,
      giver: nameOf(actor),
      endsOn,
      reason,
      organismName: organism.name,
      organismCode: organism.code,
    };
    const letter = { template: 'delegation-granted', accountId: person.id } as const;
    await enqueueMessages(unit, [
      { ...letter, to: person.email, values: { ...values, to: 'holder' } },
      { ...letter, to: actor.email, values: { ...values, to: 'giver' } },
    ]);
  },

  async ended({ unit, actor, person }, reason) {
    const { firstName, lastName } = person;
    const values = { firstName, lastName, organismName: organism.name, remover: nameOf(actor), reason };
    const letter = { template: 'delegation-removed', accountId: person.id } as const;
    await enqueueMessages(unit, [
      { ...letter, to: person.email, values: { ...values, to: 'holder' } },
      { ...letter, to: actor.email, values: { ...values, to: 'remover' } },
    ]);
  },

  /** The person alone is told. */
  async redated({ unit, actor, person }, roleLabel, endsOn) {
    const { firstName, lastName } = person;
    const changedBy = `${actor.firstName} ${actor.lastName}`;
    await enqueueMessage(unit, {
      template: 'end-date-changed',
      to: person.email,
      accountId: person.id,
      values: { firstName, lastName, roleLabel, organismName: organism.name, changedBy, endsOn },
    });
  },
});

const nameIn = ({ firstName, lastName }: Pick<NamedHolder, 'firstName' | 'lastName'>): string =>
  `${firstName} ${lastName}`;

const nameOf = ({ firstName, lastName }: Actor) => ({ firstName, lastName });
