import type { LinkPurpose } from './link.ts';
import type { MessageName } from './message.ts';

/** Milliseconds for sending one message in all: a server may answer each time, and never come to an end. */
export const SENDING_LIMIT = 20_000;

/** Milliseconds after which a message should have left: one that waits longer is shown to Ucanss. */
export const LATE_AFTER = 5 * 60_000;

/** True for a message that has not left, of which the last attempt failed or which waits for long. */
export const isStuck = (
  { status, lastError, queuedAt }: { status: string; lastError: string | null; queuedAt: Date },
  now: Date,
): boolean =>
  status !== 'sent' &&
  status !== 'withdrawn' &&
  (lastError !== null || now.getTime() - queuedAt.getTime() > LATE_AFTER);

/** The one-use link that a message carries. */
export const MESSAGE_LINKS = {
  activation: 'activation',
  'email-change': 'email_change',
  'email-mailbox': 'email_mailbox',
  'email-agreement': 'email_agreement',
  'email-changed': 'email_agreement',
  'factor-reset': 'factor_reset',
  'password-reset': 'password_reset',
  'request-confirmation': 'request_confirmation',
} as const satisfies Partial<Record<MessageName, LinkPurpose>>;
