import { formatDate } from '../presenters/format.ts';
import type { Cell, RowActs } from './cells.ts';
import type { ListColumn } from './declaration.ts';

/** A cell as its view draws it: views/management/row.ejs. */
interface DrawnCell extends Cell, Partial<RowActs> {
  label: string;
  /** Its class: `cell-…`. */
  look: string | undefined;
  /** True for what the line is called by. */
  head: boolean;
}

/** The columns that a page shows. */
export const shownColumns = <S, T, W, V, A>(
  columns: readonly ListColumn<S, T, W, V, A>[],
  visit: V,
  asked: A,
) => columns.filter(({ shown = true }) => (typeof shown === 'boolean' ? shown : shown(visit, asked)));

/** The cells of a row, as its columns draw them. Where one says nothing of it, the page has what the file has. */
export const cellsOf = <S, T, W, V, A>(
  columns: readonly ListColumn<S, T, W, V, A>[],
  row: W,
  { visit, here }: { visit: V; here: string },
): DrawnCell[] =>
  columns.map(({ label, look, strong: head = false, acts, draws, cell, kind }) => {
    const about = { label, head, look: look ?? (kind ? 'date' : head ? 'person' : undefined) };
    if (acts) return { ...about, ...acts(row, visit, here) };
    // Where a file tells its rows as they are, what it has in a column may stand on the page as well.
    const drawn = draws ? draws(row, visit) : cell?.(row as unknown as T);
    if (typeof drawn === 'object' && drawn !== null) return { ...about, ...drawn };
    return { ...about, text: kind === 'date' && drawn ? formatDate(drawn) : (drawn ?? '') };
  });
