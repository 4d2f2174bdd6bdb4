import type { Request, RequestHandler } from 'express';
import { actorOf, tellOther } from '../middlewares/request.ts';
import { paths } from '../paths.ts';
import type { LinkedAccount } from '../repositories/tokens.ts';
import { parseForm } from '../schemas/form.ts';
import { forgottenPasswordForm, newPasswordForm, strengthForm } from '../schemas/password.ts';
import type { PasswordLink } from '../services/password-choice.ts';
import type { AppContext } from './context.ts';
import { declaredForm, type Page } from './declared-form.ts';
import { tokenOf } from './identifiers.ts';
import { sessionOpener } from './session-opening.ts';

const TITLES: Record<PasswordLink, string> = {
  activation: 'Activation de votre compte',
  password_reset: 'Choix d’un nouveau mot de passe',
};

/** A link that no longer holds: what it may be, and how to get another. */
const ENDED: Page = { view: 'passwords/ended', locals: { title: 'Lien expiré' }, status: 404 };

/** « Mot de passe oublié », and the pages that the links of messages open. */
export function passwordsController(context: AppContext) {
  const { passwordChoice, passwordReset, ownSessions } = context.services;
  const openSession = sessionOpener(context);

  /** The answer is the same whether or not the address is known. */
  const forgotten = declaredForm({
    everywhere: true,
    back: () => paths.signIn,
    about: () => null,
    page: () => ({ view: 'passwords/forgotten', locals: { title: 'Mot de passe oublié' } }),
    parse: ({ body }) => parseForm(forgottenPasswordForm, body),
    perform: ({ ip = '' }, { email }) => passwordReset.ask(email, ip),
    tell: () => ({ notice: 'password-link-asked' }),
  });

  function choicePage(req: Request, link: PasswordLink, account: LinkedAccount): Page {
    if (req.user?.id !== account.accountId)
      tellOther(req, account, 'Le mot de passe enregistré, vous serez connecté sous cet autre compte.');
    const locals = { title: TITLES[link], link, token: tokenOf(req), account };
    return { view: 'passwords/choose', locals };
  }

  /** Every fault at once: a password that is too easy to guess is told with what is wrong beside it. */
  async function parseChoice(req: Request, link: PasswordLink | undefined) {
    const form = parseForm(newPasswordForm, req.body);
    const typed = newPasswordForm.shape.password.safeParse(req.body.password);
    if (form.valid || !typed.success || link === undefined) return form;
    const { accepted, message } = await passwordChoice.judge(link, tokenOf(req), typed.data);
    return accepted ? form : { ...form, errors: [{ field: 'password', message }, ...form.errors] };
  }

  const choice = (link: PasswordLink) =>
    declaredForm({
      everywhere: true,
      back: () => paths.myInformation,
      about: (req) => passwordChoice.find(link, tokenOf(req)),
      page: (req, account) => (account ? choicePage(req, link, account) : ENDED),
      // What is typed for a link that no longer holds has no fault to be told.
      parse: (req, account) => parseChoice(req, account && link),
      perform: (req, { password }) => passwordChoice.choose(link, tokenOf(req), password),
      again: (_req, chosen) =>
        chosen.kind === 'weak'
          ? { errors: [{ field: 'password', message: chosen.message }], status: 422 }
          : undefined,
      async tell(req, chosen) {
        if (chosen.kind !== 'chosen') return ENDED;
        const { landing } = await openSession(req, { ...chosen, proof: 'password' });
        return { notice: chosen.half ? 'password-chosen-half' : 'password-chosen', to: landing(null) };
      },
    });

  /** What the form's script asks while one types; nothing is kept of it. */
  const strength: RequestHandler = async (req, res) => {
    const form = parseForm(strengthForm, req.body);
    if (!form.valid) return void res.status(422).json({ accepted: false, message: '' });
    const { usage, lien, password } = form.values;
    res.json(
      usage === 'change'
        ? await ownSessions.judge(actorOf(req), password)
        : await passwordChoice.judge(usage, lien, password),
    );
  };

  return { forgotten, strength, activation: choice('activation'), reset: choice('password_reset') };
}
