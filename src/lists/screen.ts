import type { OrganismName } from '../domain/actor.ts';
import { scopeName } from '../domain/scope.ts';
import { paths } from '../paths.ts';
import { type ListPage, listPage } from '../presenters/list-page.ts';
import { type Criterion, layoutCriteria } from '../schemas/list-query.ts';
import { ordersOf } from './criteria.ts';
import type {
  Asked,
  Criteria,
  EmptyState,
  Found,
  ListDeclaration,
  RowPage,
  Selection,
  Sources,
  Visit,
  Window,
} from './declaration.ts';
import { cellsOf, shownColumns } from './rows.ts';

/** What a list leaves as. */
export const FILES = [
  { format: 'workbook', extension: 'xlsx', label: 'Excel', icon: 'file-earmark-excel' },
  { format: 'report', extension: 'pdf', label: 'PDF', icon: 'file-earmark-pdf' },
  { format: 'csv', extension: 'csv', label: 'CSV', icon: 'filetype-csv' },
] as const;

/** The address of a list's files, without their extension; `at` is that of its page. */
export const fileAt = (at: string, file: { under?: string } | undefined): string =>
  file?.under === undefined ? at : `${at}/${file.under}`;

/** A list with what was read for its page. */
export interface ListRead<K, C extends Criteria, S, R> {
  visit: Visit<K>;
  criteria: C;
  asked: Asked<C, S>;
  window: Window;
  result: RowPage<R>;
  /** What is missing before anything is looked for. */
  waiting: EmptyState | null;
  faults: string[];
  /** What is to be said at the field of a criterion that was not taken, by its name. */
  refused: Record<string, string>;
  /** What a national profile chooses from. */
  organisms: readonly OrganismName[];
}

/** Every criterion of a list with its value, as addresses have it. */
export const writtenOf = (criteria: Readonly<Record<string, Criterion<unknown>>>, values: object) =>
  Object.fromEntries(
    Object.entries(criteria).map(([key, { name = key, written }]) => {
      const value = (values as Record<string, unknown>)[key];
      return [name, written ? written(value) : (value as string | number)];
    }),
  );

/** What a view draws of a list: views/management/list.ejs. */
export async function screenOf<K, C extends Criteria, S extends string, F, R, T, W>(
  list: ListDeclaration<K, C, S, F, R, T, W>,
  read: ListRead<K, C, S, R>,
  sources: Sources,
) {
  const { visit, asked, result } = read;
  const page = pageOf(list, read);
  const here = page.hrefTo({});
  const columns = shownColumns(list.columns, visit, asked);
  const shown = result.rows.map(
    (row) => list.show?.(row, visit, { asked, here }) ?? (row as unknown as W & object),
  );
  const drawn = (row: W) => ({
    cells: cellsOf(columns, row, { visit, here }),
    tick: list.ticks?.(row),
    isPast: list.isPast?.(row),
  });
  const count = { strong: page.count, text: list.noun[result.total >= 2 ? 1 : 0] };
  const found: Found<Asked<C, S>> = {
    asked,
    waiting: read.waiting !== null,
    list: page,
    count,
    here,
    written: writtenOf(read.criteria, asked),
    rows: shown,
  };
  const heading = headingOf(list, visit, asked);
  const empty = read.waiting ?? (shown.length === 0 ? await emptyOf(list, read, found, sources) : null);
  const selection = empty ? null : (list.selection?.(visit, found) ?? null);
  return {
    title: `${titleOf(list, visit, asked)}, page ${read.window.page}`,
    breadcrumb: [
      { label: 'Gestion', href: visit.href(paths.management) },
      ...(list.under?.(visit) ?? []),
      { label: list.crumb?.(visit) ?? heading, href: null },
    ],
    list: page,
    here,
    rows: list.row ? shown : shown.map(drawn),
    selection,
    selectable: selection !== null,
    mayAct: visit.mayAct,
    everywhere: visit.scope.kind === 'national',
    screen: {
      heading,
      empty,
      faults: read.faults,
      introduction: typeof list.introduction === 'function' ? list.introduction(visit) : list.introduction,
      above: list.above,
      below: list.below,
      row: list.row ?? 'management/row',
      links: linksOf(list, read, here),
      summary: list.summary?.(visit, found) ?? [count, { text: scopeName(visit.scope) }],
      filters: filtersOf(list, read, page),
      shortcuts: list.shortcuts?.(visit, found) ?? [],
      sentence: list.sentence?.(visit, asked),
      counted: read.waiting === null,
      note: list.note?.(visit, found),
      table: {
        caption: list.caption?.(visit) ?? heading,
        hiddenCaption: list.captionShown !== true,
        dense: list.dense,
      },
      heads: columns.map(({ label, sort, className }) => ({
        ...(sort === undefined ? { label, href: null } : page.sortOf(sort, label)),
        className,
      })),
      selection: selection && barOf(list.noun, selection, result.total),
      paged: list.paged?.(asked) ?? true,
    },
    ...(await list.beside?.(visit, asked, sources)),
  };
}

