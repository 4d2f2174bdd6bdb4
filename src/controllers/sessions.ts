import type { Request, RequestHandler, Response } from 'express';
import { dayInParis } from '../domain/calendar.ts';
import {
  asksForForm,
  formKeysOf,
  givingBack,
  landingOf,
  type SessionEnd,
} from '../middlewares/kept-forms.ts';
import { deviceOf, originOf, setDeviceCookie } from '../middlewares/known-device.ts';
import { leaveNotice, openedFrom, redirectTo } from '../middlewares/request.ts';
import { localPath, paths } from '../paths.ts';
import { limitedSentence } from '../presenters/attempts.ts';
import { demonstrationAccounts } from '../presenters/demonstration.ts';
import { fullName } from '../presenters/format.ts';
import { firstPageOf } from '../presenters/menu.ts';
import { findActor } from '../repositories/actors.ts';
import { parseForm } from '../schemas/form.ts';
import { signInForm } from '../schemas/sign-in.ts';
import type { SignInResult } from '../services/sign-in.ts';
import type { AppContext } from './context.ts';
import { type Again, declaredForm } from './declared-form.ts';

/** What « Connexion » says of a session that had ended (middlewares/kept-forms.ts). */
const ENDS: Readonly<Record<SessionEnd, string>> = {
  gardee:
    'Votre session a pris fin\u00a0: rien n’a été enregistré. Connectez-vous dans les quinze minutes\u00a0: vous retrouverez le formulaire comme vous l’aviez rempli.',
  perdue:
    'Votre session a pris fin\u00a0: rien n’a été enregistré, et ce que vous aviez saisi n’a pas pu être gardé. Connectez-vous, puis recommencez.',
  'trop-longue':
    'Votre session a pris fin\u00a0: rien n’a été enregistré, et ce que vous aviez saisi est trop long pour être gardé (64\u00a0ko). Connectez-vous, puis recommencez.',
  rien: 'Votre session a pris fin\u00a0: rien n’a été enregistré. Connectez-vous, puis recommencez.',
  faite:
    'Votre session a pris fin, mais ce formulaire avait déjà été envoyé\u00a0: ce qu’il demandait a été fait, une seule fois. Connectez-vous pour le voir.',
  export:
    'Connectez-vous pour exporter\u00a0: vous reviendrez à la liste, avec ses critères, d’où l’export est à relancer.',
};

/** The end that an address or a form tells, and its sentence; null for none, or one that does not exist. */
function endOf(value: unknown): { end: string | null; ended: string | null } {
  const end = typeof value === 'string' && Object.hasOwn(ENDS, value) ? (value as SessionEnd) : null;
  return { end, ended: end && ENDS[end] };
}

const REFUSED = 'Adresse ou mot de passe incorrect.';

/** Anything else is the form again. */
type SignedIn = Extract<SignInResult, { kind: 'signed-in' }>;

/** « Connexion », « Se déconnecter », and staying signed in. */
export function sessionsController(context: AppContext) {
  const { services, demonstration, environment } = context;
  const https = environment.baseUrl.startsWith('https://');
  const openSession = sessionOpener(context);

  const signIn = declaredForm({
    everywhere: true,
    back: (req) => openedFrom(req) ?? paths.myInformation,
    about: () => null,
    page(req, _about, again) {
      const back = openedFrom(req);
      // Another tab has signed in meanwhile: nothing more is to be asked.
      if (req.user && !again) return { to: back ?? firstPageOf(req.user) };
      const accounts = demonstration ? demonstrationAccounts : [];
      const locals = { title: 'Connexion', back, accounts, ...endOf(req.body?.fin ?? req.query.fin) };
      return { view: 'sign-in/new', locals };
    },
    parse: ({ body }) => parseForm(signInForm, body),
    perform: (req, { email, password }) =>
      services.signIn.signIn(email, password, originOf(req, req.res as Response, https)),
    again: (_req, result, { values: { email } }) => notSignedIn(result, { email }, ['email', REFUSED]),
    async tell(req, result) {
      const { landing } = await openSession(req, (result as SignedIn).accountId);
      return { to: landing(localPath(req.body.retour)) };
    },
  });

  const destroy: RequestHandler = async (req, res) => {
    if (req.user) {
      await services.signIn.signOut(req.user.id);
      await closeSession(req);
    }
    await redirectTo(req, res, paths.signIn);
  };

  /** The page's script asks to stay: the request itself did it. */
  const extend: RequestHandler = (req, res) => {
    req.session.touchedAt = Date.now();
    res.sendStatus(204);
  };

  return { signIn, destroy, extend };
}

