import type { Database } from '../database/knex.ts';
import { preparedQuery } from '../database/prepared.ts';
import { NotFound } from '../domain/errors.ts';
import { purge } from './purge.ts';

/** A message as it is written with its act. */
interface NewMessage {
  template: string;
  recipient: string;
  data: unknown;
  accountId: number | null;
  requestId: number | null;
  onceKey: string | null;
  /** The batch that it left with. */
  batchId: number | null;
  createdAt: Date;
}

/** A message that has to leave. */
export interface QueuedMessage extends Omit<NewMessage, 'onceKey' | 'batchId'> {
  id: number;
  attempts: number;
}

/** A message that this process alone may send for a while. */
export interface LeasedMessage extends QueuedMessage {
  /** Until when, as PostgreSQL prints it: it is also what tells one lease from the next. */
  lease: string;
}

/** What waits to leave. */
interface Backlog {
  count: number;
  /** Since when the oldest waits; null where none does. */
  since: Date | null;
}

/** Where a message stands. */
export interface MessageState {
  id: number;
  template: string;
  recipient: string;
  accountId: number | null;
  requestId: number | null;
  status: 'queued' | 'sent' | 'failed' | 'withdrawn';
  sentAt: Date | null;
  /** Of the last attempt, where it failed. */
  lastError: string | null;
  /** When it was last put among those that have to leave. */
  queuedAt: Date;
}

const STATE = {
  id: 'id',
  template: 'template',
  recipient: 'recipient',
  status: 'status',
  sentAt: 'sent_at',
  accountId: 'account_id',
  requestId: 'request_id',
  lastError: 'last_error',
};

const QUEUED = {
  id: 'id',
  template: 'template',
  recipient: 'recipient',
  data: 'data',
  accountId: 'account_id',
  requestId: 'request_id',
  attempts: 'attempts',
  createdAt: 'created_at',
};

const RETURNED = Object.entries(QUEUED).map(([name, column]) => `${column} AS ${name}`);

const ADD = `
  WITH added AS (
    INSERT INTO messages (template, recipient, data, account_id, request_id, once_key, batch_id, created_at)
    SELECT template, recipient, data, account_id, request_id, once_key, batch_id, created_at
    FROM jsonb_to_recordset($1::jsonb) AS message (template text, recipient text, data jsonb, account_id bigint,
      request_id bigint, once_key text, batch_id bigint, created_at timestamptz)
    ON CONFLICT (once_key) DO NOTHING RETURNING id
  )
  SELECT count(*) FROM graphile_worker.add_jobs(ARRAY(
    SELECT ROW('mail', json_build_object('messageId', id), NULL, NULL, $2::int, NULL, NULL, NULL)::graphile_worker.job_spec
    FROM added))`;

const ADD_JOBS = `
  SELECT count(*)::int AS count FROM graphile_worker.add_jobs(ARRAY(
    SELECT ROW('mail', json_build_object('messageId', id), NULL, NULL, ?::int, NULL, NULL, NULL)::graphile_worker.job_spec
    FROM messages WHERE status = 'queued' ORDER BY id))`;

const WITHDRAW = `
  UPDATE messages SET status = 'withdrawn', last_error = NULL, sending_until = NULL
  WHERE batch_id = :batchId AND status = 'queued' AND (sending_until IS NULL OR sending_until < now())
    AND (account_id = ANY(:accountIds::bigint[]) OR request_id = ANY(:requestIds::bigint[])
      OR account_id IS NULL AND request_id IS NULL AND :whole)`;

