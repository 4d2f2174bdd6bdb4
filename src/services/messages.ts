import { transaction, type UnitOfWork } from '../database/transaction.ts';
import type { Actor } from '../domain/actor.ts';
import { NATIONAL } from '../domain/scope.ts';
import { isStuck } from '../domain/sending.ts';
import { accountRepository } from '../repositories/accounts.ts';
import { type MessageState, messageRepository, type QueuedMessage } from '../repositories/messages.ts';
import { enqueueAgain } from '../repositories/outbox.ts';
import { acting } from '../security/acting.ts';
import type { ServiceContext } from './context.ts';

/** What sending a message again comes to: queued anew, or not because it left, or because it is about to. */
export interface ResendOutcome {
  kind: 'queued' | 'sent' | 'waiting';
  message: MessageState;
}

/** Messages that did not leave, as who administers nationally deals with them. */
export function messageService({ db, clock }: ServiceContext) {
  return {
    /**
     * « Renvoyer le message »: gives a message of which an attempt failed, or that waits for long, new attempts from
     * now on. Asked twice, it is done once.
     * @throws NotFound
     */
    resend: (actor: Actor, messageId: number): Promise<ResendOutcome> =>
      transaction(acting({ db, clock }, actor, NATIONAL), async (unit) => {
        const messages = messageRepository(unit.db);
        const known = await messages.get(messageId);
        const message = await messages.lockIdle(messageId);
        if (!message) return { kind: 'waiting', message: known };
        if (message.status === 'sent') return { kind: 'sent', message };
        if (!isStuck(message, unit.now)) return { kind: 'waiting', message };
        await messages.requeue(messageId, unit.now);
        await enqueueAgain(unit, messageId);
        unit.record({
          action: 'message.resent',
          details: { template: message.template, to: message.recipient },
          ...(await aboutMessage(unit, message)),
        });
        return { kind: 'queued', message };
      }),
  };
}

/** Records that no other attempt follows: who administers nationally sees the message as failed. */
export async function recordFailure(
  unit: UnitOfWork,
  message: QueuedMessage,
  attempts: number,
): Promise<void> {
  unit.record({
    action: 'message.failed',
    details: { template: message.template, to: message.recipient, attempts },
    ...(await aboutMessage(unit, message)),
  });
}

/**
 * What an event tells of a message beside its details. It is of the organism of who reads it: what administrators are
 * told of somebody who joined another organism is no business of that one.
 */
export async function aboutMessage(
  { db }: UnitOfWork,
  { recipient, accountId, requestId }: Pick<MessageState, 'recipient' | 'accountId' | 'requestId'>,
) {
  const reader = await accountRepository(db).findByEmail(recipient);
  return {
    organismId: reader?.organismId,
    subjectAccountId: accountId ?? undefined,
    requestId: requestId ?? undefined,
  };
}
