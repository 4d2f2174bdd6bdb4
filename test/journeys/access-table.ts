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

export type Row = Readonly<Record<Profile, Outcome>>;

export interface Expected {
  row: Row;
  /** What stands for the `:name`s of the path, and who gets what with it; `$word` is a row made for the case. */
  values?: readonly (readonly [value: string, row: Row])[];
  /** True where the page covers people: it is also asked for with every perimeter. */
  people?: true;
}

const row = (outcome: Outcome, but: Partial<Row> = {}): Row => ({
  ...(Object.fromEntries(PROFILES.map((profile) => [profile, outcome])) as Row),
  ...but,
});

const EVERYONE = row('answer');
const NOBODY = row('unknown');
const SIGNED_IN = row('answer', { visitor: 'sign in', deactivated: 'sign in' });
const READ: Row = { ...SIGNED_IN, employee: 'refused', formerAdministrator: 'refused' };
const ACT: Row = { ...READ, auditor: 'refused' };

/** The same for what does not exist: a 404 for whoever has the page. */
const unknown = (known: Row): Row =>
  row('unknown', Object.fromEntries(Object.entries(known).filter(([, outcome]) => outcome !== 'answer')));

/** The same for what belongs to another organism: a 404 for who has one only (P5). */
const outside = (known: Row): Row => ({
  ...known,
  administrator: 'unknown',
  otherAdministrator: 'unknown',
  twoOrganisms: 'unknown',
});

const BAD_NUMBERS = ['0', '-1', '1.5', 'abc', '999999999', '9'.repeat(30), '%00', '1%20OR%201=1'];
const bad = (known: Row) => BAD_NUMBERS.map((value) => [value, unknown(known)] as const);

/** A page about someone, or something, of an organism. */
const about = (known: Row, own: string, foreign: string): Expected => ({
  row: known,
  values: [[own, known], [foreign, outside(known)], ...bad(known)],
});
const PERSON_READ = about(READ, '$person', '$stranger');
const PERSON_ACT = about(ACT, '$person', '$stranger');
const ADMINISTRATOR_ACT = about(ACT, '$administrator', '$strangeAdministrator');
const REQUEST_ACT = about(ACT, '$request', '$strangeRequest');
const RIGHT_ACT: Expected = {
  row: ACT,
  values: [
    ['$person/$right', ACT],
    ['$stranger/$right', outside(ACT)],
    ...bad(ACT).map(([id, each]) => [`1/${id}`, each] as const),
  ],
};
// The one act that reaches outside (R58): one's own people are not there to be attached. Ucanss chooses the organism
// first, whoever the person is.
const ATTACHING: Expected = {
  row: ACT,
  values: [
    ['$stranger', ACT],
    ['$person', outside(ACT)],
    ...BAD_NUMBERS.map((value) => [value, { ...unknown(ACT), ucanss: 'answer' as const }] as const),
  ],
};
const NONE_READ: Expected = { row: READ, values: bad(READ) };
const OWN_REQUEST: Expected = {
  row: SIGNED_IN,
  values: [['$ownRequest', SIGNED_IN], ['$strangeRequest', unknown(SIGNED_IN)], ...bad(SIGNED_IN)],
};
const APPLICATION: Expected = {
  row: SIGNED_IN,
  values: [
    ['energie', SIGNED_IN],
    ...['inconnue', '1', '%00', '__proto__', 'x'.repeat(300)].map(
      (code) => [code, unknown(SIGNED_IN)] as const,
    ),
  ],
};
// No link is known here: whoever has none gets the same 404, signed in or not.
const LINK: Expected = {
  row: NOBODY,
  values: ['jeton', 'A'.repeat(43), '1', '%00'].map((link) => [link, NOBODY]),
};

/** A list with its three files. */
const list = (path: string): [string, Expected][] =>
  ['', '.xlsx', '.pdf', '.csv'].map((end) => [`GET ${path}${end}`, { row: READ, people: true }]);

/** The page of an act, and the act. */
const act = (path: string, expected: Expected): [string, Expected][] => [
  [`GET ${path}`, expected],
  [`POST ${path}`, expected],
];

