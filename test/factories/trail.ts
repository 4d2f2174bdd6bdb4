import type { Database } from '../../src/database/knex.ts';
import { recordEvents } from '../../src/database/transaction.ts';
import { ANONYMOUS, type AuditEvent, type EventActor, job } from '../../src/domain/audit-event.ts';
import { createTestClock } from '../tools/clock.ts';

const ACTORS: readonly EventActor[] = [{ kind: 'account', accountId: 7 }, ANONYMOUS, job('end-dates')];

/** A different event for each rank: with and without each of the columns that may be empty. */
function eventOf(rank: number): AuditEvent {
  const some = (divisor: number): number | undefined => (rank % divisor === 0 ? undefined : rank);
  return {
    action: 'assignment.granted',
    details: { label: 'Energie Lecteur', reason: `Prise de poste n° ${rank} « é »`, ends_on: null },
    organismId: some(2),
    subjectAccountId: some(3),
    roleId: some(4),
    requestId: some(5),
    batchId: some(6),
    effect: null,
  };
}

/** Appends so many events, over several months, some alone and some by four. */
export async function appendEvents(db: Database, count: number): Promise<void> {
  const clock = createTestClock();
  for (let rank = 1; rank <= count; ) {
    clock.set(new Date(Date.UTC(2026, 8, 1) + rank * 9 * 3_600_000).toISOString());
    const size = Math.min(rank % 3 === 0 ? 4 : 1, count - rank + 1);
    const actor = ACTORS[rank % ACTORS.length] ?? ANONYMOUS;
    const events = Array.from({ length: size }, (_, index) => eventOf(rank + index));
    await recordEvents({ db, clock, actor }, ...events);
    rank += size;
  }
}

/** What jobs did about a person, in order: each act, the job that signed it, its details. */
export async function jobEventsOf(db: Database, accountId: number): Promise<unknown[][]> {
  const events = await db('audit_events').where({ subject_account_id: accountId }).orderBy('id');
  return events.map(({ action, actor_job, details }) => [action, actor_job, details]);
}
