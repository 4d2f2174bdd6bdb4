import type { Request, RequestHandler, Response } from 'express';
import type { Actor } from '../domain/actor.ts';
import { dayInParis } from '../domain/calendar.ts';
import { DomainError, Unread } from '../domain/errors.ts';
import { organismIdOf, type Scope, scopeCode, scopeName } from '../domain/scope.ts';
import { deliver } from '../exports/delivery.ts';
import { attachment, exportFileName, exportMediaTypes } from '../exports/file-name.ts';
import type { ChosenList } from '../exports/lists.ts';
import type { FileOrder } from '../exports/making.ts';
import { actorOf, goneSignal, mayStillRead, scopeOf } from '../middlewares/request.ts';
import { fullName, instantCell } from '../presenters/format.ts';
import type { ExportFormat } from '../presenters/table.ts';
import type { AppContext } from './context.ts';

/** A list that leaves as a file. */
interface ExportedList {
  /** The file's name begins with it, and the trail calls the list so. */
  subject: string;
  title: string;
  /** What the file covers, where it is not what the page's address says. */
  scope?: Scope;
  /** Criteria in words, for the file itself. */
  filters: string[];
  /** Criteria as the trail keeps them. */
  criteria: Record<string, string>;
  list: ChosenList;
}

/**
 * « Excel », « PDF » and CSV of a list as filtered, not of its page (R12, R13): limited, traced, then streamed.
 * `prepare` parses the address and throws Refused for a criterion that is not valid.
 */
export function listExports(
  context: AppContext,
  prepare: (req: Request) => Promise<ExportedList>,
): Record<'workbook' | 'report' | 'csv', RequestHandler> {
  const exporter =
    (format: ExportFormat): RequestHandler =>
    async (req, res) => {
      const signal = goneSignal(res);
      const exported = await prepare(req);
      const now = context.clock.now();
      const scope = exported.scope ?? scopeOf(req);
      const name = exportFileName(exported.subject, scopeCode(scope), now, format);
      const headers = { 'Content-Type': exportMediaTypes[format], 'Content-Disposition': attachment(name) };
      // Who asks for the headers alone takes no file.
      if (req.method === 'HEAD') return void res.set(headers).end();
      const order: FileOrder = {
        format,
        list: exported.list,
        today: dayInParis(now),
        heading: headingOf(exported, scope, actorOf(req), now),
      };
      await leave(context, { exported, scope, order, headers, signal }, { req, res });
    };
  return { workbook: exporter('xlsx'), report: exporter('pdf'), csv: exporter('csv') };
}

const headingOf = ({ title, filters }: ExportedList, scope: Scope, actor: Actor, now: Date) => ({
  title,
  perimeter: scopeName(scope),
  filters,
  by: fullName(actor),
  at: instantCell(now),
});

interface Leaving {
  exported: ExportedList;
  scope: Scope;
  order: FileOrder;
  headers: Record<string, string>;
  signal: AbortSignal;
}

/** Makes the file and sends it. */
async function leave(
  { services, press, logger }: AppContext,
  { exported, scope, order, headers, signal }: Leaving,
  { req, res }: { req: Request; res: Response },
): Promise<void> {
  const { subject, criteria } = exported;
  const filters = { ...criteria, perimetre: scopeCode(scope) };
  const permit = {
    accountId: actorOf(req).id,
    organismId: organismIdOf(scope),
    signal,
    told: { list: subject, format: order.format, filters },
    mayHave: (actor: Actor) => mayStillRead(req, actor),
  };
  const file = press.open();
  try {
    await services.exports.run(permit, {
      ...file,
      async send(options) {
        res.set(headers);
        await deliver(res, options, () => file.parts(order));
      },
    });
  } catch (error) {
    // Nobody waits any more, or the portal stops.
    if (error instanceof Error && error.name === 'AbortError') return void res.destroy();
    if (!res.headersSent) {
      for (const name of Object.keys(headers)) res.removeHeader(name);
      throw error;
    }
    // The headers are gone: a cut connection is the only way left to say that the file is not whole.
    const isMeant = error instanceof Unread || error instanceof DomainError;
    logger[isMeant ? 'warn' : 'error']({ err: error }, 'export cut');
    res.destroy();
  }
}
