import { transaction, type UnitOfWork } from '../database/transaction.ts';
import type { Actor } from '../domain/actor.ts';
import { type Changes, changesBetween, type Field, isUnchanged } from '../domain/changes.ts';
import { organismIdOf, type Scope } from '../domain/scope.ts';
import { accountRepository, type Identity, type NamedHolder } from '../repositories/accounts.ts';
import { type Moves, moveRoles, type RoleMoves } from './account-roles.ts';
import { acting } from './acting.ts';
import { findBeyond } from './acting-upon.ts';
import type { ServiceContext } from './context.ts';

/** How the trail names the fields of an identity. */
const FIELDS: readonly Field<Identity>[] = [
  { name: 'civilité', said: ({ civility }) => civility ?? '' },
  { name: 'nom', said: ({ lastName }) => lastName },
  { name: 'prénom', said: ({ firstName }) => firstName },
  { name: 'fonction', said: ({ functionTitle }) => functionTitle },
  { name: 'téléphone', said: ({ phone }) => phone },
];

/** What « Enregistrer » comes to; nothing is done to who somebody beyond the actor is (P9). */
export type AccountEdited = { kind: 'done'; renamed: boolean; moves: Moves } | { kind: 'beyond' };

/** « Modification de compte » (R47): who a person is, every field but the address, and their two lists. */
export function accountEditingService({ db, clock }: ServiceContext) {
  return {
    /**
     * Changes what differs, all of it or nothing, and says what changed. Pending requests take the new name. An
     * identity that is null stays as it is.
     * @throws NotFound for an account outside the scope, or a role that is in neither list.
     */
    update: (
      actor: Actor,
      scope: Scope,
      accountId: number,
      { identity, roles }: { identity: Identity | null; roles: RoleMoves },
    ): Promise<AccountEdited> =>
      transaction(acting({ db, clock }, actor, scope), async (unit) => {
        const holder = await accountRepository(unit.db).lockOne(accountId, organismIdOf(scope));
        const changes = identity === null ? {} : await changesOf(unit, accountId, identity);
        const renamed = !isUnchanged(changes);
        if (identity !== null && renamed) {
          if ((await findBeyond(unit, actor, [accountId])).size > 0) return { kind: 'beyond' };
          await changeIdentity(unit, holder, identity, changes);
        }
        return { kind: 'done', renamed, moves: await moveRoles(unit, actor, holder, roles) };
      }),
  };
}

const changesOf = async (unit: UnitOfWork, accountId: number, identity: Identity): Promise<Changes> =>
  changesBetween<Identity>(await accountRepository(unit.db).get(accountId), identity, FIELDS);

async function changeIdentity(
  unit: UnitOfWork,
  { id, organismId }: NamedHolder,
  identity: Identity,
  changes: Changes,
): Promise<void> {
  await accountRepository(unit.db).setIdentity(id, identity);
  unit.record({ action: 'account.updated', details: { changes }, organismId, subjectAccountId: id });
}
