import type { Database } from '../database/knex.ts';
import type { UnitOfWork } from '../database/transaction.ts';
import type { ActingRights, PersonRights } from '../domain/acting-upon.ts';
import type { EventDetails } from '../domain/audit-event.ts';
import { dayInParis } from '../domain/calendar.ts';
import {
  type Agreement,
  agreementOf,
  emailChangeRefusal,
  hasLapsed,
  isForSomebodyElse,
  type Standing,
} from '../domain/email-change.ts';
import type { LinkPurpose } from '../domain/link.ts';
import type { MessageValues } from '../domain/message.ts';
import { mayManage } from '../domain/permissions.ts';
import { accountRepository } from '../repositories/accounts.ts';
import { findActor } from '../repositories/actors.ts';
import { credentialRepository } from '../repositories/credentials.ts';
import {
  type EmailChange,
  type EmailChangeOutcome,
  emailChangeRepository,
} from '../repositories/email-changes.ts';
import { enqueueMessage } from '../repositories/outbox.ts';
import { personRightsRepository } from '../repositories/person-rights.ts';
import { requestRepository } from '../repositories/requests.ts';
import { sessionRepository } from '../repositories/sessions.ts';
import { tokenRepository } from '../repositories/tokens.ts';
import { recordEnded } from './session-ends.ts';

/** A unit of work, or what is read before one. */
export type At = Pick<UnitOfWork, 'now'> & { db: Database };

/** What the person of an account holds beyond ordinary roles, in force or dormant. */
export const rightsOf = ({ db, now }: At, id: number): Promise<PersonRights> =>
  personRightsRepository(db).of(id, dayInParis(now));

/** What somebody may do today: nothing once their account is inactive. */
const actingRightsOf = async ({ db, now }: At, id: number): Promise<ActingRights> =>
  (await findActor(db, id, dayInParis(now))) ?? { id, national: null, administers: [] };

/** Why a change can no longer take effect; null while it may. */
export type EmailChangeFault =
  /** It took effect, was given up, or waited for too long. */
  | 'ended'
  /** The account was deactivated meanwhile. */
  | 'inactive'
  /** Another account has the new address by now. */
  | 'taken'
  /** Who asked could not ask it any more (P10). */
  | 'asker';

/** What a change would meet now, and who it depends on. */
export async function judgeChange(
  at: At,
  change: EmailChange,
): Promise<{ fault: EmailChangeFault } | { fault: null; standing: Standing | null }> {
  if (change.outcome !== null || hasLapsed(change, at.now)) return { fault: 'ended' };
  if (!change.active) return { fault: 'inactive' };
  if (change.taken) return { fault: 'taken' };
  if (!isForSomebodyElse(change)) return { fault: null, standing: null };
  const { accountId, askedById, agreedById, organismId } = change;
  const [asker, person] = [await actingRightsOf(at, askedById), await rightsOf(at, accountId)];
  // Judged when it takes effect (P10): who asked may have lost the right to, and the person may have wider ones.
  if (!mayManage(asker, organismId) || emailChangeRefusal(asker, person)) return { fault: 'asker' };
  const agreed = agreedById === null ? null : await actingRightsOf(at, agreedById);
  return { fault: null, standing: { asker, agreed, person } };
}

/** What an event of a change is about. */
export const aboutChange = ({ organismId, accountId, requestId }: EmailChange) => ({
  organismId,
  subjectAccountId: accountId,
  ...(requestId === null ? {} : { requestId }),
});

/** Ends a change whose account is locked, and its request with it. */
export async function endChange(
  unit: UnitOfWork,
  change: EmailChange,
  outcome: Extract<EmailChangeOutcome, 'cancelled' | 'lapsed'>,
  cause: NonNullable<EventDetails['account.email_change_cancelled']['cause']>,
): Promise<void> {
  await emailChangeRepository(unit.db).end([change.accountId], outcome, unit.now);
  const details = { to: change.newEmail, cause };
  unit.record({ action: 'account.email_change_cancelled', details, ...aboutChange(change) });
}

/**
 * Ends the change of their own address that somebody, already locked, waits for: what protects their account is another
 * by now, and whoever had come in as them may have asked it. Says the address that it was for, or undefined.
 */
export async function endOwnChange(unit: UnitOfWork, accountId: number): Promise<string | undefined> {
  const changes = emailChangeRepository(unit.db);
  const [ended] = await changes.end([accountId], 'cancelled', unit.now, 'oneself');
  if (ended === undefined) return undefined;
  const { newEmail: to } = ended;
  const details = { to, cause: 'security' } as const;
  unit.record({ action: 'account.email_change_cancelled', details, subjectAccountId: accountId });
  return to;
}

/** What trying comes to: done, something is still to be said, or why it can never be. */
type Effect = 'changed' | 'waits' | EmailChangeFault;

