import { formatNumber } from './format.ts';
import type { Href } from './href.ts';
import { type Pagination, paginate } from './pagination.ts';

type Query = Record<string, string | number | null>;

/** The criteria of a list as its page received them. */
interface ListState {
  path: string;
  /** Every criterion with its value, `tri`, `sens`, `page` and `taille` among them. */
  values: Query & { tri: string; sens: string; page: number; taille: number };
  /** What each criterion is when nobody chose: left out of addresses. */
  defaults: Query;
  /** Of the request. */
  href: Href;
}

interface ListCount {
  total: number;
  /** True for « plus de 1 000 ». */
  atLeast: boolean;
}

export interface ListPage {
  /** The address of the same list with other criteria. */
  hrefTo(changes: Query): string;
  sortOf(column: string, label: string): { label: string; href: string; direction: 'asc' | 'desc' | null };
  pageSize: { action: string; size: number; hidden: { name: string; value: string }[] };
  /** What a search form must keep beside its own fields. */
  keptByFilters: { name: string; value: string }[];
  pagination: Pagination;
  /** « 57 » or « plus de 1 000 ». */
  count: string;
  total: number;
  /** True when a search or a filter narrows the list. */
  filtered: boolean;
  resetHref: string;
}

const LAYOUT = new Set(['tri', 'sens', 'page', 'taille']);

/** All that a list's page links to: sorts, pages, sizes, each keeping the other criteria (nothing jumps). */
export function listPage(
  { path, values, defaults, href }: ListState,
  { total, atLeast }: ListCount,
): ListPage {
  const chosen = Object.fromEntries(
    Object.entries(values).filter(([name, value]) => value !== defaults[name]),
  );
  const query = (changes: Query, without: readonly string[] = []): Query =>
    Object.fromEntries(
      Object.entries({ ...chosen, ...changes }).filter(
        ([name, value]) => !without.includes(name) && value !== null && value !== defaults[name],
      ),
    );
  const hidden = (without: readonly string[]) =>
    Object.entries(query({}, without)).map(([name, value]) => ({ name, value: String(value) }));
  const hrefTo = (changes: Query) => href(path, query(changes));
  const filters = Object.keys(values).filter((name) => !LAYOUT.has(name));

  return {
    hrefTo,
    sortOf(column, label) {
      const direction = values.tri === column ? (values.sens as 'asc' | 'desc') : null;
      const href = hrefTo({ tri: column, sens: direction === 'asc' ? 'desc' : 'asc', page: null });
      return { label, href, direction };
    },
    pageSize: { action: path, size: values.taille, hidden: hidden(['taille', 'page']) },
    keptByFilters: hidden([...filters, 'page']),
    pagination: paginate({
      page: values.page,
      pageCount: atLeast ? null : Math.ceil(total / values.taille),
      hasNext: atLeast,
      hrefOf: (page) => hrefTo({ page }),
    }),
    count: atLeast ? `plus de ${formatNumber(1000)}` : formatNumber(total),
    total,
    filtered: filters.some((name) => name in chosen),
    resetHref: href(path, query({}, [...filters, 'page'])),
  };
}
