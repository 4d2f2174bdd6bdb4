import type { UnitOfWork } from '../database/transaction.ts';
import { messageRepository } from '../repositories/messages.ts';

/** Gives a queued message up, within a use case, and records it: who administers nationally sees it as failed. */
export async function giveUpMessage(unit: UnitOfWork, messageId: number, error: string): Promise<void> {
  const messages = messageRepository(unit.db);
  const message = await messages.lockQueued(messageId);
  if (!message) return;
  await messages.markFailure(messageId, { error, gaveUp: true });
  unit.record({
    action: 'message.failed',
    details: { template: message.template, to: message.recipient, attempts: message.attempts + 1 },
    subjectAccountId: message.accountId ?? undefined,
    requestId: message.requestId ?? undefined,
  });
}
