import type { RequestHandler } from 'express';
import { NotFound } from '../domain/errors.ts';
import { giveVisitorHolder, sessionHolder, visitorHolder } from '../middlewares/challenge-holder.ts';
import { originOf } from '../middlewares/known-device.ts';
import { inMinutes, limitedSentence } from '../presenters/attempts.ts';
import { parseForm } from '../schemas/form.ts';
import { passkeyForm } from '../schemas/passkeys.ts';
import type { CheckedPasskey, PasskeySignIn } from '../services/passkeys.ts';
import type { AppContext } from './context.ts';
import { type Again, declaredForm } from './declared-form.ts';
import { signInPages } from './sign-in-pages.ts';

/** « Utiliser une clé d'accès », on « Connexion » and on its second step (R89). */
export function passkeysController(context: AppContext) {
  const { services, environment } = context;
  const https = environment.baseUrl.startsWith('https://');
  const pages = signInPages(context);

  const signIn = declaredForm({
    ...pages.first,
    parse: ({ body }) => parseForm(passkeyForm, body),
    perform: (req, { reponse }) =>
      services.passkeys.signIn(reponse, visitorHolder(req, https), originOf(req, req.res as never, https)),
    again: (_req, result) => notSignedInByPasskey(result),
    tell(req, result) {
      const { accountId, passkeyId } = result as Extract<PasskeySignIn, { kind: 'signed-in' }>;
      return pages.enter(req, { accountId, proof: 'passkey', shown: { passkeyId } });
    },
  });

  const secondStep = declaredForm({
    ...pages.second,
    parse: ({ body }) => parseForm(passkeyForm, body),
    perform(req, { reponse }, person) {
      const origin = originOf(req, req.res as never, https);
      const answering = { holder: sessionHolder(req), purpose: 'second-step', origin } as const;
      return pages.check(req, person, (bearer) => services.passkeys.check(bearer, reponse, answering));
    },
    again: (_req, checked) => notTaken(checked),
    tell: (req, checked, _values, person) => pages.tell(req, checked, person),
  });

  const signInOptions: RequestHandler = async (req, res) => {
    const holder = giveVisitorHolder(req, res, https);
    res.json(await services.passkeys.options({ holder, purpose: 'sign-in', accountId: null }));
  };

  const secondStepOptions: RequestHandler = async (req, res) => {
    const person = await pages.halfway(req);
    if (person === undefined) throw new NotFound();
    const asked = { holder: sessionHolder(req), purpose: 'second-step', accountId: person.id } as const;
    res.json(await services.passkeys.options(asked));
  };

  return { signIn, secondStep, signInOptions, secondStepOptions };
}

const STALE =
  'Cette demande de clé d’accès n’est plus valable\u00a0: elle sert une fois, pendant cinq minutes. Recommencez.';
const REFUSED = 'Cette clé d’accès n’est pas reconnue. Recommencez, ou utilisez un autre moyen.';

const at = (message: string): Again => ({ input: {}, errors: [{ field: 'reponse', message }], status: 422 });

/** What is said of a passkey that was not taken. */
export const passkeyFault = ({ kind }: { kind: 'stale' | 'refused' }): Again =>
  at(kind === 'stale' ? STALE : REFUSED);

/** The form again where a passkey was not taken; undefined where it was. */
export function notTaken(checked: CheckedPasskey | { kind: 'over' }): Again | undefined {
  if (checked.kind === 'right' || checked.kind === 'over') return undefined;
  if (checked.kind !== 'limited') return passkeyFault(checked);
  const message = `Trop de clés d’accès ont été refusées\u00a0: celle-ci n’a pas été lue. Réessayez dans ${inMinutes(checked.retryAfter)}, ou utilisez un autre moyen.`;
  return { input: {}, errors: [{ field: 'reponse', message }], retryAfter: checked.retryAfter };
}

function notSignedInByPasskey(result: PasskeySignIn): Again | undefined {
  if (result.kind === 'signed-in') return undefined;
  // Nobody waits for the answer any more.
  if (result.kind === 'gone') return { input: {} };
  if (result.kind !== 'limited') return passkeyFault(result);
  const { retryAfter } = result.limit;
  return {
    input: {},
    errors: [{ field: 'reponse', message: limitedSentence(result.limit) }],
    retryAfter,
  };
}
