import type { Database } from '../../database/knex.ts';

/** A message that never left, for who administers nationally. */
export interface FailedMessage {
  id: number;
  /** With `data`, what src/mail writes it from. */
  template: string;
  recipient: string;
  data: unknown;
  attempts: number;
  lastError: string;
  createdAt: Date;
  accountId: number | null;
  requestId: number | null;
}

/** The latest messages that were given up after their last attempt, newest first. */
export async function failedMessages(db: Database, limit = 50): Promise<FailedMessage[]> {
  return db('messages')
    .select({
      id: 'id',
      template: 'template',
      recipient: 'recipient',
      data: 'data',
      attempts: 'attempts',
      lastError: 'last_error',
      createdAt: 'created_at',
      accountId: 'account_id',
      requestId: 'request_id',
    })
    .where({ status: 'failed' })
    .orderBy([
      { column: 'created_at', order: 'desc' },
      { column: 'id', order: 'desc' },
    ])
    .limit(limit);
}
