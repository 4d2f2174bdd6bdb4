import type { Request, Response } from 'express';

/** The name of a cookie; under https its prefix binds it to this host, whole site and secure transport. */
export const cookieName = (name: string, https: boolean) => (https ? `__Host-${name}` : name);

/** The value of a cookie as this browser carries it; '' without one. */
export function cookieOf(req: Request, name: string, https: boolean): string {
  const pairs = (req.get('Cookie') ?? '').split(';').map((pair) => pair.trim().split('='));
  const [, value = ''] = pairs.find(([found]) => found === cookieName(name, https)) ?? [];
  return value;
}

/** Only forms of the portal need it: no other site makes the browser send it. `maxAge` in milliseconds. */
export function setCookie(
  res: Response,
  name: string,
  value: string,
  { https, maxAge }: { https: boolean; maxAge: number },
): void {
  res.cookie(cookieName(name, https), value, {
    httpOnly: true,
    sameSite: 'strict',
    secure: https,
    path: '/',
    maxAge,
  });
}
