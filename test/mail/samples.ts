import type { MessageName, MessageValues } from '../../src/domain/message.ts';

const thomas = { firstName: 'Thomas', lastName: 'MANTEL' };
const welcome = { firstName: 'Welcome', lastName: 'TESTPORTAIL' };
const right = { roleLabel: 'Energie Lecteur', organismName: 'CAF du Jura' };

const ASKED_ADDRESS = {
  ...thomas,
  organismName: 'CAF du Jura',
  newEmail: 'thomas.mantel@caf39.caf.fr',
  askedBy: 'Welcome TESTPORTAIL',
  reason: 'Mariage',
  changeId: 7,
  silenceAgrees: false,
};

/** Values for each message. Each text is found nowhere else, so that a test can look for it. */
export const samples: { readonly [N in MessageName]: MessageValues[N] } = {
  'account-inactive': { organismName: 'CAF du Jura', byUcanss: false },
  'account-known': {},
  activation: { ...thomas, email: 'tmantel@caf39.caf.fr', organismName: 'CAF du Jura', cause: 'created' },
  attached: {
    ...thomas,
    email: 'tmantel@caf39.caf.fr',
    formerOrganism: 'CAF du Jura',
    newOrganism: 'CPAM du Jura',
    attachedBy: 'Céline UNIQUE',
    attachedOn: '2026-11-22',
    delegationEnded: true,
  },
  'unusual-act': {
    ...{ cause: 'young_delegation', organismName: 'CAF du Jura' },
    ...{ by: 'Welcome TESTPORTAIL', byEmail: 'wtestportail@test.fr', person: 'Thomas MANTEL' },
  },
  'delegation-granted': {
    ...thomas,
    to: 'holder',
    organismName: 'CAF du Jura',
    giver: welcome,
    endsOn: '2027-06-30',
    reason: 'Remplacement',
  },
  'delegation-removed': {
    ...thomas,
    to: 'holder',
    organismName: 'CAF du Jura',
    remover: welcome,
    reason: 'Départ',
  },
  'end-date-changed': {
    ...thomas,
    roleLabel: 'Administrateur local',
    organismName: 'CAF du Jura',
    changedBy: 'Welcome TESTPORTAIL',
    endsOn: '2027-06-30',
  },
  'national-role-removed': {
    ...thomas,
    roleLabel: 'Auditeur',
    organismName: 'Tous les organismes',
    removedBy: 'Noé NATIONAL',
    reason: 'Fin de mission',
  },
  'email-change': {
    ...thomas,
    organismName: 'CAF du Jura',
    newEmail: 'thomas.mantel@caf39.caf.fr',
    askedBy: 'Welcome TESTPORTAIL',
    changeId: 7,
  },
  'email-agreement': ASKED_ADDRESS,
  'email-mailbox': ASKED_ADDRESS,
  'email-change-ended': {
    ...thomas,
    organismName: 'CAF du Jura',
    newEmail: 'thomas.mantel@caf39.caf.fr',
    ...{ outcome: 'refused', by: 'Noé NATIONAL', reason: 'Boîte inconnue', asker: 'Maud' },
  },
  'email-change-stopped': {
    ...thomas,
    ...{ organismName: 'CAF du Jura', newEmail: 'thomas.mantel@caf39.caf.fr' },
    ...{ askedBy: 'Welcome TESTPORTAIL', reason: 'Boîte inconnue' },
  },
  'email-changed': {
    ...thomas,
    organismName: 'CAF du Jura',
    newEmail: 'thomas.mantel@caf39.caf.fr',
    changedOn: '2026-11-22',
    changeId: 7,
  },
  'password-reset': thomas,
  'request-accepted': {
    ...thomas,
    ...right,
    ...{ requester: 'Maud SUPPLÉANTE', beneficiary: null },
    decidedBy: 'Welcome TESTPORTAIL',
    endsOn: '2027-06-30',
    reason: 'Accord du service',
  },
  'request-confirmation': { organismName: 'CAF du Jura' },
  'request-lapsed': {
    ...thomas,
    ...right,
    ...{ requester: 'Maud SUPPLÉANTE', beneficiary: null, kind: 'role', submittedOn: '2026-09-23' },
  },
  'request-lapsing': {
    ...{ firstName: 'Fred', lastName: 'LECONFINE', ...right },
    ...{ requester: null, beneficiary: null, kind: 'account', submittedOn: '2026-10-08' },
    closesOn: '2026-12-07',
  },
  'request-received': {
    ...{ firstName: 'Fred', lastName: 'LECONFINE' },
    kind: 'account',
    email: 'fred.leconfine@caf39.caf.fr',
    functionTitle: 'Conseiller',
    organismName: 'CAF du Jura',
    roleLabel: "Droits d'accès à la ressource : Portail accès connecté",
    requester: 'Maud SUPPLÉANTE',
    reason: 'Première ligne\nseconde ligne',
    submittedOn: '2026-11-22',
    outsideMailDomain: true,
    forUcanss: false,
  },
  'requests-waiting': {
    ...{ firstName: 'Maud', lastName: 'SUPPLÉANTE', organismName: 'CAF du Jura' },
    ...{ waiting: 12, since: '2026-10-02', days: 51 },
  },
  'request-refused': {
    ...thomas,
    ...right,
    ...{ requester: null, beneficiary: 'William ADAMA' },
    decidedBy: 'Welcome TESTPORTAIL',
    reason: 'Hors de vos fonctions',
  },
  'requests-received': {
    ...right,
    count: 12,
    requestedBy: 'Welcome TESTPORTAIL',
    reason: 'Ouverture du service',
  },
  'right-ending': { ...thomas, ...right, endsOn: '2026-11-29' },
  'account-reactivated': {
    ...thomas,
    organismName: right.organismName,
    reactivatedBy: 'Welcome TESTPORTAIL',
    reason: 'Retour de congé',
    rights: ['Energie Lecteur', 'SDA_Consultation'],
  },
  'role-granted': {
    ...thomas,
    ...right,
    grantedBy: 'Welcome TESTPORTAIL',
    endsOn: null,
    reason: 'Nouvelle fonction',
  },
};
