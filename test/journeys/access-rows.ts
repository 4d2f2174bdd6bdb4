/** What the table of who has what is written with (access-table.ts). */

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

export const row = (outcome: Outcome, but: Partial<Row> = {}): Row => ({
  ...(Object.fromEntries(PROFILES.map((profile) => [profile, outcome])) as Row),
  ...but,
});

export const EVERYONE = row('answer');
export const NOBODY = row('unknown');
export const SIGNED_IN = row('answer', { visitor: 'sign in', deactivated: 'sign in' });
export const READ: Row = { ...SIGNED_IN, employee: 'refused', formerAdministrator: 'refused' };
export const ACT: Row = { ...READ, auditor: 'refused' };
const ONLY_NATIONAL: Partial<Row> = {
  administrator: 'refused',
  otherAdministrator: 'refused',
  twoOrganisms: 'refused',
};
export const NATIONAL_READ: Row = { ...READ, ...ONLY_NATIONAL };
export const NATIONAL_ACT: Row = { ...ACT, ...ONLY_NATIONAL };

/** The same for what does not exist: a 404 for whoever has the page. */
export const unknown = (known: Row): Row =>
  row('unknown', Object.fromEntries(Object.entries(known).filter(([, outcome]) => outcome !== 'answer')));

/** The same for what belongs to another organism: a 404 for who has one only (P5). */
const outside = (known: Row): Row => ({
  ...known,
  administrator: 'unknown',
  otherAdministrator: 'unknown',
  twoOrganisms: 'unknown',
});

const BAD_NUMBERS = ['0', '-1', '1.5', 'abc', '999999999', '9'.repeat(30), '%00', '1%20OR%201=1'];

export const bad = (known: Row, fields: Case['fields'] = {}): Case[] =>
  BAD_NUMBERS.map((path) => ({ path, fields, row: unknown(known) }));

export const plain = (known: Row): Expected => ({ cases: [{ row: known }] });

/** A page about someone, or something, of an organism. */
export const about = (
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

export const PERSON_READ = about(READ, '$person', '$stranger');
export const PERSON_ACT = about(ACT, '$person', '$stranger');
export const REQUEST_ACT = about(ACT, '$request', '$strangeRequest');
export const REQUEST_NATIONAL_ACT = about(NATIONAL_ACT, '$request', '$strangeRequest', {}, NATIONAL_ACT);
export const DELEGATION_ACT = (own: string, foreign: string): Expected => ({
  ...about(ACT, own, foreign),
  oneOrganism: true,
});
export const RIGHT_ACT: Expected = {
  cases: [
    { path: '$person/$assignment', row: ACT },
    { path: '$stranger/$assignment', row: outside(ACT) },
    ...['0', 'abc', '1.5', '%00'].map((right) => ({ path: `$person/${right}`, row: unknown(ACT) })),
    ...['0', 'abc', '999999999', '%00'].map((id) => ({ path: `${id}/1`, row: unknown(ACT) })),
  ],
};
// The one act that reaches outside (R58).
export const ATTACHING: Expected = {
  cases: [{ path: '$stranger', row: ACT }, ...bad(ACT)],
  oneOrganism: true,
};
export const OWN_REQUEST: Expected = {
  cases: [
    { path: '$ownRequest', row: SIGNED_IN },
    { path: '$strangeRequest', row: unknown(SIGNED_IN) },
    ...bad(SIGNED_IN),
  ],
};
/** What has a code in its address. */
export const coded = (code: string, known: Row): Expected => ({
  cases: [
    { path: code, row: known },
    ...['inconnue', '1', '%00', '__proto__', 'x'.repeat(300)].map((path) => ({ path, row: unknown(known) })),
  ],
});
// No link is known here: whoever has none gets the same 404, signed in or not.
export const LINK: Expected = {
  cases: ['jeton', 'A'.repeat(43), '1', '%00'].map((path) => ({ path, row: NOBODY })),
};
/** What an answer came to, by its name. */
export const OUTCOME = (known: string): Expected => ({
  cases: [
    { path: known, row: EVERYONE },
    ...['inconnue', '1', '%00', '__proto__', 'constructor'].map((path) => ({ path, row: NOBODY })),
  ],
});
// Of the reference data: some identifier that is there in any of its tables.
export const RECORD: Expected = { cases: [{ path: '5', row: NATIONAL_ACT }, ...bad(NATIONAL_ACT)] };

export const NATIONAL_RECORD = (path: string, fields: Case['fields'] = {}): Expected => ({
  cases: [{ path, fields, row: NATIONAL_ACT }, ...bad(NATIONAL_ACT, fields)],
});

/** A file of nominations. */
export const NOMINATIONS = (known: Row): Expected => ({
  cases: [{ path: '$nominations', row: known }, ...bad(known)],
});

/** A selection of one row: of the organism, then of another one. */
const selection = (acte: string, rows: Readonly<Record<string, Row>>): Case[] =>
  Object.entries(rows).map(([ids, row]) => ({ fields: { acte, ids }, row }));
export const DECIDING = selection('accepter', { $request: ACT, $strangeRequest: outside(ACT) });
// Nobody of another organism is there to be changed: the page of the draft says so.
export const CHANGING = selection('desactiver', { $person: ACT, $stranger: ACT });

/** A draft is its maker's alone. */
export const DRAFT = (known: Row): Expected => about(known, '$draft', '$strangeDraft', {}, unknown(known));

/** A list with its three files. */
export const list = (path: string): [string, Expected][] =>
  ['', '.xlsx', '.pdf', '.csv'].map((end) => [`GET ${path}${end}`, { ...plain(READ), people: true }]);

/** A list of what is the same for every organism, with its three files. */
export const nationalList = (path: string): [string, Expected][] =>
  ['', '.xlsx', '.pdf', '.csv'].map((end) => [`GET ${path}${end}`, plain(NATIONAL_READ)]);

/** The page of an act, and the act. */
export const act = (path: string, expected: Expected): [string, Expected][] => [
  [`GET ${path}`, expected],
  [`POST ${path}`, expected],
];

export const pages = (expected: Expected, ...names: string[]): [string, Expected][] =>
  names.map((name) => [name, expected]);

export const ENERGY = { role: 'energie-lecteur' };
export const ACCOUNT = '/gestion/comptes/:id';
export const ADMINISTRATORS = '/gestion/administrateurs-locaux';
