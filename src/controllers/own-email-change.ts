import type { Request, Response } from 'express';
import { linkLifetimeInWords } from '../domain/link.ts';
import { originOf } from '../middlewares/known-device.ts';
import { actorOf } from '../middlewares/request.ts';
import { paths } from '../paths.ts';
import { changeOf, ownEmailChangeForm } from '../schemas/email-change.ts';
import { parseForm } from '../schemas/form.ts';
import type { AppContext } from './context.ts';
import { type Again, declaredButton, declaredForm, type Page } from './declared-form.ts';
import { notSignedIn } from './sessions.ts';

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

  /** Whether the password is theirs, and what asking came to; null where nothing was asked. */
  async function checkAndAsk(req: Request, { email, password }: { email: string; password: string }) {
    const actor = actorOf(req);
    const origin = originOf(req, req.res as Response, https);
    const checked = await services.signIn.confirmPassword(actor.email, password, origin);
    const isTheirs = checked.kind === 'signed-in';
    return { checked, asked: isTheirs ? await services.emailChange.askForOneself(actor, email) : null };
  }

  const ask = declaredForm({
    ...ofOneself,
    about: () => null,
    page,
    parse: (req) => parseForm(ownEmailChangeForm, req.body),
    perform: checkAndAsk,
    again(_req, { checked, asked }, { values: { email } }): Again | undefined {
      const input = { email };
      if (asked === 'same')
        return { input, errors: [{ field: 'email', message: 'C’est déjà votre adresse.' }], status: 422 };
      return notSignedIn(checked, input, ['password', 'Ce mot de passe n’est pas le vôtre.']);
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
