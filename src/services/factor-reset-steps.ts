import type { UnitOfWork } from '../database/transaction.ts';
import type { AccountFault } from '../domain/account-acts.ts';
import { dayInParis } from '../domain/calendar.ts';
import { type ResetEnd, resetEffect } from '../domain/factor-reset.ts';
import { mayManage } from '../domain/permissions.ts';
import type { NamedHolder } from '../repositories/accounts.ts';
import { findActor } from '../repositories/actors.ts';
import { type FactorReset, factorResetRepository } from '../repositories/factor-resets.ts';
import { factorRepository } from '../repositories/factors.ts';
import { jobRepository } from '../repositories/jobs.ts';
import { organismRepository } from '../repositories/organisms.ts';
import { personRightsRepository } from '../repositories/person-rights.ts';
import { sessionRepository } from '../repositories/sessions.ts';
import { tellUcanssOf } from '../security/unusual-notices.ts';
import { judgeAccount, underLock } from './account-judging.ts';
import { endOwnChange } from './email-steps.ts';
import { COMMAND, tellReset, tellStopped } from './factor-notices.ts';
import { recordEnded, type SessionEnd } from './session-ends.ts';

/** How often its job is tried at its instant: what is left then is done within the hour (jobs/nightly.ts). */
const ATTEMPTS = 5;

const about = ({ organismId, accountId: subjectAccountId }: FactorReset) => ({
  organismId,
  subjectAccountId,
});

/** Begins a reset of somebody who is locked, and whose factor may be reset: done at once, or kept for its instant. */
export async function beginReset(
  unit: UnitOfWork,
  person: NamedHolder,
  asked: { askedById: number | null; reason: string; atOnce?: true },
): Promise<FactorReset> {
  const { id: accountId, organismId } = person;
  const trusted = await personRightsRepository(unit.db).isTrusted(accountId, unit.now);
  const effectiveAt = asked.atOnce ? unit.now : resetEffect(trusted, unit.now);
  const resets = factorResetRepository(unit.db);
  const { askedById, reason } = asked;
  const askedAt = unit.now;
  const id = await resets.add({ accountId, organismId, askedById, askedAt, reason, effectiveAt });
  const reset = await resets.get(id);
  if (effectiveAt <= unit.now) await doReset(unit, reset);
  else await keepReset(unit, reset);
  return resets.get(id);
}

async function keepReset(unit: UnitOfWork, reset: FactorReset): Promise<void> {
  const { id, effectiveAt, reason } = reset;
  await jobRepository(unit.db).addFor(
    effectiveAt,
    `factor-reset-${id}`,
    'factor-reset',
    { resetId: id },
    ATTEMPTS,
  );
  const details = { reason, effective_at: effectiveAt.toISOString() };
  unit.record({ action: 'factor.reset_asked', details, ...about(reset) });
  await tellReset(unit, reset, 'waits');
}

/** Ends the second factors, the recovery codes and the sessions of somebody who is locked. */
async function doReset(unit: UnitOfWork, reset: FactorReset): Promise<void> {
  const { id: resetId, accountId, reason } = reset;
  await factorResetRepository(unit.db).end(resetId, 'done', unit.now);
  await factorRepository(unit.db).endAll(accountId, { resetId, at: unit.now });
  unit.record({ action: 'factor.reset', details: { reason }, ...about(reset) });
  await endSessions(unit, reset, 'factor_reset');
  await tellReset(unit, reset, 'done');
}

/** Does a reset whose person is locked and whose instant has come, unless it could not be asked any more (P10). */
export async function settleReset(unit: UnitOfWork, reset: FactorReset, person: NamedHolder): Promise<void> {
  const cause = await endOf(unit, reset, person);
  await (cause === null ? doReset(unit, reset) : endReset(unit, reset, cause));
}

const ENDS: Partial<Record<AccountFault, ResetEnd>> = {
  already_inactive: 'deactivated',
  no_factor: 'no_factor',
};

