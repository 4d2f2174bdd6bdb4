import type { RequestHandler } from 'express';
import { tellOther } from '../middlewares/request.ts';
import { paths } from '../paths.ts';
import { formatDate } from '../presenters/format.ts';
import { organismRepository } from '../repositories/organisms.ts';
import { parseRegistration } from '../schemas/registration.ts';
import type { Confirmation } from '../services/registration.ts';
import type { AppContext } from './context.ts';
import { declaredForm, nothingTyped, type Page } from './declared-form.ts';
import { tokenOf } from './identifiers.ts';

const CONFIRM = 'Confirmer votre adresse';

const tooMany = (seconds: number) =>
  `Trop de demandes ont été envoyées. Réessayez dans ${Math.ceil(seconds / 60)} minutes.`;

/** « S'inscrire » (F1). */
export function registrationController({ db, services: { registration } }: AppContext) {
  const submission = declaredForm({
    everywhere: true,
    back: () => paths.registration.sent,
    about: () => organismRepository(db).open(),
    page(req, organisms, again) {
      if (req.user && !again) return { to: paths.home };
      return { view: 'registration/new', locals: { title: 'Inscription', organisms, choices: [] } };
    },
    parse: ({ body }, organisms) => parseRegistration(body, organisms),
    perform: ({ ip = '' }, asked) => registration.submit(asked, ip),
    again(_req, result, { input }) {
      if (result.kind !== 'limited') return undefined;
      const { retryAfter } = result;
      return { input, errors: [{ field: null, message: tooMany(retryAfter) }], retryAfter };
    },
    tell: () => ({ to: paths.registration.sent }),
  });

  /** The link of the message: looking changes nothing, since mail filters follow links too. */
  const confirmation = declaredForm({
    everywhere: true,
    back: () => paths.registration.confirmed,
    about: (req) => registration.find(tokenOf(req)),
    page(req, request) {
      if (!request) return outcomePage({ kind: 'ended' });
      if (req.user?.email !== request.email)
        tellOther(req, request, 'Confirmez seulement si vous avez fait cette demande, à votre adresse.');
      return { view: 'registration/confirmation', locals: { title: CONFIRM, request, action: req.path } };
    },
    parse: nothingTyped,
    perform: (req) => registration.confirm(tokenOf(req)),
    tell: (_req, outcome) =>
      outcome.kind === 'confirmed' ? { to: paths.registration.confirmed } : outcomePage(outcome),
  });

  const sent: RequestHandler = (_req, res) => {
    res.render('registration/sent', { title: 'Inscription\u00a0: message envoyé' });
  };

  const confirmed: RequestHandler = (_req, res) => {
    res.render('registration/confirmed', { title: 'Inscription\u00a0: adresse confirmée' });
  };

  return { submission, sent, confirmation, confirmed };
}

/** What the link comes to when it confirms nothing. */
function outcomePage(outcome: Exclude<Confirmation, { kind: 'confirmed' }>): Page {
  const since = outcome.kind === 'pending' ? formatDate(outcome.since) : null;
  const organism = outcome.kind === 'closed' ? outcome.organismName : null;
  const locals = { title: CONFIRM, kind: outcome.kind, since, organism };
  return { view: 'registration/outcome', locals, status: outcome.kind === 'ended' ? 404 : 409 };
}
