import { randomUUID } from 'node:crypto';
import type { Request, RequestHandler } from 'express';
import session from 'express-session';
import passport from 'passport';
import type { Database } from '../database/knex.ts';
import { SessionStore } from '../database/session-store.ts';
import { recordEvents } from '../database/transaction.ts';
import type { Actor } from '../domain/actor.ts';
import { dayInParis } from '../domain/calendar.ts';
import type { Clock } from '../domain/clock.ts';
import { findSession } from '../repositories/actors.ts';
import { cookieName } from './cookies.ts';

interface SessionOptions {
  db: Database;
  clock: Clock;
  secret: string;
  https: boolean;
  /** Milliseconds without a request, and in all, after which a session ends. */
  idle: number;
  absolute: number;
}

// A session is saved at most once a minute for its own sake.
const TOUCH_EVERY = 60_000;

/** The name of its cookie, as cookies.ts has them. */
export const SESSION_COOKIE = 'portail';

/** Session, then the person read anew from the database: who was deactivated stops at once. */
export function sessions(options: SessionOptions): RequestHandler[] {
  const { db, clock, https } = options;
  const store = new SessionStore<Actor>(db, {
    idle: options.idle,
    read: (sid) => findSession(db, sid, dayInParis(clock.now())),
  });
  const authenticator = new passport.Passport();
  authenticator.serializeUser((user, done) => done(null, user.id));
  authenticator.deserializeUser(
    (req: Request, _id: number, done: (error: unknown, user: Actor | false) => void) =>
      done(null, store.actorOf(req) ?? false),
  );
  return [
    session({
      name: cookieName(SESSION_COOKIE, https),
      secret: options.secret,
      store,
      resave: false,
      saveUninitialized: false,
      cookie: { httpOnly: true, sameSite: 'lax', secure: https, path: '/' },
    }),
    authenticator.initialize(),
    authenticator.session(),
    limits(options),
  ];
}

/** Ends sessions past their limits; sessions keep their own clock, the process's. */
function limits({ db, clock, idle, absolute }: SessionOptions): RequestHandler {
  return async (req, _res, next) => {
    if (!req.user) return next();
    const now = Date.now();
    const { startedAt = 0, touchedAt = 0 } = req.session;
    const cause = now - startedAt > absolute ? 'absolute' : now - touchedAt > idle ? 'idle' : null;
    if (cause !== null) {
      const accountId = req.user.id;
      await new Promise<void>((resolve, reject) => {
        req.logout((error) => (error ? reject(error) : resolve()));
      });
      await recordEvents(
        { db, clock, actor: { kind: 'account', accountId } },
        { action: 'session.ended', details: { cause }, subjectAccountId: accountId },
      );
    } else if (now - touchedAt > TOUCH_EVERY) {
      req.session.touchedAt = now;
      // Of a session that was opened before it had one.
      req.session.ref ??= randomUUID();
    }
    next();
  };
}