/** Why a reset has no effect any more; null while it may have. */
async function endOf(
  unit: UnitOfWork,
  { askedById }: FactorReset,
  person: NamedHolder,
): Promise<ResetEnd | null> {
  const asker = askedById === null ? undefined : await findActor(unit.db, askedById, dayInParis(unit.now));
  if (asker === undefined || !mayManage(asker, person.organismId)) return 'asker';
  const { fault } = await judgeAccount(underLock(unit), asker, 'resetFactor', person);
  return fault && (ENDS[fault] ?? 'asker');
}

/** Ends one that waits, without effect. */
export async function endReset(unit: UnitOfWork, reset: FactorReset, cause: ResetEnd): Promise<void> {
  if (!(await factorResetRepository(unit.db).end(reset.id, 'ended', unit.now))) return;
  unit.record({ action: 'factor.reset_ended', details: { cause }, ...about(reset) });
  // The person was told that it would come.
  if (cause === 'given_up' || cause === 'asker') await tellReset(unit, reset, 'ended');
}

/** Those that wait for people whose account is closed, already locked (P10). */
export async function endResetsOf(unit: UnitOfWork, accountIds: readonly number[]): Promise<void> {
  for (const subjectAccountId of await factorResetRepository(unit.db).endOf(accountIds, unit.now))
    unit.record({ action: 'factor.reset_ended', details: { cause: 'deactivated' }, subjectAccountId });
}

/** Those that these people, whose rights have just changed, could not ask for any more: what waits is Ucanss's (P10). */
export async function endResetsAskedBy(unit: UnitOfWork, askerIds: readonly number[]): Promise<void> {
  for (const reset of await factorResetRepository(unit.db).waitingAskedBy(askerIds)) {
    const asker = await findActor(unit.db, reset.askedById ?? 0, dayInParis(unit.now));
    if (asker?.national !== 'administrator') await endReset(unit, reset, 'asker');
  }
}

/** « Ce n'est pas moi » of what waits, whose person is locked: who asked, and who administers, are told. */
export async function stopReset(unit: UnitOfWork, reset: FactorReset): Promise<void> {
  await factorResetRepository(unit.db).end(reset.id, 'stopped', unit.now);
  unit.record({ action: 'factor.reset_stopped', details: {}, ...about(reset) });
  await endOwnChange(unit, reset.accountId);
  await tellStopped(unit, reset);
}

/** The same of those asked since an instant, from which the account was in other hands: no link of theirs answers any more. */
export async function stopResetsSince(unit: UnitOfWork, accountId: number, instant: Date): Promise<void> {
  const resets = factorResetRepository(unit.db);
  for (const reset of await resets.askedSince(accountId, instant)) {
    if (reset.state === 'waiting') {
      await stopReset(unit, reset);
      continue;
    }
    await resets.stopFrom(accountId, reset.id, unit.now);
    unit.record({ action: 'factor.reset_stopped', details: { done: true }, ...about(reset) });
  }
}

/** The same of what was done: what it ended is in force again, what was added since ends, the password stays. */
export async function undoReset(unit: UnitOfWork, reset: FactorReset): Promise<void> {
  const { id: resetId, accountId, firstName, lastName, organismId } = reset;
  await factorResetRepository(unit.db).stopFrom(accountId, resetId, unit.now);
  await factorRepository(unit.db).putBack(accountId, { resetId }, unit.now);
  unit.record({ action: 'factor.reset_stopped', details: { done: true }, ...about(reset) });
  await endOwnChange(unit, accountId);
  await endSessions(unit, reset, 'factor_restored');
  await tellUcanssOf(unit, {
    cause: 'factor_restored',
    organism: await organismRepository(unit.db).get(organismId),
    by: reset.askedBy ?? COMMAND,
    byEmail: '',
    person: `${firstName} ${lastName}`,
  });
}

async function endSessions(unit: UnitOfWork, reset: FactorReset, cause: SessionEnd): Promise<void> {
  const ended = await sessionRepository(unit.db).endAll([reset.accountId]);
  recordEnded(unit, ended, { cause, ...about(reset) });
}
