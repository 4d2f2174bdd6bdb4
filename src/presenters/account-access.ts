import type { AccountAccess } from '../repositories/lists/account-access.ts';
import { waitingReset } from './factor-resets.ts';
import { formatDate, formatDateTime, plural } from './format.ts';

const SENT: Record<NonNullable<AccountAccess['message']>['status'], string> = {
  sent: 'Lien envoyé le',
  queued: 'Lien en attente d’envoi depuis le',
  failed: 'Le lien n’est pas parti, le',
};

/** Why a colleague cannot sign in, line by line: `limit` is in how many seconds they may try again. */
export function showAccess(
  { activated, linkEndsAt, message, failures, factorSince, trustedLately, reset }: AccountAccess,
  limit: number | null,
  now: Date,
) {
  return {
    state: activated ? 'Activé' : neverActivated(linkEndsAt, now),
    lines: [
      ...(message === null ? [] : [`${SENT[message.status]} ${formatDateTime(message.at)}`]),
      ...(failures === 0
        ? []
        : [`${plural(failures, 'mot de passe refusé', 'mots de passe refusés')} depuis 24 heures`]),
      ...(limit === null
        ? []
        : [
            `Connexion refusée encore ${plural(Math.ceil(limit / 60), 'minute', 'minutes')}, après trop d’échecs`,
          ]),
    ],
    mayResend: !activated,
    factor: factorSince === null ? 'Aucun' : `Depuis le ${formatDate(factorSince)}`,
    reset: reset && `${waitingReset(reset)}.`,
    hasFactor: factorSince !== null,
    trustedLately,
  };
}

const neverActivated = (linkEndsAt: Date | null, now: Date): string => {
  if (linkEndsAt === null) return 'Jamais activé, aucun lien en cours';
  const when = formatDateTime(linkEndsAt);
  return linkEndsAt > now
    ? `Jamais activé, lien valable jusqu’au ${when}`
    : `Jamais activé, lien expiré le ${when}`;
};
