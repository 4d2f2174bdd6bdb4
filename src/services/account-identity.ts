import { transaction } from '../database/transaction.ts';
import type { Actor } from '../domain/actor.ts';
import { organismIdOf, type Scope } from '../domain/scope.ts';
import { accountRepository, type Identity } from '../repositories/accounts.ts';
import type { ServiceContext } from './context.ts';

/** How the trail names the fields of an identity. */
const FIELDS: Record<keyof Identity, string> = {
  civility: 'civilité',
  lastName: 'nom',
  firstName: 'prénom',
  functionTitle: 'fonction',
  phone: 'téléphone',
};

/** Changing who a person is on their page: every field but the address. */
export function accountIdentityService({ db, clock }: ServiceContext) {
  return {
    /**
     * Changes what differs, and says whether anything did. Pending requests take the new name.
     * @throws NotFound for an account outside the scope.
     */
    update: (actor: Actor, scope: Scope, accountId: number, identity: Identity): Promise<boolean> =>
      transaction({ db, clock, actor: { kind: 'account', accountId: actor.id } }, async (unit) => {
        const accounts = accountRepository(unit.db);
        await accounts.lockOne(accountId, organismIdOf(scope));
        const before = await accounts.get(accountId);
        const changes: Record<string, { from: string; to: string }> = {};
        for (const field of Object.keys(FIELDS) as (keyof Identity)[]) {
          const [from, to] = [before[field] ?? '', identity[field] ?? ''];
          if (from !== to) changes[FIELDS[field]] = { from, to };
        }
        if (Object.keys(changes).length === 0) return false;
        await accounts.setIdentity(accountId, identity);
        unit.record({
          action: 'account.updated',
          details: { changes },
          organismId: before.organismId,
          subjectAccountId: accountId,
        });
        return true;
      }),
  };
}
