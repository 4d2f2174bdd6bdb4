import type { Request, RequestHandler, Response } from 'express';
import { leaveNotice, redirectTo, tellOther } from '../middlewares/request.ts';
import { paths } from '../paths.ts';
import type { LinkedAccount } from '../repositories/tokens.ts';
import { type FieldError, messagesOf, parseForm } from '../schemas/form.ts';
import { forgottenPasswordForm, newPasswordForm, strengthForm } from '../schemas/password.ts';
import type { PasswordLink } from '../services/password-choice.ts';
import type { AppContext } from './context.ts';
import { sessionOpener } from './sessions.ts';

const TITLES: Record<PasswordLink, string> = {
  activation: 'Activation de votre compte',
  password_reset: 'Choix d’un nouveau mot de passe',
};

const tokenOf = (req: Request): string => String(req.params.token);

/** « Mot de passe oublié », and the pages that the links of messages open. */
export function passwordsController(context: AppContext) {
  const { services } = context;
  const openSession = sessionOpener(context);

  function showForgotten(res: Response, errors: FieldError[] = [], email = '') {
    res.render('passwords/forgotten', {
      title: 'Mot de passe oublié',
      errors,
      messages: messagesOf(errors),
      email,
    });
  }

  function showChoice(
    req: Request,
    res: Response,
    link: PasswordLink,
    account: LinkedAccount,
    errors: FieldError[] = [],
  ) {
    res.render('passwords/choose', {
      title: TITLES[link],
      link,
      token: tokenOf(req),
      account,
      errors,
      messages: messagesOf(errors),
    });
  }

  /** A link that no longer holds: what it may be, and how to get another. */
  function showEnded(res: Response) {
    res.status(404).render('passwords/ended', { title: 'Lien expiré' });
  }

  /** The two pages of a link: its form, and what the form does. */
  function pagesOf(link: PasswordLink) {
    const blank: RequestHandler = async (req, res) => {
      const account = await services.passwordChoice.find(link, tokenOf(req));
      if (!account) return showEnded(res);
      if (req.user?.id !== account.accountId)
        tellOther(req, account, 'Le mot de passe enregistré, vous serez connecté sous cet autre compte.');
      showChoice(req, res, link, account);
    };

    const create: RequestHandler = async (req, res) => {
      const account = await services.passwordChoice.find(link, tokenOf(req));
      if (!account) return showEnded(res);
      const refuse = (errors: FieldError[]) => showChoice(req, res.status(422), link, account, errors);
      const form = parseForm(newPasswordForm, req.body);
      if (!form.valid) return refuse(form.errors);
      const choice = await services.passwordChoice.choose(link, tokenOf(req), form.values.password);
      if (choice.kind === 'weak') return refuse([{ field: 'password', message: choice.message }]);
      if (choice.kind === 'ended') return showEnded(res);
      const { landing } = await openSession(req, res, choice.accountId);
      leaveNotice(req, { notice: 'password-chosen' });
      await redirectTo(req, res, landing(null));
    };

    return { new: blank, create };
  }

  const forgotten: RequestHandler = (_req, res) => showForgotten(res);

  /** The answer is the same whether or not the address is known. */
  const ask: RequestHandler = async (req, res) => {
    const form = parseForm(forgottenPasswordForm, req.body);
    if (!form.valid) return showForgotten(res.status(422), form.errors, form.input.email);
    await services.passwordReset.ask(form.values.email, req.ip ?? '');
    leaveNotice(req, { notice: 'password-link-asked' });
    await redirectTo(req, res, paths.signIn);
  };

  /** What the form's script asks while one types; nothing is kept of it. */
  const strength: RequestHandler = async (req, res) => {
    const form = parseForm(strengthForm, req.body);
    if (!form.valid) return void res.status(422).json({ accepted: false, message: '' });
    const { usage, lien, password } = form.values;
    res.json(await services.passwordChoice.judge(usage, lien, password));
  };

  return {
    forgotten,
    ask,
    strength,
    activation: pagesOf('activation'),
    reset: pagesOf('password_reset'),
  };
}
