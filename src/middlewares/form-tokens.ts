import { createHmac, timingSafeEqual } from 'node:crypto';
import { csrfSync } from 'csrf-sync';
import type { Request, RequestHandler } from 'express';

declare global {
  namespace Express {
    interface Request {
      /** True where the form that is sent carries the token of this very session. */
      ofThisSession?: boolean;
      /** The account whose session made the form, whether it goes on or not; null where the form does not tell. */
      filledBy?: number | null;
    }
  }
}

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);

/** What was sent as a token; '' for anything else, two of them included. */
function tokenOf(req: Request): string {
  const sent: unknown = req.body?._csrf ?? req.get('X-CSRF-Token');
  return typeof sent === 'string' ? sent : '';
}

const { generateToken, isRequestValid } = csrfSync({
  // Bytes: as many as nobody guesses; every form of a page carries them.
  size: 32,
  getTokenFromRequest: (req) => tokenOf(req).split('.')[0],
});

/** The token of a session, then whose it is, signed: that is still known once the session is gone. */
function signed(token: string, accountId: number, secret: string): string {
  const seal = createHmac('sha256', secret).update(`form of account ${accountId}\n${token}`);
  return `${token}.${accountId}.${seal.digest('base64url')}`;
}

/** The account that a token was made for; null for what we never gave. */
function ownerOf(sent: string, secret: string): number | null {
  const [token = '', account = ''] = sent.split('.');
  if (!/^\d{1,15}$/.test(account)) return null;
  const [given, right] = [sent, signed(token, Number(account), secret)].map((each) => Buffer.from(each));
  if (!given || !right || given.length !== right.length) return null;
  return timingSafeEqual(given, right) ? Number(account) : null;
}

/**
 * Second layer against other sites, where a session exists: its forms carry its token. What a form without it comes to
 * is for access.ts to say.
 */
export function formTokens({ secret }: { secret: string }): RequestHandler {
  return (req, res, next) => {
    if (req.user) res.locals.csrfToken = signed(generateToken(req), req.user.id, secret);
    if (!SAFE.has(req.method)) {
      req.ofThisSession = req.user !== undefined && isRequestValid(req);
      req.filledBy = ownerOf(tokenOf(req), secret);
    }
    next();
  };
}
