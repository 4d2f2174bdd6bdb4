import type { RequestHandler } from 'express';
import type { ClockWatch } from '../database/clock-watch.ts';
import { Unavailable } from '../domain/errors.ts';

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Refuses sign-ins and acts while the clock is wrong: the session would be over at once, the trail wrongly dated. */
export function rightClock({ clockWatch }: { clockWatch: ClockWatch }): RequestHandler {
  return (req, _res, next) => {
    if (SAFE.has(req.method) || !clockWatch.isWrong()) return next();
    throw new Unavailable(
      'L’horloge du serveur n’est pas à l’heure\u00a0: les connexions et les actions sont refusées tant qu’elle n’est pas réglée.',
    );
  };
}
