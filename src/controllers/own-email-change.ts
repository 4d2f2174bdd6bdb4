import type { Request, RequestHandler, Response } from 'express';
import { linkLifetimeInWords } from '../domain/link.ts';
import { originOf } from '../middlewares/known-device.ts';
import { actorOf, leaveNotice, redirectTo } from '../middlewares/request.ts';
import { paths } from '../paths.ts';
import { limitedSentence } from '../presenters/attempts.ts';
import { changeOf, ownEmailChangeForm } from '../schemas/email-change.ts';
import { type FieldError, messagesOf, parseForm } from '../schemas/form.ts';
import type { AppContext } from './context.ts';

/** « Changer d'adresse », from « Mes informations »: asked with one's password, confirmed from the new address. */
export function ownEmailChangeController({ services, environment }: AppContext) {
  const https = environment.baseUrl.startsWith('https://');

  function showForm(req: Request, res: Response, errors: FieldError[] = [], email = '') {
    res.render('my-information/email-change', {
      title: "Changement d'adresse",
      breadcrumb: [
        { label: 'Mes informations', href: paths.myInformation },
        { label: "Changement d'adresse", href: null },
      ],
      ...{ errors, email },
      messages: messagesOf(errors),
      current: actorOf(req).email,
      lifetime: linkLifetimeInWords('email_change'),
    });
  }

  return {
    edit: ((req, res) => showForm(req, res)) satisfies RequestHandler,

    ask: (async (req, res) => {
      const actor = actorOf(req);
      const form = parseForm(ownEmailChangeForm, req.body);
      if (!form.valid) return showForm(req, res.status(422), form.errors, form.input.email);
      const { email, password } = form.values;
      const refuse = (field: string, message: string) =>
        showForm(req, res.status(422), [{ field, message }], email);
      const checked = await services.signIn.confirmPassword(actor.email, password, originOf(req, res, https));
      if (checked.kind === 'gone') return;
      if (checked.kind === 'limited') {
        res.set('Retry-After', String(checked.limit.retryAfter)).status(429);
        return showForm(req, res, [{ field: 'password', message: limitedSentence(checked.limit) }], email);
      }
      if (checked.kind === 'refused') return refuse('password', 'Ce mot de passe n’est pas le vôtre.');
      if ((await services.emailChange.askForOneself(actor, email)) === 'same')
        return refuse('email', 'C’est déjà votre adresse.');
      leaveNotice(req, 'own-email-change-asked', { email });
      await redirectTo(req, res, paths.myInformation);
    }) satisfies RequestHandler,

    cancel: (async (req, res) => {
      const actor = actorOf(req);
      const email = await services.emailChange.cancel(actor, null, actor.id, changeOf(req.body));
      leaveNotice(req, 'email-change-cancelled', { email: email ?? '' });
      await redirectTo(req, res, paths.myInformation);
    }) satisfies RequestHandler,
  };
}
