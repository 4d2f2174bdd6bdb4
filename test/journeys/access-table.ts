/**
 * Who has what, route by route, written by hand from DOMAIN.md (« Who can do what ») and never from the code. A route
 * that is not listed here fails the matrix.
 */

export const PROFILES = [
  'visitor',
  'deactivated',
  'employee',
  'formerAdministrator',
  'administrator',
  'otherAdministrator',
  'twoOrganisms',
  'ucanss',
  'auditor',
] as const;

export type Profile = (typeof PROFILES)[number];

/** What a person gets: the page or its answer, the way to sign in, a 403, a 404. */
export type Outcome = 'answer' | 'sign in' | 'refused' | 'unknown';

type Row = Readonly<Record<Profile, Outcome>>;

const everyone = (outcome: Outcome): Row => ({
  visitor: outcome,
  deactivated: outcome,
  employee: outcome,
  formerAdministrator: outcome,
  administrator: outcome,
  otherAdministrator: outcome,
  twoOrganisms: outcome,
  ucanss: outcome,
  auditor: outcome,
});

const EVERYONE = everyone('answer');
const NOBODY = everyone('unknown');
const SIGNED_IN: Row = { ...EVERYONE, visitor: 'sign in', deactivated: 'sign in' };
const MANAGEMENT: Row = { ...SIGNED_IN, employee: 'refused', formerAdministrator: 'refused' };

export interface Expected {
  row: Row;
  /** What stands for `:name` in the path; `unknown` are values that are a 404 for whoever has the page. */
  parameters?: { known: readonly string[]; unknown: readonly string[] };
  /** True where the page covers people: it is also asked for with every perimeter, and searched for leaks. */
  people?: true;
}

// No link is known here: whoever has none gets the same 404, signed in or not.
const LINK: Expected = { row: NOBODY, parameters: { known: ['jeton', 'A'.repeat(43), '1'], unknown: [] } };
const OWN_REQUEST: Expected = {
  row: SIGNED_IN,
  parameters: { known: ['$own'], unknown: ['$foreign', '0', '-1', '1.5', 'abc', '9'.repeat(30), '%00'] },
};
const APPLICATION: Expected = {
  row: SIGNED_IN,
  parameters: { known: ['energie'], unknown: ['inconnue', '1', '%00', '__proto__', 'x'.repeat(300)] },
};

const ACT: Row = { ...MANAGEMENT, auditor: 'refused' };
const BAD_IDS = ['0', '-1', '1.5', 'abc', '9'.repeat(30), '%00'];
// Without the role that the act is about, there is nothing to confirm.
const NEEDS_ROLE: Row = {
  ...ACT,
  administrator: 'unknown',
  otherAdministrator: 'unknown',
  twoOrganisms: 'unknown',
  ucanss: 'unknown',
};
const MANAGED_ACCOUNT = { known: ['$managed'], unknown: BAD_IDS };
// What is posted without the organism it was made for is refused, whoever it is about.
const POSTED_ACCOUNT = { known: ['$managed', '$stranger', ...BAD_IDS], unknown: [] };
const BATCH: Expected = { row: MANAGEMENT, parameters: { known: [], unknown: ['1', ...BAD_IDS] } };

export const EXPECTED: Readonly<Record<string, Expected>> = {
  'GET /': { row: EVERYONE },
  'GET /connexion': { row: EVERYONE },
  'POST /connexion': { row: EVERYONE },
  // It leads back to « Connexion », whoever asks.
  'POST /deconnexion': { row: everyone('sign in') },
  'GET /mot-de-passe/oubli': { row: EVERYONE },
  'POST /mot-de-passe/oubli': { row: EVERYONE },
  'POST /mot-de-passe/force': { row: EVERYONE },
  'GET /mot-de-passe/:token': LINK,
  'POST /mot-de-passe/:token': LINK,
  'GET /activation/:token': LINK,
  'POST /activation/:token': LINK,
  'GET /inscription': { row: EVERYONE },
  'POST /inscription': { row: EVERYONE },
  'GET /inscription/message-envoye': { row: EVERYONE },
  'GET /inscription/adresse-confirmee': { row: EVERYONE },
  'GET /inscription/:token': LINK,
  'POST /inscription/:token': LINK,
  'GET /demonstration/messages': { row: EVERYONE },
  'POST /session/prolongation': { row: SIGNED_IN },
  'GET /applications': { row: SIGNED_IN },
  'GET /applications/:code': APPLICATION,
  'POST /applications/:code': APPLICATION,
  'GET /mes-informations': { row: SIGNED_IN },
  'GET /mes-informations/demandes/:id/annulation': OWN_REQUEST,
  'POST /mes-informations/demandes/:id/annulation': OWN_REQUEST,
  'POST /organisme-courant': { row: MANAGEMENT },
  'GET /gestion': { row: MANAGEMENT },
  'GET /gestion/etat': { row: MANAGEMENT, people: true },
  'GET /gestion/etat.xlsx': { row: MANAGEMENT, people: true },
  'GET /gestion/etat.pdf': { row: MANAGEMENT, people: true },
  'GET /gestion/etat.csv': { row: MANAGEMENT, people: true },
  'GET /gestion/comptes': { row: MANAGEMENT, people: true },
  'GET /gestion/comptes/selection': { row: NEEDS_ROLE },
  'POST /gestion/comptes/selection': { row: ACT },
  'GET /gestion/comptes/:id/desactivation': { row: ACT, parameters: MANAGED_ACCOUNT },
  'POST /gestion/comptes/:id/desactivation': { row: ACT, parameters: POSTED_ACCOUNT },
  'GET /gestion/comptes/:id/reactivation': { row: ACT, parameters: MANAGED_ACCOUNT },
  'POST /gestion/comptes/:id/reactivation': { row: ACT, parameters: POSTED_ACCOUNT },
  'GET /gestion/comptes/:id/rattachement': {
    row: ACT,
    parameters: { known: ['$stranger'], unknown: BAD_IDS },
  },
  'POST /gestion/comptes/:id/rattachement': { row: ACT, parameters: POSTED_ACCOUNT },
  'GET /gestion/comptes/:id/activation-de-droits': {
    row: NEEDS_ROLE,
    parameters: { known: ['$managed', ...BAD_IDS], unknown: [] },
  },
  'POST /gestion/comptes/:id/activation-de-droits': { row: ACT, parameters: POSTED_ACCOUNT },
  'GET /gestion/comptes/:id/suppression-de-droits': {
    row: NEEDS_ROLE,
    parameters: { known: ['$managed', ...BAD_IDS], unknown: [] },
  },
  'POST /gestion/comptes/:id/suppression-de-droits': { row: ACT, parameters: POSTED_ACCOUNT },
  'GET /gestion/lots/:id': BATCH,
  'GET /gestion/lots/:id/lot.xlsx': BATCH,
  'GET /gestion/lots/:id/lot.pdf': BATCH,
  'GET /gestion/lots/:id/lot.csv': BATCH,
};
