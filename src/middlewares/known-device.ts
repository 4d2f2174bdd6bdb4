import type { Request, Response } from 'express';
import type { Origin } from '../services/attempts.ts';
import { DEVICE_LIFETIME } from '../services/known-devices.ts';

/** The name of the cookie; under https its prefix binds it to this host, whole site and secure transport. */
const deviceCookieName = (https: boolean) => (https ? '__Host-portail-appareil' : 'portail-appareil');

/** The value that this browser carries; null without one, or for what we never gave. */
export function deviceOf(req: Request, https: boolean): string | null {
  const pairs = (req.get('Cookie') ?? '').split(';').map((pair) => pair.trim().split('='));
  const [, value = ''] = pairs.find(([name]) => name === deviceCookieName(https)) ?? [];
  return /^[\w-]{43}$/.test(value) ? value : null;
}

/** Only forms of the portal need it: no other site makes the browser send it. */
export function setDeviceCookie(res: Response, https: boolean, value: string): void {
  res.cookie(deviceCookieName(https), value, {
    ...{ httpOnly: true, sameSite: 'strict', secure: https, path: '/' },
    maxAge: DEVICE_LIFETIME,
  });
}

/** Where a request that tries a password comes from. */
export const originOf = (req: Request, https: boolean): Origin => ({
  address: req.ip ?? '',
  device: deviceOf(req, https),
});
