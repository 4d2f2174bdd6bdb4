import { setTimeout as pause } from 'node:timers/promises';
import { type ActContext, transaction } from '../database/transaction.ts';
import { job } from '../domain/audit-event.ts';
import { MESSAGE_LINKS, type MessageValues } from '../domain/message.ts';
import { renderMessage } from '../mail/render.ts';
import { linkUrl } from '../mail/site.ts';
import {
  certainlyStayed,
  failureOf,
  isRefusedForGood,
  type MailTransport,
  SENDING_LIMIT,
} from '../mail/transport.ts';
import { type LeasedMessage, messageRepository, type QueuedMessage } from '../repositories/messages.ts';
import { enqueueLater } from '../repositories/outbox.ts';
import type { LinkSubject } from '../repositories/tokens.ts';
import { createLink, removeLink } from '../security/links.ts';
import { aboutMessage, recordFailure } from '../services/messages.ts';
import type { Attempt, JobContext } from './context.ts';

/** Milliseconds for which a message is taken: the longest sending, then as long to write that it was sent. */
const LEASE = 2 * SENDING_LIMIT;
/** Milliseconds between two tries to write it. */
const NEXT_TRY = 500;

/** A message taken to be sent, with the token of its one-use link, where it has one, and when the lease ends. */
interface Taken {
  message: LeasedMessage;
  token: string | null;
  until: number;
}

/**
 * Sends a message once. It is taken for a while, sent without any transaction, then marked: who comes second finds it
 * taken or gone. Only a crash between the mail server's answer and the mark sends it again, once the while is over,
 * under the same Message-ID.
 */
export function mailJob({ db, clock, environment, logger }: JobContext, transport: MailTransport) {
  const act: ActContext = { db, clock, actor: job('mail') };
  const { baseUrl } = environment;

  /** Committed before the message leaves: a link that somebody received is never unknown here. */
  const take = (messageId: number): Promise<Taken | undefined> =>
    transaction(act, async (unit) => {
      const until = performance.now() + LEASE;
      const message = await messageRepository(unit.db).take(messageId, LEASE / 1000);
      if (!message) return undefined;
      const purpose = purposeOf(message);
      // Made now: its hours count from the moment the message leaves.
      const token = purpose && (await createLink(unit.db, purpose, subjectOf(message), unit.now));
      return { message, token, until };
    });

  async function send({ message, token }: Taken): Promise<void> {
    const purpose = purposeOf(message);
    const link = purpose === null || token === null ? '' : linkUrl(baseUrl, purpose, token);
    const rendered = await renderMessage(message.template, message.data, { baseUrl, link });
    const { id, recipient: to, createdAt } = message;
    await transport.send({ ...rendered, id, to, createdAt });
  }

  /** It has left: that is written as soon as the database answers, or else it would leave again. */
  async function markSent({ message, until }: Taken): Promise<void> {
    for (;;) {
      try {
        return await transaction(act, async (unit) => {
          if (!(await messageRepository(unit.db).markSent(message.id, unit.now))) return;
          const details = { template: message.template, to: message.recipient };
          unit.record({ action: 'message.sent', details, ...(await aboutMessage(unit, message)) });
        });
      } catch (error) {
        if (performance.now() + NEXT_TRY > until) throw error;
        await pause(NEXT_TRY);
      }
    }
  }

  const giveBack = ({ message, token }: Taken, error: unknown, gaveUp: boolean): Promise<void> =>
    transaction(act, async (unit) => {
      const messages = messageRepository(unit.db);
      if (token !== null && certainlyStayed(error)) await removeLink(unit.db, token);
      const isOurs = await messages.markFailure(message, { error: failureOf(error), gaveUp });
      if (isOurs && gaveUp) await recordFailure(unit, message, message.attempts + 1);
    });

  /** @throws without personal data, so that the job is tried again; not on the last attempt, nor once refused for good. */
  return async ({ messageId }: { messageId: number }, { isLast }: Attempt): Promise<void> => {
    const taken = await take(messageId);
    if (!taken) {
      const until = await messageRepository(db).takenUntil(messageId);
      return until && enqueueLater(db, messageId, until);
    }
    try {
      await send(taken);
    } catch (error) {
      const gaveUp = isLast || isRefusedForGood(error);
      const failure = failureOf(error);
      logger.warn({ message: messageId, failure, gaveUp }, 'a message did not leave');
      await giveBack(taken, error, gaveUp);
      if (gaveUp) return;
      throw new Error(`message ${messageId} did not leave: ${failure}`);
    }
    await markSent(taken);
  };
}

/** What the one-use link of a message is for; null where it has none. */
const purposeOf = ({ template, data }: QueuedMessage) =>
  template in MESSAGE_LINKS && !(template === 'email-changed' && !changeOf(data))
    ? MESSAGE_LINKS[template as keyof typeof MESSAGE_LINKS]
    : null;

/** The change of address that a message is of; undefined for none. */
const changeOf = (data: unknown) => (data as Partial<MessageValues['email-change']>).changeId ?? undefined;

/** What the link of a message stands for. */
function subjectOf({ template, recipient, accountId, requestId, data }: QueuedMessage): LinkSubject {
  if (accountId === null) return { requestId: requestId ?? 0 };
  const emailChangeId = template.startsWith('email-') ? changeOf(data) : undefined;
  return emailChangeId === undefined ? { accountId, sentTo: recipient } : { accountId, emailChangeId };
}
