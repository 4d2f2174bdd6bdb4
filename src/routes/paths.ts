/** Every address of the portal, once. */
export const paths = {
  home: '/',
  signIn: '/connexion',
  signOut: '/deconnexion',
  extendSession: '/session/prolongation',
  currentOrganism: '/organisme-courant',
  activation: '/activation/:token',
  emailChanges: {
    confirmed: '/adresse/changee',
    confirmation: '/adresse/:token',
  },
  password: {
    forgotten: '/mot-de-passe/oubli',
    strength: '/mot-de-passe/force',
    reset: '/mot-de-passe/:token',
  },
  registration: {
    new: '/inscription',
    sent: '/inscription/message-envoye',
    confirmed: '/inscription/adresse-confirmee',
    confirmation: '/inscription/:token',
  },
  applications: {
    index: '/applications',
    show: '/applications/:code',
  },
  myInformation: '/mes-informations',
  ownEmailChange: {
    ask: '/mes-informations/adresse',
    cancel: '/mes-informations/adresse/annulation',
  },
  ownRequests: {
    cancel: '/mes-informations/demandes/:id/annulation',
  },
  management: '/gestion',
  entitlements: {
    index: '/gestion/etat',
    workbook: '/gestion/etat.xlsx',
    report: '/gestion/etat.pdf',
    csv: '/gestion/etat.csv',
  },
  requests: {
    index: '/gestion/demandes',
    pending: '/gestion/demandes/en-cours',
    accepted: '/gestion/demandes/accepte',
    refused: '/gestion/demandes/refus',
    selection: '/gestion/demandes/selection',
    accept: '/gestion/demandes/:id/acceptation',
    refuse: '/gestion/demandes/:id/refus',
  },
  refusalReasons: {
    index: '/gestion/motifs-de-refus',
    edit: '/gestion/motifs-de-refus/:id/modification',
    remove: '/gestion/motifs-de-refus/:id/suppression',
  },
  accounts: {
    index: '/gestion/comptes',
    selection: '/gestion/comptes/selection',
    new: '/gestion/comptes/nouveau',
    show: '/gestion/comptes/:id',
    edit: '/gestion/comptes/:id/modification',
    history: '/gestion/comptes/:id/historique',
    changeEmail: '/gestion/comptes/:id/adresse',
    cancelEmailChange: '/gestion/comptes/:id/adresse/annulation',
    endDate: '/gestion/comptes/:id/droits/:right/fin',
    keep: '/gestion/comptes/:id/droits/:right/maintien',
    grant: '/gestion/comptes/:id/activation-de-droits',
    remove: '/gestion/comptes/:id/suppression-de-droits',
    deactivate: '/gestion/comptes/:id/desactivation',
    reactivate: '/gestion/comptes/:id/reactivation',
    endSessions: '/gestion/comptes/:id/sessions',
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
    workbook: '/gestion/applications-et-roles.xlsx',
    report: '/gestion/applications-et-roles.pdf',
    csv: '/gestion/applications-et-roles.csv',
    new: '/gestion/applications-et-roles/nouveau-role',
    edit: '/gestion/applications-et-roles/:id/modification',
    newApplication: '/gestion/applications-et-roles/nouvelle-application',
    editApplication: '/gestion/applications-et-roles/applications/:id/modification',
  },
  organisms: {
    index: '/gestion/organismes',
    workbook: '/gestion/organismes.xlsx',
    report: '/gestion/organismes.pdf',
    csv: '/gestion/organismes.csv',
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
  messages: {
    index: '/gestion/messages',
    resend: '/gestion/messages/:id/renvoi',
  },
  batches: {
    index: '/gestion/lots',
    show: '/gestion/lots/:id',
    workbook: '/gestion/lots/:id/lot.xlsx',
    report: '/gestion/lots/:id/lot.pdf',
    csv: '/gestion/lots/:id/lot.csv',
  },
  trail: {
    index: '/gestion/journal',
    workbook: '/gestion/journal.xlsx',
    report: '/gestion/journal.pdf',
    csv: '/gestion/journal.csv',
    show: '/gestion/journal/:id',
  },
  help: '/aide',
  accessibility: '/accessibilite',
  personalData: '/donnees-personnelles',
  demonstrationMessages: '/demonstration/messages',
  live: '/livez',
  ready: '/readyz',
} as const;

/** Pages outside the portal and the address to write to (R73, R74). */
export const contacts = {
  faq: 'https://ucanss.fr/faq',
  email: 'habilitations@ucanss.fr',
} as const;

/** The address of one record: its identifier in the place of `:id`. */
export const pathTo = (path: string, id: number): string => path.replace(':id', String(id));

/** An address with its query; empty and null values are left out. */
export function withQuery(path: string, query: Record<string, string | number | null | undefined>): string {
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
  if (resolved?.host !== 'portail.invalid') return null;
  // « /.//elsewhere » is of this site until it is resolved, and then begins with two slashes.
  return resolved.pathname.startsWith('//') ? null : resolved.pathname + resolved.search;
}
