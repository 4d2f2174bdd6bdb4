import type { Request, RequestHandler, Response } from 'express';
import { deviceOf, originOf, setDeviceCookie } from '../middlewares/known-device.ts';
import { leaveNotice, redirectTo } from '../middlewares/request.ts';
import { localPath, paths } from '../paths.ts';
import { limitedSentence } from '../presenters/attempts.ts';
import { demonstrationAccounts } from '../presenters/demonstration.ts';
import { type FieldError, messagesOf, parseForm } from '../schemas/form.ts';
import { signInForm } from '../schemas/sign-in.ts';
import type { AppContext } from './context.ts';

const REFUSED = 'Adresse ou mot de passe incorrect.';

/** « Connexion », « Se déconnecter », and staying signed in. */
export function sessionsController(context: AppContext) {
  const { services, demonstration, environment } = context;
  const https = environment.baseUrl.startsWith('https://');
  const openSession = sessionOpener(context);

  function showForm(req: Request, res: Response, errors: FieldError[] = [], email = '') {
    res.render('sign-in/new', {
      title: 'Connexion',
      errors,
      messages: messagesOf(errors),
      email,
      back: localPath(req.body?.retour ?? req.query.retour),
      accounts: demonstration ? demonstrationAccounts : [],
    });
  }

  return {
    new: ((req, res) => {
      if (req.user) return redirectTo(req, res, paths.myInformation);
      showForm(req, res);
    }) satisfies RequestHandler,

    create: (async (req, res) => {
      const form = parseForm(signInForm, req.body);
      if (!form.valid) {
        res.status(422);
        return showForm(req, res, form.errors, form.input.email);
      }
      const { email, password } = form.values;
      const result = await services.signIn.signIn(email, password, originOf(req, https));
      if (result.kind !== 'signed-in') {
        const limited = result.kind === 'limited';
        if (limited) res.set('Retry-After', String(result.limit.retryAfter));
        res.status(limited ? 429 : 422);
        const message = limited ? limitedSentence(result.limit) : REFUSED;
        return showForm(req, res, [{ field: 'email', message }], email);
      }
      await openSession(req, res, result.accountId);
      await redirectTo(req, res, localPath(req.body.retour) ?? paths.myInformation);
    }) satisfies RequestHandler,

    destroy: (async (req, res) => {
      if (req.user) {
        await services.signIn.signOut(req.user.id);
        await closeSession(req);
      }
      await redirectTo(req, res, paths.signIn);
    }) satisfies RequestHandler,

    /** The page's script asks to stay: the request itself did it. */
    extend: ((req, res) => {
      req.session.touchedAt = Date.now();
      res.sendStatus(204);
    }) satisfies RequestHandler,
  };
}

/** Opens a session, from a device that is known from now on. */
export function sessionOpener({ services, environment }: AppContext) {
  const https = environment.baseUrl.startsWith('https://');
  return async (req: Request, res: Response, accountId: number): Promise<void> => {
    await openSession(req, accountId);
    setDeviceCookie(res, https, await services.knownDevices.remember(accountId, deviceOf(req, https)));
  };
}

/** Signs in under a new session identifier, so that one planted before is worth nothing. */
function openSession(req: Request, accountId: number): Promise<void> {
  return new Promise((resolve, reject) => {
    // Only the identifier goes into the session: the person is read anew at each request.
    req.login({ id: accountId } as Express.User, (error: unknown) => {
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
      leaveNotice(req, 'signed-out');
      resolve();
    });
  });
}
