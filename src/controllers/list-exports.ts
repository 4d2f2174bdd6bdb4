import type { Request, RequestHandler, Response } from 'express';
import type { Logger } from 'pino';
import type { Database } from '../database/knex.ts';
import { DomainError } from '../domain/errors.ts';
import { organismIdOf, type Scope, scopeCode, scopeName } from '../domain/scope.ts';
import { writeCsv } from '../exports/csv.ts';
import { begun, Unread } from '../exports/delivery.ts';
import { attachment, type ExportFormat, exportFileName, exportMediaTypes } from '../exports/file-name.ts';
import { writeReport } from '../exports/report.ts';
import type { Batches, Column, Row } from '../exports/table.ts';
import { type Sheet, writeWorkbook } from '../exports/workbook.ts';
import { actorOf, mayStillRead, scopeOf } from '../middlewares/request.ts';
import { formatDate } from '../presenters/format.ts';
import type { ExportOrder, ExportSource } from '../services/exports.ts';
import type { AppContext } from './context.ts';

/** Where and how the rows of a file are read. */
export interface ListReading {
  db: Database;
  signal: AbortSignal;
  /** Rows a batch. */
  batch: number;
}

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
  rows(reading: ListReading): Batches;
  sheetName: string;
  /** Sheets of the workbook after the first. */
  moreSheets?: (reading: ListReading) => Sheet[];
  describeCount(rows: number): string;
}

type Writer = (
  output: Response,
  list: ExportedList & { first: Batches },
  making: { req: Request; source: ExportSource },
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
      const gone = new AbortController();
      res.on('close', () => gone.abort());
      try {
        const list = await prepare(req);
        const scope = list.scope ?? scopeOf(req);
        const order: ExportOrder = {
          accountId: actorOf(req).id,
          event: {
            action: 'list.exported',
            details: {
              list: list.subject,
              format,
              filters: { ...list.criteria, perimetre: scopeCode(scope) },
            },
            organismId: organismIdOf(scope) ?? undefined,
          },
          mayHave: (actor) => mayStillRead(req, actor),
          signal: gone.signal,
        };
        await services.exports.run(order, async (source) => {
          // Read before anything is sent: what fails until then has a page.
          const first = await begun(list.rows(readingOf(source)), source.signal);
          const name = exportFileName(list.subject, scopeCode(scope), clock.now(), format);
          res.set({ 'Content-Type': exportMediaTypes[format], 'Content-Disposition': attachment(name) });
          await write(res, { ...list, first }, { req, source });
        });
      } catch (error) {
        failed(res, error, logger);
      }
    };

  return {
    workbook: exporter('xlsx', (output, { title, sheetName, columns, first, moreSheets }, { source }) => {
      const sheets = [{ name: sheetName, columns, rows: first }, ...(moreSheets?.(readingOf(source)) ?? [])];
      return writeWorkbook(output, sheets, { title, ...source });
    }),
    report: exporter(
      'pdf',
      (output, { title, scope, filters, columns, first, describeCount }, { req, source }) => {
        const heading = {
          title,
          filters,
          organism: scopeName(scope ?? scopeOf(req)),
          date: formatDate(clock.now()),
        };
        return writeReport(output, { ...heading, columns, rows: first, describeCount }, source);
      },
    ),
    csv: exporter('csv', (output, { columns, first }, { source }) =>
      writeCsv(output, columns, first, source),
    ),
  };
}

const readingOf = ({ db, signal }: ExportSource): ListReading => ({ db, signal, batch: 200 });

/** Ends an answer that failed: with its page while nothing of the file is sent. @throws what is to become a page. */
function failed(res: Response, error: unknown, logger: Logger): void {
  // Nobody waits any more.
  if (error instanceof Error && error.name === 'AbortError') return;
  if (!res.headersSent) {
    for (const name of ['Content-Type', 'Content-Disposition']) res.removeHeader(name);
    throw error;
  }
  // The headers are gone: a cut connection is the only way left to say that the file is not whole.
  const isMeant = error instanceof Unread || error instanceof DomainError;
  logger[isMeant ? 'warn' : 'error']({ err: error }, 'export cut');
  res.destroy();
}
