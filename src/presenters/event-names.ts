import type { MessageName } from '../domain/message.ts';

/** What the trail calls messages, as people read it. */
const MESSAGES: Record<MessageName, string> = {
  'account-known': 'Vous avez déjà un compte',
  activation: 'Activation du compte',
  attached: 'Départ vers un autre organisme',
  'delegation-granted': 'Nouvelle délégation',
  'delegation-removed': 'Fin de délégation',
  'email-change': 'Confirmation de la nouvelle adresse',
  'email-changed': 'Adresse changée',
  'end-date-changed': 'Date de fin changée',
  'national-role-removed': 'Fin du profil national',
  'password-reset': 'Nouveau mot de passe',
  'request-accepted': 'Demande acceptée',
  'request-confirmation': 'Confirmation de la demande de compte',
  'request-received': 'Demande à décider',
  'request-refused': 'Demande refusée',
  'requests-received': 'Demandes à décider',
  'right-ending': 'Fin prochaine d’une habilitation',
  'role-granted': 'Nouvelle habilitation',
};

/** What the portal does by itself (jobs/nightly.ts). */
const JOBS: Record<string, string> = {
  mail: 'Le portail, envoi des messages',
  'end-dates': 'Le portail, dates de fin',
  'ending-notices': 'Le portail, rappels de fin',
  'purge-unconfirmed': 'Le portail, demandes jamais confirmées',
  'prune-messages': 'Le portail, ménage des messages',
};

/** Between quotes; a message or a job of an older version keeps its own name. */
export const messageName = (template: string): string =>
  `«\u00a0${MESSAGES[template as MessageName] ?? template}\u00a0»`;

export const jobName = (job: string): string => JOBS[job] ?? `Traitement «\u00a0${job}\u00a0»`;
