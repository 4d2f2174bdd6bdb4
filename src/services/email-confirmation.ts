import { transaction, type UnitOfWork } from '../database/transaction.ts';
import { ANONYMOUS } from '../domain/audit-event.ts';
import { dayInParis } from '../domain/clock.ts';
import { emailChangeRefusal } from '../domain/email-change.ts';
import { mayManage } from '../domain/permissions.ts';
import { enqueueMessage } from '../mail/outbox.ts';
import { accountRepository } from '../repositories/accounts.ts';
import { credentialRepository } from '../repositories/credentials.ts';
import { emailChangeRepository, type LinkedEmailChange } from '../repositories/email-changes.ts';
import { sessionRepository } from '../repositories/sessions.ts';
import { tokenRepository } from '../repositories/tokens.ts';
import type { ServiceContext } from './context.ts';
import { askerOf, rightsOf } from './email-change.ts';
import { queues } from './in-turn.ts';
import { hashToken } from './links.ts';
import { endLapsedChange } from './pending-ends.ts';

/** What the link sent to a new address leads to. */
export type LinkState =
  | { kind: 'waiting'; change: LinkedEmailChange }
  /** Unknown, used or expired link, or a change that was replaced or cancelled. */
  | { kind: 'ended' }
  /** The account was deactivated meanwhile. */
  | { kind: 'inactive' }
  /** Another account has the new address by now. */
  | { kind: 'taken' };

export type EmailConfirmation = Exclude<LinkState, { kind: 'waiting' }> | { kind: 'changed' };

/** Confirming a new address from the message sent there: nobody is signed in. */
export function emailConfirmationService({ db, clock }: ServiceContext) {
  const inTurn = queues();

  const confirm = (hash: string): Promise<EmailConfirmation> =>
    transaction({ db, clock, actor: ANONYMOUS }, async (unit): Promise<EmailConfirmation> => {
      const seen = await emailChangeRepository(unit.db).findByLink(hash, unit.now);
      if (!seen) return { kind: 'ended' };
      // The account first, as everywhere; then what stands once it is locked.
      await accountRepository(unit.db).lockOne(seen.accountId, null);
      const state = await read(unit, hash);
      if (state.kind === 'lapsed') {
        await endLapsedChange(unit, { id: seen.accountId, organismId: seen.organismId });
        return { kind: 'ended' };
      }
      if (state.kind !== 'waiting') return state;
      if (!(await tokenRepository(unit.db).use('email_change', hash, unit.now))) return { kind: 'ended' };
      await change(unit, state.change);
      return { kind: 'changed' };
    });

  return {
    /** What the link stands for. Looking does not use it up. */
    async find(token: string): Promise<LinkState> {
      const state = await read({ db, now: clock.now() }, hashToken(token));
      return state.kind === 'lapsed' ? { kind: 'ended' } : state;
    },

    /**
     * Uses the link up: the new address is the identifier, every open session ends, every other link is void, and
     * the former address is told. Of any number of uses at once, one succeeds: here they follow one another, and
     * between processes the database decides.
     */
    async confirm(token: string): Promise<EmailConfirmation> {
      const hash = hashToken(token);
      try {
        return await inTurn(hash, () => confirm(hash));
      } catch (error) {
        // An account was made with this address in this very instant.
        if ((error as { constraint?: unknown }).constraint === 'accounts_email_key') return { kind: 'taken' };
        throw error;
      }
    },
  };
}

async function read(
  { db, now }: Pick<UnitOfWork, 'now'> & { db: ServiceContext['db'] },
  hash: string,
): Promise<LinkState | { kind: 'lapsed' }> {
  const change = await emailChangeRepository(db).findByLink(hash, now);
  if (!change) return { kind: 'ended' };
  if (!change.active) return { kind: 'inactive' };
  if (change.taken) return { kind: 'taken' };
  const { accountId, askedById, organismId } = change;
  if (askedById === accountId) return { kind: 'waiting', change };
  // Judged when it takes effect (P10): who asked may have lost the right to, and the person may have wider ones.
  const asker = await askerOf({ db, now }, askedById);
  const mayAsk =
    mayManage(asker, organismId) && !emailChangeRefusal(asker, await rightsOf({ db, now }, accountId));
  return mayAsk ? { kind: 'waiting', change } : { kind: 'lapsed' };
}

async function change(unit: UnitOfWork, { accountId, email, newEmail, ...person }: LinkedEmailChange) {
  const { organismId, organismName, firstName, lastName } = person;
  const about = { organismId, subjectAccountId: accountId };
  await emailChangeRepository(unit.db).end(accountId, 'changed', unit.now);
  await accountRepository(unit.db).setEmail(accountId, newEmail);
  const links = ['activation', 'password_reset', 'email_change'] as const;
  await tokenRepository(unit.db).voidOf([accountId], links, unit.now);
  unit.record({ action: 'account.email_changed', details: { from: email, to: newEmail }, ...about });
  const ended = await sessionRepository(unit.db).endAll(accountId);
  for (let session = 0; session < ended; session += 1) {
    unit.record({ action: 'session.ended', details: { cause: 'email_changed' }, ...about });
  }
  await enqueueMessage(unit, {
    template: 'email-changed',
    to: email,
    accountId,
    values: { firstName, lastName, organismName, newEmail, changedOn: dayInParis(unit.now) },
  });
  const account = await credentialRepository(unit.db).findRecoverable(newEmail);
  if (account?.hasPassword) return;
  // Nobody could have followed the activation link of a wrong address: here is another.
  await enqueueMessage(unit, {
    template: 'activation',
    to: newEmail,
    accountId,
    values: { firstName, lastName, organismName, email: newEmail, cause: 'created' },
  });
}
