import { setTimeout as pause } from 'node:timers/promises';
import { type ActContext, transaction, type UnitOfWork } from '../database/transaction.ts';
import { job } from '../domain/audit-event.ts';
import type { LinkPurpose } from '../domain/link.ts';
import type { MessageValues } from '../domain/message.ts';
import { MESSAGE_LINKS, SENDING_LIMIT } from '../domain/sending.ts';
import { type LeasedMessage, messageRepository, type QueuedMessage } from '../repositories/messages.ts';
import { enqueueLater } from '../repositories/outbox.ts';
import type { LinkSubject } from '../repositories/tokens.ts';
import { createLink, removeLink } from '../security/links.ts';
import type { ServiceContext } from './context.ts';
import { aboutMessage, recordFailure } from './messages.ts';

/** Milliseconds for which a message is taken: the longest sending, then as long to write that it was sent. */
const LEASE = 2 * SENDING_LIMIT;
/** Milliseconds between two tries to write it. */
const NEXT_TRY = 500;

/** A message taken to be sent, with its one-use link, where it has one. */
export interface Leaving {
  message: QueuedMessage;
  link: { purpose: LinkPurpose; token: string } | null;
}

/** Why a message did not leave, without personal data. */
interface NotLeft {
  failure: string;
  /** True where the mail server has certainly not taken it. */
  stayed: boolean;
  /** True where no other attempt follows. */
  gaveUp: boolean;
}

/** Sends a message, no longer than SENDING_LIMIT; undefined once it has left. */
type Send = (leaving: Leaving) => Promise<NotLeft | undefined>;

interface Taken extends Leaving {
  message: LeasedMessage;
  /** When the lease ends. */
  until: number;
}

/** How messages leave, after the acts that cause them. */
export function sendingService({ db, clock }: ServiceContext) {
  const act: ActContext = { db, clock, actor: job('mail') };

  /** Committed before the message leaves: a link that somebody received is never unknown here. */
  const take = (messageId: number): Promise<Taken | undefined> =>
    transaction(act, async (unit) => {
      const until = performance.now() + LEASE;
      const message = await messageRepository(unit.db).take(messageId, LEASE / 1000);
      return message && { message, link: await linkOf(message, unit), until };
    });

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

  const giveBack = ({ message, link }: Taken, { failure: error, stayed, gaveUp }: NotLeft): Promise<void> =>
    transaction(act, async (unit) => {
      if (link && stayed) await removeLink(unit.db, link.token);
      const isOurs = await messageRepository(unit.db).markFailure(message, { error, gaveUp });
      if (isOurs && gaveUp) await recordFailure(unit, message, message.attempts + 1);
    });

  return {
    /**
     * Sends a message once. It is taken for a while, sent without any transaction, then marked or given back: who comes
     * second finds it taken or gone, and comes back when the while is over. Only a crash between the mail server's
     * answer and the mark sends it again, under the same Message-ID. Returns why it did not leave, where it was tried.
     */
    async sendOnce(messageId: number, send: Send): Promise<NotLeft | undefined> {
      const taken = await take(messageId);
      if (!taken) {
        const until = await messageRepository(db).takenUntil(messageId);
        if (until) await enqueueLater(db, messageId, until);
        return undefined;
      }
      const notLeft = await send(taken);
      await (notLeft ? giveBack(taken, notLeft) : markSent(taken));
      return notLeft;
    },
  };
}

/** Made now: its hours count from the moment the message leaves. */
async function linkOf(message: QueuedMessage, unit: UnitOfWork): Promise<Leaving['link']> {
  const purpose = purposeOf(message);
  return purpose && { purpose, token: await createLink(unit.db, purpose, subjectOf(message), unit.now) };
}

/** What the one-use link of a message is for; null where it has none. */
const purposeOf = ({ template, data }: QueuedMessage) =>
  template in MESSAGE_LINKS &&
  !(template === 'email-changed' && !changeOf(data)) &&
  !(template === 'factor-reset' && !resetOf(data))
    ? MESSAGE_LINKS[template as keyof typeof MESSAGE_LINKS]
    : null;

/** The change of address that a message is of; undefined for none. */
const changeOf = (data: unknown) => (data as Partial<MessageValues['email-change']>).changeId ?? undefined;

/** The reset of a second factor that a message is of; undefined where its link would stop nothing. */
const resetOf = (data: unknown) => (data as Partial<MessageValues['factor-reset']>).resetId ?? undefined;

/** What the link of a message stands for. */
function subjectOf({ template, recipient, accountId, requestId, data }: QueuedMessage): LinkSubject {
  if (accountId === null) return { requestId: requestId ?? 0 };
  if (template === 'factor-reset') return { accountId, factorResetId: resetOf(data) };
  const emailChangeId = template.startsWith('email-') ? changeOf(data) : undefined;
  return emailChangeId === undefined ? { accountId, sentTo: recipient } : { accountId, emailChangeId };
}
