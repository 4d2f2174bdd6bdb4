import { isManagement, type Query, withQuery } from '../paths.ts';

/**
 * The address of a page with its query. Those of management say which organism they are about, for who chooses one
 * (P13): that of the page, or the `perimetre` of the query where the link leads to another.
 */
export type Href = (path: string, query?: Query) => string;

/** The addresses of a page whose `perimetre` is this one; null for who does not choose. */
export const hrefWithin =
  (perimeterOf: () => string | null): Href =>
  (path, { perimetre: other, ...query } = {}) => {
    const perimetre = isManagement(path) ? perimeterOf() : null;
    return withQuery(path, { perimetre: perimetre && (other ?? perimetre), ...query });
  };
