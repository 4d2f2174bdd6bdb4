import type { Request, Response } from 'express';
import type { Origin } from '../security/attempts.ts';
import { DEVICE_LIFETIME } from '../services/known-devices.ts';
import { cookieOf, setCookie } from './cookies.ts';
import { goneSignal } from './request.ts';

const COOKIE = 'portail-appareil';

/** The value that this browser carries; null without one, or for what we never gave. */
export function deviceOf(req: Request, https: boolean): string | null {
  const value = cookieOf(req, COOKIE, https);
  return /^[\w-]{43}$/.test(value) ? value : null;
}

export function setDeviceCookie(res: Response, https: boolean, value: string): void {
  setCookie(res, COOKIE, value, { https, maxAge: DEVICE_LIFETIME });
}

/** Where a request that tries a password comes from. */
export const originOf = (req: Request, res: Response, https: boolean): Origin => ({
  address: req.ip ?? '',
  device: deviceOf(req, https),
  gone: goneSignal(res),
});
