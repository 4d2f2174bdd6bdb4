/** One place in the row of pages: a page and its link, or a gap « … » (number and href null). */
interface PageItem {
  number: number | null;
  href: string | null;
  current: boolean;
}

/** What views/components/pagination.ejs draws. A null link means that there is nowhere to go. */
export interface Pagination {
  page: number;
  /** Null when the list is only known to hold « plus de 1 000 » rows. */
  pageCount: number | null;
  first: string | null;
  previous: string | null;
  next: string | null;
  last: string | null;
  items: PageItem[];
}

interface PaginationInput {
  /** Page shown, from 1. */
  page: number;
  /** Number of pages, null when unknown. */
  pageCount: number | null;
  /** Whether a page follows: the only way to know it when pageCount is null; ignored otherwise. */
  hasNext: boolean;
  /** The address of a page of the same list. */
  hrefOf: (page: number) => string;
}

/** Pages drawn on each side of the current one. */
const AROUND = 2;

/**
 * The numbers drawn: the first page, the current one with its neighbours, the last one when it is known.
 * A gap of a single page is filled: « … » would take its place and say less.
 */
function visibleNumbers(page: number, last: number, knownLast: boolean): number[] {
  const numbers = new Set<number>([1]);
  for (let n = Math.max(1, page - AROUND); n <= Math.min(last, page + AROUND); n += 1) numbers.add(n);
  if (knownLast) numbers.add(last);
  for (const n of [...numbers]) if (numbers.has(n + 2) && n + 1 <= last) numbers.add(n + 1);
  return [...numbers].sort((a, b) => a - b);
}

/**
 * The pages of a list, ready for the view (R14, R26, R37, R71). A page past the end is drawn as the last one;
 * an empty list has one page, for which the view draws nothing.
 */
export function paginate({ page, pageCount, hasNext, hrefOf }: PaginationInput): Pagination {
  const count = pageCount === null ? null : Math.max(1, pageCount);
  const current = Math.max(1, count === null ? page : Math.min(page, count));
  const reachable = count ?? (hasNext ? current + 1 : current);

  const items: PageItem[] = [];
  let previousNumber = 0;
  for (const number of visibleNumbers(current, reachable, count !== null)) {
    if (number > previousNumber + 1) items.push({ number: null, href: null, current: false });
    items.push({ number, href: hrefOf(number), current: number === current });
    previousNumber = number;
  }
  // « … » at the end: more pages follow, nobody counted how many.
  if (count === null && hasNext) items.push({ number: null, href: null, current: false });

  return {
    page: current,
    pageCount: count,
    first: current > 1 ? hrefOf(1) : null,
    previous: current > 1 ? hrefOf(current - 1) : null,
    next: current < reachable ? hrefOf(current + 1) : null,
    last: count !== null && current < count ? hrefOf(count) : null,
    items,
  };
}
