import type { Database } from '../database/knex.ts';
import { isOutsideMailDomain } from '../domain/mail-domain.ts';
import { type Account, accountRepository } from '../repositories/accounts.ts';
import { emailChangeRepository } from '../repositories/email-changes.ts';
import { organismRepository } from '../repositories/organisms.ts';
import type { At } from './email-steps.ts';

/**
 * The account that an address is kept for: the one that has it, or the one that left it so lately that « Ce n'est pas
 * moi » may still put it back (P11). Nobody else takes it meanwhile.
 */
export async function findAddressOwner({ db, now }: At, email: string): Promise<Account | undefined> {
  const accounts = accountRepository(db);
  const owner = await accounts.findByEmail(email);
  if (owner) return owner;
  const former = await emailChangeRepository(db).findFormerOwner(email, now);
  return former === undefined ? undefined : accounts.get(former);
}

/** True when an address is outside the mail domain of this organism: to be flagged (F1, P11). */
export const isOutsideDomainOf = async (db: Database, organismId: number, email: string): Promise<boolean> =>
  isOutsideMailDomain(email, await organismRepository(db).mailDomainOf(organismId));
