import type { Database } from '../database/knex.ts';
import { NotFound } from '../domain/errors.ts';

/** A message as it is written with its act. */
export interface NewMessage {
  template: string;
  recipient: string;
  data: unknown;
  accountId: number | null;
  requestId: number | null;
  onceKey: string | null;
  createdAt: Date;
}

/** A message that has to leave. */
export interface QueuedMessage extends Omit<NewMessage, 'onceKey'> {
  id: number;
  attempts: number;
}

/** Where a message stands. */
export interface MessageState {
  id: number;
  template: string;
  recipient: string;
  accountId: number | null;
  requestId: number | null;
  status: 'queued' | 'sent' | 'failed';
  sentAt: Date | null;
  /** Of the last attempt, where it failed. */
  lastError: string | null;
  /** When it was last put among those that have to leave. */
  queuedAt: Date;
}

const STATE = {
  ...{ id: 'id', template: 'template', recipient: 'recipient', status: 'status', sentAt: 'sent_at' },
  ...{ accountId: 'account_id', requestId: 'request_id', lastError: 'last_error' },
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

/** Messages to people, from the act that causes them to their departure. */
export function messageRepository(db: Database) {
  const messages = () => db('messages');
  const states = () => messages().first({ ...STATE, queuedAt: db.raw('coalesce(resent_at, created_at)') });

  return {
    /** Adds a message; undefined where its `onceKey` was used before. */
    async add(message: NewMessage): Promise<number | undefined> {
      const rows: { id: number }[] = await messages()
        .insert({
          template: message.template,
          recipient: message.recipient,
          data: JSON.stringify(message.data),
          account_id: message.accountId,
          request_id: message.requestId,
          once_key: message.onceKey,
          created_at: message.createdAt,
        })
        .onConflict('once_key')
        .ignore()
        .returning('id');
      return rows[0]?.id;
    },

    /** Adds many messages in one statement; those whose `onceKey` was used before are left out. */
    async addMany(list: readonly NewMessage[]): Promise<number[]> {
      const rows = list.map((message) => ({
        ...{ template: message.template, recipient: message.recipient, data: message.data },
        ...{ account_id: message.accountId, request_id: message.requestId, once_key: message.onceKey },
        created_at: message.createdAt.toISOString(),
      }));
      const added = await db.raw(
        `INSERT INTO messages (template, recipient, data, account_id, request_id, once_key, created_at)
         SELECT template, recipient, data, account_id, request_id, once_key, created_at
         FROM jsonb_to_recordset(?::jsonb) AS message (template text, recipient text, data jsonb, account_id bigint,
           request_id bigint, once_key text, created_at timestamptz)
         ON CONFLICT (once_key) DO NOTHING RETURNING id`,
        [JSON.stringify(rows)],
      );
      return added.rows.map(({ id }: { id: number }) => id);
    },

    /** Locks a message that has yet to leave; undefined where it left, was given up, or is being sent elsewhere. */
    async lockQueued(id: number): Promise<QueuedMessage | undefined> {
      return messages().first(QUEUED).where({ id, status: 'queued' }).forUpdate().skipLocked();
    },

    async markSent(id: number, sentAt: Date): Promise<void> {
      await messages()
        .where({ id })
        .update({ status: 'sent', sent_at: sentAt, last_error: null, attempts: db.raw('attempts + 1') });
    },

    /** Notes an attempt that failed; `gaveUp` when no other follows. */
    async markFailure(id: number, { error, gaveUp }: { error: string; gaveUp: boolean }): Promise<void> {
      await messages()
        .where({ id, status: 'queued' })
        .update({
          status: gaveUp ? 'failed' : 'queued',
          last_error: error,
          attempts: db.raw('attempts + 1'),
        });
    },

    /** Messages still queued that were written, or sent again, before this instant: their job is gone. */
    async queuedBefore(instant: Date): Promise<number[]> {
      return messages()
        .where({ status: 'queued' })
        .whereRaw('coalesce(resent_at, created_at) < ?', [instant])
        .orderBy('id')
        .pluck('id');
    },

    /** Where a message stands. @throws NotFound */
    async get(id: number): Promise<MessageState> {
      const found: MessageState | undefined = await states().where({ id });
      if (!found) throw new NotFound();
      return found;
    },

    /** The same under lock; undefined while an attempt to send it is under way: that may last twenty seconds. */
    async lockIdle(id: number): Promise<MessageState | undefined> {
      return states().where({ id }).forUpdate().skipLocked();
    },

    /** Puts a message that did not leave back among those that have to, as if no attempt had failed. */
    async requeue(id: number, resentAt: Date): Promise<void> {
      await messages().where({ id }).update({ status: 'queued', last_error: null, resent_at: resentAt });
    },

    /** Deletes what was sent before this instant and returns how many: the trail keeps that it was. */
    async purgeSentBefore(instant: Date): Promise<number> {
      return messages().where('sent_at', '<', instant).delete();
    },
  };
}
