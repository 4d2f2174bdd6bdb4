import type { Request, RequestHandler, Response } from 'express';
import { paths } from '../paths.ts';
import type { EmailConfirmation } from '../services/email-confirmation.ts';
import type { AppContext } from './context.ts';

const tokenOf = (req: Request): string => String(req.params.token);

/** The pages of the link that is sent to a new address: nobody needs to be signed in. */
export function emailConfirmationController({ services }: AppContext) {
  return {
    /** Looking changes nothing, since mail filters follow links too. */
    show: (async (req, res) => {
      const state = await services.emailConfirmation.find(tokenOf(req));
      if (state.kind !== 'waiting') return showOutcome(res, state.kind);
      res.render('email-changes/confirmation', {
        title: 'Confirmer votre nouvelle adresse',
        change: state.change,
        action: req.path,
      });
    }) satisfies RequestHandler,

    confirm: (async (req, res) => {
      const { kind } = await services.emailConfirmation.confirm(tokenOf(req));
      if (kind !== 'changed') return showOutcome(res, kind);
      // Its session, if there was one, has just ended: no notice could be kept in it.
      res.redirect(303, paths.emailChanges.confirmed);
    }) satisfies RequestHandler,

    confirmed: ((_req, res) => {
      res.render('email-changes/confirmed', { title: 'Adresse changée' });
    }) satisfies RequestHandler,
  };
}

/** What the link comes to when it changes nothing. */
function showOutcome(res: Response, kind: Exclude<EmailConfirmation['kind'], 'changed'>): void {
  res.status(kind === 'ended' ? 404 : 409);
  res.render('email-changes/outcome', { title: 'Confirmer votre nouvelle adresse', kind });
}
