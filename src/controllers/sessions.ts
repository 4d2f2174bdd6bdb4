import type { Request, RequestHandler, Response } from 'express';
import { SECOND_STEP_LIFETIME } from '../domain/second-factor.ts';
import type { SessionEnd } from '../middlewares/kept-forms.ts';
import { originOf } from '../middlewares/known-device.ts';
import { leaveNotice, openedFrom, redirectTo } from '../middlewares/request.ts';
import { localPath, paths } from '../paths.ts';
import { limitedSentence } from '../presenters/attempts.ts';
import { demonstrationAccounts } from '../presenters/demonstration.ts';
import { plural } from '../presenters/format.ts';
import { firstPageOf } from '../presenters/menu.ts';
import type { Halfway } from '../repositories/credentials.ts';
import { parseForm } from '../schemas/form.ts';
import { codeForm, signInForm } from '../schemas/sign-in.ts';
import type { CheckedCode } from '../services/factor-checks.ts';
import type { SignInResult } from '../services/sign-in.ts';
import type { AppContext } from './context.ts';
import { type Again, declaredForm } from './declared-form.ts';
import { sessionOpener } from './session-opening.ts';

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
      const { landing } = await openSession(req, { ...(result as SignedIn), proof: 'password' });
      return { to: landing(localPath(req.body.retour)) };
    },
  });

  /** « Second facteur »: nobody is signed in until it is shown (R89). */
  const secondStep = declaredForm({
    everywhere: true,
    back: (req) => openedFrom(req) ?? paths.myInformation,
    about: (req) => halfway(req),
    page(req, person) {
      if (req.user) return { to: openedFrom(req) ?? firstPageOf(req.user) };
      if (person === undefined) return { notice: 'second-step-over', to: paths.signIn };
      return {
        view: 'sign-in/second-step',
        locals: { title: 'Second facteur', back: openedFrom(req), person },
      };
    },
    parse: ({ body }) => parseForm(codeForm, body),
    async perform(req, { facteur }, person) {
      if (person === undefined) return null;
      const origin = originOf(req, req.res as Response, https);
      return services.factorChecks.check(person, facteur, { origin, asked: 'sign_in' });
    },
    again: (_req, checked) => wrongCode(checked),
    async tell(req, checked, _values, person) {
      if (checked?.kind !== 'right' || person === undefined)
        return { notice: 'second-step-over', to: paths.signIn };
      const { proof } = checked;
      await services.signIn.signedIn(person.id, proof);
      const { landing } = await openSession(req, { accountId: person.id, half: false, proof });
      return { to: landing(localPath(req.body.retour)) };
    },
  });

  /** Who has shown their password a moment ago, and nothing more. */
  async function halfway({ session: { half } }: Request): Promise<Halfway | undefined> {
    if (half === undefined || Date.now() - half.at > SECOND_STEP_LIFETIME) return undefined;
    return services.signIn.findHalf(half);
  }

  const destroy: RequestHandler = async (req, res) => {
    if (req.user) {
      await services.signIn.signOut(req.user.id);
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
export function wrongCode(checked: CheckedCode | null): Again | undefined {
  if (checked === null || checked.kind === 'right') return undefined;
  if (checked.kind === 'refused')
    return { input: {}, errors: [{ field: 'facteur', message: WRONG_CODE }], status: 422 };
  const minutes = plural(Math.ceil(checked.retryAfter / 60), 'minute', 'minutes');
  const message = `Trop de codes ont été refusés\u00a0: celui-ci n’a pas été lu. Réessayez dans ${minutes}, ou utilisez une clé d’accès.`;
  return { input: {}, errors: [{ field: 'facteur', message }], retryAfter: checked.retryAfter };
}

const WRONG_CODE =
  'Ce code n’est pas le bon, ou a déjà servi. Attendez le suivant, et vérifiez que l’heure de votre téléphone est réglée automatiquement\u00a0; un code de secours convient aussi.';

function closeSession(req: Request): Promise<void> {
  return new Promise((resolve, reject) => {
    req.logout((error) => {
      if (error) return reject(error);
      leaveNotice(req, { notice: 'signed-out' });
      resolve();
    });
  });
}
