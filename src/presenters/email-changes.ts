import { type EmailChangeRefusal, PUT_BACK_WITHIN_DAYS, SILENCE_HOURS } from '../domain/email-change.ts';
import { paths } from '../paths.ts';
import type { Account } from '../repositories/accounts.ts';
import type { PendingEmailChange } from '../repositories/email-changes.ts';
import type { RefusalState } from '../services/email-answers.ts';
import { BEYOND } from './account-acts.ts';
import { formatDateTime, fullName } from './format.ts';
import type { Href } from './href.ts';

/** Whose address it is already, and the way on. */
export interface KnownAddress {
  text: string;
  href: string;
  label: string;
}

/**
 * An address that has an account: in my organism (`organismId`; null: any), a link to its page; elsewhere null, since
 * no view of that account is given (R56, P5).
 */
export function knownAddress(
  { account, typed }: { account: Account; typed: string },
  organismId: number | null,
  href: Href,
): KnownAddress | null {
  if (organismId !== null && account.organismId !== organismId) return null;
  const whose = organismId === null ? account.organismName : 'votre organisme';
  return {
    text:
      account.email === typed
        ? `Cette adresse est celle de ${fullName(account)}, de ${whose}.`
        : `Cette adresse était encore il y a peu celle de ${fullName(account)}, de ${whose}\u00a0: elle lui est gardée ${PUT_BACK_WITHIN_DAYS} jours.`,
    href: href(paths.accounts.show({ id: account.id })),
    label: 'Accéder à la fiche',
  };
}

/** The same, elsewhere: that it is used, and nothing of whom by. */
export const KNOWN_ELSEWHERE = 'Cette adresse a déjà un compte dans un autre organisme';

/** Why an address is not changed from the account page, and who can. */
export function emailChangeSentence(fault: EmailChangeRefusal | 'inactive', person: string): string {
  const sentences: Record<EmailChangeRefusal | 'inactive', string> = {
    oneself: 'Votre propre adresse se change dans «\u00a0Mes informations\u00a0».',
    beyond: `${BEYOND}.`,
    inactive: `Le compte de ${person} est désactivé\u00a0: réactivez-le avant de changer son adresse.`,
  };
  return sentences[fault];
}

/** A change that waits, as views/components/pending-email shows it. */
interface ShownPendingEmail {
  id: number;
  newEmail: string;
  sentence: string;
  /** True while it waits for the agreement of the person (P11). */
  asksThePerson: boolean;
}

/** `toThePerson`: it is read by whom it is about. */
export function showPendingEmail(change: PendingEmailChange, toThePerson = false): ShownPendingEmail {
  const {
    newEmail,
    askedAt,
    askedBy,
    askedById,
    accountId,
    expired,
    confirmedAt,
    agreedById,
    silenceAgrees,
  } = change;
  const own = askedById === accountId;
  const asked = `Changement demandé le ${formatDateTime(askedAt)}${own ? '' : ` par ${askedBy}`}`;
  return {
    id: change.id,
    newEmail,
    sentence: `${asked}${stateOf()}.`,
    asksThePerson: !own && agreedById === null,
  };

  function stateOf(): string {
    if (own && expired)
      return ', mais le lien envoyé à la nouvelle adresse n’est plus valable\u00a0: recommencez, ou annulez';
    if (own) return ', et n’est pas encore confirmé par le lien envoyé à la nouvelle adresse';
    const mailbox = confirmedAt
      ? 'la nouvelle adresse est confirmée'
      : 'la nouvelle adresse n’est pas encore confirmée';
    const silence = silenceAgrees ? `, ${SILENCE_HOURS}\u00a0heures sans réponse valant accord` : '';
    const agreement =
      agreedById === null
        ? `${toThePerson ? 'votre accord, ou celui' : 'l’accord de la personne, ou'} de l’Ucanss, est attendu${silence}`
        : 'l’accord est donné';
    return `\u00a0: ${mailbox}, ${agreement}`;
  }
}

