import { type RequestHandler, Router } from 'express';
import type { Environment } from '../config/environment.ts';
import type { Clock } from '../domain/clock.ts';
import { DAY } from '../domain/duration.ts';
import { contacts, paths } from '../paths.ts';

/** How long the address is to be believed, from the start: RFC 9116 asks for a year at most. */
const BELIEVED_FOR = 365 * DAY;

interface ContactOptions {
  environment: Pick<Environment, 'baseUrl' | 'securityContact'>;
  clock: Clock;
}

/** `/.well-known/security.txt` (RFC 9116): whom to write to about a weakness. Asked by programs, without session. */
export function securityContact({ environment, clock }: ContactOptions): RequestHandler {
  const expires = new Date(clock.now().getTime() + BELIEVED_FOR);
  const text = [
    `Contact: ${environment.securityContact ?? `mailto:${contacts.email}`}`,
    `Expires: ${expires.toISOString().replace(/\.\d+/, '')}`,
    'Preferred-Languages: fr, en',
    `Canonical: ${environment.baseUrl}${paths.securityContact}`,
  ].join('\n');
  const router = Router();
  router.get(paths.securityContact, (_req, res) => {
    res.type('text').set('Cache-Control', 'public, max-age=3600').send(`${text}\n`);
  });
  return router;
}
