import type { Knex } from 'knex';
import type { AuditEvent, EventActor } from '../domain/audit-event.ts';
import type { Clock } from '../domain/clock.ts';
import type { Database } from './knex.ts';
import { measure } from './measures.ts';

/** What a use case works with: the transaction, its instant, and the events it will leave. */
export interface UnitOfWork {
  db: Knex.Transaction;
  now: Date;
  record(event: AuditEvent): void;
}

export interface ActContext {
  db: Database;
  clock: Clock;
  actor: EventActor;
  /** Throws where the actor is no longer allowed the act: asked once everything is written, in the trail's order. */
  assertStillAllowed?(unit: UnitOfWork): Promise<void>;
}

/**
 * Runs one use case: its writes and its events commit together or not at all. The events are appended in one
 * statement just before COMMIT, because the lock that orders the trail is then held for the shortest time.
 */
export async function transaction<T>(
  { db, clock, actor, assertStillAllowed }: ActContext,
  work: (unit: UnitOfWork) => Promise<T>,
): Promise<T> {
  const events: AuditEvent[] = [];
  const done = await db.transaction(async (trx) => {
    const now = clock.now();
    const unit: UnitOfWork = { db: trx, now, record: (event) => events.push(event) };
    const result = await work(unit);
    if (events.length > 0) {
      const placed = await placeEvents(trx, events);
      if (assertStillAllowed) {
        // The lock that audit_append takes: whoever was before us in the trail is committed, and seen.
        await trx.raw(`SELECT pg_advisory_xact_lock(hashtext('audit_events'))`);
        await assertStillAllowed(unit);
      }
      await appendEvents(
        trx,
        placed.map((event) => toRow(event, actor, now)),
      );
    }
    return result;
  });
  for (const { action } of events) measure({ kind: 'event', action });
  return done;
}

/** Records events that accompany no other write: a refusal, an export, a search outside the organism. */
export function recordEvents(context: ActContext, ...events: AuditEvent[]): Promise<void> {
  return transaction(context, async ({ record }) => {
    events.forEach(record);
  });
}

function toRow(event: AuditEvent, actor: EventActor, now: Date) {
  return {
    occurred_at: now.toISOString(),
    actor_kind: actor.kind,
    actor_account_id: actor.kind === 'account' ? actor.accountId : null,
    actor_job: actor.kind === 'job' ? actor.job : null,
    action: event.action,
    organism_id: event.organismId ?? null,
    subject_account_id: event.subjectAccountId ?? null,
    role_id: event.roleId ?? null,
    request_id: event.requestId ?? null,
    batch_id: event.batchId ?? null,
    details: event.details,
  };
}

/**
 * What is about a person and says nothing of an organism is of theirs, as it stands: their local administrators read
 * it in their journal, and still do once the person has left.
 */
async function placeEvents(trx: Knex.Transaction, events: readonly AuditEvent[]): Promise<AuditEvent[]> {
  const isUnplaced = (event: AuditEvent) =>
    event.organismId === undefined && event.subjectAccountId !== undefined;
  const about = events.filter(isUnplaced).map(({ subjectAccountId }) => Number(subjectAccountId));
  if (about.length === 0) return [...events];
  const people: { id: number; organism_id: number }[] = await trx('accounts')
    .select('id', 'organism_id')
    .whereRaw('id = ANY(?::bigint[])', [about]);
  const organisms = new Map(people.map((person) => [person.id, person.organism_id]));
  return events.map((event) =>
    isUnplaced(event) ? { ...event, organismId: organisms.get(event.subjectAccountId ?? 0) } : event,
  );
}

async function appendEvents(trx: Knex.Transaction, rows: ReturnType<typeof toRow>[]): Promise<void> {
  await trx.raw('SELECT audit_append(?::jsonb)', [JSON.stringify(rows)]);
}
