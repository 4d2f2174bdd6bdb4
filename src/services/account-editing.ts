import { transaction, type UnitOfWork } from '../database/transaction.ts';
import type { Actor } from '../domain/actor.ts';
import { type Changes, changesBetween, isUnchanged, mergeChanges } from '../domain/changes.ts';
import { organismIdOf, type Scope } from '../domain/scope.ts';
import { accountRepository, type Identity, type NamedHolder } from '../repositories/accounts.ts';
import { acting, actingForOneself } from '../security/acting.ts';
import { findBeyond } from '../security/acting-upon.ts';
import { type Moves, moveRoles, type RoleMoves } from './account-roles.ts';
import { tellGranted } from './assignments.ts';
import type { ServiceContext } from './context.ts';

/** How the trail names the fields of an identity. */
export const IDENTITY_FIELDS = (
  [
    ['civilité', 'civility'],
    ['nom', 'lastName'],
    ['prénom', 'firstName'],
    ['fonction', 'functionTitle'],
    ['téléphone', 'phone'],
  ] as const
).map(([name, key]) => ({ name, key, said: (identity: Identity) => identity[key] ?? '' }));

/** An identity as it was typed, and as it was shown to who typed it, where that is known. */
interface TypedIdentity {
  typed: Identity;
  shown: Identity | null;
}

/** What « Enregistrer » comes to; nothing is done to who somebody beyond the actor is (P9). */
type AccountEdited =
  | { kind: 'done'; renamed: boolean; moves: Moves }
  | { kind: 'beyond' }
  /** Somebody else changed the same fields meanwhile. */
  | { kind: 'stale'; stored: Identity; clashes: Changes };

/** « Modification de compte » (R47): who a person is, every field but the address, and their two lists. */
export function accountEditingService({ db, clock }: ServiceContext) {
  return {
    /** One's own phone, which is nobody else's to check. False where it is the same. */
    setOwnPhone: (actor: Actor, phone: string): Promise<boolean> =>
      transaction(actingForOneself({ db, clock }, actor), async (unit) => {
        const holder = await accountRepository(unit.db).lockOne(actor.id, null);
        const stored: Identity = await accountRepository(unit.db).get(actor.id);
        const wanted = { ...stored, phone };
        const changes = changesBetween(stored, wanted, IDENTITY_FIELDS);
        if (isUnchanged(changes)) return false;
        await changeIdentity(unit, holder, wanted, changes);
        return true;
      }),

    /**
     * Changes what differs, all of it or nothing, and says what changed. Pending requests take the new name. An
     * identity that is null stays as it is, and so does what somebody else changed while the form was open.
     * @throws NotFound for an account outside the scope, or a role that is in neither list.
     */
    update: (
      actor: Actor,
      scope: Scope,
      accountId: number,
      { identity, roles }: { identity: TypedIdentity | null; roles: RoleMoves },
    ): Promise<AccountEdited> =>
      transaction(acting({ db, clock }, actor, scope), async (unit) => {
        const holder = await accountRepository(unit.db).lockOne(accountId, organismIdOf(scope));
        const renaming = identity && (await renamingOf(unit, accountId, identity));
        const renamed = renaming !== null && !isUnchanged(renaming.changes);
        if (renamed) {
          if ((await findBeyond(unit, actor, [accountId])).size > 0) return { kind: 'beyond' };
          if (!isUnchanged(renaming.clashes)) return { kind: 'stale', ...renaming };
          await changeIdentity(unit, holder, renaming.merged, renaming.changes);
        }
        const moves = await moveRoles(unit, actor, holder, roles);
        await tellGranted(unit, actor, [holder], moves.granted, { reason: roles.reason ?? '', endsOn: null });
        return { kind: 'done', renamed, moves };
      }),
  };
}

async function renamingOf(unit: UnitOfWork, accountId: number, { typed, shown }: TypedIdentity) {
  const stored: Identity = await accountRepository(unit.db).get(accountId);
  const { merged, clashes } = mergeChanges({ shown: shown ?? stored, typed, stored }, IDENTITY_FIELDS);
  return { stored, merged, clashes, changes: changesBetween(stored, merged, IDENTITY_FIELDS) };
}

/** Changes who a person is, once they are locked; `requestId` is the request that asked for it. */
export async function changeIdentity(
  unit: UnitOfWork,
  { id, organismId }: NamedHolder,
  identity: Identity,
  changes: Changes,
  requestId?: number,
): Promise<void> {
  await accountRepository(unit.db).setIdentity(id, identity);
  unit.record({
    action: 'account.updated',
    details: { changes },
    organismId,
    subjectAccountId: id,
    requestId,
  });
}