/** The title of a list, on its page and in its files. */
export const titleOf = <V, A>(
  { title }: { title: string | ((visit: V, asked: A) => string) },
  visit: V,
  asked: A,
): string => (typeof title === 'string' ? title : title(visit, asked));

const headingOf = <V, A>(
  list: { title: string | ((visit: V, asked: A) => string); heading?: (visit: V) => string },
  visit: V,
  asked: A,
): string => list.heading?.(visit) ?? titleOf(list, visit, asked);

const pathOf = (
  path: ListDeclaration<never, Criteria, string, never, never, never>['path'],
  { id, code }: Pick<Visit, 'id' | 'code'>,
) => (typeof path === 'string' ? path : path({ id, code } as never));

function pageOf<K, C extends Criteria, S extends string, F, R, T, W>(
  { path, sorts, direction, size }: ListDeclaration<K, C, S, F, R, T, W>,
  { visit, criteria, asked, window, result }: ListRead<K, C, S, R>,
): ListPage {
  const all = { ...criteria, ...layoutCriteria(ordersOf(sorts, visit.actor), direction, size) };
  const defaults = Object.fromEntries(Object.entries(all).map(([key, { fallback }]) => [key, fallback]));
  const values = { ...writtenOf(all, { ...asked, ...window }), tri: asked.sort, sens: asked.direction };
  return listPage(
    {
      path: pathOf(path, visit),
      href: visit.href,
      defaults: writtenOf(all, defaults),
      values: { ...values, page: window.page, taille: window.size },
    },
    result,
  );
}

/** Excel, PDF and CSV of the list as filtered, after what leads away from it; its first act comes last. */
function linksOf<K, C extends Criteria, S extends string, F, R, T, W>(
  { path, file, links, sorts, direction }: ListDeclaration<K, C, S, F, R, T, W>,
  { visit, criteria, asked, waiting }: ListRead<K, C, S, R>,
  here: string,
) {
  const own = links?.(visit, here) ?? [];
  const narrowing = Object.entries(criteria).filter(
    ([key, { fallback }]) => (asked as Record<string, unknown>)[key] !== fallback,
  );
  const { sort, direction: way } = layoutCriteria(ordersOf(sorts, visit.actor), direction);
  const query = writtenOf({ ...Object.fromEntries(narrowing), sort, direction: way }, asked);
  const base = fileAt(pathOf(path, visit), file);
  const files = FILES.map(({ extension, ...link }) => ({
    ...link,
    href: visit.href(`${base}.${extension}`, query),
  }));
  return [
    ...own.filter(({ kind }) => kind !== 'primary'),
    ...(file && waiting === null && (file.refuses?.(asked) ?? null) === null ? files : []),
    ...own.filter(({ kind }) => kind === 'primary'),
  ];
}

function filtersOf<K, C extends Criteria, S extends string, F, R, T, W>(
  { path, noun, filters }: ListDeclaration<K, C, S, F, R, T, W>,
  { visit, criteria, asked, refused, organisms, waiting }: ListRead<K, C, S, R>,
  page: ListPage,
) {
  if (waiting !== null && filters?.whileWaiting === false) return null;
  const values = writtenOf(criteria, asked);
  const controls = Object.values(criteria).map(({ name, control }) => ({
    ...control,
    name,
    value: control.kind === 'date' ? values[name] || null : values[name],
    error: control.kind === 'date' ? refused[name] : undefined,
  }));
  if (controls.length === 0 && organisms.length === 0) return null;
  return {
    action: pathOf(path, visit),
    label: filters?.label ?? `Filtrer les ${noun[1]}`,
    controls,
    hidden: page.keptByFilters,
    organisms,
    everywhere: filters?.everywhere,
    end: {
      submit: filters?.submit,
      kind: filters?.quiet && visit.mayAct ? 'outline' : 'primary',
      resetHref: page.filtered ? page.resetHref : null,
    },
  };
}

async function emptyOf<K, C extends Criteria, S extends string, F, R, T, W>(
  list: ListDeclaration<K, C, S, F, R, T, W>,
  { visit, result }: ListRead<K, C, S, R>,
  found: Found<Asked<C, S>>,
  sources: Sources,
): Promise<EmptyState> {
  const { list: page, count } = found;
  const icon = list.icon ?? 'people';
  if (result.total > 0) {
    return {
      title: 'Cette page est au-delà de la dernière',
      text: `La liste compte ${count.strong} ${count.text}.`,
      icon,
      action: { href: page.hrefTo({ page: null }), label: 'Revenir à la première page' },
    };
  }
  const action = page.filtered ? { href: page.resetHref, label: 'Effacer les filtres' } : null;
  return { icon, action, ...(await list.empty(visit, found, sources)) };
}

const barOf = ([one, many]: readonly [string, string], selection: Selection, total: number) => ({
  ...selection,
  one,
  many,
  total,
  action: paths.batches.index,
});
