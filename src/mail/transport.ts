import { createTransport } from 'nodemailer';
import type { Environment } from '../config/environment.ts';
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
  /** @throws when the message was not taken; the message of the error may hold the recipient's address. */
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
export function createMailTransport({ smtpUrl, mailFrom, dataDirectory }: MailEnvironment): MailTransport {
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
      await smtp.sendMail(compose(message));
    },
    close: () => smtp.close(),
  };
}

/** The domain of « Name <name@domain> ». */
function domainOf(from: string): string {
  return /@([a-z0-9.-]+)/i.exec(from)?.[1] ?? 'localhost';
}

/**
 * Why a message did not leave, without personal data. Mail servers repeat addresses in their answers, so only the
 * codes of such errors are kept; an error without code is one of our own.
 */
export function failureOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  const { code, command, responseCode } = error as Error & {
    code?: unknown;
    command?: unknown;
    responseCode?: unknown;
  };
  if (code === undefined) return `${error.name}: ${error.message.replace(/\s+/g, ' ').slice(0, 200)}`;
  return [code, command, responseCode].filter((word) => word !== undefined).join(' ');
}
