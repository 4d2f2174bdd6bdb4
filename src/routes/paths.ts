/** Every address of the portal, once. */
export const paths = {
  home: '/',
  signIn: '/connexion',
  signOut: '/deconnexion',
  extendSession: '/session/prolongation',
  currentOrganism: '/organisme-courant',
  activation: '/activation/:token',
  password: {
    forgotten: '/mot-de-passe/oubli',
    strength: '/mot-de-passe/force',
    reset: '/mot-de-passe/:token',
  },
  myInformation: '/mes-informations',
  management: '/gestion',
  entitlements: {
    index: '/gestion/etat',
    workbook: '/gestion/etat.xlsx',
    report: '/gestion/etat.pdf',
    csv: '/gestion/etat.csv',
  },
  help: '/aide',
  demonstrationMessages: '/demonstration/messages',
  live: '/livez',
  ready: '/readyz',
} as const;

/** Pages outside the portal and the address to write to (R73, R74). */
export const contacts = {
  faq: 'https://ucanss.fr/faq',
  email: 'habilitations@ucanss.fr',
} as const;

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
  if (typeof value !== 'string' || !/^\/(?![/\\])[\x21-\x7e]*$/.test(value) || value.includes('\\'))
    return null;
  const resolved = URL.parse(value, 'http://portail.invalid');
  return resolved?.host === 'portail.invalid' ? resolved.pathname + resolved.search : null;
}
