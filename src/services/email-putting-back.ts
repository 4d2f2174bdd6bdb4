import { randomBytes } from 'node:crypto';
import type { UnitOfWork } from '../database/transaction.ts';
import { accountRepository } from '../repositories/accounts.ts';
import { credentialRepository } from '../repositories/credentials.ts';
import { type EmailChange, emailChangeRepository } from '../repositories/email-changes.ts';
import { factorRepository } from '../repositories/factors.ts';
import { organismRepository } from '../repositories/organisms.ts';
import { requestRepository } from '../repositories/requests.ts';
import { hashPassword } from '../security/passwords.ts';
import { tellUcanssOf } from '../security/unusual-notices.ts';
import { aboutChange, replaceAddress, sendActivation, tellAsker } from './email-steps.ts';
import { stopResetsSince } from './factor-reset-steps.ts';

/**
 * « Ce n'est pas moi » after the effect (P11), the account being locked: sessions end, the former address is back, the
 * password that was chosen meanwhile serves no more, second factors are those of before, and Ucanss is told. Where another account has the former address
 * by now, the rest is done all the same.
 */
export async function putBack(
  unit: UnitOfWork,
  change: EmailChange,
): Promise<'put_back' | 'kept_by_another'> {
  const { id, accountId, organismId, email, formerEmail } = change;
  if (formerEmail === null) throw new Error('a change that took effect has a former address');
  const changes = emailChangeRepository(unit.db);
  await changes.end([accountId], 'cancelled', unit.now);
  await changes.markReverted(accountId, id, unit.now);
  const factors = await putFactorsBack(unit, change);
  const owner = await accountRepository(unit.db).findByEmail(formerEmail);
  const free = owner === undefined || owner.id === accountId;
  unit.record({
    action: 'account.email_reverted',
    details: { from: email, to: formerEmail, ...(free ? {} : { taken: true as const }), ...factors },
    ...aboutChange(change),
  });
  await replaceAddress(unit, { accountId, organismId }, free ? formerEmail : email, 'email_reverted');
  await forgetPassword(unit, free ? formerEmail : email);
  const organism = await organismRepository(unit.db).get(organismId);
  await tellUcanssOf(unit, {
    cause: 'email_reverted',
    organism,
    by: change.askedBy,
    byEmail: '',
    person: `${change.firstName} ${change.lastName}`,
    ...(free ? { address: { from: email, to: formerEmail } } : {}),
  });
  if (change.requestId !== null) {
    await requestRepository(unit.db).addToReason(change.requestId, UNDONE);
    await tellAsker(unit, change, { outcome: 'reverted', by: null, reason: '' });
  }
  if (!free) return 'kept_by_another';
  await sendActivation(unit, { ...change, email: formerEmail });
  return 'put_back';
}

/**
 * Who had the address may have added a second factor, or had the one that there was reset, by messages that the new
 * address received: those serve no more.
 */
async function putFactorsBack(
  unit: UnitOfWork,
  { accountId, endedAt }: EmailChange,
): Promise<{ factors?: true }> {
  if (endedAt === null) throw new Error('a change that took effect has an instant');
  await stopResetsSince(unit, accountId, endedAt);
  return (await factorRepository(unit.db).putBack(accountId, { instant: endedAt }, unit.now))
    ? { factors: true }
    : {};
}

/** What the accepted request says from then on. */
const UNDONE = 'Défait ensuite\u00a0: l’ancienne boîte a répondu que ce n’est pas elle.';

/** Who had the address may have chosen a password by it: nobody knows the one that replaces it. */
async function forgetPassword(unit: UnitOfWork, email: string): Promise<void> {
  const credentials = credentialRepository(unit.db);
  const account = await credentials.findRecoverable(email);
  if (!account?.hasPassword) return;
  const unknown = await hashPassword(randomBytes(32).toString('base64url'));
  await credentials.setPassword(account.accountId, unknown, unit.now);
}
