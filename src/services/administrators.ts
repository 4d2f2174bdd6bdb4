import { transaction } from '../database/transaction.ts';
import { job } from '../domain/audit-event.ts';
import { Refused } from '../domain/errors.ts';
import { accountRepository } from '../repositories/accounts.ts';
import { organismRepository } from '../repositories/organisms.ts';
import { roleRepository } from '../repositories/roles.ts';
import { createLink } from '../security/links.ts';
import { assigning } from './assigning.ts';
import type { ServiceContext } from './context.ts';

const ORGANISM = 'UCANSS';
const ROLE = 'administrateur-ucanss';

/** How the first person gets in on a real server (docs/operating.md, `admin:create`). */
export function administratorService({ db, clock }: ServiceContext) {
  return {
    /**
     * Makes an active account of Ucanss with the role « Administrateur Ucanss », and returns the token of its
     * activation link, which is told to whoever runs the command and nobody else.
     * @throws Refused when the e-mail has an account already.
     */
    async create(person: { email: string; lastName: string; firstName: string }): Promise<string> {
      return transaction({ db, clock, actor: job('admin:create') }, async (unit) => {
        const organism = await organismRepository(unit.db).findByCode(ORGANISM);
        if (!organism) throw new Error(`the organism ${ORGANISM} is missing: load the reference data`);
        const role = await roleRepository(unit.db).getByCode(ROLE);
        const accountId = await accountRepository(unit.db).add({
          ...person,
          civility: null,
          functionTitle: '',
          phone: '',
          organismId: organism.id,
          isExecutive: false,
          createdAt: unit.now,
          createdBy: null,
        });
        if (accountId === undefined)
          throw new Refused(`${person.email} a déjà un compte\u00a0: rien n’a été changé.`);
        unit.record({
          action: 'account.created',
          details: { email: person.email },
          organismId: organism.id,
          subjectAccountId: accountId,
        });
        const holder = { id: accountId, organismId: organism.id };
        await assigning(unit, null, { role }, [holder]).give({ reason: '', endsOn: null });
        return createLink(unit.db, 'activation', { accountId }, unit.now);
      });
    },
  };
}
