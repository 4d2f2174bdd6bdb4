import { read, utils, type WorkBook } from '@e965/xlsx';
import { parse } from 'csv-parse/sync';
import { extractText, getDocumentProxy } from 'unpdf';
import { clean, type Page } from './page.ts';

/** An Excel file as another library than the one that wrote it reads it: types, formats and widths as well. */
export function openWorkbook(bytes: Buffer): WorkBook {
  // An error page would be read as one sheet.
  if (bytes.subarray(0, 2).toString() !== 'PK')
    throw new Error(`no Excel file: ${clean(bytes.toString()).slice(-800)}`);
  return read(bytes, { cellDates: true, cellNF: true, cellStyles: true, UTC: true });
}

/** The rows of each sheet of an Excel file, as its reader sees them. */
export function readWorkbook(bytes: Buffer): Map<string, string[][]> {
  const { SheetNames, Sheets } = read(bytes, { cellNF: true });
  return new Map(
    SheetNames.map((name) => {
      const options = { header: 1, raw: false, defval: '', blankrows: false } as const;
      const rows: string[][] = utils.sheet_to_json(Sheets[name] ?? {}, options);
      return [name, rows.map((row) => row.map(asShown))];
    }),
  );
}

/** An instant as the other formats write it. */
const asShown = (cell: string): string => cell.replace(/^(\d\d\/\d\d\/\d{4}) (\d\d:\d\d)$/, '$1 à $2');

/** The rows of a CSV as the portal writes it. */
export function readCsv(bytes: Buffer): string[][] {
  return parse(bytes, { bom: true, delimiter: ';', relaxColumnCount: false });
}

/** The text of each page of a PDF. */
export async function readPdf(bytes: Buffer): Promise<string[]> {
  const document = await getDocumentProxy(new Uint8Array(bytes));
  const { text } = await extractText(document, { mergePages: false });
  return text;
}

/** All that a person could read of an answer, whatever its format. */
export async function textOfFile(page: Page): Promise<string> {
  const type = String(page.headers['content-type']);
  if (page.bytes.length === 0) return '';
  if (type.includes('spreadsheetml')) return [...readWorkbook(page.bytes).values()].flat(2).join('\n');
  // A long address is cut over several lines.
  if (type.includes('pdf')) return (await readPdf(page.bytes)).join('\n');
  return page.text;
}
