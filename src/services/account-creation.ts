import { transaction } from '../database/transaction.ts';
import type { Actor, OrganismName } from '../domain/actor.ts';
import { type Account, accountRepository, type NewAccount } from '../repositories/accounts.ts';
import { organismRepository } from '../repositories/organisms.ts';
import { enqueueMessage } from '../repositories/outbox.ts';
import { acting } from '../security/acting.ts';
import { pace } from '../security/pace.ts';
import { type Moves, moveRoles, ordinaryRoles, type RoleMoves } from './account-roles.ts';
import { findAddressOwner, isOutsideDomainOf } from './addresses.ts';
import type { ServiceContext } from './context.ts';
import type { Outside } from './outside.ts';

/** A person without account, as the form describes them (R50). Their organism is the current one. */
type NewPerson = Pick<
  NewAccount,
  'email' | 'civility' | 'lastName' | 'firstName' | 'functionTitle' | 'phone'
>;

/** What creating comes to: the account, or the one that has the address already (R56). */
export type Creation =
  /** `outsideDomain`: the address is not of the organism's mail domain. */
  | { kind: 'created'; accountId: number; moves: Moves; outsideDomain: boolean }
  | { kind: 'known'; account: Account }
  /** Nobody joins an organism that is closed. */
  | { kind: 'closed' };

/** By this form; many newcomers come by a file. */
const CREATIONS_AN_HOUR = 100;

/** « Création d'un compte » (R48-R56): of people who are not executives (R54). */
export function accountCreationService({ db, clock }: ServiceContext, outside: Outside) {
  const keepPace = pace({ db, clock }, 'creations', CREATIONS_AN_HOUR);

  return {
    /**
     * Makes an account with its roles, in one transaction, and sends the activation message (R51).
     * @throws NotFound for a role that no list holds, whatever the address. @throws TooMany (P12)
     */
    async create(
      actor: Actor,
      organism: OrganismName,
      person: NewPerson,
      roles: RoleMoves,
    ): Promise<Creation> {
      await keepPace(actor);
      await outside.assertOpen(actor);
      const creation = await write(actor, organism, person, roles);
      if (creation.kind === 'known' && creation.account.organismId !== organism.id) {
        await outside.tell(actor, { how: 'creation', organismId: organism.id, person: creation.account });
      }
      return creation;
    },
  };

  function write(
    actor: Actor,
    organism: OrganismName,
    person: NewPerson,
    roles: RoleMoves,
  ): Promise<Creation> {
    return transaction(
      acting({ db, clock }, actor, { kind: 'organism', organism }),
      async (unit): Promise<Creation> => {
        // Identifiers are judged before anything is looked up: what comes first would tell whether an address is known.
        await ordinaryRoles(unit.db, roles);
        if (await organismRepository(unit.db).isClosed(organism.id)) return { kind: 'closed' };
        const outsideDomain = await isOutsideDomainOf(unit.db, organism.id, person.email);
        const owner = await findAddressOwner(unit, person.email);
        if (owner) return { kind: 'known', account: owner };
        const accounts = accountRepository(unit.db);
        const accountId = await accounts.add({
          ...person,
          organismId: organism.id,
          isExecutive: false,
          createdAt: unit.now,
          createdBy: actor.id,
        });
        if (accountId === undefined) {
          const known = await accounts.findByEmail(person.email);
          if (!known) throw new Error('an address that is taken belongs to nobody');
          return { kind: 'known', account: known };
        }
        unit.record({
          action: 'account.created',
          details: { email: person.email, ...(outsideDomain ? { outside_domain: true } : {}) },
          organismId: organism.id,
          subjectAccountId: accountId,
        });
        await enqueueMessage(unit, {
          template: 'activation',
          to: person.email,
          accountId,
          values: {
            firstName: person.firstName,
            lastName: person.lastName,
            email: person.email,
            organismName: organism.name,
            cause: 'created',
          },
        });
        const holder = await accounts.lockOne(accountId, organism.id);
        const moves = await moveRoles(unit, actor, holder, roles);
        return { kind: 'created', accountId, moves, outsideDomain };
      },
    );
  }
}
