import type { Writable } from 'node:stream';
import {
  type Batches,
  type Column,
  cellText,
  type Row,
  type WriterOptions,
  withoutControls,
} from '../presenters/table.ts';
import { deliver, inSlices } from './delivery.ts';

const BYTE_ORDER_MARK = '\ufeff';
const LINE_END = '\r\n';
// What spreadsheets take for the start of a formula, their full-width twins included.
const formulaStart = /^[=+\-@\t\r\n\uff0b\uff0d\uff1d\uff20]/;
const needsQuotes = /[";\r\n]|^\s|\s$/;

/**
 * Writes a CSV as French spreadsheets open it: UTF-8 with a byte-order mark, semicolons, CRLF. A cell that would
 * start a formula gets an apostrophe in front.
 * @throws what `deliver` throws.
 */
export async function writeCsv(
  output: Writable,
  columns: readonly Column[],
  rows: Batches,
  options: WriterOptions,
): Promise<void> {
  await deliver(output, options, (stop) => csvChunks(columns, rows, stop));
}

async function* csvChunks(columns: readonly Column[], rows: Batches, stop: AbortSignal) {
  yield BYTE_ORDER_MARK + csvLine(columns.map(({ header }) => header));
  for await (const slice of inSlices(rows, stop)) {
    let text = '';
    for (const row of slice) text += csvRow(columns, row);
    yield text;
  }
}

function csvRow(columns: readonly Column[], row: Row): string {
  return csvLine(columns.map((column, index) => cellText(column, row[index])));
}

function csvLine(cells: readonly string[]): string {
  return cells.map(csvCell).join(';') + LINE_END;
}

function csvCell(text: string): string {
  const clean = withoutControls(text);
  const safe = formulaStart.test(clean) ? `'${clean}` : clean;
  return needsQuotes.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
