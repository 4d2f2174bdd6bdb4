import type { EmailChangeRefusal } from '../domain/email-change.ts';
import { paths } from '../paths.ts';
import type { Account } from '../repositories/accounts.ts';
import type { PendingEmailChange } from '../repositories/email-changes.ts';
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
export function knownAddress(account: Account, organismId: number | null, href: Href): KnownAddress | null {
  if (organismId !== null && account.organismId !== organismId) return null;
  const whose = organismId === null ? account.organismName : 'votre organisme';
  return {
    text: `Cette adresse est celle de ${fullName(account)}, de ${whose}.`,
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
export interface ShownPendingEmail {
  newEmail: string;
  sentence: string;
}

export function showPendingEmail(
  { newEmail, askedAt, askedBy, askedById, expired }: PendingEmailChange,
  accountId: number,
): ShownPendingEmail {
  const by = askedById === accountId ? '' : ` par ${askedBy}`;
  const state = expired
    ? 'mais le lien envoyé à la nouvelle adresse n’est plus valable\u00a0: recommencez, ou annulez'
    : 'et n’est pas encore confirmé par le lien envoyé à la nouvelle adresse';
  return { newEmail, sentence: `Changement demandé le ${formatDateTime(askedAt)}${by}, ${state}.` };
}
