import type { Account } from '../repositories/accounts.ts';
import { accountRepository } from '../repositories/accounts.ts';
import { emailChangeRepository } from '../repositories/email-changes.ts';
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
