import QRCode from 'qrcode';
import type { Actor } from '../domain/actor.ts';
import { type FactorDuty, type FactorKind, inGroups, RECOVERY_CODES } from '../domain/second-factor.ts';
import type { FactorReset } from '../repositories/factor-resets.ts';
import type { OpenSession } from '../repositories/sessions.ts';
import type { Enrolment, FactorState } from '../services/own-factors.ts';
import type { Confirmation } from './confirmation.ts';
import { FACTOR_NAMES } from './factor-events.ts';
import { waitingReset } from './factor-resets.ts';
import { formatDate, formatDateTime, fullName, plural, relativeDate } from './format.ts';

interface Shown {
  state: FactorState;
  /** A reset that is to come. */
  waiting: Pick<FactorReset, 'askedAt' | 'askedBy' | 'effectiveAt'> | undefined;
  sessions: readonly OpenSession[];
  duty: FactorDuty;
  /** What the present session is called. */
  ref: string;
  now: Date;
}

/** « Ma sécurité ». */
export function securityPage({ state, waiting, sessions, duty, ref, now }: Shown) {
  const { authenticator, passkeys, recoveryCodes } = state;
  const used = (at: Date | null) => (at === null ? 'jamais utilisée' : `utilisée ${relativeDate(at, now)}`);
  return {
    duty: dutySentence(duty),
    coming: waiting === undefined ? null : comingReset(waiting),
    authenticator: authenticator && {
      since: `Ajoutée le ${formatDate(authenticator.addedAt)}, ${used(authenticator.lastUsedAt)}`,
    },
    passkeys: passkeys.map(({ id, name, synced, addedAt, lastUsedAt }) => ({
      id,
      name,
      synced,
      since: `Ajoutée le ${formatDate(addedAt)}, ${used(lastUsedAt)}`,
    })),
    hasFactor: hasFactor(state),
    codes:
      recoveryCodes.addedAt === null
        ? null
        : `${plural(recoveryCodes.left, 'code reste', 'codes restent')} sur ${RECOVERY_CODES}, depuis le ${formatDate(recoveryCodes.addedAt)}`,
    sessions: sessions.map(({ ref: name, device, startedAt, touchedAt }) => ({
      ref: name,
      device: device || 'Appareil inconnu',
      times: `Ouverte le ${formatDateTime(startedAt)}, vue le ${formatDateTime(touchedAt)}`,
      isThis: name === ref,
      called: `la session ${device || 'Appareil inconnu'}, ouverte le ${formatDateTime(startedAt)}`,
    })),
  };
}

/** Told where its person would look, beside the message that has the link. */
const comingReset = (waiting: NonNullable<Shown['waiting']>): string =>
  `Votre second facteur va être réinitialisé. ${waitingReset(waiting)}. Si ce n’est pas vous qui l’avez voulu, arrêtez-la ici, ou par le lien «\u00a0Ce n’est pas moi\u00a0» du message que vous avez reçu.`;

const dutySentence = (duty: FactorDuty): string | null => {
  switch (duty.kind) {
    case 'none':
      return null;
    case 'grace':
      return `Votre profil demande un second facteur, au plus tard le ${formatDateTime(duty.until)}\u00a0: ajoutez une application d’authentification ou une clé d’accès.`;
    case 'wall':
      return 'Votre profil demande un second facteur\u00a0: les autres pages s’ouvriront dès que vous en aurez ajouté un.';
  }
};

/** The key of an application, as one reads it and as a telephone does: drawn here, so that no other site sees it. */
export const enrolmentPage = async ({ sealed, secret, uri }: Enrolment) => ({
  sealed,
  groups: inGroups(secret),
  picture: `data:image/svg+xml;base64,${Buffer.from(await QRCode.toString(uri, { type: 'svg', margin: 2 })).toString('base64')}`,
});

/** New recovery codes, as one reads them and as a file that one keeps: the page alone has them. */
export function codesWords(
  codes: readonly string[],
  { person, at, site }: { person: Pick<Actor, 'firstName' | 'lastName' | 'email'>; at: Date; site: string },
) {
  const groups = codes.map(inGroups);
  const owner = `${fullName(person)}, ${person.email}, le ${formatDate(at)}`;
  const title = 'Codes de secours de l’Espace Organismes\u00a0: chacun sert une fois.';
  const lines = [title, site, owner, '', ...groups, ''];
  return {
    codes: groups,
    owner,
    address: site,
    file: `data:text/plain;charset=utf-8,${encodeURIComponent(lines.join('\r\n'))}`,
  };
}

export const CODES_READ =
  'Des codes de secours ne sont montrés qu’une fois, quand ils sont faits. Si vous ne les avez pas gardés, demandez-en de nouveaux.';
export const FORMER_CODES = 'Vos codes de secours précédents ne servent plus\u00a0: voici les nouveaux.';
export const NO_FACTOR = 'Les codes de secours vont avec un second facteur\u00a0: ajoutez-en d’abord un.';

export const RESET_STOPPED =
  'Votre second facteur ne sera pas réinitialisé. La personne qui l’avait demandé, les administrateurs de votre organisme et l’Ucanss en sont prévenus.';
export const NO_RESET =
  'Aucune réinitialisation n’attend plus\u00a0: elle a eu lieu, ou a été abandonnée. Si elle a eu lieu, vous avez sept jours pour la défaire par le lien du message.';

/** Why the first code was not taken. */
export function driftSentence(drift: number | null): string {
  if (drift === null)
    return 'Ce code n’est pas celui de cette clé. Attendez le suivant, ou vérifiez la clé dans l’application.';
  const late = plural(Math.abs(drift), 'seconde', 'secondes');
  return `L’heure de votre téléphone ${drift > 0 ? 'avance' : 'retarde'} d’environ ${late}\u00a0: réglez-la sur «\u00a0automatique\u00a0», puis saisissez le code suivant.`;
}

const hasFactor = ({ authenticator, passkeys }: FactorState): boolean =>
  authenticator !== null || passkeys.length > 0;

/** The page before recovery codes are replaced: those that were printed die; null where there is nothing that they stand for. */
export const newCodesConfirmation = (state: FactorState): Confirmation | null =>
  hasFactor(state)
    ? {
        title: 'Nouveaux codes de secours',
        effect: 'Dix nouveaux codes remplacent les anciens, qui ne serviront plus.',
      }
    : null;

/** The page before a factor is removed; null where it is none of theirs. */
export function removalConfirmation(
  kind: FactorKind,
  { authenticator, passkeys }: FactorState,
  { id, last }: { id: number; last: boolean },
): Confirmation | null {
  const passkey = passkeys.find((each) => each.id === id);
  if (kind === 'passkey' ? passkey === undefined : authenticator === null) return null;
  const left = passkeys.length + (authenticator === null ? 0 : 1) - 1;
  const name = FACTOR_NAMES[kind];
  return {
    title: passkey ? `Retirer la clé d’accès «\u00a0${passkey.name}\u00a0»` : `Retirer l’${name}`,
    effect:
      left === 0
        ? 'Votre mot de passe suffira pour vous connecter, et vos codes de secours ne serviront plus.'
        : 'Elle ne servira plus à vous connecter\u00a0; vos autres moyens restent.',
    refusal: last
      ? 'Votre profil demande un second facteur\u00a0: le dernier ne se retire pas. Ajoutez-en d’abord un autre.'
      : null,
    danger: true,
  };
}