/** What « Ce n'est pas moi » will do, before it does. */
export function refusalWords({ kind, change }: Exclude<RefusalState, { kind: 'ended' }>): {
  effect: string;
  points: string[];
} {
  if (kind === 'stops') {
    return {
      effect: `Si vous confirmez, le changement d’adresse de ${fullName(change)} pour ${change.newEmail} sera arrêté\u00a0: rien ne changera.`,
      points: [
        `Il a été demandé le ${formatDateTime(change.askedAt)} par ${change.askedBy}, qui recevra un message.`,
      ],
    };
  }
  return {
    effect: `Si vous confirmez, ${change.formerEmail} redeviendra l’adresse du compte de ${fullName(change)}, à la place de ${change.email}.`,
    points: [
      'Toutes les sessions ouvertes de ce compte seront fermées.',
      'Le mot de passe actuel ne servira plus\u00a0: vous en choisirez un nouveau. Les seconds facteurs seront ceux d’avant le changement.',
      'L’Ucanss, et qui avait demandé le changement, seront prévenus.',
    ],
  };
}

/** What an answer came to, as the address of its page names it. */
const OUTCOMES = {
  changee: {
    heading: 'Adresse changée',
    text: 'La nouvelle adresse est désormais votre identifiant. Vos sessions ouvertes sont fermées.',
    next: 'Connectez-vous avec la nouvelle adresse et votre mot de passe habituel. Si vous n’en avez jamais choisi, un message vient de vous être envoyé pour le faire.',
    signIn: true,
    recover: false,
  },
  confirmee: {
    heading: 'Nouvelle adresse confirmée',
    text: 'Votre nouvelle adresse est confirmée. Rien n’est changé pour l’instant.',
    next: 'Un second accord est attendu\u00a0: le vôtre, demandé à l’adresse actuelle du compte et dans «\u00a0Mes informations\u00a0», ou celui de l’Ucanss.',
    signIn: false,
    recover: false,
  },
  accord: {
    heading: 'Accord donné',
    text: 'Votre accord est enregistré. Rien n’est changé pour l’instant.',
    next: 'L’adresse changera dès que la nouvelle boîte sera confirmée, par le lien qui y est envoyé.',
    signIn: false,
    recover: false,
  },
  arretee: {
    heading: 'Changement arrêté',
    text: 'Le changement d’adresse est arrêté. Rien n’est changé.',
    next: 'La personne qui l’avait demandé en est prévenue.',
    signIn: false,
    recover: false,
  },
  inchangee: {
    heading: 'Rien n’est changé',
    text: 'Vous n’avez rien confirmé\u00a0: tout reste comme c’était.',
    next: 'Le lien du message reste valable\u00a0: vous pouvez y revenir pendant sept jours.',
    signIn: false,
    recover: false,
  },
  retablie: {
    heading: 'Adresse rétablie',
    text: 'Votre adresse est de nouveau l’identifiant de votre compte. Toutes les sessions sont fermées, vos seconds facteurs sont ceux d’avant le changement, et l’Ucanss est prévenue.',
    next: 'L’ancien mot de passe ne sert plus\u00a0: choisissez-en un nouveau, par un lien envoyé à votre adresse.',
    signIn: false,
    recover: true,
  },
  prise: {
    heading: 'Compte protégé',
    text: 'Toutes les sessions sont fermées, le mot de passe ne sert plus, les seconds facteurs sont ceux d’avant le changement, et l’Ucanss est prévenue.',
    next: 'Un autre compte a désormais votre ancienne adresse\u00a0: elle n’a pas pu être rétablie. L’Ucanss prendra contact avec votre organisme.',
    signIn: true,
    recover: false,
  },
} as const;

type Outcome = keyof typeof OUTCOMES;

const NAMES: Record<
  'changed' | 'confirmed' | 'agreed' | 'stopped' | 'put_back' | 'kept_by_another' | 'unchanged',
  Outcome
> = {
  changed: 'changee',
  confirmed: 'confirmee',
  agreed: 'accord',
  unchanged: 'inchangee',
  stopped: 'arretee',
  put_back: 'retablie',
  kept_by_another: 'prise',
};

/** The page that tells what an answer came to. */
export const outcomeHref = (kind: keyof typeof NAMES): string =>
  paths.emailChanges.outcome({ outcome: NAMES[kind] });

export const isEmailOutcome = (name: unknown): name is Outcome =>
  typeof name === 'string' && Object.hasOwn(OUTCOMES, name);

export const outcomeOf = (name: Outcome) => OUTCOMES[name];
