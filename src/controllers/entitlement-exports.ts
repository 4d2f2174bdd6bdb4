import type { Request, RequestHandler, Response } from 'express';
import { dayInParis } from '../domain/clock.ts';
import { organismIdOf, scopeCode, scopeName } from '../domain/scope.ts';
import { writeCsv } from '../exports/csv.ts';
import { attachment, type ExportFormat, exportFileName, exportMediaTypes } from '../exports/file-name.ts';
import { writeReport } from '../exports/report.ts';
import type { Row } from '../exports/table.ts';
import { writeWorkbook } from '../exports/workbook.ts';
import { actorOf, scopeOf } from '../middlewares/request.ts';
import {
  ASSIGNMENT_COLUMNS,
  assignmentRows,
  filtersInWords,
  PEOPLE_COLUMNS,
  peopleRow,
} from '../presenters/entitlements.ts';
import { formatDate, plural } from '../presenters/format.ts';
import type { Labels } from '../repositories/labels.ts';
import type { EntitlementRow, entitlementList } from '../repositories/lists/entitlements.ts';
import { entitlementCriteria } from '../schemas/entitlements.ts';
import { parseExportQuery } from '../schemas/list-query.ts';
import type { AppContext } from './context.ts';

type List = ReturnType<typeof entitlementList>;

/** Turns batches of people into batches of rows. */
async function* rowsOf(
  batches: AsyncIterable<EntitlementRow[]>,
  toRows: (person: EntitlementRow) => Row[],
): AsyncGenerator<Row[]> {
  for await (const batch of batches) yield batch.flatMap(toRows);
}

/** « Excel », « PDF » and CSV of the result as filtered, not of the page (R12, R13), streamed from a cursor. */
export function entitlementExports({ clock, labels, services, logger }: AppContext, list: List) {
  /** Checks, traces, and sends the headers; then `write` streams the file. */
  function exporter(
    format: ExportFormat,
    write: (job: {
      res: Response;
      people: () => AsyncIterable<EntitlementRow[]>;
      labels: Labels;
      signal: AbortSignal;
      filters: string[];
      req: Request;
    }) => Promise<void>,
  ): RequestHandler {
    return async (req, res) => {
      const scope = scopeOf(req);
      const values = parseExportQuery(entitlementCriteria, req.query, req.scopeFault);
      const today = dayInParis(clock.now());
      const filter = {
        organismId: organismIdOf(scope),
        name: values.nom,
        words: values.q,
        sort: values.tri,
        direction: values.sens,
      } as const;
      const set = await labels.current();
      await services.exports.begin(actorOf(req).id, {
        action: 'list.exported',
        details: {
          list: 'etat-des-habilitations',
          format,
          filters: { nom: values.nom, q: values.q, perimetre: scopeCode(scope) },
        },
        organismId: filter.organismId ?? undefined,
      });
      const abort = new AbortController();
      res.on('close', () => abort.abort());
      const name = exportFileName('etat-des-habilitations', scopeCode(scope), clock.now(), format);
      res.set({ 'Content-Type': exportMediaTypes[format], 'Content-Disposition': attachment(name) });
      const people = () => list.stream(filter, { today, signal: abort.signal, batch: 200 });
      try {
        await write({
          res,
          people,
          labels: set,
          signal: abort.signal,
          filters: filtersInWords(scope, values),
          req,
        });
      } catch (error) {
        if (abort.signal.aborted) return;
        // The headers are gone: a cut connection is the only way left to say that the file is not whole.
        if (!res.headersSent) throw error;
        logger.error({ err: error }, 'export failed');
        res.destroy();
      }
    };
  }

  return {
    workbook: exporter('xlsx', ({ res, people, labels: set, signal }) =>
      writeWorkbook(
        res,
        [
          {
            name: 'Personnes',
            columns: PEOPLE_COLUMNS,
            rows: rowsOf(people(), (person) => [peopleRow(person, set)]),
          },
          {
            name: 'Habilitations',
            columns: ASSIGNMENT_COLUMNS,
            rows: rowsOf(people(), (person) => assignmentRows(person, set)),
          },
        ],
        { title: 'État des habilitations', signal },
      ),
    ),

    report: exporter('pdf', ({ res, people, labels: set, signal, filters, req }) =>
      writeReport(
        res,
        {
          title: 'État des habilitations',
          organism: scopeName(scopeOf(req)),
          date: formatDate(clock.now()),
          filters,
          columns: PEOPLE_COLUMNS,
          rows: rowsOf(people(), (person) => [peopleRow(person, set)]),
          describeCount: (rows) => plural(rows, 'personne', 'personnes'),
        },
        { signal },
      ),
    ),

    csv: exporter('csv', ({ res, people, labels: set, signal }) =>
      writeCsv(
        res,
        PEOPLE_COLUMNS,
        rowsOf(people(), (person) => [peopleRow(person, set)]),
        { signal },
      ),
    ),
  };
}
