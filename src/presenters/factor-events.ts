import type { EventAction } from '../domain/audit-event.ts';
import type { ResetEnd } from '../domain/factor-reset.ts';
import type { FactorKind, Proof } from '../domain/second-factor.ts';
import { type Wording, who } from './event-wording.ts';
import { formatDateTime, plural } from './format.ts';

type FactorAction = Extract<EventAction, `factor.${string}` | `identity.${string}`>;

export const FACTOR_NAMES: Readonly<Record<FactorKind, string>> = {
  authenticator: 'application d’authentification',
  passkey: 'clé d’accès',
};

const BY: Readonly<Record<Proof, string>> = {
  password: 'par son mot de passe',
  code: 'par un code de son application',
  recovery_code: 'par un code de secours',
  passkey: 'par une clé d’accès',
};

/** What ended a reset that its person did not stop. */
const RESET_ENDS: Readonly<Record<ResetEnd, string>> = {
  given_up: 'abandonnée',
  asker: 'sans effet, la personne qui l’a demandée ne le pourrait plus',
  deactivated: 'sans effet, le compte est désactivé',
  no_factor: 'sans effet, la personne n’a plus de second facteur',
  replaced: 'remplacée par la commande factor:reset',
};

const ASKED = { sign_in: 'à la connexion', identity: 'pour confirmer son identité' } as const;

/** « clé d'accès « Mon téléphone » ». */
export const called = ({ kind, name }: { kind: FactorKind; name?: string | null }): string =>
  `${FACTOR_NAMES[kind]}${name ? ` «\u00a0${name}\u00a0»` : ''}`;

/** Second factors (R89), in French. */
export const FACTOR_WORDINGS: { [A in FactorAction]: Wording<A> } = {
  'factor.added': {
    label: 'Second facteur ajouté',
    sentence: (e, details) =>
      details.replaces
        ? `${who(e)} a remplacé son ${called(details)}`
        : `${who(e)} a ajouté une ${called(details)}`,
    tone: 'success',
    icon: 'key',
  },
  'factor.removed': {
    label: 'Second facteur retiré',
    sentence: (e, details) => `${who(e)} a retiré une ${called(details)}`,
    tone: 'warning',
    icon: 'key',
  },
  'factor.renamed': {
    label: 'Second facteur renommé',
    sentence: (e, { kind, name, former }) =>
      `${who(e)} a renommé une ${FACTOR_NAMES[kind]}\u00a0: «\u00a0${former}\u00a0» devient «\u00a0${name}\u00a0»`,
    icon: 'key',
  },
  'factor.codes_renewed': {
    label: 'Codes de secours',
    sentence: (e) => `${who(e)} a de nouveaux codes de secours`,
    icon: 'key',
  },
  'factor.recovery_code_used': {
    label: 'Code de secours utilisé',
    sentence: (e, { left }) =>
      `${who(e)} a utilisé un code de secours\u00a0: ${left === 0 ? 'il n’en reste aucun' : `il en reste ${plural(left, 'code', 'codes')}`}`,
    tone: 'warning',
    icon: 'key',
  },
  'factor.refused': {
    label: 'Second facteur refusé',
    sentence: (e, { asked, with: by }) =>
      `${by === 'passkey' ? 'Clé d’accès refusée' : 'Code refusé'} pour ${who(e)}, ${ASKED[asked]}`,
    tone: 'warning',
  },
  'factor.limited': {
    label: 'Second facteur bloqué',
    sentence: (e, { asked, with: by }) =>
      `${by === 'passkey' ? 'Trop de clés d’accès refusées' : 'Trop de codes refusés'} pour ${who(e)}, ${ASKED[asked]}\u00a0: la suite n’est pas lue pendant quelques minutes`,
    tone: 'danger',
  },
  'factor.reset_asked': {
    label: 'Réinitialisation du second facteur demandée',
    sentence: (e, { effective_at }) =>
      `Réinitialisation du second facteur de ${who(e)} demandée, pour le ${formatDateTime(new Date(effective_at))}`,
    tone: 'warning',
    icon: 'key',
  },
  'factor.reset': {
    label: 'Second facteur réinitialisé',
    sentence: (e) =>
      `Second facteur de ${who(e)} réinitialisé\u00a0: son mot de passe suffit jusqu’au prochain`,
    tone: 'danger',
    icon: 'key',
  },
  'factor.reset_stopped': {
    label: 'Réinitialisation du second facteur dénoncée',
    sentence: (e, { done }) =>
      `${who(e)} dénonce la réinitialisation de son second facteur\u00a0: ${done ? 'celui d’avant est de nouveau en vigueur' : 'elle n’aura pas lieu'}`,
    tone: 'danger',
    icon: 'key',
  },
  'factor.reset_ended': {
    label: 'Réinitialisation du second facteur abandonnée',
    sentence: (e, { cause }) => `Réinitialisation du second facteur de ${who(e)}\u00a0: ${RESET_ENDS[cause]}`,
  },
  'identity.confirmed': {
    label: 'Identité confirmée',
    sentence: (e, { by }) => `${who(e)} a confirmé son identité ${BY[by]}`,
  },
};