/** Messages to people, from the act that causes them to their departure. */
export function messageRepository(db: Database) {
  const messages = () => db('messages');
  const states = () => messages().first({ ...STATE, queuedAt: db.raw('coalesce(resent_at, created_at)') });
  const idle = '(sending_until IS NULL OR sending_until < now())';

  return {
    /**
     * Adds messages, each with the job that sends it, in one statement; those whose `onceKey` was used before are
     * left out. `attempts`: how often a job may fail before it is given up.
     */
    async addMany(list: readonly NewMessage[], attempts: number): Promise<void> {
      const rows = list.map((message) => ({
        template: message.template,
        recipient: message.recipient,
        data: message.data,
        account_id: message.accountId,
        request_id: message.requestId,
        once_key: message.onceKey,
        batch_id: message.batchId,
        created_at: message.createdAt.toISOString(),
      }));
      await preparedQuery(db, ADD, [JSON.stringify(rows), attempts]);
    },

    /** Gives every message that waits the job that sends it, and returns how many: after a restoration none has one. */
    async addJobs(attempts: number): Promise<number> {
      const { rows } = await db.raw(ADD_JOBS, [attempts]);
      return rows[0].count;
    },

    /** Takes a message that has yet to leave, for so many seconds; undefined where it left, or is being sent. */
    async take(id: number, seconds: number): Promise<LeasedMessage | undefined> {
      const rows: LeasedMessage[] = await messages()
        .where({ id, status: 'queued' })
        .whereRaw(idle)
        .update({ sending_until: db.raw(`now() + ? * interval '1 second'`, [seconds]) })
        .returning([...RETURNED, db.raw('sending_until::text AS lease')] as never);
      return rows[0];
    },

    /** Until when a message is being sent elsewhere; undefined where it is not. */
    async takenUntil(id: number): Promise<Date | undefined> {
      const row: { until: Date } | undefined = await messages()
        .first({ until: 'sending_until' })
        .where({ id, status: 'queued' })
        .where('sending_until', '>', db.fn.now());
      return row?.until;
    },

    /** False where it was marked before: the answer to the first time was lost. */
    async markSent(id: number, sentAt: Date): Promise<boolean> {
      const count = await messages()
        .where({ id, status: 'queued' })
        .update({
          status: 'sent',
          sent_at: sentAt,
          last_error: null,
          sending_until: null,
          attempts: db.raw('attempts + 1'),
        });
      return count > 0;
    },

    /** Notes an attempt that failed, and gives the message back; `gaveUp` when no other follows. False: it had gone. */
    async markFailure(
      { id, lease }: Pick<LeasedMessage, 'id' | 'lease'>,
      { error, gaveUp }: { error: string; gaveUp: boolean },
    ): Promise<boolean> {
      const count = await messages()
        .where({ id, status: 'queued' })
        .whereRaw('sending_until = ?::timestamptz', [lease])
        .update({
          status: gaveUp ? 'failed' : 'queued',
          last_error: error,
          sending_until: null,
          attempts: db.raw('attempts + 1'),
        });
      return count > 0;
    },

    /**
     * Gives up messages that nobody sends, still queued although they were written, or sent again, before this
     * instant: their job is gone. At most so many; returns them.
     */
    async giveUpQueuedBefore(instant: Date, error: string, limit: number): Promise<QueuedMessage[]> {
      const lost = messages()
        .select('id')
        .where({ status: 'queued' })
        .whereRaw('coalesce(resent_at, created_at) < ?', [instant])
        .whereRaw(idle)
        .orderBy('id')
        .limit(limit)
        .forUpdate()
        .skipLocked();
      return messages()
        .whereIn('id', lost)
        .update({ status: 'failed', last_error: error })
        .returning(RETURNED as never);
    },

    /** What waits to leave, on this database. */
    async backlog(): Promise<Backlog> {
      const [row] = await messages()
        .where({ status: 'queued' })
        .select(db.raw('count(*)::int AS count, min(coalesce(resent_at, created_at)) AS since'));
      return row;
    },

    /** Where a message stands. @throws NotFound */
    async get(id: number): Promise<MessageState> {
      const found: MessageState | undefined = await states().where({ id });
      if (!found) throw new NotFound();
      return found;
    },

    /** The same under lock; undefined while an attempt to send it is under way: that may last. */
    async lockIdle(id: number): Promise<MessageState | undefined> {
      return states().where({ id }).whereRaw(idle).forUpdate().skipLocked();
    },

    /** Puts a message that did not leave back among those that have to, as if no attempt had failed. */
    async requeue(id: number, resentAt: Date): Promise<void> {
      await messages().where({ id }).update({ status: 'queued', last_error: null, resent_at: resentAt });
    },

    /**
     * Withdraws what a batch has not sent yet to these people, or about these requests, and, where it is undone whole,
     * to others; returns how many. What is being sent in this very instant leaves.
     */
    async withdraw(
      batchId: number,
      { accountIds, requestIds, whole }: { accountIds: number[]; requestIds: number[]; whole: boolean },
    ): Promise<number> {
      const { rowCount } = await db.raw(WITHDRAW, { batchId, accountIds, requestIds, whole });
      return rowCount;
    },

    /** The addresses to which messages of a batch left, or are leaving. */
    async recipientsOf(batchId: number): Promise<Set<string>> {
      const left = messages().where({ batch_id: batchId }).whereNot({ status: 'withdrawn' });
      return new Set(await left.pluck('recipient'));
    },

    /** Deletes what was withdrawn and written before this instant. */
    purgeWithdrawnBefore: (instant: Date): Promise<number> =>
      purge(db, 'messages', (withdrawn) =>
        withdrawn.where({ status: 'withdrawn' }).whereNotNull('batch_id').where('created_at', '<', instant),
      ),

    /** Deletes what was sent before this instant, and returns how many: the trail keeps that it was. */
    purgeSentBefore: (instant: Date): Promise<number> =>
      purge(db, 'messages', (sent) => sent.where('sent_at', '<', instant)),

    /** Deletes what was given up and last asked for before this instant; the trail keeps it too. */
    purgeFailedBefore: (instant: Date): Promise<number> =>
      purge(db, 'messages', (failed) =>
        failed
          .where({ status: 'failed' })
          // The index of what failed is by date of writing.
          .whereNotNull('last_error')
          .where('created_at', '<', instant)
          .whereRaw('coalesce(resent_at, created_at) < ?', [instant]),
      ),
  };
}
