import type { UnitOfWork } from '../database/transaction.ts';
import type { EventDetails } from '../domain/audit-event.ts';
import { emailChangeRepository } from '../repositories/email-changes.ts';
import { tokenRepository } from '../repositories/tokens.ts';

type Cause = NonNullable<EventDetails['account.email_change_cancelled']['cause']>;
type Person = { id: number; organismId: number };

/** Ends what waits for people whose account is closed, already locked: a later opening revives nothing (P10). */
export async function endPending(unit: UnitOfWork, people: readonly Person[]): Promise<void> {
  const ids = people.map(({ id }) => id);
  await tokenRepository(unit.db).voidOf(ids, ['activation', 'password_reset', 'email_change'], unit.now);
  recordEnds(unit, people, await emailChangeRepository(unit.db).cancelOf(ids, unit.now), 'deactivated');
}

/** Ends the change of address that somebody else asked for a person, already locked, who changes organism (P10). */
export async function endChangesOfOthers(unit: UnitOfWork, person: Person): Promise<void> {
  const others = { askedByOthers: true };
  const ended = await emailChangeRepository(unit.db).cancelOf([person.id], unit.now, others);
  recordEnds(unit, [person], ended, 'attached');
}

/** Ends the change of which who asked it could not ask it any more (P10). */
export async function endLapsedChange(unit: UnitOfWork, person: Person): Promise<void> {
  recordEnds(unit, [person], await emailChangeRepository(unit.db).cancelOf([person.id], unit.now), 'asker');
}

function recordEnds(
  unit: UnitOfWork,
  people: readonly Person[],
  ended: readonly { accountId: number; newEmail: string }[],
  cause: Cause,
): void {
  const organisms = new Map(people.map(({ id, organismId }) => [id, organismId]));
  for (const { accountId, newEmail: to } of ended) {
    unit.record({
      action: 'account.email_change_cancelled',
      details: { to, cause },
      organismId: organisms.get(accountId),
      subjectAccountId: accountId,
    });
  }
}
