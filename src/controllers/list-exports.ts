import type { Request, RequestHandler, Response } from 'express';
import { organismIdOf, type Scope, scopeCode, scopeName } from '../domain/scope.ts';
import { writeCsv } from '../exports/csv.ts';
import { attachment, type ExportFormat, exportFileName, exportMediaTypes } from '../exports/file-name.ts';
import { writeReport } from '../exports/report.ts';
import type { Batches, Column, Row } from '../exports/table.ts';
import { type Sheet, writeWorkbook } from '../exports/workbook.ts';
import { actorOf, scopeOf } from '../middlewares/request.ts';
import { formatDate } from '../presenters/format.ts';
import type { AppContext } from './context.ts';

/** A list that can leave as a file. */
export interface ExportedList {
  /** The file's name begins with it, and the trail calls the list so. */
  subject: string;
  title: string;
  /** What the file covers, where it is not what the page's address says. */
  scope?: Scope;
  /** Criteria in words, for the head of the PDF. */
  filters: string[];
  /** Criteria as the trail keeps them. */
  criteria: Record<string, string>;
  /** The columns of the first sheet, of the PDF and of the CSV. */
  columns: readonly Column[];
  /** Reads the rows anew at each call, until `signal` aborts. */
  rows(signal: AbortSignal): Batches;
  sheetName: string;
  /** Sheets of the workbook after the first. */
  moreSheets?: (signal: AbortSignal) => Sheet[];
  describeCount(rows: number): string;
}

type Writer = (
  output: Response,
  list: ExportedList,
  options: { req: Request; signal: AbortSignal },
) => Promise<void>;

/** Turns batches of records into batches of rows. */
export async function* rowsOf<T>(
  batches: AsyncIterable<readonly T[]>,
  toRows: (record: T) => readonly Row[],
): AsyncGenerator<Row[]> {
  for await (const batch of batches) yield batch.flatMap(toRows);
}

/**
 * « Excel », « PDF » and CSV of a list as filtered, not of its page (R12, R13): limited, traced, then streamed.
 * `prepare` parses the address and throws Refused for a criterion that is not valid.
 */
export function listExports(
  { clock, services, logger }: AppContext,
  prepare: (req: Request) => Promise<ExportedList>,
): Record<'workbook' | 'report' | 'csv', RequestHandler> {
  const exporter =
    (format: ExportFormat, write: Writer): RequestHandler =>
    async (req, res) => {
      const list = await prepare(req);
      const scope = list.scope ?? scopeOf(req);
      await services.exports.begin(actorOf(req).id, {
        action: 'list.exported',
        details: { list: list.subject, format, filters: { ...list.criteria, perimetre: scopeCode(scope) } },
        organismId: organismIdOf(scope) ?? undefined,
      });
      const abort = new AbortController();
      res.on('close', () => abort.abort());
      const name = exportFileName(list.subject, scopeCode(scope), clock.now(), format);
      res.set({ 'Content-Type': exportMediaTypes[format], 'Content-Disposition': attachment(name) });
      try {
        await write(res, list, { req, signal: abort.signal });
      } catch (error) {
        if (abort.signal.aborted) return;
        // The headers are gone: a cut connection is the only way left to say that the file is not whole.
        logger.error({ err: error }, 'export failed');
        res.destroy();
      }
    };

  return {
    workbook: exporter('xlsx', (output, list, { signal }) => {
      const first = { name: list.sheetName, columns: list.columns, rows: list.rows(signal) };
      const sheets = [first, ...(list.moreSheets?.(signal) ?? [])];
      return writeWorkbook(output, sheets, { title: list.title, signal });
    }),
    report: exporter(
      'pdf',
      (output, { title, scope, filters, columns, rows, describeCount }, { req, signal }) => {
        const heading = {
          title,
          filters,
          organism: scopeName(scope ?? scopeOf(req)),
          date: formatDate(clock.now()),
        };
        return writeReport(output, { ...heading, columns, rows: rows(signal), describeCount }, { signal });
      },
    ),
    csv: exporter('csv', (output, { columns, rows }, { signal }) =>
      writeCsv(output, columns, rows(signal), { signal }),
    ),
  };
}
