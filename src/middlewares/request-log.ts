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

/** The path without its query, and with what follows a link's name hidden. */
function withoutSecrets(url: string | undefined): string {
  const [path = ''] = (url ?? '').split('?');
  // Addresses are matched whatever their case.
  return path.replace(/^\/+(inscription|activation|adresse|mot-de-passe)\/(?!oubli$).*/i, '/$1/:token');
}
