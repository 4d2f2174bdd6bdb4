import { setTimeout as pause } from 'node:timers/promises';
import type { Request } from 'express';
import type { SessionData } from 'express-session';

/** How often, and every how many milliseconds, it is looked whether the first sending was taken: it may be under way. */
const LOOKS = 6;
const LOOKS_EVERY = 50;

const asKept = ({ sessionStore, sessionID }: Request): Promise<SessionData | null> =>
  new Promise((resolve, reject) => {
    sessionStore.get(sessionID, (error, kept) => (error ? reject(error) : resolve(kept ?? null)));
  });

/**
 * Whether what serves once, and is refused to this sending, was taken from another one of the same session a moment ago
 * (« Valider » pressed twice): the session as it is kept tells, null once it is another one.
 */
export async function wasJustTaken(
  req: Request,
  tells: (kept: SessionData | null) => boolean,
): Promise<boolean> {
  for (let look = 0; look < LOOKS; look += 1) {
    if (look > 0) await pause(LOOKS_EVERY);
    if (tells(await asKept(req))) return true;
  }
  return false;
}
