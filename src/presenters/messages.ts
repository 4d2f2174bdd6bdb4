import { isStuck } from '../domain/sending.ts';
import type { MessageRow, MessageSelection } from '../repositories/lists/messages.ts';
import type { ResendOutcome } from '../services/messages.ts';
import { formatDateTime } from './format.ts';

/** The choices of « État ». */
export const MESSAGE_SELECTIONS = [
  { value: 'a-voir', label: 'En échec ou en retard' },
  { value: 'echec', label: 'En échec' },
  { value: 'attente', label: 'En attente' },
  { value: 'envoye', label: 'Envoyé' },
  { value: 'tous', label: 'Tous' },
] as const satisfies { value: MessageSelection; label: string }[];

interface ShownMessage {
  id: number;
  state: { kind: 'refused' | 'pending' | 'accepted' | 'cancelled'; text: string };
  recipient: string;
  subject: string;
  at: Date;
  /** When somebody last asked to send it again. */
  resent: string | null;
  attempts: number;
  error: string | null;
  /** True where sending it again makes sense. */
  stuck: boolean;
}

const STATES: Record<MessageRow['status'], ShownMessage['state']> = {
  failed: { kind: 'refused', text: 'En\u00a0échec' },
  queued: { kind: 'pending', text: 'En\u00a0attente' },
  sent: { kind: 'accepted', text: 'Envoyé' },
  withdrawn: { kind: 'cancelled', text: 'Retiré' },
};

/** A row of « Messages ». */
export function showMessage(row: MessageRow, subject: string, now: Date): ShownMessage {
  return {
    id: row.id,
    recipient: row.recipient,
    attempts: row.attempts,
    state: STATES[row.status],
    subject,
    at: row.createdAt,
    resent: row.resentAt && formatDateTime(row.resentAt),
    error: row.lastError && failureInWords(row.lastError),
    stuck: isStuck({ ...row, queuedAt: row.resentAt ?? row.createdAt }, now),
  };
}

// What nodemailer and mail servers call things (mail/transport.ts, failureOf), the most telling first.
const FAILURES: readonly (readonly [RegExp, string])[] = [
  [
    /^no attempt left/,
    'L’envoi a été interrompu trop longtemps, par exemple par un arrêt du portail ou de sa base de données.',
  ],
  [
    /\bEAUTH\b|\b5(30|34|35)\b/,
    'Le serveur de messagerie refuse le compte du portail\u00a0: sa configuration est à revoir.',
  ],
  [
    /^EENVELOPE MAIL FROM 5\d\d\b/,
    'Le serveur de messagerie refuse l’adresse d’expédition du portail\u00a0: sa configuration est à revoir.',
  ],
  [/^(EENVELOPE|EMESSAGE) DATA 5\d\d\b/, 'Le serveur de messagerie refuse ce message.'],
  [
    /^EENVELOPE\b.* 5\d\d\b|^EENVELOPE$/,
    'Le serveur de messagerie refuse cette adresse\u00a0: elle n’existe sans doute plus.',
  ],
  [/ (45\d|42\d|43\d|44\d)\b/, 'Le serveur de messagerie du destinataire est occupé ou indisponible.'],
  [/\b(ETLS|ESSL|CERT)/, 'La connexion chiffrée au serveur de messagerie n’a pas pu être établie.'],
  [/\b55[24]\b|\bEMESSAGE\b/, 'Le serveur de messagerie refuse ce message.'],
  [
    /\b(ECONN\w*|ESOCKET|EABORT|EDNS|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH)\b/,
    'Le serveur de messagerie ne répond pas.',
  ],
  [/\b5\d\d\b/, 'Le serveur de messagerie refuse ce message.'],
];

/** Why a message did not leave, in plain words; never the words of the server, which may hold anything. */
const failureInWords = (failure: string): string =>
  FAILURES.find(([pattern]) => pattern.test(failure))?.[1] ??
  'Le portail n’a pas pu préparer ce message\u00a0: prévenez l’équipe technique.';

/** What sending again came to, as a sentence. */
export function resendSentence({ kind, message }: ResendOutcome): string {
  const { recipient, sentAt } = message;
  const sentences: Record<ResendOutcome['kind'], string> = {
    queued: `Le message à ${recipient} est remis en envoi\u00a0: il part dans l’instant si le serveur de messagerie répond.`,
    sent: `Le message à ${recipient} a déjà été envoyé${sentAt === null ? '' : ` le ${formatDateTime(sentAt)}`}\u00a0: il n’est pas renvoyé.`,
    waiting: `Le message à ${recipient} est déjà en cours d’envoi\u00a0: rien n’a été ajouté.`,
  };
  return sentences[kind];
}
