import { parse } from 'csv-parse/sync';
import ExcelJS from 'exceljs';
import { extractText, getDocumentProxy } from 'unpdf';
import type { Page } from './page.ts';

/** The rows of each sheet of an Excel file, as texts. */
export async function readWorkbook(bytes: Buffer): Promise<Map<string, string[][]>> {
  const workbook = new ExcelJS.Workbook();
  await workbook.xlsx.load(bytes as unknown as ExcelJS.Buffer);
  return new Map(
    workbook.worksheets.map((sheet) => {
      const rows: string[][] = [];
      sheet.eachRow((row) => {
        rows.push(Array.from({ length: sheet.columnCount }, (_, index) => textOf(row.getCell(index + 1))));
      });
      return [sheet.name, rows];
    }),
  );
}

/** A cell as its reader sees it: a date in the order of its format. */
function textOf({ value, text, numFmt }: ExcelJS.Cell): string {
  if (!(value instanceof Date)) return text;
  const [day, time] = value.toISOString().split('T');
  const shown = (day ?? '').split('-').reverse().join('/');
  return numFmt.includes('hh') ? `${shown} à ${time?.slice(0, 5)}` : shown;
}

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
  if (type.includes('spreadsheetml'))
    return [...(await readWorkbook(page.bytes)).values()].flat(2).join('\n');
  // A long address is cut over several lines.
  if (type.includes('pdf')) return (await readPdf(page.bytes)).join('\n');
  return page.text;
}
