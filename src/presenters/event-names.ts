import type { MessageName } from '../domain/message.ts';

/** What the trail calls messages, as people read it. */
const MESSAGES: Record<MessageName, string> = {
  'account-inactive': 'Votre compte est désactivé',
  'account-known': 'Vous avez déjà un compte',
  'account-reactivated': 'Compte réactivé',
  activation: 'Activation du compte',
  attached: 'Départ vers un autre organisme',
  'delegation-granted': 'Nouvelle délégation',
  'delegation-removed': 'Fin de délégation',
  departure: 'Départ prévu',
  'email-agreement': 'Accord demandé pour un changement d’adresse',
  'email-change': 'Confirmation de la nouvelle adresse',
  'email-change-ended': 'Suite d’un changement d’adresse',
  'email-change-stopped': 'Changement d’adresse abandonné',
  'email-changed': 'Adresse changée',
  'email-mailbox': 'Confirmation d’une nouvelle adresse demandée',
  'end-date-changed': 'Date de fin changée',
  'national-role-removed': 'Fin du profil national',
  'office-ended': 'Fin de fonction d’un agent de direction',
  'password-reset': 'Nouveau mot de passe',
  'factor-reset': 'Réinitialisation du second facteur',
  'factor-reset-stopped': 'Réinitialisation d’un second facteur arrêtée',
  'factor-of-colleague': 'Second facteur d’un administrateur',
  'security-changed': 'Sécurité du compte',
  'request-accepted': 'Demande acceptée',
  'request-confirmation': 'Confirmation de la demande de compte',
  'request-lapsed': 'Demande close sans décision',
  'request-lapsing': 'Demande bientôt close sans décision',
  'request-received': 'Demande à décider',
  'request-refused': 'Demande refusée',
  'requests-received': 'Demandes à décider',
  'requests-waiting': 'Rappel des demandes à décider',
  'right-ending': 'Fin prochaine d’une habilitation',
  'unusual-act': 'Acte inhabituel',
  'role-granted': 'Nouvelle habilitation',
  'batch-undone': 'Action annulée',
};

/** What the portal does by itself (jobs/nightly.ts). */
const JOBS: Record<string, string> = {
  mail: 'Le portail, envoi des messages',
  'end-dates': 'Le portail, dates de fin',
  'ending-notices': 'Le portail, rappels de fin',
  'planned-acts': 'Le portail, actes prévus',
  'lapsed-requests': 'Le portail, demandes sans décision',
  'lapsing-notices': 'Le portail, rappels de demandes',
  'requests-without-decider': 'Le portail, demandes que personne ne peut décider',
  'email-changes': 'Le portail, changements d’adresse',
  'factor-resets': 'Le portail, réinitialisations de second facteur',
  'purge-unconfirmed': 'Le portail, demandes jamais confirmées',
  'prune-messages': 'Le portail, ménage des messages',
  nominations: 'Le portail, nominations',
  // Commands, typed where the portal runs.
  'admin:create': 'Commande admin:create',
  'factor:reset': 'Commande factor:reset',
  migration: 'Le portail, mise à jour',
  seed: 'Le portail, chargement des données',
};

/** The lists that leave in files, by what their files are called. */
const LISTS: Record<string, string> = {
  'administrateurs-locaux': 'Tous les administrateurs locaux',
  'actes-prevus': 'Actes prévus',
  'applications-et-roles': 'Applications et rôles',
  'demandes-acceptees': 'Demandes d’habilitations\u00a0: Accepté',
  'demandes-en-cours': 'Demandes d’habilitations\u00a0: En cours',
  'demandes-refusees': 'Demandes d’habilitations\u00a0: Refus',
  'etat-des-habilitations': 'État des habilitations',
  'historique-du-compte': 'Historique du compte',
  journal: 'Journal',
  nominations: 'Nominations',
  organismes: 'Organismes',
  'profils-nationaux': 'Profils nationaux',
};

const FORMATS: Record<string, string> = { xlsx: 'Excel', pdf: 'PDF', csv: 'CSV' };

/** Between quotes; a message or a job of an older version keeps its own name. */
export const messageName = (template: string): string =>
  `«\u00a0${MESSAGES[template as MessageName] ?? template}\u00a0»`;

export const jobName = (job: string): string => JOBS[job] ?? `Traitement «\u00a0${job}\u00a0»`;

/** « resultat-du-lot-12 » is one of as many lists as there were batches. */
const numbered = (list: string): string =>
  list
    .replace(/^resultat-du-lot-(\d+)$/, 'Résultat du lot n°\u00a0$1')
    .replace(/^nominations-(\d+)$/, 'Nominations, fichier n°\u00a0$1');

export const listName = (list: string): string => `«\u00a0${LISTS[list] ?? numbered(list)}\u00a0»`;

export const formatName = (format: string): string => FORMATS[format] ?? format;
