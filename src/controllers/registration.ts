import type { Request, RequestHandler, Response } from 'express';
import type { OpenOrganism } from '../domain/organism-choice.ts';
import { redirectTo, tellOther } from '../middlewares/request.ts';
import { paths } from '../paths.ts';
import { formatDate } from '../presenters/format.ts';
import { organismRepository } from '../repositories/organisms.ts';
import { type FieldError, messagesOf } from '../schemas/form.ts';
import { parseRegistration } from '../schemas/registration.ts';
import type { Confirmation } from '../services/registration.ts';
import type { AppContext } from './context.ts';

interface ShownForm {
  organisms: readonly OpenOrganism[];
  input?: Record<string, string>;
  errors?: readonly FieldError[];
  choices?: readonly OpenOrganism[];
}

const tooMany = (seconds: number) =>
  `Trop de demandes ont été envoyées. Réessayez dans ${Math.ceil(seconds / 60)} minutes.`;

function showForm(res: Response, { organisms, input = {}, errors = [], choices = [] }: ShownForm): void {
  const messages = messagesOf(errors);
  res.render('registration/new', { title: 'Inscription', organisms, input, errors, messages, choices });
}

/** « S'inscrire » (F1). */
export function registrationController({ db, services }: AppContext) {
  const blank: RequestHandler = async (req, res) => {
    if (req.user) return redirectTo(req, res, paths.home);
    showForm(res, { organisms: await organismRepository(db).open() });
  };

  const create: RequestHandler = async (req, res) => {
    const organisms = await organismRepository(db).open();
    const form = parseRegistration(req.body, organisms);
    if (!form.valid) {
      res.status(422);
      return showForm(res, { ...form, organisms });
    }
    const result = await services.registration.submit(form.registration, req.ip ?? '');
    if (result.kind === 'limited') {
      res.status(429).set('Retry-After', String(result.retryAfter));
      const errors = [{ field: null, message: tooMany(result.retryAfter) }];
      return showForm(res, { organisms, input: form.input, errors });
    }
    await redirectTo(req, res, paths.registration.sent);
  };

  const sent: RequestHandler = (_req, res) => {
    res.render('registration/sent', { title: 'Inscription\u00a0: message envoyé' });
  };

  /** The link of the message: looking changes nothing, since mail filters follow links too. */
  const confirmation: RequestHandler = async (req, res) => {
    const request = await services.registration.find(tokenOf(req));
    if (!request) return showOutcome(res, { kind: 'ended' });
    if (req.user?.email !== request.email)
      tellOther(req, request, 'Confirmez seulement si vous avez fait cette demande, à votre adresse.');
    res.render('registration/confirmation', {
      title: 'Confirmer votre adresse',
      request,
      action: req.path,
    });
  };

  const confirm: RequestHandler = async (req, res) => {
    const outcome = await services.registration.confirm(tokenOf(req));
    if (outcome.kind !== 'confirmed') return showOutcome(res, outcome);
    await redirectTo(req, res, paths.registration.confirmed);
  };

  const confirmed: RequestHandler = (_req, res) => {
    res.render('registration/confirmed', { title: 'Inscription\u00a0: adresse confirmée' });
  };

  return { new: blank, create, sent, confirmation, confirm, confirmed };
}

const tokenOf = (req: Request): string => String(req.params.token);

/** What the link comes to when it confirms nothing. */
function showOutcome(res: Response, outcome: Exclude<Confirmation, { kind: 'confirmed' }>): void {
  res.status(outcome.kind === 'ended' ? 404 : 409);
  const since = outcome.kind === 'pending' ? formatDate(outcome.since) : null;
  const organism = outcome.kind === 'closed' ? outcome.organismName : null;
  const title = 'Confirmer votre adresse';
  res.render('registration/outcome', { title, kind: outcome.kind, since, organism });
}
