import { type ActContext, transaction, type UnitOfWork } from '../database/transaction.ts';
import { expiredEvent } from '../domain/assignment-events.ts';
import { type AuditEvent, job } from '../domain/audit-event.ts';
import { addDays, dayInParis } from '../domain/calendar.ts';
import { accountRepository } from '../repositories/accounts.ts';
import { assignmentRepository } from '../repositories/assignments.ts';
import { ensurePartitions } from '../repositories/audit-trail.ts';
import { type DatedAssignment, endDateRepository } from '../repositories/end-dates.ts';
import { enqueueMessages } from '../repositories/outbox.ts';
import type { ServiceContext } from './context.ts';
import { endAskedBy } from './pending-ends.ts';

/** A week's warning before a right ends. */
const WARNING_DAYS = 7;
/** People whose rights are ended, or who are warned, in one transaction. */
const BATCH = 200;

/** What the portal does by itself, each night; services/retention.ts has what it forgets. */
export function upkeepService({ db, clock }: ServiceContext) {
  const as = (name: string): ActContext => ({ db, clock, actor: job(name) });

  return {
    /** Writes the end of rights whose end date has passed, and returns how many (P8). They held no more already. */
    async endExpired(): Promise<number> {
      let ended = 0;
      for (;;) {
        const holders = await endDateRepository(db).holdersOfExpired(dayInParis(clock.now()), BATCH);
        if (holders.length === 0) return ended;
        const count = await transaction(as('end-dates'), (unit) => endExpiredOf(unit, holders));
        // None: another process has just ended them.
        if (count === 0) return ended;
        ended += count;
      }
    },

    /** Tells people, once, that a right ends within a week (P8). */
    async warnOfEndings(): Promise<void> {
      const today = dayInParis(clock.now());
      const last = addDays(today, WARNING_DAYS);
      // Who was given a right for a few days knows when it ends.
      const ending = await endDateRepository(db).endingBetween(today, last, WARNING_DAYS);
      for (let start = 0; start < ending.length; start += BATCH) {
        const warnings = ending.slice(start, start + BATCH).map(
          ({ id, email, accountId, endsOn, firstName, lastName, roleLabel, organismName }) =>
            ({
              template: 'right-ending',
              to: email,
              accountId,
              values: { firstName, lastName, roleLabel, organismName, endsOn },
              onceKey: `right-ending:${id}:${endsOn}`,
            }) as const,
        );
        await transaction(as('ending-notices'), (unit) => enqueueMessages(unit, warnings));
      }
    },

    /** Makes the trail's partitions of the coming year. */
    ensurePartitions: (): Promise<void> => ensurePartitions(db),
  };
}

async function endExpiredOf(unit: UnitOfWork, holders: readonly number[]): Promise<number> {
  await accountRepository(unit.db).lockManaged(holders, null);
  const expired = await endDateRepository(unit.db).lockExpired(holders, dayInParis(unit.now));
  await assignmentRepository(unit.db).end(
    expired.map(({ id }) => id),
    { endedAt: unit.now, endedBy: null, kind: 'expired', reason: '' },
  );
  for (const assignment of expired) unit.record(expiryOf(assignment));
  await endAskedBy(unit, holders);
  return expired.length;
}

function expiryOf({ accountId, organismId, ...assignment }: DatedAssignment): AuditEvent {
  const role = { id: assignment.roleId, kind: assignment.roleKind, label: assignment.roleLabel };
  const organism = { id: organismId, name: assignment.organismName };
  const isDelegation = assignment.roleKind === 'local_administrator';
  const holder = { id: accountId, organismId };
  return expiredEvent(isDelegation ? { role, organism } : { role }, holder, assignment.endsOn);
}
