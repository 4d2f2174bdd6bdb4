import type { RequestHandler } from 'express';
import { isLoopback } from '../config/loopback.ts';
import { FAILURES } from '../presenters/failures.ts';
import { NO_STORE } from './security-headers.ts';

/** The server is not that of the name asked for. */
const MISDIRECTED = 421;
const HOST = /^([\w.-]+|\[[\da-f:.]+\])(:\d{1,5})?$/i;

/** The name that a request was sent to, without its port; null for none, or one that is no name. */
function nameOf(host: string | undefined): string | null {
  const [, name] = HOST.exec(host ?? '') ?? [];
  return name?.toLowerCase() ?? null;
}

/**
 * Answers under the name of BASE_URL alone, whatever the port: a page under another name would be a copy of the portal
 * in somebody else's site. The names of this machine are equal to each other.
 */
export function hostNames({ baseUrl }: { baseUrl: string }): RequestHandler {
  const own = new URL(baseUrl).hostname.toLowerCase();
  const isOurs = (name: string | null) =>
    name === own || (name !== null && isLoopback(own) && isLoopback(name));
  const words = FAILURES[MISDIRECTED];
  return (req, res, next) => {
    // Not what a proxy forwards: it passes the name on (docs/operating.md).
    if (isOurs(nameOf(req.headers.host))) return next();
    res.status(MISDIRECTED).set('Cache-Control', NO_STORE);
    res.render('errors/error', {
      ...words,
      title: words?.heading,
      status: MISDIRECTED,
      reference: null,
      breadcrumb: [],
      check: null,
      again: null,
      back: { href: `${baseUrl}/`, label: 'Aller au portail' },
    });
  };
}
