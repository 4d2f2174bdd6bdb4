/** The names of the parameters of a pattern: « id » of `/gestion/comptes/:id`. */
type Names<Pattern extends string> = Pattern extends `${string}:${infer Rest}`
  ? Rest extends `${infer Name}/${infer More}`
    ? Name | Names<More>
    : Rest
  : never;

/** Identifiers are decimal in addresses; every other parameter is a text. */
type Parameters<Pattern extends string> = {
  [Name in Names<Pattern>]: Name extends 'id' | 'assignment' ? number : string;
};

/** The address of a page that has parameters; routes are declared with its `pattern`. */
export type Parametrised<Pattern extends string = string> = ((parameters: Parameters<Pattern>) => string) & {
  readonly pattern: Pattern;
};

/** An address is itself where it has no parameter, else a function of them. */
type Address<Pattern extends string> = [Names<Pattern>] extends [never] ? Pattern : Parametrised<Pattern>;

interface Patterns {
  readonly [name: string]: string | Patterns;
}

type Addresses<Tree extends Patterns> = {
  readonly [Name in keyof Tree]: Tree[Name] extends string
    ? Address<Tree[Name]>
    : Tree[Name] extends Patterns
      ? Addresses<Tree[Name]>
      : never;
};

/** The pattern of an address, as routes are declared with. */
export const patternOf = (address: string | Parametrised): string =>
  typeof address === 'string' ? address : address.pattern;

function addressOf(pattern: string) {
  if (!pattern.includes(':')) return pattern;
  // Neither views nor texts are type-checked: an address without its parameters would be a link to nowhere.
  const incomplete = (): never => {
    throw new TypeError(`${pattern} without its parameters`);
  };
  const address = (parameters: Readonly<Record<string, string | number>>) =>
    pattern.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(parameters[name] ?? incomplete()));
  return Object.assign(address, { pattern, toString: incomplete });
}

const addresses = <const Tree extends Patterns>(tree: Tree): Addresses<Tree> =>
  Object.fromEntries(
    Object.entries(tree).map(([name, node]) => [
      name,
      typeof node === 'string' ? addressOf(node) : addresses(node),
    ]),
  ) as Addresses<Tree>;

