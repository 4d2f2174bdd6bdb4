import type { ErrorRequestHandler, Request, RequestHandler } from 'express';
import { CommitUnknown } from '../database/client.ts';
import { isDatabaseAway } from '../database/failure.ts';
import { mayBeCommitted } from '../database/patience.ts';
import { CrossSite, DomainError, NotFound, SentWithOther, TooLong, TooMany } from '../domain/errors.ts';
import { type FormFields, fieldsOf, hasSecrets } from '../domain/form-fields.ts';
import { canReadManagement } from '../domain/permissions.ts';
import { localPath, paths } from '../paths.ts';
import { recordOf } from '../presenters/act-record.ts';
import { FAILURES } from '../presenters/failures.ts';
import { formatTime } from '../presenters/format.ts';
import { FORM_NOT_SHOWN } from '../presenters/notices.ts';
import { RECORD } from '../presenters/shell.ts';

/** Seconds after which a database that was away is tried again. */
const RECOVERY = 5;

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);

const CROSS_SITE = 'Cette demande ne vient pas d’une page du portail. Revenez à la page et recommencez.';
const NOT_SHOWN =
  'Cette page n’a pas pu être affichée. Vous pouvez réessayer, ou nous écrire en citant la référence.';
const NOT_DONE =
  'Votre action n’a pas été faite\u00a0: le portail ne peut pas joindre ses données. Il reprendra de lui-même\u00a0: réessayez dans un instant.';
const PERHAPS_DONE =
  'Votre action a peut-être été enregistrée\u00a0: vérifiez avant de recommencer. Le portail ne peut pas joindre ses données en ce moment\u00a0; il reprendra de lui-même.';

function statusOf(error: unknown): number {
  if (error instanceof DomainError) return error.status;
  if (!(error instanceof Error)) return 500;
  if (error instanceof CommitUnknown || isDatabaseAway(error)) return 503;
  // body-parser and the router give a status to what the client did wrong.
  const status = (error as { status?: unknown }).status;
  if (error instanceof URIError || status === 400) return 404;
  return typeof status === 'number' && status in FAILURES ? status : 500;
}

/** A path that no route has. */
export const notFound: RequestHandler = () => {
  throw new NotFound();
};

/**
 * Maps every error to a status and a French page; a 500 shows a reference, never a detail. After an act whose end the
 * database did not tell, the page says so and leads to where it is seen: one of `pages`, by their patterns.
 */
export function errors(pages: ReadonlySet<string> = new Set()): ErrorRequestHandler {
  return (error, req, res, _next) => {
    const status = statusOf(error);
    // Told with the request itself, in one line.
    if (status >= 500 && !(error instanceof DomainError)) res.err = error;
    if (res.headersSent) return void req.socket.destroy();
    const page = FAILURES[status] ?? { heading: '', message: '' };
    const { said, record } = saidOf(error, req, status, pages);
    if (req.refilled) req.formNotice = FORM_NOT_SHOWN;
    const heading = (error instanceof DomainError && error.heading) || page.heading;
    const retryAfter = retryAfterOf(error, status);
    if (retryAfter !== null) res.set('Retry-After', String(retryAfter));
    res.status(status);
    res.render('errors/error', {
      title: heading,
      status,
      heading,
      message: said || page.message,
      reference: status === 500 ? String(req.id) : null,
      check: record === null ? null : { href: record, label: RECORD },
      ...waysOf(req, status, { record, retryAfter }),
    });
  };
}

/** What there is to do next. */
const waysOf = (
  req: Request,
  status: number,
  { record, retryAfter }: { record: string | null; retryAfter: number | null },
) => ({
  again: status === 503 && record === null ? againOf(req) : null,
  retryAt: status === 429 && retryAfter !== null ? inSeconds(retryAfter) : null,
  ways: status === 404 ? searchesOf(req) : [],
  back: backOf(req, status),
});

/** The hour in Paris after so many seconds: by the clock of the machine, as limits are. */
const inSeconds = (seconds: number): string => formatTime(new Date(Date.now() + seconds * 1000));

/** Where what was looked for may be found. */
function searchesOf({ user }: Request) {
  if (!user) return [];
  const people = { href: paths.accounts.index, label: 'Chercher une personne' };
  const applications = { href: paths.catalogue.index, label: 'Chercher une application' };
  return canReadManagement(user) ? [people, applications] : [applications];
}

const FILE = /\.(xlsx|pdf|csv)(?=\?|$)/;

/** A file that was refused leads back to its list, whose criteria can be corrected. */
function backOf({ originalUrl }: Request, status: number): { href: string; label: string } {
  const list = status === 422 && FILE.test(originalUrl) ? localPath(originalUrl.replace(FILE, '')) : null;
  return list === null
    ? { href: paths.home, label: 'Revenir à l’accueil' }
    : { href: list, label: 'Corriger les critères de la liste' };
}

/** A request as the page can send it once more, with what was typed. */
interface Again {
  action: string;
  /** Null for an address, which a link leads to. */
  fields: FormFields | null;
}

/** Null for a form with something secret, which no page repeats, and for an address that is not one of the portal. */
function againOf({ method, originalUrl, body }: Request): Again | null {
  const action = localPath(originalUrl);
  if (action === null) return null;
  if (SAFE.has(method)) return { action, fields: null };
  const fields = fieldsOf(body);
  return fields.length === 0 || hasSecrets(fields) ? null : { action, fields };
}

/** Seconds after which it is worth trying again; null where nothing is known. */
function retryAfterOf(error: unknown, status: number): number | null {
  if (error instanceof TooMany || error instanceof TooLong) return error.retryAfter;
  return status === 503 ? RECOVERY : null;
}

/** What the page says where it is not what its status says, and where an act is to be looked for. */
function saidOf(
  error: unknown,
  req: Request,
  status: number,
  pages: ReadonlySet<string>,
): { said: string; record: string | null } {
  const say = (said: string, record: string | null = null) => ({ said, record });
  if (error instanceof CrossSite) return say(CROSS_SITE);
  const perimetre = req.query.perimetre ?? req.body?.perimetre;
  const record = recordOf({ pattern: req.route?.path ?? req.path, path: req.path, perimetre }, pages);
  if (error instanceof SentWithOther) return say(error.message, record);
  if (error instanceof DomainError) return say(error.message);
  if (SAFE.has(req.method)) return say(status === 500 ? NOT_SHOWN : '');
  if (status !== 503) return say('');
  if (!mayBeCommitted()) return say(NOT_DONE);
  return record === null ? say('') : say(PERHAPS_DONE, record);
}
