import { randomUUID } from 'node:crypto';
import type { RequestHandler } from 'express';
import type { Logger } from 'pino';
import { pinoHttp } from 'pino-http';
import { errorForLog } from '../config/logger.ts';

const UNSAID = new Set(['/livez', '/readyz', '/metrics']);

/** One line a request, with its identifier; no personal data, so neither query nor the token that a path may carry. */
export function requestLog(logger: Logger): RequestHandler {
  return pinoHttp({
    logger,
    genReqId: () => randomUUID(),
    autoLogging: { ignore: (req) => UNSAID.has(req.url ?? '') || (req.url ?? '').startsWith('/assets/') },
    customLogLevel: (_req, res, error) => (error || res.err || res.statusCode >= 500 ? 'error' : 'info'),
    // pino-http makes an error up, with a stack that says nothing, where an answer of 500 or more has none.
    customErrorObject: (_req, res, error, logged) =>
      error === res.err ? logged : { ...logged, err: undefined },
    serializers: {
      req: ({ id, method, raw }) => ({ id, method, path: withoutSecrets(raw?.originalUrl) }),
      res: ({ statusCode }) => ({ statusCode }),
      err: errorForLog,
    },
  });
}

// A path that is longer is nobody's page.
const LONGEST_PATH = 200;
// Addresses are matched whatever their case.
const LINK = /^\/+(inscription|activation|adresse|mot-de-passe|second-facteur)\/+(?!oubli$)./i;

/** The path without its query, with what follows a link's name hidden, and cut where it is nobody's page. */
function withoutSecrets(url: string | undefined): string {
  const path = pathOf(url ?? '');
  // Also as a proxy or a person may read it: a token that is mistyped around still opens its page.
  const link = [path, resolved(path)].map((each) => LINK.exec(each)).find((found) => found !== null);
  return (link ? `/${link[1]}/:token` : path).slice(0, LONGEST_PATH);
}

/** What routes match: a request may name the whole address, « http://…/activation/… ». */
function pathOf(url: string): string {
  const path = url.startsWith('/') ? url : (URL.parse(url)?.pathname ?? '');
  return path.replace(/[?#].*/s, '');
}

/** Without escapes, nor « . » and « .. »; the same where it cannot be read. */
function resolved(path: string): string {
  try {
    return URL.parse(`http://portail.invalid${decodeURIComponent(path)}`)?.pathname ?? path;
  } catch {
    return path;
  }
}
