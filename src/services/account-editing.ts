import { transaction, type UnitOfWork } from '../database/transaction.ts';
import type { Actor } from '../domain/actor.ts';
import { type Changes, changesBetween, type Field, isUnchanged } from '../domain/changes.ts';
import { organismIdOf, type Scope } from '../domain/scope.ts';
import { accountRepository, type Identity } from '../repositories/accounts.ts';
import { type Moves, moveRoles, type RoleMoves } from './account-roles.ts';
import { acting } from './acting.ts';
import type { ServiceContext } from './context.ts';

/** How the trail names the fields of an identity. */
const FIELDS: readonly Field<Identity>[] = [
  { name: 'civilité', said: ({ civility }) => civility ?? '' },
  { name: 'nom', said: ({ lastName }) => lastName },
  { name: 'prénom', said: ({ firstName }) => firstName },
  { name: 'fonction', said: ({ functionTitle }) => functionTitle },
  { name: 'téléphone', said: ({ phone }) => phone },
];

/** « Modification de compte » (R47): who a person is, every field but the address, and their two lists. */
export function accountEditingService({ db, clock }: ServiceContext) {
  return {
    /**
     * Changes what differs, all of it or nothing, and says what changed. Pending requests take the new name.
     * @throws NotFound for an account outside the scope, or a role that is in neither list.
     */
    update: (
      actor: Actor,
      scope: Scope,
      accountId: number,
      { identity, roles }: { identity: Identity; roles: RoleMoves },
    ): Promise<{ renamed: boolean; moves: Moves }> =>
      transaction(acting({ db, clock }, actor, scope), async (unit) => {
        const holder = await accountRepository(unit.db).lockOne(accountId, organismIdOf(scope));
        const changes = await changeIdentity(unit, accountId, identity);
        return { renamed: !isUnchanged(changes), moves: await moveRoles(unit, actor, holder, roles) };
      }),
  };
}

async function changeIdentity(unit: UnitOfWork, accountId: number, identity: Identity): Promise<Changes> {
  const accounts = accountRepository(unit.db);
  const before = await accounts.get(accountId);
  const changes = changesBetween<Identity>(before, identity, FIELDS);
  if (isUnchanged(changes)) return changes;
  await accounts.setIdentity(accountId, identity);
  unit.record({
    action: 'account.updated',
    details: { changes },
    organismId: before.organismId,
    subjectAccountId: accountId,
  });
  return changes;
}
