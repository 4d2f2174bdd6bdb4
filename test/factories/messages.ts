import type { Database } from '../../src/database/knex.ts';
import { next, SOME_DAY } from './sequence.ts';

/** A message that was given up after its last attempt; returns its number. */
export async function createFailedMessage(
  db: Database,
  fields: Record<string, unknown> = {},
): Promise<number> {
  const [message] = await db('messages')
    .insert({
      template: 'account-known',
      recipient: `perdue.${next()}@test.fr`,
      data: '{}',
      status: 'failed',
      attempts: 12,
      last_error: 'EENVELOPE RCPT TO 550',
      created_at: SOME_DAY,
      ...fields,
    })
    .returning('id');
  return message.id;
}
