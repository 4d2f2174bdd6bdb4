import { transaction } from '../database/transaction.ts';
import { job } from '../domain/audit-event.ts';
import { MESSAGE_LINKS, type MessageValues } from '../domain/message.ts';
import { renderMessage } from '../mail/render.ts';
import { linkUrl } from '../mail/site.ts';
import { failureOf, type MailTransport } from '../mail/transport.ts';
import { messageRepository, type QueuedMessage } from '../repositories/messages.ts';
import type { LinkSubject } from '../repositories/tokens.ts';
import { createLink } from '../services/links.ts';
import { aboutMessage, giveUpMessage } from '../services/messages.ts';
import type { Attempt, JobContext } from './context.ts';

/**
 * Sends a message once. Its row stays locked from the check of its status to the commit that marks it sent: who
 * comes second, or after a crash, finds it gone. Only a crash between the mail server's answer and that commit
 * sends it again, under the same Message-ID.
 */
export function mailJob({ db, clock, environment, logger }: JobContext, transport: MailTransport) {
  async function send(messageId: number): Promise<void> {
    await transaction({ db, clock, actor: job('mail') }, async (unit) => {
      const messages = messageRepository(unit.db);
      const message = await messages.lockQueued(messageId);
      if (!message) return;
      const link = await linkOf(message, unit.now);
      const rendered = await renderMessage(message.template, message.data, {
        baseUrl: environment.baseUrl,
        link,
      });
      await transport.send({
        ...rendered,
        id: message.id,
        to: message.recipient,
        createdAt: message.createdAt,
      });
      await messages.markSent(message.id, unit.now);
      unit.record({
        action: 'message.sent',
        details: { template: message.template, to: message.recipient },
        ...(await aboutMessage(unit, message)),
      });
    });
  }

  /** The one-use link, made now: its hours count from the moment the message leaves. */
  async function linkOf(message: QueuedMessage, now: Date): Promise<string> {
    if (!(message.template in MESSAGE_LINKS)) return '';
    const purpose = MESSAGE_LINKS[message.template as keyof typeof MESSAGE_LINKS];
    // Committed on its own, before the message leaves: a link that somebody received is never unknown here.
    return linkUrl(environment.baseUrl, purpose, await createLink(db, purpose, subjectOf(message), now));
  }

  /** @throws without personal data, so that the job is tried again; never on the last attempt. */
  return async ({ messageId }: { messageId: number }, { isLast }: Attempt): Promise<void> => {
    try {
      await send(messageId);
    } catch (error) {
      const failure = failureOf(error);
      logger.warn({ message: messageId, failure, isLast }, 'a message did not leave');
      if (isLast) {
        return transaction({ db, clock, actor: job('mail') }, (unit) =>
          giveUpMessage(unit, messageId, failure),
        );
      }
      await messageRepository(db).markFailure(messageId, { error: failure, gaveUp: false });
      throw new Error(`message ${messageId} did not leave: ${failure}`);
    }
  };
}

/** What the link of a message stands for. */
function subjectOf({ template, recipient, accountId, requestId, data }: QueuedMessage): LinkSubject {
  if (accountId === null) return { requestId: requestId ?? 0 };
  if (template !== 'email-change') return { accountId, sentTo: recipient };
  return { accountId, emailChangeId: (data as MessageValues['email-change']).changeId };
}
