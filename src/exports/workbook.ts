import { type EventEmitter, once } from 'node:events';
import { PassThrough, type Writable } from 'node:stream';
import ExcelJS from 'exceljs';
import { deliver, inSlices, unlessStopped } from './delivery.ts';
import { columnLetters, rowsXml } from './sheet-rows.ts';
import type { Batches, Column, Row, WriterOptions } from './table.ts';

/** A sheet of a workbook; `rows` is read only once the sheets before it are written. */
export interface Sheet {
  name: string;
  columns: readonly Column[];
  rows: Batches;
}

export interface WorkbookOptions extends WriterOptions {
  /** The document's title in its properties. */
  title: string;
  /** Rows a sheet may hold, its header included; past it the rows go on in « Name (2) ». Excel's own limit unless told. */
  rowsASheet?: number;
}

const EXCEL_ROWS_A_SHEET = 1_048_576;
const headerStyle: Partial<ExcelJS.Style> = {
  font: { bold: true, color: { argb: 'FFFFFFFF' }, name: 'Calibri', size: 11 },
  fill: { type: 'pattern', pattern: 'solid', fgColor: { argb: 'FF143D5C' } },
};

/** What exceljs' streaming classes have and their published types leave out. */
interface StreamedWorkbook {
  styles: { addStyleModel(style: Partial<ExcelJS.Style>): number };
}
interface StreamedSheet {
  stream: { write(xml: string): unknown; pipes: readonly Pipe[] };
}
/** Its streams are older than `writableNeedDrain`. */
interface Pipe extends EventEmitter {
  _writableState: { needDrain: boolean };
}

/**
 * Writes an Excel workbook, sheet after sheet, at the pace of `output` and in constant memory.
 * @throws what `deliver` throws.
 */
export async function writeWorkbook(
  output: Writable,
  sheets: readonly Sheet[],
  options: WorkbookOptions,
): Promise<void> {
  await deliver(output, options, (stop) => workbookChunks(sheets, options, stop));
}

async function* workbookChunks(sheets: readonly Sheet[], options: WorkbookOptions, stop: AbortSignal) {
  const body = new PassThrough();
  const filling = fill(body, sheets, options, stop).catch((error: Error) => body.destroy(error));
  try {
    yield* body;
  } finally {
    body.destroy();
    await filling;
  }
}

async function fill(body: Writable, sheets: readonly Sheet[], options: WorkbookOptions, stop: AbortSignal) {
  const workbook = new ExcelJS.stream.xlsx.WorkbookWriter({
    stream: body,
    useStyles: true,
    useSharedStrings: false,
  });
  workbook.title = options.title;
  workbook.creator = 'Espace Organismes';
  workbook.lastModifiedBy = workbook.creator;
  for (const sheet of sheets)
    await writeSheet(workbook, sheet, options.rowsASheet ?? EXCEL_ROWS_A_SHEET, stop);
  await unlessStopped(workbook.commit(), stop);
}

async function writeSheet(
  workbook: ExcelJS.stream.xlsx.WorkbookWriter,
  sheet: Sheet,
  rowsASheet: number,
  stop: AbortSignal,
): Promise<void> {
  const { styles } = workbook as unknown as StreamedWorkbook;
  const dateStyle = styles.addStyleModel({ numFmt: 'dd/mm/yyyy' });
  let part = openSheet(workbook, sheet.name, sheet.columns);
  let parts = 1;
  for await (const slice of inSlices(sheet.rows, stop)) {
    let rest: readonly Row[] = slice;
    while (rest.length > 0) {
      if (part.rowCount === rowsASheet) {
        part.close();
        parts += 1;
        part = openSheet(workbook, `${sheet.name} (${parts})`, sheet.columns);
      }
      const fitting = rest.slice(0, rowsASheet - part.rowCount);
      await part.add(fitting, dateStyle, stop);
      rest = rest.slice(fitting.length);
    }
  }
  part.close();
}

/** Opens a sheet with its header row, frozen, styled and filterable; exceljs writes all but the rows themselves. */
function openSheet(workbook: ExcelJS.stream.xlsx.WorkbookWriter, name: string, columns: readonly Column[]) {
  const sheet = workbook.addWorksheet(name, {
    views: [{ state: 'frozen', ySplit: 1 }],
    pageSetup: { orientation: 'landscape', paperSize: 9, fitToPage: true, fitToWidth: 1, fitToHeight: 0 },
  });
  sheet.pageSetup.printTitlesRow = '1:1';
  sheet.columns = columns.map(({ width }) => ({ width }));
  const header = sheet.addRow(columns.map((column) => column.header));
  header.eachCell((cell) => {
    cell.style = headerStyle;
  });
  header.commit();
  const { stream } = sheet as unknown as StreamedSheet;
  let rowCount = 1;
  return {
    get rowCount() {
      return rowCount;
    },
    async add(rows: readonly Row[], dateStyle: number, stop: AbortSignal): Promise<void> {
      stream.write(rowsXml(columns, rows, rowCount + 1, dateStyle));
      rowCount += rows.length;
      // exceljs itself never waits: what the compression has not taken yet would pile up in memory.
      for (const pipe of stream.pipes) {
        if (pipe._writableState.needDrain) await once(pipe, 'drain', { signal: stop });
      }
    },
    close(): void {
      sheet.autoFilter = `A1:${columnLetters(columns.length - 1)}${rowCount}`;
      sheet.commit();
    },
  };
}