/** Every address of the portal, once. */
export const paths = addresses({
  home: '/',
  signIn: '/connexion',
  secondStep: '/connexion/second-facteur',
  passkey: {
    signIn: '/connexion/cle-d-acces',
    signInOptions: '/connexion/cle-d-acces/options',
    secondStep: '/connexion/second-facteur/cle-d-acces',
    secondStepOptions: '/connexion/second-facteur/cle-d-acces/options',
    identity: '/mes-informations/identite/cle-d-acces',
    identityOptions: '/mes-informations/identite/cle-d-acces/options',
    add: '/mes-informations/securite/cles',
    addOptions: '/mes-informations/securite/cles/options',
  },
  signOut: '/deconnexion',
  extendSession: '/session/prolongation',
  currentOrganism: '/organisme-courant',
  activation: '/activation/:token',
  emailChanges: {
    outcome: '/adresse/reponse/:outcome',
    confirmation: '/adresse/:token',
    refusal: '/adresse/:token/refus',
  },
  factorResets: {
    outcome: '/second-facteur/reponse/:outcome',
    refusal: '/second-facteur/:token',
  },
  password: {
    forgotten: '/mot-de-passe/oubli',
    strength: '/mot-de-passe/force',
    reset: '/mot-de-passe/:token',
  },
  identity: '/mes-informations/identite',
  security: {
    show: '/mes-informations/securite',
    password: '/mes-informations/securite/mot-de-passe',
    authenticator: '/mes-informations/securite/application',
    removeAuthenticator: '/mes-informations/securite/application/retrait',
    renamePasskey: '/mes-informations/securite/cles/:id/nom',
    removePasskey: '/mes-informations/securite/cles/:id/retrait',
    recoveryCodes: '/mes-informations/securite/codes',
    shownCodes: '/mes-informations/securite/codes-de-secours',
    stopReset: '/mes-informations/securite/reinitialisation/arret',
    closeSession: '/mes-informations/securite/sessions/fermeture',
    closeOthers: '/mes-informations/securite/sessions/autres',
  },
  ownPhone: '/mes-informations/telephone',
  ownCorrection: '/mes-informations/correction',
  registration: {
    new: '/inscription',
    sent: '/inscription/message-envoye',
    confirmed: '/inscription/adresse-confirmee',
    confirmation: '/inscription/:token',
  },
  catalogue: {
    index: '/applications',
    show: '/applications/:code',
  },
  search: '/recherche',
  myInformation: '/mes-informations',
  ownEmailChange: {
    ask: '/mes-informations/adresse',
    cancel: '/mes-informations/adresse/annulation',
    agree: '/mes-informations/adresse/accord',
    refuse: '/mes-informations/adresse/refus',
  },
  ownRequests: {
    cancel: '/mes-informations/demandes/:id/annulation',
    remind: '/mes-informations/demandes/:id/relance',
  },
  management: '/gestion',
  entitlements: {
    index: '/gestion/etat',
  },
  requests: {
    index: '/gestion/demandes',
    pending: '/gestion/demandes/en-cours',
    accepted: '/gestion/demandes/accepte',
    refused: '/gestion/demandes/refus',
    accept: '/gestion/demandes/:id/acceptation',
    refuse: '/gestion/demandes/:id/refus',
    remind: '/gestion/demandes/:id/rappel',
  },
  refusalReasons: {
    index: '/gestion/motifs-de-refus',
    edit: '/gestion/motifs-de-refus/:id/modification',
    remove: '/gestion/motifs-de-refus/:id/suppression',
  },
  accounts: {
    index: '/gestion/comptes',
    new: '/gestion/comptes/nouveau',
    show: '/gestion/comptes/:id',
    edit: '/gestion/comptes/:id/modification',
    history: '/gestion/comptes/:id/historique',
    changeEmail: '/gestion/comptes/:id/adresse',
    cancelEmailChange: '/gestion/comptes/:id/adresse/annulation',
    endDate: '/gestion/comptes/:id/droits/:assignment/fin',
    keep: '/gestion/comptes/:id/droits/:assignment/maintien',
    keepAll: '/gestion/comptes/:id/droits-a-revoir/maintien',
    removeInherited: '/gestion/comptes/:id/droits-a-revoir/suppression',
    grant: '/gestion/comptes/:id/activation-de-droits',
    remove: '/gestion/comptes/:id/suppression-de-droits',
    depart: '/gestion/comptes/:id/depart',
    deactivate: '/gestion/comptes/:id/desactivation',
    reactivate: '/gestion/comptes/:id/reactivation',
    sendActivation: '/gestion/comptes/:id/activation',
    endSessions: '/gestion/comptes/:id/sessions',
    resetFactor: '/gestion/comptes/:id/second-facteur',
    cancelFactorReset: '/gestion/comptes/:id/second-facteur/annulation',
    attach: '/gestion/comptes/:id/rattachement',
  },
  delegations: {
    index: '/gestion/administrateurs-locaux',
    new: '/gestion/administrateurs-locaux/nouveau',
    all: '/gestion/administrateurs-locaux/tous',
    grant: '/gestion/administrateurs-locaux/:id/designation',
    remove: '/gestion/administrateurs-locaux/:id/retrait',
    endDate: '/gestion/administrateurs-locaux/:id/date-de-fin',
  },
  roles: {
    index: '/gestion/applications-et-roles',
    new: '/gestion/applications-et-roles/nouveau-role',
    edit: '/gestion/applications-et-roles/:id/modification',
    show: '/gestion/roles/:code',
    newApplication: '/gestion/applications-et-roles/nouvelle-application',
    editApplication: '/gestion/applications-et-roles/applications/:id/modification',
  },
  organisms: {
    index: '/gestion/organismes',
    new: '/gestion/organismes/nouveau',
    edit: '/gestion/organismes/:id/modification',
  },
  nationalRoles: {
    index: '/gestion/profils-nationaux',
    new: '/gestion/profils-nationaux/nouveau',
    grant: '/gestion/profils-nationaux/:id/attribution',
    remove: '/gestion/profils-nationaux/:id/retrait',
    endDate: '/gestion/profils-nationaux/:id/date-de-fin',
  },
  nominations: {
    index: '/gestion/nominations',
    show: '/gestion/nominations/:id',
    apply: '/gestion/nominations/:id/application',
    resume: '/gestion/nominations/:id/reprise',
  },
  messages: {
    index: '/gestion/messages',
    resend: '/gestion/messages/:id/renvoi',
  },
  plannedActs: {
    index: '/gestion/actes-prevus',
    cancel: '/gestion/actes-prevus/:id/annulation',
  },
  batches: {
    index: '/gestion/lots',
    show: '/gestion/lots/:id',
    undo: '/gestion/lots/:id/annulation',
  },
  events: {
    index: '/gestion/journal',
    show: '/gestion/journal/:id',
  },
  help: '/aide',
  accessibility: '/accessibilite',
  personalData: '/donnees-personnelles',
  demonstrationMessages: '/demonstration/messages',
  demonstrationComponents: '/demonstration/composants',
  securityContact: '/.well-known/security.txt',
  live: '/livez',
  ready: '/readyz',
});

/** Pages outside the portal and the address to write to (R73, R74). */
export const contacts = {
  faq: 'https://ucanss.fr/faq',
  email: 'habilitations@ucanss.fr',
} as const;

/** True for the addresses that say which organism they are about (P13). */
export const isManagement = (path: string): boolean =>
  path === paths.management || path.startsWith(`${paths.management}/`);

/** True where a second factor is added, and what leads there: open to who has none and must (R89). */
export const isOfSecurity = (path: string): boolean =>
  [paths.identity, paths.security.show].some((page) => path === page || path.startsWith(`${page}/`));

export type Query = Readonly<Record<string, string | number | null | undefined>>;

/** An address with its query; empty and null values are left out. */
export function withQuery(path: string, query: Query): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== null && value !== undefined && value !== '') search.set(name, String(value));
  }
  const text = search.toString();
  return text === '' ? path : `${path}?${text}`;
}

/** A path of this site to go back to, or null: no redirect ever leaves the site. */
export function localPath(value: unknown): string | null {
  if (typeof value !== 'string' || !/^\/(?!\/)[\x21-\x7e]*$/.test(value) || value.includes('\\')) return null;
  const resolved = URL.parse(value, 'http://portail.invalid');
  // Nobody is led to where only a form goes.
  if (resolved?.host !== 'portail.invalid' || resolved.pathname === paths.signOut) return null;
  // « /.//elsewhere » is of this site until it is resolved, and then begins with two slashes.
  return resolved.pathname.startsWith('//') ? null : resolved.pathname + resolved.search;
}
