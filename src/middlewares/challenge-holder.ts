import { randomBytes } from 'node:crypto';
import type { Request, Response } from 'express';
import { MINUTE } from '../domain/duration.ts';
import { cookieOf, setCookie } from './cookies.ts';

const COOKIE = 'portail-cle-acces';

/** Whom a challenge is given to that asks for a passkey: this session, half signed in or whole. */
export const sessionHolder = ({ sessionID }: Request): string => `session ${sessionID}`;

/** The same of a visitor: this browser; '' where it was given none. */
export function visitorHolder(req: Request, https: boolean): string {
  const value = cookieOf(req, COOKIE, https);
  return /^[\w-]{43}$/.test(value) ? value : '';
}

/** The same, given to a browser that has none: its other tabs go on with the one that it has. */
export function giveVisitorHolder(req: Request, res: Response, https: boolean): string {
  const holder = visitorHolder(req, https) || randomBytes(32).toString('base64url');
  setCookie(res, COOKIE, holder, { https, maxAge: 10 * MINUTE });
  return holder;
}
