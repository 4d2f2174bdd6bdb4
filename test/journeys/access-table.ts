/**
 * Who has what, route by route, written by hand from the rules (docs/rules.md) and never from the code. A route
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

/** One way of asking: what stands for the `:name`s of the path, the fields sent, and who gets what. */
export interface Case {
  /** Separated by slashes; a `$word` is something made for the case (access-people.ts). */
  path?: string;
  fields?: Readonly<Record<string, string>>;
  row: Row;
}

export interface Expected {
  cases: readonly Case[];
  /** True where the page covers people: it is also asked for with every perimeter. */
  people?: true;
  /** True where a national profile has to choose an organism first. */
  oneOrganism?: true;
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
const ONLY_NATIONAL: Partial<Row> = {
  administrator: 'refused',
  otherAdministrator: 'refused',
  twoOrganisms: 'refused',
};
const NATIONAL_READ: Row = { ...READ, ...ONLY_NATIONAL };
const NATIONAL_ACT: Row = { ...ACT, ...ONLY_NATIONAL };

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

const bad = (known: Row, fields: Case['fields'] = {}): Case[] =>
  BAD_NUMBERS.map((path) => ({ path, fields, row: unknown(known) }));

const plain = (known: Row): Expected => ({ cases: [{ row: known }] });

/** A page about someone, or something, of an organism. */
const about = (
  known: Row,
  own: string,
  foreign: string,
  fields: Case['fields'] = {},
  foreigner = outside(known),
): Expected => ({
  cases: [
    { path: own, fields, row: known },
    { path: foreign, fields, row: foreigner },
    ...bad(known, fields),
  ],
});

const PERSON_READ = about(READ, '$person', '$stranger');
const PERSON_ACT = about(ACT, '$person', '$stranger');
const REQUEST_ACT = about(ACT, '$request', '$strangeRequest');
const REQUEST_NATIONAL_ACT = about(NATIONAL_ACT, '$request', '$strangeRequest', {}, NATIONAL_ACT);
const DELEGATION_ACT = (own: string, foreign: string): Expected => ({
  ...about(ACT, own, foreign),
  oneOrganism: true,
});
const RIGHT_ACT: Expected = {
  cases: [
    { path: '$person/$assignment', row: ACT },
    { path: '$stranger/$assignment', row: outside(ACT) },
    ...['0', 'abc', '1.5', '%00'].map((right) => ({ path: `$person/${right}`, row: unknown(ACT) })),
    ...['0', 'abc', '999999999', '%00'].map((id) => ({ path: `${id}/1`, row: unknown(ACT) })),
  ],
};
// The one act that reaches outside (R58).
const ATTACHING: Expected = { cases: [{ path: '$stranger', row: ACT }, ...bad(ACT)], oneOrganism: true };
const OWN_REQUEST: Expected = {
  cases: [
    { path: '$ownRequest', row: SIGNED_IN },
    { path: '$strangeRequest', row: unknown(SIGNED_IN) },
    ...bad(SIGNED_IN),
  ],
};
/** What has a code in its address. */
const coded = (code: string, known: Row): Expected => ({
  cases: [
    { path: code, row: known },
    ...['inconnue', '1', '%00', '__proto__', 'x'.repeat(300)].map((path) => ({ path, row: unknown(known) })),
  ],
});
// No link is known here: whoever has none gets the same 404, signed in or not.
const LINK: Expected = {
  cases: ['jeton', 'A'.repeat(43), '1', '%00'].map((path) => ({ path, row: NOBODY })),
};
// Of the reference data: some identifier that is there in any of its tables.
const RECORD: Expected = { cases: [{ path: '5', row: NATIONAL_ACT }, ...bad(NATIONAL_ACT)] };

const NATIONAL_RECORD = (path: string, fields: Case['fields'] = {}): Expected => ({
  cases: [{ path, fields, row: NATIONAL_ACT }, ...bad(NATIONAL_ACT, fields)],
});

/** A file of nominations. */
const NOMINATIONS = (known: Row): Expected => ({
  cases: [{ path: '$nominations', row: known }, ...bad(known)],
});

/** A selection of one row: of the organism, then of another one. */
const selection = (acte: string, rows: Readonly<Record<string, Row>>): Case[] =>
  Object.entries(rows).map(([ids, row]) => ({ fields: { acte, ids }, row }));
const DECIDING = selection('accepter', { $request: ACT, $strangeRequest: outside(ACT) });
// Nobody of another organism is there to be changed: the page of the draft says so.
const CHANGING = selection('desactiver', { $person: ACT, $stranger: ACT });

/** A draft is its maker's alone. */
const DRAFT = (known: Row): Expected => about(known, '$draft', '$strangeDraft', {}, unknown(known));

/** A list with its three files. */
const list = (path: string): [string, Expected][] =>
  ['', '.xlsx', '.pdf', '.csv'].map((end) => [`GET ${path}${end}`, { ...plain(READ), people: true }]);

/** A list of what is the same for every organism, with its three files. */
const nationalList = (path: string): [string, Expected][] =>
  ['', '.xlsx', '.pdf', '.csv'].map((end) => [`GET ${path}${end}`, plain(NATIONAL_READ)]);

/** The page of an act, and the act. */
const act = (path: string, expected: Expected): [string, Expected][] => [
  [`GET ${path}`, expected],
  [`POST ${path}`, expected],
];

const pages = (expected: Expected, ...names: string[]): [string, Expected][] =>
  names.map((name) => [name, expected]);

const ENERGY = { role: 'energie-lecteur' };
const ACCOUNT = '/gestion/comptes/:id';
const ADMINISTRATORS = '/gestion/administrateurs-locaux';

export const EXPECTED: ReadonlyMap<string, Expected> = new Map<string, Expected>([
  ...pages(plain(EVERYONE), 'GET /', 'GET /aide', 'GET /accessibilite', 'GET /donnees-personnelles'),
  ...act('/connexion', plain(EVERYONE)),
  // Nobody is half signed in here: it leads to where one is, or back to « Connexion ».
  ...act('/connexion/second-facteur', plain(SIGNED_IN)),
  // It leads back to « Connexion », whoever asks.
  ['POST /deconnexion', plain(row('sign in'))],
  ...act('/mot-de-passe/oubli', plain(EVERYONE)),
  ['POST /mot-de-passe/force', plain(EVERYONE)],
  ...act('/mot-de-passe/:token', LINK),
  ...act('/activation/:token', LINK),
  ...act('/adresse/:token', LINK),
  ...act('/adresse/:token/refus', LINK),
  [
    'GET /adresse/reponse/:outcome',
    {
      cases: [
        { path: 'changee', row: EVERYONE },
        ...['inconnue', '1', '%00', '__proto__', 'constructor'].map((path) => ({ path, row: NOBODY })),
      ],
    },
  ],
  ...act('/inscription', plain(EVERYONE)),
  ...pages(plain(EVERYONE), 'GET /inscription/message-envoye', 'GET /inscription/adresse-confirmee'),
  ...act('/inscription/:token', LINK),
  ...pages(plain(EVERYONE), 'GET /demonstration/messages', 'GET /demonstration/composants'),
  ['POST /session/prolongation', plain(SIGNED_IN)],
  ['GET /applications', plain(SIGNED_IN)],
  ...act('/applications/:code', coded('energie', SIGNED_IN)),
  ['GET /recherche', plain(SIGNED_IN)],
  ['GET /mes-informations', plain(SIGNED_IN)],
  ...act('/mes-informations/identite', plain(SIGNED_IN)),
  ['GET /mes-informations/securite', plain(SIGNED_IN)],
  ...act('/mes-informations/securite/mot-de-passe', plain(SIGNED_IN)),
  ...act('/mes-informations/securite/application', plain(SIGNED_IN)),
  ...act('/mes-informations/securite/application/retrait', plain(SIGNED_IN)),
  // One's own is in test/browser/passkeys.test.ts: here nobody has any.
  ...act('/mes-informations/securite/cles/:id/retrait', { cases: bad(SIGNED_IN) }),
  ['POST /mes-informations/securite/codes', plain(SIGNED_IN)],
  ['POST /mes-informations/securite/sessions/fermeture', plain(SIGNED_IN)],
  ['POST /mes-informations/securite/sessions/autres', plain(SIGNED_IN)],
  ...act('/mes-informations/adresse', plain(SIGNED_IN)),
  ...act('/mes-informations/adresse/accord', plain(SIGNED_IN)),
  ...act('/mes-informations/adresse/refus', plain(SIGNED_IN)),
  ['POST /mes-informations/adresse/annulation', plain(SIGNED_IN)],
  ...act('/mes-informations/telephone', plain(SIGNED_IN)),
  ...act('/mes-informations/correction', plain(SIGNED_IN)),
  ...act('/mes-informations/demandes/:id/annulation', OWN_REQUEST),
  ...act('/mes-informations/demandes/:id/relance', OWN_REQUEST),
  ['POST /organisme-courant', plain(READ)],
  ['GET /gestion', { ...plain(READ), people: true }],
  ...list('/gestion/etat'),

  ['GET /gestion/demandes', plain(READ)],
  ...list('/gestion/demandes/en-cours'),
  ...list('/gestion/demandes/accepte'),
  ...list('/gestion/demandes/refus'),
  ...list('/gestion/journal'),
  ['GET /gestion/journal/:id', about(READ, '$event', '$strangeEvent')],
  ...act('/gestion/demandes/:id/acceptation', REQUEST_ACT),
  ...act('/gestion/demandes/:id/refus', REQUEST_ACT),
  ...act('/gestion/demandes/:id/rappel', REQUEST_NATIONAL_ACT),
  ['GET /gestion/motifs-de-refus', plain(READ)],
  ['POST /gestion/motifs-de-refus', plain(ACT)],
  ['POST /gestion/motifs-de-refus/:id/modification', { cases: bad(ACT) }],
  ['POST /gestion/motifs-de-refus/:id/suppression', { cases: bad(ACT) }],

  ...list('/gestion/comptes'),
  ...act('/gestion/comptes/nouveau', plain(ACT)),
  [`GET ${ACCOUNT}`, PERSON_READ],
  ...['', '.xlsx', '.pdf', '.csv'].map((end): [string, Expected] => [
    `GET ${ACCOUNT}/historique${end}`,
    PERSON_READ,
  ]),
  ...act(`${ACCOUNT}/depart`, PERSON_ACT),
  ...act(`${ACCOUNT}/desactivation`, PERSON_ACT),
  ...act(`${ACCOUNT}/sessions`, PERSON_ACT),
  ...act(`${ACCOUNT}/activation`, PERSON_ACT),
  ...act(`${ACCOUNT}/reactivation`, about(ACT, '$inactive', '$strangeInactive')),
  ...act(`${ACCOUNT}/rattachement`, ATTACHING),
  ...act(`${ACCOUNT}/activation-de-droits`, about(ACT, '$person', '$stranger', ENERGY)),
  ...act(`${ACCOUNT}/suppression-de-droits`, about(ACT, '$holder', '$strangeHolder', ENERGY)),
  ...act(`${ACCOUNT}/modification`, PERSON_ACT),
  ...act(`${ACCOUNT}/adresse`, PERSON_ACT),
  [`POST ${ACCOUNT}/adresse/annulation`, PERSON_ACT],
  ...act(`${ACCOUNT}/droits/:assignment/fin`, RIGHT_ACT),
  [`POST ${ACCOUNT}/droits/:assignment/maintien`, RIGHT_ACT],
  [`POST ${ACCOUNT}/droits-a-revoir/maintien`, PERSON_ACT],
  ...act(`${ACCOUNT}/droits-a-revoir/suppression`, PERSON_ACT),
  ['GET /gestion/actes-prevus', { ...plain(READ), people: true }],
  ...act('/gestion/actes-prevus/:id/annulation', about(ACT, '$planned', '$strangePlanned')),
  ['GET /gestion/lots', { ...plain(READ), people: true }],
  ['POST /gestion/lots', { cases: [...CHANGING, ...DECIDING] }],
  ['POST /gestion/lots/:id', DRAFT(ACT)],
  ['GET /gestion/lots/:id', DRAFT(READ)],
  ...act('/gestion/lots/:id/annulation', about(ACT, '$done', '$strangeDone')),
  // A draft has no file.
  ...['/lot.xlsx', '/lot.pdf', '/lot.csv'].map((end): [string, Expected] => [
    `GET /gestion/lots/:id${end}`,
    { cases: [{ path: '$draft', row: unknown(READ) }, ...bad(READ)] },
  ]),

  [`GET ${ADMINISTRATORS}`, { ...plain(READ), people: true }],
  [`GET ${ADMINISTRATORS}/nouveau`, { ...plain(ACT), people: true }],
  ...list(`${ADMINISTRATORS}/tous`),
  ...act(`${ADMINISTRATORS}/:id/designation`, DELEGATION_ACT('$person', '$stranger')),
  ...act(`${ADMINISTRATORS}/:id/retrait`, DELEGATION_ACT('$administrator', '$strangeAdministrator')),
  ...act(`${ADMINISTRATORS}/:id/date-de-fin`, DELEGATION_ACT('$administrator', '$strangeAdministrator')),

  ...nationalList('/gestion/applications-et-roles'),
  ...act('/gestion/applications-et-roles/nouveau-role', plain(NATIONAL_ACT)),
  ...act('/gestion/applications-et-roles/nouvelle-application', plain(NATIONAL_ACT)),
  ...act('/gestion/applications-et-roles/:id/modification', RECORD),
  ...act('/gestion/applications-et-roles/applications/:id/modification', RECORD),
  ['GET /gestion/roles/:code', { ...coded('energie-lecteur', READ), people: true }],
  ...nationalList('/gestion/organismes'),
  ...act('/gestion/organismes/nouveau', plain(NATIONAL_ACT)),
  ...act('/gestion/organismes/:id/modification', RECORD),
  ...nationalList('/gestion/profils-nationaux'),
  ['GET /gestion/profils-nationaux/nouveau', plain(NATIONAL_ACT)],
  ...act('/gestion/profils-nationaux/:id/attribution', NATIONAL_RECORD('$person', { role: 'auditeur' })),
  ...act('/gestion/profils-nationaux/:id/retrait', NATIONAL_RECORD('$nationalRole')),
  ...act('/gestion/profils-nationaux/:id/date-de-fin', NATIONAL_RECORD('$nationalRole')),
  ['GET /gestion/nominations', plain(NATIONAL_READ)],
  ['POST /gestion/nominations', plain(NATIONAL_ACT)],
  ...['', '/lignes.xlsx', '/lignes.pdf', '/lignes.csv'].map((end): [string, Expected] => [
    `GET /gestion/nominations/:id${end}`,
    NOMINATIONS(NATIONAL_READ),
  ]),
  ...act('/gestion/nominations/:id/application', NOMINATIONS(NATIONAL_ACT)),
  ['POST /gestion/nominations/:id/reprise', NOMINATIONS(NATIONAL_ACT)],
  ['GET /gestion/messages', plain(NATIONAL_READ)],
  ['POST /gestion/messages/:id/renvoi', NATIONAL_RECORD('$message')],
]);
