import type { Request, RequestHandler } from 'express';
import { CrossSite } from '../domain/errors.ts';

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);

function isSameOrigin(req: Request, baseUrl: string): boolean {
  const site = req.get('Sec-Fetch-Site');
  if (site !== undefined && site !== 'same-origin') return false;
  const origin = req.get('Origin');
  // Without Origin, only a browser that vouches for the same origin is believed.
  if (origin === undefined) return site === 'same-origin';
  return origin === new URL(baseUrl).origin || origin === `${req.protocol}://${req.get('Host')}`;
}

/** First layer against cross-site requests: every unsafe method must come from a page of this very origin. */
export function sameOrigin({ baseUrl }: { baseUrl: string }): RequestHandler {
  return (req, _res, next) => {
    next(SAFE.has(req.method) || isSameOrigin(req, baseUrl) ? undefined : new CrossSite());
  };
}