/** Does a change, whose account is locked, once it has nothing left to wait for. */
export async function takeEffect(unit: UnitOfWork, id: number): Promise<Effect> {
  const change = await emailChangeRepository(unit.db).get(id);
  const judged = await judgeChange(unit, change);
  if (judged.fault !== null) return judged.fault;
  if (change.confirmedAt === null) return 'waits';
  if (judged.standing !== null) {
    const agreement = agreementOf(change, judged.standing, unit.now);
    if (agreement === null) return 'waits';
    await accept(unit, change, agreement);
  }
  await changeAddress(unit, change);
  if (judged.standing !== null) await tellAsker(unit, change, { outcome: 'changed', by: null, reason: '' });
  return 'changed';
}

/** Its request is accepted, with the address that it changes: a request shows what it was made upon. */
async function accept(unit: UnitOfWork, change: EmailChange, agreement: Agreement): Promise<void> {
  if (change.requestId === null) return;
  const tacit = agreement === 'silence';
  await requestRepository(unit.db).decide(change.requestId, {
    status: 'accepted',
    decidedAt: unit.now,
    decidedBy: (tacit ? null : change.agreedById) ?? change.accountId,
    reason: tacit ? TACIT : null,
  });
}

/** Why a change was accepted that nobody spoke against (P11). */
const TACIT = 'Accord tacite\u00a0: la personne n’a pas répondu pendant 48 heures';

/** Tells the person of a change that is given up, which they were asked about. */
export async function tellStopped(unit: UnitOfWork, change: EmailChange, reason: string): Promise<void> {
  const { accountId, email, firstName, lastName, organismName, newEmail, askedBy, requestId } = change;
  await enqueueMessage(unit, {
    template: 'email-change-stopped',
    to: email,
    accountId,
    ...(requestId === null ? {} : { requestId }),
    values: { firstName, lastName, organismName, newEmail, askedBy, reason },
  });
}

type Told = Pick<MessageValues['email-change-ended'], 'outcome' | 'by' | 'reason'>;

/** Tells who asked for somebody else's address what became of it, as long as they have an account. */
export async function tellAsker(unit: UnitOfWork, change: EmailChange, told: Told): Promise<void> {
  const asker = await accountRepository(unit.db).get(change.askedById);
  if (!asker.active) return;
  const { accountId, firstName, lastName, organismName, newEmail, requestId } = change;
  await enqueueMessage(unit, {
    template: 'email-change-ended',
    to: asker.email,
    accountId,
    ...(requestId === null ? {} : { requestId }),
    values: { ...told, firstName, lastName, organismName, newEmail, asker: asker.firstName },
  });
}

const LINKS: readonly LinkPurpose[] = ['activation', 'password_reset', 'email_change', 'email_mailbox'];

/** What an address carries away with it: open sessions end, and so does every link sent before. */
export async function replaceAddress(
  unit: UnitOfWork,
  change: Pick<EmailChange, 'accountId' | 'organismId'> & { outsideDomain?: boolean },
  email: string,
  cause: 'email_changed' | 'email_reverted',
): Promise<void> {
  const { accountId, organismId } = change;
  await accountRepository(unit.db).setEmail(accountId, email, change.outsideDomain);
  await tokenRepository(unit.db).voidOf([accountId], LINKS, unit.now);
  const ended = await sessionRepository(unit.db).endAll([accountId]);
  recordEnded(unit, ended, { cause, organismId, subjectAccountId: accountId });
}

/** The new address is the identifier; the former one is told, with the way to put it back. */
async function changeAddress(unit: UnitOfWork, change: EmailChange): Promise<void> {
  const { id, accountId, email, newEmail } = change;
  await emailChangeRepository(unit.db).markChanged(id, email, unit.now);
  unit.record({
    action: 'account.email_changed',
    details: { from: email, to: newEmail },
    ...aboutChange(change),
  });
  await replaceAddress(unit, change, newEmail, 'email_changed');
  await tellChanged(unit, change, id);
  await sendActivation(unit, { ...change, accountId, email: newEmail });
}

type Changed = Pick<
  EmailChange,
  'accountId' | 'email' | 'newEmail' | 'firstName' | 'lastName' | 'organismName'
>;

/** Tells the former address; `changeId` is null where nothing can be put back. */
export async function tellChanged(
  unit: UnitOfWork,
  { accountId, email, newEmail, firstName, lastName, organismName }: Changed,
  changeId: number | null,
): Promise<void> {
  await enqueueMessage(unit, {
    template: 'email-changed',
    to: email,
    accountId,
    values: { firstName, lastName, organismName, newEmail, changedOn: dayInParis(unit.now), changeId },
  });
}

/** Nobody could have followed the activation link of a wrong address: here is another. */
export async function sendActivation(
  unit: UnitOfWork,
  { accountId, email, firstName, lastName, organismName }: Omit<Changed, 'newEmail'>,
): Promise<void> {
  const account = await credentialRepository(unit.db).findRecoverable(email);
  if (account?.hasPassword || !account?.active) return;
  await enqueueMessage(unit, {
    template: 'activation',
    to: email,
    accountId,
    values: { firstName, lastName, organismName, email, cause: 'created' },
  });
}
