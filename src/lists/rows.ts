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

/** What is ticked by the box of a row. */
interface Tick {
  id: number;
  label: string;
}

/** The columns that a page shows. */
export const shownColumns = <S, T, W, V>(columns: readonly ListColumn<S, T, W, V>[], visit: V) =>
  columns.filter(({ shown = true }) => (typeof shown === 'boolean' ? shown : shown(visit)));

/** A row whose cells its columns draw. Where one says nothing of it, the page has what the file has. */
export const drawRow = <S, T, W, V>(
  columns: readonly ListColumn<S, T, W, V>[],
  row: W,
  { visit, here, ticks }: { visit: V; here: string; ticks: ((row: W) => Tick) | undefined },
): { inactive: boolean; tick: Tick | undefined; cells: DrawnCell[] } => {
  const cells: DrawnCell[] = columns.map(({ label, look, strong: head = false, acts, draws, cell, kind }) => {
    const about = { label, head, look: look ?? (kind ? 'date' : head ? 'person' : undefined) };
    if (acts) return { ...about, ...acts(row, visit, here) };
    // Where a file tells its rows as they are, what it has in a column may stand on the page as well.
    const drawn = draws ? draws(row, visit) : cell?.(row as unknown as T);
    if (typeof drawn === 'object' && drawn !== null) return { ...about, ...drawn };
    return { ...about, text: kind === 'date' && drawn ? formatDate(drawn) : (drawn ?? '') };
  });
  const inactive = cells.some((cell: Partial<Cell>) => cell.inactive);
  return { inactive, tick: ticks?.(row), cells };
};
