import { type Column, cellText, type Row } from '../../presenters/table.ts';
import type { Run, Typefaces } from './text.ts';
import { wrap } from './wrap.ts';

/** Landscape A4 and its spaces, in points, from the top left corner. */
export const page = { width: 841.89, height: 595.28, margin: 36, footer: 22 } as const;
export const table = { size: 8, leading: 9.8, paddingX: 4, paddingY: 3.6 } as const;
/** The portal's colours, as PDF operands: ink, muted, night, line, white. */
export const colours = {
  ink: '0.106 0.141 0.188',
  muted: '0.290 0.341 0.408',
  night: '0.078 0.239 0.361',
  line: '0.835 0.863 0.894',
  paper: '1 1 1',
} as const;

/** Coordinates with two decimals: a hundredth of a point is finer than any printer. */
export const point = (value: number): number => Math.round(value * 100) / 100;

/** The lines of a cell, in one typeface. */
interface Cell {
  face: Run['face'];
  lines: readonly string[];
}

/** A row laid out: its cells and the number of lines of the longest. */
export interface LaidOutRow {
  cells: readonly Cell[];
  lineCount: number;
}

/** The columns across the page, and how a row falls into lines in them. */
export function reportColumns(columns: readonly Column[], typefaces: Typefaces) {
  const total = columns.reduce((sum, { width }) => sum + width, 0);
  const share = (page.width - 2 * page.margin) / total;
  let left: number = page.margin;
  const placed = columns.map((column) => {
    const start = left;
    left += column.width * share;
    return {
      column,
      textLeft: point(start + table.paddingX),
      textWidth: column.width * share - 2 * table.paddingX,
    };
  });
  const layOut = (texts: readonly string[], isBold: (column: Column) => boolean): LaidOutRow => {
    let lineCount = 1;
    const cells = placed.map(({ column, textWidth: width }, index) => {
      const run = typefaces.run(texts[index] ?? '', isBold(column) ? 'bold' : 'regular');
      const lines = wrap(run, table.size, width);
      lineCount = Math.max(lineCount, lines.length);
      return { face: run.face, lines };
    });
    return { cells, lineCount };
  };
  const headers = columns.map(({ header }) => header);
  return {
    lefts: placed.map(({ textLeft }) => textLeft),
    header: layOut(headers, () => true),
    layOut: (row: Row): LaidOutRow =>
      layOut(
        columns.map((column, index) => cellText(column, row[index])),
        (column) => column.strong === true,
      ),
  };
}
