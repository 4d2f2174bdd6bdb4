import type { UnitOfWork } from '../database/transaction.ts';
import { jobRepository } from '../repositories/jobs.ts';
import { messageRepository } from '../repositories/messages.ts';
import type { Template } from './content.ts';
import { type TemplateName, type TemplateValues, templates } from './templates.ts';

/** Twelve attempts spread over some sixteen hours: a mail server may be down for a night. */
const ATTEMPTS = 12;

/** What a template's link is made for. */
interface LinkSubjects {
  activation: { accountId: number };
  'password-reset': { accountId: number };
  'request-confirmation': { requestId: number };
}

/** A message to one person. Where it is about an account or a request, the trail says so. */
export type Message = {
  [N in TemplateName]: {
    template: N;
    /** The recipient's address. */
    to: string;
    values: TemplateValues<N>;
    accountId?: number;
    requestId?: number;
    /** A message with a key that was used before is not sent again. */
    onceKey?: string;
  } & (N extends keyof LinkSubjects ? LinkSubjects[N] : unknown);
}[TemplateName];

/**
 * Adds a message to the use case: it leaves after the commit, and never if there is none. Its one-use link, if it
 * has one, is made only when it leaves (docs/decisions/links-in-messages.md).
 */
export async function enqueueMessage(unit: Pick<UnitOfWork, 'db' | 'now'>, message: Message): Promise<void> {
  const template = templates[message.template] as Template<unknown>;
  const messageId = await messageRepository(unit.db).add({
    template: message.template,
    recipient: message.to,
    subject: template.subject(message.values),
    data: message.values,
    accountId: message.accountId ?? null,
    requestId: message.requestId ?? null,
    onceKey: message.onceKey ?? null,
    createdAt: unit.now,
  });
  if (messageId !== undefined) await jobRepository(unit.db).add('mail', { messageId }, ATTEMPTS);
}
