import type { Request } from 'express';
import type { SessionData } from 'express-session';
import type { KeepSession, SessionStore } from '../database/session-store.ts';

interface Next {
  /** What it holds. */
  data: Partial<SessionData>;
  /** True for the same session under another identifier; false for a new one. */
  renews: boolean;
}

/**
 * Gives the browser another session, where `act` keeps it: in its own transaction, so that the two are done together or
 * not at all, and that a session which was closed meanwhile has no successor.
 */
export async function inNextSession<T>(
  req: Request,
  { data, renews }: Next,
  act: (keep: KeepSession) => Promise<T>,
): Promise<T> {
  const { sessionID, session } = req;
  const store = req.sessionStore as unknown as SessionStore<unknown> & { generate(req: Request): void };
  store.generate(req);
  Object.assign(req.session, data);
  let isKept = false;
  try {
    const done = await act(async (db) => {
      const next = { sid: req.sessionID, data: req.session };
      isKept = await (renews ? store.renew(db, sessionID, next) : store.open(db, sessionID, next));
      return isKept;
    });
    req.session.stored = true;
    return done;
  } catch (error) {
    isKept = false;
    throw error;
  } finally {
    if (!isKept) Object.assign(req, { sessionID, session });
  }
}
