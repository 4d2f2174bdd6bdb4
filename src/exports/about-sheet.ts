import type ExcelJS from 'exceljs';
import { parseMoment } from '../presenters/table.ts';
import { headerStyle, INSTANT_FORMAT, sheetOptions } from './workbook-styles.ts';

/** What a workbook says of itself. */
export interface About {
  title: string;
  /** What it covers: an organism, or all of them. */
  perimeter: string;
  /** What its rows were chosen by, in words; none where they are all there is. */
  filters: readonly string[];
  /** Who asked for it, and when: 'YYYY-MM-DD HH:MM' in Paris. */
  by: string;
  at: string;
}

export interface SheetCount {
  name: string;
  rows: number;
}

/** « À propos », the last sheet: perimeter, filters, by whom, when, and how many lines each sheet has. */
export function addAbout(
  workbook: ExcelJS.stream.xlsx.WorkbookWriter,
  { title, perimeter, filters, by, at }: About,
  counts: readonly SheetCount[],
): void {
  const sheet = workbook.addWorksheet('À propos', sheetOptions);
  sheet.columns = [{ width: 34 }, { width: 90 }];
  const time = parseMoment(at);
  const lines: [label: string, value: string | number | Date][] = [
    ['Liste', title],
    ['Périmètre', perimeter],
    ['Filtres', filters.join('\n') || 'Aucun'],
    ['Établi par', by],
    ['Établi le', time === null ? at : new Date(time)],
    ...counts.map(({ name, rows }): [string, number] => [`Nombre de lignes de «\u00a0${name}\u00a0»`, rows]),
  ];
  sheet.addRow(['À propos', 'Valeur']).eachCell((cell) => {
    cell.style = headerStyle;
  });
  for (const line of lines) {
    const row = sheet.addRow(line);
    row.getCell(1).style = { font: { bold: true }, alignment: { vertical: 'top' } };
    const value = row.getCell(2);
    value.alignment = { vertical: 'top', horizontal: 'left', wrapText: true };
    if (value.value instanceof Date) value.numFmt = INSTANT_FORMAT;
  }
  sheet.commit();
}
