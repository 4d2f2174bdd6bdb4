import type { Request, RequestHandler, Response } from 'express';
import { originOf } from '../middlewares/known-device.ts';
import { leaveNotice, redirectTo } from '../middlewares/request.ts';
import { localPath, paths } from '../paths.ts';
import { limitedSentence } from '../presenters/attempts.ts';
import { codeNotTaken } from '../presenters/codes.ts';
import { parseForm } from '../schemas/form.ts';
import { codeForm, signInForm } from '../schemas/sign-in.ts';
import type { CheckedCode } from '../services/factor-checks.ts';
import type { SignInResult } from '../services/sign-in.ts';
import type { AppContext } from './context.ts';
import { type Again, declaredForm } from './declared-form.ts';
import { sessionOpener } from './session-opening.ts';
import { signInPages } from './sign-in-pages.ts';

const REFUSED = 'Adresse ou mot de passe incorrect.';

/** Anything else is the form again. */
type SignedIn = Extract<SignInResult, { kind: 'signed-in' }>;

/** « Connexion », « Se déconnecter », and staying signed in. */
export function sessionsController(context: AppContext) {
  const { services, environment } = context;
  const https = environment.baseUrl.startsWith('https://');
  const openSession = sessionOpener(context);
  const pages = signInPages(context);

  const signIn = declaredForm({
    ...pages.first,
    parse: ({ body }) => parseForm(signInForm, body),
    perform: (req, { email, password }) =>
      services.signIn.signIn(email, password, originOf(req, req.res as Response, https)),
    again: (_req, result, { values: { email } }) => notSignedIn(result, { email }, ['email', REFUSED]),
    async tell(req, result) {
      const { landing } = await openSession(req, { ...(result as SignedIn), proof: 'password' });
      return { to: landing(localPath(req.body.retour)) };
    },
  });

  /** « Second facteur »: nobody is signed in until it is shown (R89). */
  const secondStep = declaredForm({
    ...pages.second,
    parse: ({ body }) => parseForm(codeForm, body),
    perform(req, { facteur }, person) {
      const origin = originOf(req, req.res as Response, https);
      return pages.check(req, person, (bearer) =>
        services.factorChecks.check(bearer, facteur, { origin, asked: 'sign_in' }),
      );
    },
    again: (_req, checked) => wrongCode(checked),
    async tell(req, checked, _values, person) {
      const next = await pages.tell(req, checked, person);
      if (person === undefined || checked.kind !== 'right' || checked.proof !== 'recovery_code') return next;
      const { recoveryCodes } = await services.ownFactors.state(person.id);
      return { ...next, notice: 'recovery-code-used', values: { left: recoveryCodes.left } };
    },
  });

  const destroy: RequestHandler = async (req, res) => {
    if (req.user) {
      await services.signIn.signOut(req.user.id, req.session.ref);
      await closeSession(req);
    } else delete req.session.half;
    await redirectTo(req, res, paths.signIn);
  };

  /** The page's script asks to stay: the request itself did it. */
  const extend: RequestHandler = (req, res) => {
    req.session.touchedAt = Date.now();
    res.sendStatus(204);
  };

  return { signIn, secondStep, destroy, extend };
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

/** The form again where a code was not taken. */
export function wrongCode(checked: CheckedCode | { kind: 'over' }): Again | undefined {
  if (checked.kind === 'right' || checked.kind === 'over') return undefined;
  const errors = [{ field: 'facteur', message: codeNotTaken(checked) }];
  return checked.kind === 'refused'
    ? { input: {}, errors, status: 422 }
    : { input: {}, errors, retryAfter: checked.retryAfter };
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
