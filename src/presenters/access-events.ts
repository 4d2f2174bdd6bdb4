import type { EventAction, ExportCut } from '../domain/audit-event.ts';
import { formatName, listName, messageName } from './event-names.ts';
import { type Wording, who } from './event-wording.ts';
import { plural } from './format.ts';

type AccessAction = Extract<
  EventAction,
  | `sign_in.${string}`
  | 'sign_out'
  | `session.${string}`
  | `access.${string}`
  | `password.${string}`
  | `list.${string}`
  | `export.${string}`
  | `search.${string}`
  | `message.${string}`
>;

const SESSION_CAUSES = {
  idle: 'après une période sans activité',
  absolute: 'après sa durée maximale',
  deactivated: 'par la désactivation du compte',
  password_reset: 'par le changement du mot de passe',
  email_changed: 'par le changement d’adresse',
  email_reverted: 'par le retour de l’adresse d’avant',
  closed: 'depuis une autre session de la même personne',
  password_changed: 'par le changement du mot de passe',
  factor_added: 'par l’ajout d’un second facteur',
  factor_reset: 'par la réinitialisation du second facteur',
  factor_restored: 'par le retour du second facteur d’avant',
} as const;

const WITH = {
  code: ', avec le code de son application',
  recovery_code: ', avec un code de secours',
  passkey: ', avec une clé d’accès',
} as const;

/** What is limited past so many failures, by what counts them. */
const LIMITED = {
  account: (subject: string | null) =>
    `Trop de tentatives sur ${subject ? `le compte de ${subject}` : 'une adresse qui n’a pas de compte'}\u00a0: connexions bloquées pour quelques minutes, sauf depuis les appareils déjà connus`,
  device: (subject: string | null) =>
    `Trop de tentatives sur ${subject ? `le compte de ${subject}` : 'un compte'} depuis un appareil déjà connu\u00a0: connexions bloquées pour quelques minutes depuis cet appareil`,
  address: () =>
    'Trop de tentatives depuis une même adresse du réseau\u00a0: connexions ralenties pour quelques minutes, sauf depuis les appareils déjà connus',
} as const;

/** Why a file is not whole. */
const CUTS: Record<ExportCut, string> = {
  gone: 'la connexion s’étant fermée',
  unread: 'le fichier n’étant plus lu',
  rights: 'les droits de la personne ayant changé',
  too_long: 'sa préparation ayant trop duré',
  stopped: 'le portail s’arrêtant',
  failed: 'à la suite d’une erreur',
};

/** What somebody was told of a person of another organism (P12). */
const TOLD = {
  attachment: 'avant de la rattacher',
  creation: 'en créant un compte qui existe déjà',
  email_change: 'en demandant une adresse qui a déjà un compte',
  request: 'en décidant d’une demande dont l’adresse a déjà un compte',
} as const;

/** The address of a page, without what only programs read. */
const addressOf = (path: string): string => path.replace(/:\w+/g, '…');