const pages = (expected: Expected, ...names: string[]): [string, Expected][] =>
  names.map((name) => [name, expected]);

export const EXPECTED: ReadonlyMap<string, Expected> = new Map<string, Expected>([
  ...pages({ row: EVERYONE }, 'GET /', 'GET /aide', 'GET /accessibilite', 'GET /donnees-personnelles'),
  ...act('/connexion', { row: EVERYONE }),
  // It leads back to « Connexion », whoever asks.
  ['POST /deconnexion', { row: row('sign in') }],
  // A session is opened for its notice, then the way leads to « Connexion » too.
  ...act('/mot-de-passe/oubli', { row: EVERYONE }),
  ['POST /mot-de-passe/force', { row: EVERYONE }],
  ...act('/mot-de-passe/:token', LINK),
  ...act('/activation/:token', LINK),
  ...act('/inscription', { row: EVERYONE }),
  ...pages({ row: EVERYONE }, 'GET /inscription/message-envoye', 'GET /inscription/adresse-confirmee'),
  ...act('/inscription/:token', LINK),
  ['GET /demonstration/messages', { row: EVERYONE }],
  ['POST /session/prolongation', { row: SIGNED_IN }],
  ['GET /applications', { row: SIGNED_IN }],
  ...act('/applications/:code', APPLICATION),
  ['GET /mes-informations', { row: SIGNED_IN }],
  ...act('/mes-informations/demandes/:id/annulation', OWN_REQUEST),
  ['POST /organisme-courant', { row: READ }],
  ['GET /gestion', { row: READ }],
  ...list('/gestion/etat'),

  ['GET /gestion/demandes', { row: READ }],
  ...list('/gestion/demandes/en-cours'),
  ...list('/gestion/demandes/accepte'),
  ...list('/gestion/demandes/refus'),
  ...act('/gestion/demandes/selection', { row: ACT }),
  ...act('/gestion/demandes/:id/acceptation', REQUEST_ACT),
  ...act('/gestion/demandes/:id/refus', REQUEST_ACT),
  ['GET /gestion/motifs-de-refus', { row: READ }],
  ['POST /gestion/motifs-de-refus', { row: ACT }],
  ['POST /gestion/motifs-de-refus/:id/suppression', { row: ACT, values: bad(ACT) }],

  ['GET /gestion/comptes', { row: READ, people: true }],
  ...act('/gestion/comptes/selection', { row: ACT }),
  ...act('/gestion/comptes/nouveau', { row: ACT }),
  ['GET /gestion/comptes/:id', PERSON_READ],
  ...['', '.xlsx', '.pdf', '.csv'].map((end): [string, Expected] => [
    `GET /gestion/comptes/:id/historique${end}`,
    PERSON_READ,
  ]),
  ...act('/gestion/comptes/:id/desactivation', PERSON_ACT),
  ...act('/gestion/comptes/:id/reactivation', about(ACT, '$inactive', '$strangeInactive')),
  ...act('/gestion/comptes/:id/rattachement', ATTACHING),
  ...act('/gestion/comptes/:id/activation-de-droits', PERSON_ACT),
  ...act('/gestion/comptes/:id/suppression-de-droits', PERSON_ACT),
  ...act('/gestion/comptes/:id/modification', PERSON_ACT),
  ...act('/gestion/comptes/:id/droits/:right/fin', RIGHT_ACT),
  ['POST /gestion/comptes/:id/droits/:right/maintien', RIGHT_ACT],
  ...['', '/lot.xlsx', '/lot.pdf', '/lot.csv'].map((end): [string, Expected] => [
    `GET /gestion/lots/:id${end}`,
    NONE_READ,
  ]),

  ['GET /gestion/administrateurs-locaux', { row: READ, people: true }],
  ['GET /gestion/administrateurs-locaux/nouveau', { row: ACT, people: true }],
  ...list('/gestion/administrateurs-locaux/tous'),
  ...act('/gestion/administrateurs-locaux/:id/designation', PERSON_ACT),
  ...act('/gestion/administrateurs-locaux/:id/retrait', ADMINISTRATOR_ACT),
  ...act('/gestion/administrateurs-locaux/:id/date-de-fin', ADMINISTRATOR_ACT),
]);
