import type { Database } from '../database/knex.ts';
import type { Actor } from '../domain/actor.ts';
import type { Access } from '../domain/permissions.ts';
import type { Scope } from '../domain/scope.ts';
import type { Parametrised } from '../paths.ts';
import type { Href } from '../presenters/href.ts';
import type { ListPage } from '../presenters/list-page.ts';
import type { Batches, Column, ColumnKind, ExportFormat } from '../presenters/table.ts';
import type { StreamOptions } from '../repositories/lists/query.ts';
import type { Snapshot, SnapshotSource } from '../repositories/snapshot.ts';
import type { ValuesOf } from '../schemas/list-query.ts';
import type { Services } from '../services/index.ts';
import type { Cell, RowActs } from './cells.ts';
import type { Ask, Asking, Ordered } from './criteria.ts';

/** A list asked for: by whom, of what, when. */
export interface Visit<Known = undefined> {
  actor: Actor;
  /** What the list covers. */
  scope: Scope;
  href: Href;
  now: Date;
  /** The day in Paris, 'YYYY-MM-DD', on which rights hold (P8). */
  today: string;
  /** Whether this person has the acts of its rows. */
  mayAct: boolean;
  /** The number in its address, of the record that it is about. */
  id: number;
  /** The code in its address, of the record that it is about. */
  code: string;
  /** The page that it was opened from, where that was told. */
  back: string | null;
  known: Known;
}

/** What pages read from. */
export interface Sources {
  db: Database;
  snapshot: SnapshotSource;
  services: Services;
}

export type Criteria = Readonly<Record<string, Asking<unknown>>>;
type Direction = 'asc' | 'desc';

/** What was asked for, by the names that read models have for it. */
export type Asked<C, S> = ValuesOf<C> & { sort: S; direction: Direction; organismId: number | null };

export interface Window {
  /** From 1. */
  page: number;
  size: number;
  today: string;
}

export interface RowPage<R> {
  /** Empty beyond the last page. */
  rows: R[];
  /** Exact, unless `atLeast`: then there are more than this. */
  total: number;
  atLeast: boolean;
}

/** A column of the page, of the file, or of both. What a row has in it on the page is drawn here, or by the row's view. */
export interface ListColumn<S, T, W, V, A = never> {
  label: string;
  sort?: S;
  draws?: (row: W, visit: V) => Cell | string | null;
  /** The column of what can be done. */
  acts?: (row: W, visit: V, here: string) => RowActs;
  /** How its cells are set: `cell-…` of the style sheet. */
  look?: 'date' | 'mail' | 'short' | 'long' | 'text';
  /** False for a column of the file alone, or where what was asked has no use for it. */
  shown?: boolean | ((visit: V, asked: A) => boolean);
  /** The cells' class. */
  className?: string;
  /** What the file has in it; without, the column is the page's alone. */
  cell?: ((told: T) => string | null | undefined) | undefined;
  /** In the file, where it is not the label. */
  header?: string;
  /** In characters. */
  width?: number;
  kind?: ColumnKind;
  strong?: boolean;
}

/** Where and how the rows of a file are read. */
export interface FileReading {
  /** The one transaction in which everything is read. */
  db: Database;
  /** Read in it too. */
  snapshot: Snapshot;
  format: ExportFormat;
  signal: AbortSignal;
  /** Rows a batch. */
  batch: number;
  /** The day in Paris, 'YYYY-MM-DD', on which the rights shown hold (P8). */
  today: string;
}

/** A table of a file; its rows are read when they are asked for. */
export interface FileTable {
  /** The name of its sheet. */
  name: string;
  columns: readonly Column[];
  rows: Batches;
}

/** A list that leaves as a file. */
export interface ListFile<V, F, R, T, A = never> {
  /** The file's name begins with it, and the trail calls the list so. */
  subject: string | ((visit: V) => string);
  title?: (visit: V) => string;
  /** Its name under the address of the page, whose own name it has unless told. */
  under?: string;
  sheet: string;
  stream(reading: FileReading): (filter: F, options: StreamOptions & { today: string }) => AsyncIterable<R[]>;
  /** What the cells of a row are taken from: the row itself unless told. */
  told?: (row: R, reading: FileReading, filter: F) => T;
  /** The headers that come first in the file, where its order is not that of the page. */
  order?: readonly string[];
  /** The headers that say nothing of what was asked. */
  lacks?: (filter: F) => readonly string[];
  /** Why what was asked does not leave; null where it does. */
  refuses?: (asked: A) => string | null;
  /** More sheets of the workbook. */
  further?: (filter: F, reading: FileReading) => FileTable[];
  /** What it is about, in words, before its criteria. */
  about?(visit: V, asked: A): string[];
  /** The same as the trail keeps it. */
  kept?: (visit: V) => Record<string, string>;
}

/** A part of the line under the title. */
export interface SummaryPart {
  strong?: string;
  link?: { href: string; label: string };
  text?: string;
}

export interface EmptyState {
  title: string;
  text: string;
  icon?: string;
  /** The way back to everything where something narrows the list, unless told. */
  action?: { href: string; label: string } | null;
}

interface HeadLink {
  href: string;
  label: string;
  icon: string;
  kind?: 'outline' | 'primary' | 'quiet';
}

/** A way to the same list by criteria that are often wanted. */
interface Shortcut {
  label: string;
  href: string;
  /** True where it is what is shown. */
  current: boolean;
}

/** What can be done with the rows that are ticked. */
export interface Selection {
  /** What else could be done with it, and how. */
  hint?: string | null;
  /** Without « Tout »: the whole result. */
  pageOnly?: boolean;
  hidden: readonly { name: string; value: string }[];
  buttons: readonly { label: string; name: string; value: string; kind?: 'outline' }[];
  /** A script of the page's, by its name. */
  script?: string;
}

