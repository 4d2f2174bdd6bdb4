import type { Database } from '../database/knex.ts';
import type { UnitOfWork } from '../database/transaction.ts';
import type { MessageName, MessageValues } from '../domain/message.ts';
import type { MESSAGE_LINKS } from '../domain/sending.ts';
import { jobRepository } from './jobs.ts';
import { messageRepository } from './messages.ts';

/** Twelve attempts spread over some sixteen hours: a mail server may be down for a night. */
const ATTEMPTS = 12;

/** Whom a message with a link must name: the link is made for them. */
type LinkSubject<N> = N extends 'request-confirmation'
  ? { requestId: number }
  : N extends keyof typeof MESSAGE_LINKS
    ? { accountId: number }
    : unknown;

/** A message to one person. Where it is about an account or a request, the trail says so. */
export type Message = {
  [N in MessageName]: {
    template: N;
    /** The recipient's address. */
    to: string;
    values: MessageValues[N];
    accountId?: number;
    requestId?: number;
    /** A message with a key that was used before is not sent again. */
    onceKey?: string;
  } & LinkSubject<N>;
}[MessageName];

/**
 * Adds a message to the use case: it leaves after the commit, and never if there is none. Its one-use link, if it
 * has one, is made only when it leaves (docs/decisions/0004-links-in-messages.md).
 */
export const enqueueMessage = (
  unit: Pick<UnitOfWork, 'db' | 'now' | 'batchId'>,
  message: Message,
): Promise<void> => enqueueMessages(unit, [message]);

/** Gives a message that did not leave as many attempts as a new one. */
export const enqueueAgain = (unit: Pick<UnitOfWork, 'db'>, messageId: number): Promise<void> =>
  jobRepository(unit.db).add('mail', { messageId }, ATTEMPTS);

/** Comes back to a message that somebody else sends until then: they may die before it is marked as sent. */
export const enqueueLater = (db: Database, messageId: number, until: Date): Promise<void> =>
  jobRepository(db).addFor(until, `mail-${messageId}`, 'mail', { messageId }, ATTEMPTS);

/** The jobs of a database that was restored: those of the messages that wait, and no other. Returns how many. */
export async function enqueueAnew(db: Database): Promise<number> {
  await jobRepository(db).forgetAll();
  return messageRepository(db).addJobs(ATTEMPTS);
}

/** How many messages each transaction has written. */
const written = new WeakMap<Database, number>();

/** How many messages this transaction, or this part of one, has written so far: an act says how many leave. */
export const messagesWritten = (db: Database): number => written.get(db) ?? 0;

/** Adds many messages at once, as enqueueMessage() adds one: for an act on thousands of people. */
export async function enqueueMessages(
  unit: Pick<UnitOfWork, 'db' | 'now' | 'batchId'>,
  messages: readonly Message[],
): Promise<void> {
  if (messages.length === 0) return;
  await messageRepository(unit.db).addMany(
    messages.map((message) => ({
      template: message.template,
      recipient: message.to,
      data: message.values,
      accountId: message.accountId ?? null,
      requestId: message.requestId ?? null,
      onceKey: message.onceKey ?? null,
      batchId: unit.batchId ?? null,
      createdAt: unit.now,
    })),
    ATTEMPTS,
  );
  written.set(unit.db, messagesWritten(unit.db) + messages.length);
}
