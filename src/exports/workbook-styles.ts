import type ExcelJS from 'exceljs';
import type { CellStyles } from './sheet-rows.ts';

export const headerStyle: Partial<ExcelJS.Style> = {
  font: { bold: true, color: { argb: 'FFFFFFFF' }, name: 'Calibri', size: 11 },
  fill: { type: 'pattern', pattern: 'solid', fgColor: { argb: 'FF143D5C' } },
  alignment: { vertical: 'top', wrapText: true },
};

export const INSTANT_FORMAT = 'dd/mm/yyyy hh:mm';

/** A sheet as it is read and printed: the header row stays and comes back on each page, which has its number. */
export const sheetOptions: Partial<ExcelJS.AddWorksheetOptions> = {
  views: [{ state: 'frozen', ySplit: 1 }],
  pageSetup: { orientation: 'landscape', paperSize: 9, fitToPage: true, fitToWidth: 1, fitToHeight: 0 },
  headerFooter: { oddHeader: '&L&A', oddFooter: '&Cpage &P / &N' },
};

/** What exceljs' streaming workbook has and its published types leave out. */
interface StyledWorkbook {
  styles: { addStyleModel(style: Partial<ExcelJS.Style>): number };
}

/**
 * The styles of cells by the kind of their column. Texts wrap, or print would cut them; the others stand at the
 * top. Days stand to the left: to the right they would touch the text of the next column.
 */
export function cellStyles(workbook: ExcelJS.stream.xlsx.WorkbookWriter): CellStyles {
  const { styles } = workbook as unknown as StyledWorkbook;
  const style = (more: Partial<ExcelJS.Style> = {}, alignment: Partial<ExcelJS.Alignment> = {}) =>
    styles.addStyleModel({ ...more, alignment: { vertical: 'top', ...alignment } });
  return {
    text: style({}, { wrapText: true }),
    date: style({ numFmt: 'dd/mm/yyyy' }, { horizontal: 'left' }),
    instant: style({ numFmt: INSTANT_FORMAT }, { horizontal: 'left' }),
    number: style({ numFmt: '0' }),
  };
}