/** The page as it was found. */
export interface Found<A> {
  asked: A;
  /** True while something is missing before anything is looked for. */
  waiting: boolean;
  list: ListPage;
  /** « 57 personnes ». */
  count: SummaryPart;
  /** Its own address, to come back to. */
  here: string;
  /** Its criteria as addresses have them, by name. */
  written: Record<string, unknown>;
  /** As they are shown: what is made of them before they are drawn. */
  rows: readonly object[];
}

/** How a list looks, where it is not as every other. */
interface ListLook<V, A> {
  /** The title of the page, of its file, and its heading. */
  title: string | ((visit: V, asked: A) => string);
  heading?: (visit: V) => string;
  /** The last step of the breadcrumb: the heading unless told; and those before. */
  crumb?: (visit: V) => string;
  under?: (visit: V) => { label: string; href: string }[];
  /** What leads away from it. */
  links?: (visit: V, here: string) => HeadLink[];
  /** What the page is for, to the person who reads it, under its heading. */
  introduction?: string | ((visit: V) => string);
  /** A view between that and the summary. */
  above?: string;
  /** The line under the heading: the number of rows and what the page covers, unless told. */
  summary?: (visit: V, found: Found<A>) => SummaryPart[];
  /** The form of filters: its name, its button, whether this is the page's second act, whether it is there while the list waits. */
  filters?: { label?: string; submit?: string; quiet?: boolean; everywhere?: null; whileWaiting?: false };
  /** Under the filters. */
  shortcuts?: (visit: V, found: Found<A>) => Shortcut[];
  /** What is missing before anything is looked for. */
  waits?: (visit: V, asked: A) => EmptyState | null;
  /** What there is to say of what was asked. */
  remarks?: (visit: V, asked: A) => string[];
  /** The filters read as a sentence, up to the number of rows. */
  sentence?: (visit: V, asked: A) => string;
  icon?: string;
  /** Where no row is found. */
  empty: (visit: V, found: Found<A>, sources: Sources) => EmptyState | Promise<EmptyState>;
  note?: (visit: V, found: Found<A>) => string | null;
  /** Of the table: the heading unless told. */
  caption?: (visit: V) => string;
  captionShown?: boolean;
  /** Cards sooner. */
  dense?: boolean;
  /** The view of a row, where its columns do not draw it. */
  row?: string;
  selection?: (visit: V, found: Found<A>) => Selection | null;
  /** False where the rest cannot be asked for. */
  paged?: (asked: A) => boolean;
  /** A view after the list, and what it draws. */
  below?: string;
  beside?: (visit: V, asked: A, sources: Sources) => Promise<object>;
}

/** A list, declared once: its page, its files, its criteria. */
export interface ListDeclaration<K, C extends Criteria, S extends string, F, R, T = R, W = R>
  extends ListLook<Visit<K>, Asked<C, S>> {
  /** By which the thread of files knows it. */
  name: string;
  path: string | Parametrised<string>;
  /** What the page covers, unless it is the whole country or what is told. */
  covers?: 'country' | ((actor: Actor, scope: () => Scope) => Scope);
  /** What the acts of its rows ask of the person. */
  acts?: Access;
  noun: readonly [one: string, many: string];
  /** What its address may have and its criteria do not read. */
  ignores?: readonly string[];
  /** What is to be known before its criteria are read: choices, the record that it is about. */
  knows?: (sources: Sources, visit: Visit) => Promise<K>;
  criteria: (ask: Ask, known: K) => C;
  sorts: Ordered<S>;
  direction?: Direction;
  size?: number;
  page: (sources: Sources, visit: Visit<K>) => (filter: F, window: Window) => Promise<RowPage<R>>;
  /** What the read model is given for what was asked, and what it cannot answer whole. */
  narrow?: (asked: Asked<C, S>, visit: Visit<K>, sources: Sources) => Narrowed<F> | Promise<Narrowed<F>>;
  file?: ListFile<Visit<K>, F, R, T, Asked<C, S>>;
  /** What is made of a row before the page draws it. */
  show?: (row: R, visit: Visit<K>, found: { asked: Asked<C, S>; here: string }) => W;
  columns: readonly ListColumn<S, T, W, Visit<K>, Asked<C, S>>[];
  /** The box of a row where there is a selection: what is ticked by it, and whom or what it names. */
  ticks?: (row: W) => { id: number; label: string };
  /** True of a row of something that is no more. */
  isPast?: (row: W) => boolean;
}

/** Any declared list, whatever its rows. */
// biome-ignore lint/suspicious/noExplicitAny: what it takes and gives is its own.
export type AnyList = ListDeclaration<any, any, any, any, any, any, any>;

export interface Narrowed<F> {
  filter: F;
  faults?: string[];
}

/**
 * A list whose read model takes what was asked as it is. In this order: what is known, criteria, orders, read model, file,
 * what is shown, columns, look: the compiler learns each from those before.
 */
export const declareList = <K, C extends Criteria, S extends string, R, T = R, W = R>(
  list: ListDeclaration<K, C, S, Asked<C, S>, R, T, W>,
): ListDeclaration<K, C, S, Asked<C, S>, R, T, W> => list;

/** The same, whose read model takes something else, that `narrow` makes of what was asked. */
export const declareNarrowedList = <K, C extends Criteria, S extends string, F, R, T = R, W = R>(
  list: ListDeclaration<K, C, S, F, R, T, W> & { narrow: unknown },
): ListDeclaration<K, C, S, F, R, T, W> => list;
