import { type EventEmitter, once } from 'node:events';
import { PassThrough, type Writable } from 'node:stream';
import ExcelJS from 'exceljs';
import type { Batches, Column, Row, WriterOptions } from '../presenters/table.ts';
import { type About, addAbout, type SheetCount } from './about-sheet.ts';
import { deliver, inSlices, unlessStopped } from './delivery.ts';
import { type CellStyles, columnLetters, rowsXml } from './sheet-rows.ts';
import { cellStyles, headerStyle, sheetOptions } from './workbook-styles.ts';

/** A sheet of a workbook; `rows` is read only once the sheets before it are written. */
export interface Sheet {
  name: string;
  columns: readonly Column[];
  rows: Batches;
}

interface WorkbookOptions extends WriterOptions {
  /** What the last sheet says of the file; its title is in the document's properties too. */
  about: About;
  /** Rows a sheet may hold, its header included; past it the rows go on in « Name (2) ». Excel's own limit unless told. */
  rowsASheet?: number;
}

const EXCEL_ROWS_A_SHEET = 1_048_576;

/** What exceljs' streaming classes have and their published types leave out. */
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
  workbook.title = options.about.title;
  workbook.creator = 'Espace Organismes';
  workbook.lastModifiedBy = workbook.creator;
  const styles = cellStyles(workbook);
  const counts: SheetCount[] = [];
  for (const sheet of sheets) {
    const rows = await writeSheet(workbook, sheet, options.rowsASheet ?? EXCEL_ROWS_A_SHEET, {
      styles,
      stop,
    });
    counts.push({ name: sheet.name, rows });
  }
  addAbout(workbook, options.about, counts);
  await unlessStopped(workbook.commit(), stop);
}

/** Returns how many rows it has, over all its parts. */
async function writeSheet(
  workbook: ExcelJS.stream.xlsx.WorkbookWriter,
  sheet: Sheet,
  rowsASheet: number,
  { styles, stop }: { styles: CellStyles; stop: AbortSignal },
): Promise<number> {
  let total = 0;
  let part = openSheet(workbook, sheet.name, sheet.columns);
  let parts = 1;
  for await (const slice of inSlices(sheet.rows, stop)) {
    total += slice.length;
    let rest: readonly Row[] = slice;
    while (rest.length > 0) {
      if (part.rowCount === rowsASheet) {
        part.close();
        parts += 1;
        part = openSheet(workbook, `${sheet.name} (${parts})`, sheet.columns);
      }
      const fitting = rest.slice(0, rowsASheet - part.rowCount);
      await part.add(fitting, styles, stop);
      rest = rest.slice(fitting.length);
    }
  }
  part.close();
  return total;
}

/** Opens a sheet with its header row, frozen, styled and filterable; exceljs writes all but the rows themselves. */
function openSheet(workbook: ExcelJS.stream.xlsx.WorkbookWriter, name: string, columns: readonly Column[]) {
  const sheet = workbook.addWorksheet(name, sheetOptions);
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
    async add(rows: readonly Row[], styles: CellStyles, stop: AbortSignal): Promise<void> {
      stream.write(rowsXml(columns, rows, rowCount + 1, styles));
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
