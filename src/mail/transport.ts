import { createTransport } from 'nodemailer';
import type { Environment } from '../config/environment.ts';
import { SENDING_LIMIT } from '../domain/sending.ts';
import { captureMessage } from './captured.ts';
import type { Rendered } from './render.ts';

/** A message ready to leave. */
export interface Outgoing extends Rendered {
  id: number;
  to: string;
  /** When the act that causes it happened: with `id`, it makes the Message-ID the same at each attempt. */
  createdAt: Date;
}

/** What takes messages away. */
export interface MailTransport {
  /** @throws when it was not taken within 20 seconds; the message of the error may hold the recipient's address. */
  send(message: Outgoing): Promise<void>;
  /** Lets the connections go. */
  close(): void;
}

type MailEnvironment = Pick<Environment, 'smtpUrl' | 'mailFrom' | 'dataDirectory'>;

// Milliseconds: a mail server that does not answer must not hold a job, nor the stop of the portal, for long.
const TIMEOUTS = {
  connectionTimeout: 10_000,
  greetingTimeout: 10_000,
  socketTimeout: 20_000,
  dnsTimeout: 5_000,
};

/** Sends through SMTP_URL; without it, writes each message to DATA_DIR/mail. */
export function createMailTransport(
  { smtpUrl, mailFrom, dataDirectory }: MailEnvironment,
  sendingLimit = SENDING_LIMIT,
): MailTransport {
  const compose = (message: Outgoing) => ({
    from: mailFrom,
    to: message.to,
    subject: message.subject,
    text: message.text,
    html: message.html,
    messageId: `<${message.id}.${message.createdAt.getTime()}@${domainOf(mailFrom)}>`,
    // Nothing in a message may make the composer read a file or fetch an address.
    disableFileAccess: true,
    disableUrlAccess: true,
    encoding: 'quoted-printable',
    // So that absence replies and the like do not answer.
    headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
  });

  if (smtpUrl === null) {
    const composer = createTransport({ streamTransport: true, buffer: true, newline: 'windows' });
    return {
      async send(message) {
        const { message: eml } = await composer.sendMail({ ...compose(message), date: message.createdAt });
        await captureMessage(dataDirectory, message, eml as Buffer);
      },
      close: () => composer.close(),
    };
  }
  const smtp = createTransport({ url: smtpUrl, pool: true, maxConnections: 4, ...TIMEOUTS });
  return {
    async send(message) {
      await smtp.sendMail({ ...compose(message), signal: AbortSignal.timeout(sendingLimit) });
    },
    close: () => smtp.close(),
  };
}

/** The domain of « Name <name@domain> ». */
function domainOf(from: string): string {
  return /@([a-z0-9.-]+)/i.exec(from)?.[1] ?? 'localhost';
}

/** What nodemailer and the system tell of a failure. */
interface SmtpError extends NodeJS.ErrnoException {
  /** The step of the conversation, « RCPT TO ». */
  command?: string;
  /** The answer of the server, where it gave one. */
  responseCode?: number;
  /** True for an answer that the same message would get again. */
  permanent?: boolean;
  /** Which wait was too long. */
  timeoutType?: string;
}

/**
 * Why a message did not leave, without personal data. Mail servers repeat addresses in their answers, so only the
 * codes of such errors are kept; an error without code is one of our own.
 */
export function failureOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  const { code, command, responseCode } = error as SmtpError;
  if (code === undefined) return `${error.name}: ${error.message.replace(/\s+/g, ' ').slice(0, 200)}`;
  return [code, command, responseCode].filter((word) => word !== undefined).join(' ');
}

/**
 * True where the mail server refuses this recipient or this message for good. What it says of the portal's own
 * address or password (53x) may be mended meanwhile: such messages are tried again.
 */
export function isRefusedForGood(error: unknown): boolean {
  const { command, responseCode = 0, permanent } = error as SmtpError;
  const isOfMessage = command === 'RCPT TO' || command === 'DATA';
  return isOfMessage && permanent === true && Math.floor(responseCode / 10) !== 53;
}

/** True where the message has certainly not been taken: the server said no, or was never reached. */
export function certainlyStayed(error: unknown): boolean {
  const { code, syscall, responseCode, timeoutType } = error as SmtpError;
  return (
    responseCode !== undefined ||
    code === 'EDNS' ||
    syscall === 'connect' ||
    timeoutType === 'CONNECT_TIMEOUT' ||
    timeoutType === 'GREETING_TIMEOUT'
  );
}