/**
 * The form again where a password was not taken; undefined where it was.
 * @param refused the field that is told of it, and what is said of a wrong one
 */
export function notSignedIn(
  result: SignInResult,
  input: Record<string, string>,
  [field, refused]: readonly [string, string],
): Again | undefined {
  if (result.kind === 'signed-in') return undefined;
  // Nobody waits for the answer any more.
  if (result.kind === 'gone') return { input };
  if (result.kind === 'refused') return { input, errors: [{ field, message: refused }], status: 422 };
  const { retryAfter } = result.limit;
  return { input, errors: [{ field, message: limitedSentence(result.limit) }], retryAfter };
}

/** Where somebody who has just signed in goes, from the address that they came for, null without one. */
type Landing = (asked: string | null) => string;

/**
 * Opens a session, from a device that is known from now on. Forms that others had filled on this browser are dropped;
 * one's own is given back, however one signed in.
 */
export function sessionOpener({ db, clock, services, environment }: AppContext) {
  const https = environment.baseUrl.startsWith('https://');
  return async (req: Request, accountId: number): Promise<{ landing: Landing }> => {
    const before = req.user;
    const keys = formKeysOf(req, https);
    await openSession(req, accountId);
    const device = await services.knownDevices.remember(accountId, deviceOf(req, https));
    setDeviceCookie(req.res as Response, https, device);
    if (before && before.id !== accountId) {
      await services.signIn.signOut(before.id);
      leaveNotice(req, {
        notice: 'signed-in-instead',
        values: { person: `${fullName(before)} (${before.email})` },
      });
    }
    const actor = await findActor(db, accountId, dayInParis(clock.now()));
    const first = actor ? firstPageOf(actor) : paths.myInformation;
    if (keys.length === 0) return { landing: (asked) => asked ?? first };
    const dropped = await services.keptForms.dropOfOthers(accountId, keys);
    if (dropped > 0) leaveNotice(req, { notice: 'kept-form-dropped' });
    const forms = await services.keptForms.list(accountId, keys);
    return { landing: landingAmong(req, forms, { dropped: dropped > 0, first }) };
  };
}

/**
 * Goes to the form that is asked for, and tells of the others that wait; where nothing is asked for, to the `first` page.
 * `dropped`: what was asked for was another's.
 */
const landingAmong =
  (
    req: Request,
    forms: readonly { page: string; id: number }[],
    { dropped, first }: { dropped: boolean; first: string },
  ): Landing =>
  (asked) => {
    const { address, waiting } = landingOf(dropped && asked && asksForForm(asked) ? null : asked, forms);
    for (const form of waiting)
      leaveNotice(req, { notice: 'kept-form-waits', values: { href: givingBack(form) } });
    return address ?? first;
  };

/** Signs in under a new session identifier, so that one planted before is worth nothing. */
function openSession(req: Request, accountId: number): Promise<void> {
  return new Promise((resolve, reject) => {
    // Only the identifier goes into the session: the person is read anew at each request.
    req.login({ id: accountId } as Express.User, (error: unknown) => {
      // Not a person yet: a page that tells what fails from here on is nobody's.
      req.user = undefined;
      if (error) return reject(error);
      const now = Date.now();
      Object.assign(req.session, { startedAt: now, touchedAt: now });
      req.session.save((failure: unknown) => (failure ? reject(failure) : resolve()));
    });
  });
}

function closeSession(req: Request): Promise<void> {
  return new Promise((resolve, reject) => {
    req.logout((error) => {
      if (error) return reject(error);
      leaveNotice(req, { notice: 'signed-out' });
      resolve();
    });
  });
}
