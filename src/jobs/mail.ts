import { transaction } from '../database/transaction.ts';
import { job } from '../domain/audit-event.ts';
import { renderMessage } from '../mail/render.ts';
import { linkUrl } from '../mail/site.ts';
import { type TemplateName, templates } from '../mail/templates.ts';
import { failureOf, type MailTransport } from '../mail/transport.ts';
import { messageRepository, type QueuedMessage } from '../repositories/messages.ts';
import { createLink } from '../services/links.ts';
import { giveUpMessage } from '../services/messages.ts';
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
      const name = message.template as TemplateName;
      const link = await linkOf(name, message, unit.now);
      const rendered = await renderMessage(name, message.data, { baseUrl: environment.baseUrl, link });
      await transport.send({
        ...rendered,
        id: message.id,
        to: message.recipient,
        createdAt: message.createdAt,
      });
      await messages.markSent(message.id, unit.now);
      unit.record({
        action: 'message.sent',
        details: { template: name, to: message.recipient },
        subjectAccountId: message.accountId ?? undefined,
        requestId: message.requestId ?? undefined,
      });
    });
  }

  /** The one-use link, made now: its hours count from the moment the message leaves. */
  async function linkOf(name: TemplateName, message: QueuedMessage, now: Date): Promise<string> {
    const purpose = templates[name].link;
    if (purpose === null) return '';
    const { accountId, requestId } = message;
    const subject = accountId !== null ? { accountId } : { requestId: requestId ?? 0 };
    // Committed on its own, before the message leaves: a link that somebody received is never unknown here.
    return linkUrl(environment.baseUrl, purpose, await createLink(db, purpose, subject, now));
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
