import type { Request, Response } from 'express';
import { noteWhereLed } from '../database/form-under-way.ts';
import type { Actor } from '../domain/actor.ts';
import { NotFound, Refused } from '../domain/errors.ts';
import { type Access, mayAccess, mayReadIn } from '../domain/permissions.ts';
import { type Scope, scopeCode } from '../domain/scope.ts';
import { type Proof, SECOND_STEP_LIFETIME } from '../domain/second-factor.ts';
import { localPath, paths, withQuery } from '../paths.ts';
import { fullName } from '../presenters/format.ts';
import { type KeptNotice, keptNotice, type Notice } from '../presenters/notices.ts';
import type { HalfSignedIn } from '../repositories/credentials.ts';
import { hrefOf, perimeterOf } from './href.ts';

declare global {
  namespace Express {
    // passport's user is the actor, read anew at each request.
    interface User extends Actor {}
    interface Request {
      id: string | number;
      /** What its route asks of the person; set by the access guard. */
      access?: Access;
      /** What a management page covers; set by the access guard. */
      scope?: Scope;
      /** Why the asked `perimetre` was not taken, as a sentence. */
      scopeFault?: string;
      /** Until when a second factor that is asked of the person may wait (R89). */
      factorDue?: Date;
      /** What is to be done once a form leads somewhere. */
      whenLed?: () => Promise<void>;
      /** What became of a form, for its page to say. */
      formNotice?: string;
    }
  }
}

declare module 'express-session' {
  interface SessionData {
    /** Milliseconds since 1970. */
    startedAt: number;
    touchedAt: number;
    /** True once the row exists: a later save only updates it (session-store.ts). */
    stored: boolean;
    /** When its person last showed who they are: at its beginning, or when it was asked again (R89). */
    provedAt: number;
    /** How it was signed in. */
    proofs: Proof[];
    /** What it is called among the sessions of its person, and the device in words. */
    ref: string;
    device: string;
    /** Who has shown their password and not yet their second factor: nobody is signed in. `at`: since when. */
    half: HalfSignedIn & { at: number; proof: Proof };
    organismId: number;
    /** Recovery codes that it has just had made, sealed: shown until they are read (R89). */
    codes: string;
    notices: KeptNotice[];
  }
}

/** The signed-in person. Only for routes whose access asks for one. */
export function actorOf(req: Request): Actor {
  if (!req.user) throw new NotFound();
  return req.user;
}

/** Aborts once nobody waits for this answer any more: it was given, or its connection is gone. */
export function goneSignal(res: Response): AbortSignal {
  const gone = new AbortController();
  if (res.closed) gone.abort();
  else res.once('close', () => gone.abort());
  return gone.signal;
}

/** True of who has shown their password a moment ago, and nothing more (R89). */
export const isHalfSignedIn = ({ session: { half } }: Request): boolean =>
  half !== undefined && Date.now() - half.at <= SECOND_STEP_LIFETIME;

/** What this management page covers. Only for routes whose access is one of management's. */
export function scopeOf(req: Request): Scope {
  if (!req.scope) throw new NotFound();
  return req.scope;
}

/** True for who, as they stand, would be let in by this route and read what this page covers. */
export function mayStillRead(req: Request, actor: Actor): boolean {
  return req.access !== undefined && mayAccess(req.access, actor) && mayReadIn(actor, scopeOf(req));
}

/**
 * A form is for the organism it was made for: in another tab the person may have gone on to another one (P5).
 * @throws Refused, with nothing changed.
 */
export function assertSameOrganism(req: Request): void {
  if (req.body?.organisme === scopeCode(scopeOf(req))) return;
  throw new Refused(
    'Vous êtes passé à un autre organisme\u00a0: rien n’a été changé. Revenez à la liste et recommencez.',
  );
}

/** The first step of every breadcrumb of management. */
export const managementCrumb = (req: Request): { label: string; href: string } => ({
  label: 'Gestion',
  href: hrefOf(req)(paths.management),
});

/** Another page in the place of this one, in the perimeter that was asked for: it tells one that is not taken. */
export function passedOn(req: Request, path: string): string {
  const { perimetre } = req.query;
  return withQuery(path, { perimetre: typeof perimetre === 'string' ? perimetre : perimeterOf(req) });
}

/** The page that the form was opened from, as it was; null without one. */
export const openedFrom = ({ body, query }: Request): string | null =>
  localPath(body?.retour ?? query.retour);

/** The same; else the page at `path`. */
export const backTo = (req: Request, path: string): string => openedFrom(req) ?? hrefOf(req)(path);

/** Keeps the session now: what an answer leads to may be asked for before it is through. */
export const saveSession = (req: Request): Promise<void> =>
  new Promise((resolve, reject) => {
    req.session.save((error: unknown) => (error ? reject(error) : resolve()));
  });

/**
 * Redirects after a form (303), once the session holds the notices left for the next page: express-session saves after
 * the headers are sent, and a browser follows them at once.
 */
export async function redirectTo(req: Request, res: Response, path: string): Promise<void> {
  if (req.sentWithOther) throw req.sentWithOther;
  if (req.formNotice !== undefined) leaveNotice(req, { notice: 'form-not-shown' });
  const isTold = (req.session.notices ?? []).length > 0;
  await Promise.all([isTold && saveSession(req), noteWhereLed(path), req.whenLed?.()]);
  res.redirect(303, path);
}

/** The page of a link says so when it is opened while somebody else is signed in than the person it is for. */
export function tellOther(req: Request, person: { firstName: string; lastName: string }, then: string): void {
  if (!req.user) return;
  req.formNotice = `Vous êtes connecté en tant que ${fullName(req.user)} (${req.user.email}), et ce lien est celui de ${fullName(person)}. ${then}`;
}

/** Leaves a notice for the next page. */
export function leaveNotice(req: Request, notice: Notice): void {
  req.session.notices = [...(req.session.notices ?? []), keptNotice(notice)];
}
