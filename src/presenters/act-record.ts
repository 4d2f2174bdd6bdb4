import { paths, withQuery } from '../paths.ts';

/** Where an act is to be seen, where it is not on the page above its form; null: it may be done again without harm. */
const RECORDS: Readonly<Record<string, string | null>> = {
  [paths.signIn]: null,
  [paths.signOut]: null,
  [paths.extendSession]: null,
  [paths.currentOrganism]: null,
  [paths.password.forgotten]: null,
  [paths.password.strength]: null,
  [paths.registration.new]: null,
  [paths.password.reset.pattern]: paths.signIn,
  [paths.activation.pattern]: paths.signIn,
  [paths.emailChanges.confirmation.pattern]: paths.emailChanges.confirmation.pattern,
  [paths.registration.confirmation.pattern]: paths.registration.confirmation.pattern,
  [paths.catalogue.show.pattern]: paths.myInformation,
  [paths.batches.index]: null,
  [paths.batches.show.pattern]: paths.batches.show.pattern,
  [paths.refusalReasons.index]: paths.refusalReasons.index,
};

/** What an address was asked with. */
interface Asked {
  /** The pattern of its route. */
  pattern: string;
  path: string;
  perimetre: unknown;
}

/**
 * The address of the page that shows what a form did: the nearest above it that is only looked at, one of `pages`.
 * Null where the form may be sent again without harm.
 */
export function recordOf({ pattern, path, perimetre }: Asked, pages: ReadonlySet<string>): string | null {
  const found = pattern in RECORDS ? RECORDS[pattern] : nearest(pattern, pages);
  if (!found) return null;
  const asked = path.split('/');
  const parts = found.split('/').map((part, at) => (part.startsWith(':') ? asked[at] : part));
  return withQuery(parts.join('/'), { perimetre: typeof perimetre === 'string' ? perimetre : null });
}

function nearest(pattern: string, pages: ReadonlySet<string>): string {
  const above = pattern.slice(0, pattern.lastIndexOf('/'));
  if (above === '') return paths.home;
  return pages.has(above) || RECORDS[above] === above ? above : nearest(above, pages);
}

/** The pages that are only looked at: a form sends nothing to them. */
export function pagesOf(routes: readonly { method: 'get' | 'post'; path: string }[]): Set<string> {
  const sent = new Set(routes.filter(({ method }) => method === 'post').map(({ path }) => path));
  return new Set(routes.map(({ path }) => path).filter((path) => !sent.has(path)));
}