/** Signing in, reading, and what leaves the portal, in French. */
export const ACCESS_WORDINGS: { [A in AccessAction]: Wording<A> } = {
  'sign_in.succeeded': {
    label: 'Connexion',
    sentence: (e, { with: factor }) => `Connexion de ${who(e)}${factor === undefined ? '' : WITH[factor]}`,
    icon: 'box-arrow-in-right',
  },
  'sign_in.half': {
    label: 'Second facteur demandé',
    sentence: (e) => `Mot de passe juste pour ${who(e)}\u00a0: second facteur demandé`,
  },
  'sign_in.refused': {
    label: 'Connexion refusée',
    sentence: (e, { cause, with: by }) =>
      cause === 'inactive'
        ? `Connexion refusée, compte inactif${e.subject ? ` de ${e.subject}` : ''}`
        : `Connexion refusée${e.subject ? ` pour ${e.subject}` : by === 'passkey' ? ', clé d’accès inconnue' : ', adresse inconnue'}`,
    tone: 'warning',
  },
  'sign_in.limited': {
    label: 'Tentatives bloquées',
    sentence: (e, { scope }) => LIMITED[scope](e.subject),
    tone: 'danger',
  },
  sign_out: { label: 'Déconnexion', sentence: (e) => `Déconnexion de ${who(e)}` },
  'session.ended': {
    label: 'Session terminée',
    sentence: (e, { cause }) => `Session de ${who(e)} terminée ${SESSION_CAUSES[cause]}`,
  },
  'access.pace_reached': {
    label: 'Rythme inhabituel',
    sentence: (_e, { what }) =>
      `Rythme inhabituel\u00a0: la limite d’une heure est atteinte pour les ${what === 'attachments' ? 'rattachements' : 'créations de compte'}`,
    tone: 'danger',
  },
  'access.refused': {
    label: 'Accès refusé',
    sentence: (_e, { method, path, more_than }) =>
      (method === 'GET'
        ? `Page refusée, faute du profil qu’elle demande\u00a0: ${addressOf(path)}`
        : `Acte refusé, faute du profil qu’il demande\u00a0: ${addressOf(path)}`) +
      (more_than === undefined
        ? ''
        : `. Plus de ${more_than} refus en quelques minutes\u00a0: les suivants ne sont pas détaillés`),
    tone: 'danger',
  },
  'password.chosen': {
    label: 'Mot de passe choisi',
    sentence: (e, { after }) =>
      after === 'activation' ? `${who(e)} a activé son compte` : `${who(e)} a choisi un nouveau mot de passe`,
    tone: 'success',
  },
  'password.reset_requested': {
    label: 'Mot de passe oublié',
    sentence: (e) => `Nouveau mot de passe demandé${e.subject ? ` pour ${e.subject}` : ''}`,
  },
  'list.exported': {
    label: 'Export',
    sentence: (_e, { list, format }) => `Export de la liste ${listName(list)} en ${formatName(format)}`,
    icon: 'download',
  },
  'export.started': {
    label: 'Début d’export',
    sentence: (_e, { list, format }) => `Export de la liste ${listName(list)} en ${formatName(format)}`,
    icon: 'download',
  },
  'export.ended': {
    label: 'Fin d’export',
    sentence: (_e, { list, format, rows, cut }) => {
      const file = `Export de la liste ${listName(list)} en ${formatName(format)}`;
      const lines = plural(rows, 'ligne', 'lignes');
      return cut === undefined
        ? `${file} terminé\u00a0: ${lines}`
        : `${file} coupé après ${lines} au plus, ${CUTS[cut]}`;
    },
    icon: 'download',
  },
  'search.person_told': {
    label: 'Consultation hors de l’organisme',
    sentence: (e, { how }) => `Consultation de ${who(e)} depuis un autre organisme, ${TOLD[how]}`,
    icon: 'search',
  },
  'search.outside': {
    label: 'Recherche hors de l’organisme',
    sentence: (_e, { last_name, first_name, words = '', found }) =>
      `Recherche hors de l’organisme de «\u00a0${[last_name, first_name, words].filter(Boolean).join(' ')}\u00a0»\u00a0: ${found} résultat${found >= 2 ? 's' : ''}`,
    icon: 'search',
  },
  'message.sent': {
    label: 'Message envoyé',
    sentence: (_e, { to, template }) => `Message ${messageName(template)} envoyé à ${to}`,
    icon: 'envelope',
  },
  'message.failed': {
    label: 'Message non parti',
    sentence: (_e, { to, template }) => `Le message ${messageName(template)} n’a pas pu être envoyé à ${to}`,
    tone: 'danger',
    icon: 'envelope',
  },
  'message.resent': {
    label: 'Message renvoyé',
    sentence: (_e, { to, template }) => `Nouvel envoi demandé du message ${messageName(template)} à ${to}`,
    icon: 'envelope',
  },
  'message.withdrawn': {
    label: 'Messages retirés',
    sentence: (_e, { count }) =>
      `${plural(count, 'message retiré', 'messages retirés')} avant envoi, leur lot étant annulé`,
    icon: 'envelope',
  },
};
