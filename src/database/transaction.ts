import type { Knex } from 'knex';
import pg from 'pg';
import type { AuditEvent, EventActor } from '../domain/audit-event.ts';
import { dayInParis } from '../domain/calendar.ts';
import type { Clock } from '../domain/clock.ts';
import { keepEffects } from './batch-effects.ts';
import { commitWith, FLUSH, type Tail } from './client.ts';
import { formKeyOfAct } from './form-under-way.ts';
import type { Database } from './knex.ts';
import { measure } from './measures.ts';

/** What a use case works with: the transaction, its instant, and the events it will leave. */
export interface UnitOfWork {
  db: Knex.Transaction;
  now: Date;
  record(event: AuditEvent): void;
  /** The batch that it is the act of, or a part of the act: see withinBatch(). */
  batchId?: number;
  /** Does this once the transaction is over, whatever its outcome; `db` is what the use case was given. */
  afterwards(work: (db: Database) => void): void;
}

export interface ActContext {
  db: Database;
  clock: Clock;
  actor: EventActor;
  /** What who acts was let in by: asked again in the trail's order, in the same statement as the events. */
  letIn?: LetIn;
  /** True for what accompanies the act of a form and is not it: the key of the form is not for it. */
  beside?: boolean;
}

interface LetIn {
  /** The organism of the act; null for one of the whole country. */
  organismId: number | null;
  rights: { national: string | null; administers: boolean };
  /** What is thrown where it holds no more. */
  refusal(): Error;
}

/** The code by which `audit_append_as` tells that rights have changed. */
const RIGHTS_CHANGED = 'PR001';

/**
 * Runs one use case: its writes and its events commit together or not at all. The events leave in one statement with
 * COMMIT, because the lock that orders the trail is then held for the shortest time, and never by a process that
 * stands still. The key of a form is taken first, and kept with the act: what was done is remembered, or neither is.
 * @throws CommitUnknown where the answer to COMMIT was lost: all of it may have been done, or nothing
 */
export async function transaction<T>(
  context: ActContext,
  work: (unit: UnitOfWork) => Promise<T>,
): Promise<T> {
  const events: AuditEvent[] = [];
  const after: ((db: Database) => void)[] = [];
  const key = context.letIn && !context.beside ? formKeyOfAct() : undefined;
  try {
    const done = await context.db.transaction(async (trx) => {
      const now = context.clock.now();
      await key?.take(trx, now);
      const result = await work({
        db: trx,
        now,
        record: (event) => events.push(event),
        afterwards: (more) => after.push(more),
      });
      if (events.length > 0) {
        await keepEffects(trx, events, now);
        commitWith(await trx.client.acquireConnection(), tailOf(context, events, now));
      } else await key?.giveBack(trx);
      return result;
    });
    key?.committed(events.length > 0);
    for (const { action } of events) measure({ kind: 'event', action });
    return done;
  } catch (error) {
    if ((error as { code?: unknown }).code === RIGHTS_CHANGED && context.letIn) throw context.letIn.refusal();
    throw error;
  } finally {
    for (const each of after) each(context.db);
  }
}

/** A part of a use case that may fail alone: what it wrote and its events are undone, and nothing else. */
export async function partOf<T>(unit: UnitOfWork, work: (part: UnitOfWork) => Promise<T>): Promise<T> {
  const events: AuditEvent[] = [];
  const record = (event: AuditEvent) => void events.push(event);
  const result = await unit.db.transaction((db) => work({ ...unit, db, record }));
  events.forEach(unit.record);
  return result;
}

/** The use case as the act of a batch: its events, what they changed and its messages are known to be of it (R83). */
export const withinBatch = (unit: UnitOfWork, batchId: number): UnitOfWork => ({
  ...unit,
  batchId,
  record: (event) => unit.record(event.batchId === undefined ? { ...event, batchId } : event),
});

/** Waits until whatever this database shows is on disk: an act is seen a moment before it is. */
export const untilOnDisk = async (db: Database): Promise<void> => {
  await db.raw(FLUSH);
};

/** Records events that accompany no other write: a refusal, an export, a search outside the organism. */
export function recordEvents(context: ActContext, ...events: AuditEvent[]): Promise<void> {
  return transaction(context, async ({ record }) => {
    events.forEach(record);
  });
}

function tailOf({ actor, letIn }: ActContext, events: readonly AuditEvent[], now: Date): Tail {
  const rows = JSON.stringify(events.map((event) => toRow(event, actor, now)));
  const acting =
    letIn && actor.kind === 'account'
      ? JSON.stringify({
          account: actor.accountId,
          organism: letIn.organismId,
          today: dayInParis(now),
          rights: letIn.rights,
        })
      : null;
  return {
    statement: `SELECT audit_append_as(${literal(rows)}, ${literal(acting)}) AS waited`,
    answered({ rows: [{ waited }] }, seconds) {
      measure({ kind: 'trail-lock', waited, held: Math.max(0, seconds - waited) });
    },
  };
}

// The protocol takes no parameters beside several statements: PostgreSQL's own quoting is the way left.
const literal = (json: string | null): string =>
  json === null ? 'NULL' : `${pg.escapeLiteral(json)}::jsonb`;

/** Keys that are undefined are left out: `audit_append_as` places an event without organism. */
function toRow(event: AuditEvent, actor: EventActor, now: Date) {
  return {
    occurred_at: now.toISOString(),
    actor_kind: actor.kind,
    actor_account_id: actor.kind === 'account' ? actor.accountId : null,
    actor_job: actor.kind === 'job' ? actor.job : null,
    action: event.action,
    organism_id: event.organismId,
    subject_account_id: event.subjectAccountId,
    role_id: event.roleId ?? null,
    request_id: event.requestId ?? null,
    batch_id: event.batchId ?? null,
    details: event.details,
  };
}
