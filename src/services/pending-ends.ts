import type { UnitOfWork } from '../database/transaction.ts';
import type { EventDetails } from '../domain/audit-event.ts';
import type { LinkPurpose } from '../domain/link.ts';
import { batchRepository } from '../repositories/batches.ts';
import { type EndedChange, emailChangeRepository } from '../repositories/email-changes.ts';
import { tokenRepository } from '../repositories/tokens.ts';
import { endChange, judgeChange } from './email-steps.ts';
import { endResetsAskedBy, endResetsOf } from './factor-reset-steps.ts';
import { endPlannedAskedBy, endPlannedOf } from './planned-acts.ts';

type Cause = NonNullable<EventDetails['account.email_change_cancelled']['cause']>;
type Person = { id: number; organismId: number };

// « Ce n'est pas moi » of a change that took effect takes nothing: closing an account must not be a way to lose it.
const LINKS: readonly LinkPurpose[] = ['activation', 'password_reset', 'email_change', 'email_mailbox'];

/** Ends what waits for people whose account is closed, already locked: a later opening revives nothing (P10). */
export async function endPending(unit: UnitOfWork, people: readonly Person[]): Promise<void> {
  const ids = people.map(({ id }) => id);
  await tokenRepository(unit.db).voidOf(ids, LINKS, unit.now);
  recordEnds(
    unit,
    people,
    await emailChangeRepository(unit.db).end(ids, 'cancelled', unit.now),
    'deactivated',
  );
  await endPlannedOf(unit, ids, 'deactivated');
  await endResetsOf(unit, ids);
  await endAskedBy(unit, ids);
}

/**
 * Ends the changes, and the resets of second factors, that these people asked for others and could not ask any more, and the batches that they had not
 * confirmed: their rights have just changed.
 */
export async function endAskedBy(unit: UnitOfWork, askerIds: readonly number[]): Promise<void> {
  await batchRepository(unit.db).dropOf(askerIds);
  await endPlannedAskedBy(unit, askerIds);
  await endResetsAskedBy(unit, askerIds);
  const changes = emailChangeRepository(unit.db);
  for (const id of await changes.idsAskedBy(askerIds)) {
    const change = await changes.get(id);
    const { fault } = await judgeChange(unit, change);
    if (fault === 'asker') await endChange(unit, change, 'cancelled', 'asker');
  }
}

/** Ends what others asked for people, already locked, who change organism: an address, and what was to come (P10). */
export async function endChangesOfOthers(unit: UnitOfWork, people: readonly Person[]): Promise<void> {
  const ids = people.map(({ id }) => id);
  const ended = await emailChangeRepository(unit.db).end(ids, 'cancelled', unit.now, 'others');
  recordEnds(unit, people, ended, 'attached');
  await endPlannedOf(unit, ids, 'attached');
}

function recordEnds(
  unit: UnitOfWork,
  people: readonly Person[],
  ended: readonly EndedChange[],
  cause: Cause,
): void {
  const organisms = new Map(people.map(({ id, organismId }) => [id, organismId]));
  for (const { accountId, newEmail: to, requestId } of ended) {
    unit.record({
      action: 'account.email_change_cancelled',
      details: { to, cause },
      organismId: organisms.get(accountId),
      subjectAccountId: accountId,
      ...(requestId === null ? {} : { requestId }),
    });
  }
}
