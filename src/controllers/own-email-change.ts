import type { Request, Response } from 'express';
import { linkLifetimeInWords } from '../domain/link.ts';
import { originOf } from '../middlewares/known-device.ts';
import { actorOf } from '../middlewares/request.ts';
import { paths } from '../paths.ts';
import { limitedSentence } from '../presenters/attempts.ts';
import { changeOf, ownEmailChangeForm } from '../schemas/email-change.ts';
import { parseForm } from '../schemas/form.ts';
import type { AppContext } from './context.ts';
import { type Again, declaredButton, declaredForm, type Page } from './declared-form.ts';

/** « Changer d'adresse », from « Mes informations »: asked with one's password, confirmed from the new address. */
export function ownEmailChangeController({ services, environment }: AppContext) {
  const https = environment.baseUrl.startsWith('https://');
  const ofOneself = { everywhere: true, back: () => paths.myInformation };

  const page = (req: Request): Page => ({
    view: 'my-information/email-change',
    locals: {
      title: "Changement d'adresse",
      breadcrumb: [
        { label: 'Mes informations', href: paths.myInformation },
        { label: "Changement d'adresse", href: null },
      ],
      current: actorOf(req).email,
      lifetime: linkLifetimeInWords('email_change'),
    },
  });

  /** What is wrong with the password, or the address; null once the change waits for its mailbox. */
  async function checkAndAsk(req: Request, { email, password }: { email: string; password: string }) {
    const actor = actorOf(req);
    const checked = await services.signIn.confirmPassword(
      actor.email,
      password,
      originOf(req, req.res as Response, https),
    );
    if (checked.kind !== 'signed-in') return checked;
    return { kind: await services.emailChange.askForOneself(actor, email) };
  }

  const ask = declaredForm({
    ...ofOneself,
    about: () => null,
    page,
    parse: (req) => parseForm(ownEmailChangeForm, req.body),
    perform: checkAndAsk,
    again(_req, asked, { values: { email } }): Again | undefined {
      const refuse = (field: string, message: string) => ({
        input: { email },
        errors: [{ field, message }],
        status: 422,
      });
      if (asked.kind === 'refused') return refuse('password', 'Ce mot de passe n’est pas le vôtre.');
      if (asked.kind === 'same') return refuse('email', 'C’est déjà votre adresse.');
      // Nobody waits for the answer any more.
      if (asked.kind === 'gone') return { input: { email } };
      if (asked.kind !== 'limited') return undefined;
      const { retryAfter } = asked.limit;
      return { ...refuse('password', limitedSentence(asked.limit)), status: 429, retryAfter };
    },
    tell: (_req, _asked, { email }) => ({ notice: 'own-email-change-asked', values: { email } }),
  });

  return {
    ask,

    cancel: declaredButton({
      ...ofOneself,
      perform: (req) => services.emailChange.cancel(actorOf(req), null, actorOf(req).id, changeOf(req.body)),
      tell: (_req, email = '') => ({ notice: 'email-change-cancelled', values: { email } }),
    }),
  };
}
