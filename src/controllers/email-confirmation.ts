import type { Request, RequestHandler, Response } from 'express';
import { NotFound } from '../domain/errors.ts';
import { actorOf, leaveNotice, redirectTo, tellOther } from '../middlewares/request.ts';
import { paths } from '../paths.ts';
import { isEmailOutcome, outcomeHref, outcomeOf, refusalWords } from '../presenters/email-changes.ts';
import type { EmailChange } from '../repositories/email-changes.ts';
import { changeOf } from '../schemas/email-change.ts';
import type { Answered, ChangeState, RefusalState } from '../services/email-answers.ts';
import type { AppContext } from './context.ts';

const tokenOf = (req: Request): string => String(req.params.token);

/**
 * Answering a change of address (P11): by the link of a message, where nobody needs to be signed in, or in « Mes
 * informations ». Looking changes nothing, since mail filters follow links too.
 */
export function emailConfirmationController({ services }: AppContext) {
  const { emailConfirmation, ownEmailAnswers } = services;

  function renderQuestion(res: Response, action: string, refusalHref: string | null, state: ChangeState) {
    if (state.kind !== 'waiting') return showOutcome(res, state.kind);
    const { question, change } = state;
    res.render('email-changes/confirmation', {
      title: question === 'mailbox' ? 'Confirmer votre nouvelle adresse' : "Changement d'adresse",
      breadcrumb: [],
      question,
      change,
      action,
      refusalHref,
    });
  }

  function renderRefusal(res: Response, action: string, back: string, state: RefusalState) {
    if (state.kind === 'ended') return showOutcome(res, 'ended');
    res.render('email-changes/refusal', {
      title: 'Ce n’est pas moi',
      breadcrumb: [],
      action,
      back,
      change: state.change,
      ...refusalWords(state),
    });
  }

  const show: RequestHandler = async (req, res) => {
    const state = await emailConfirmation.find(tokenOf(req));
    if (state.kind === 'waiting') tellOtherChange(req, state.change);
    renderQuestion(res, req.path, `${req.path}/refus`, state);
  };

  const answer: RequestHandler = async (req, res) => {
    const { kind } = await emailConfirmation.answer(tokenOf(req));
    if (isFailure(kind)) return showOutcome(res, kind);
    // Its session, if there was one, may have just ended: no notice could be kept in it.
    res.redirect(303, outcomeHref(kind));
  };

  const showRefusal: RequestHandler = async (req, res) => {
    const state = await emailConfirmation.findRefusal(tokenOf(req));
    if (state.kind !== 'ended') tellOtherChange(req, state.change);
    renderRefusal(res, req.path, outcomeHref('unchanged'), state);
  };

  const refuse: RequestHandler = async (req, res) => {
    const { kind } = await emailConfirmation.refuse(tokenOf(req));
    if (kind === 'ended') return showOutcome(res, 'ended');
    res.redirect(303, outcomeHref(kind));
  };

  /** After an answer: what it came to. */
  const outcome: RequestHandler = (req, res) => {
    const name = req.params.outcome;
    if (!isEmailOutcome(name)) throw new NotFound();
    res.render('email-changes/done', { title: "Changement d'adresse", ...outcomeOf(name) });
  };

  const showOwn: RequestHandler = async (req, res) => {
    const state = await ownEmailAnswers.find(actorOf(req));
    if (state.kind !== 'waiting') return over(req, res);
    renderQuestion(res, paths.ownEmailChange.agree, paths.ownEmailChange.refuse, state);
  };

  const answerOwn: RequestHandler = async (req, res) => {
    const state = await ownEmailAnswers.find(actorOf(req));
    const { kind } = await ownEmailAnswers.agree(actorOf(req), changeOf(req.body));
    if (isFailure(kind)) return over(req, res);
    // Their sessions have ended, this one too.
    if (kind === 'changed') return redirectTo(req, res, outcomeHref('changed'));
    const email = state.kind === 'waiting' ? state.change.newEmail : '';
    leaveNotice(req, { notice: 'own-address-agreed', values: { email } });
    await redirectTo(req, res, paths.myInformation);
  };

  const showOwnRefusal: RequestHandler = async (req, res) => {
    const state = await ownEmailAnswers.find(actorOf(req));
    if (state.kind !== 'waiting') return over(req, res);
    const { change } = state;
    renderRefusal(res, paths.ownEmailChange.refuse, paths.myInformation, { kind: 'stops', change });
  };

  const refuseOwn: RequestHandler = async (req, res) => {
    const { kind } = await ownEmailAnswers.refuse(actorOf(req), changeOf(req.body));
    if (kind === 'ended') return over(req, res);
    leaveNotice(req, { notice: 'own-address-refused' });
    await redirectTo(req, res, paths.myInformation);
  };

  return { show, answer, showRefusal, refuse, outcome, showOwn, answerOwn, showOwnRefusal, refuseOwn };
}

/** Nothing waits for the answer of who is signed in any more. */
function over(req: Request, res: Response): Promise<void> {
  leaveNotice(req, { notice: 'own-address-over' });
  return redirectTo(req, res, paths.myInformation);
}

/** The link of a message, opened while somebody else is signed in: what it changes is not theirs. */
function tellOtherChange(req: Request, change: EmailChange): void {
  if (req.user?.id === change.accountId) return;
  tellOther(req, change, 'Répondez seulement si ce message vous était adressé.');
}

type Failure = 'ended' | 'inactive' | 'taken';

const isFailure = (kind: Answered['kind']): kind is Failure =>
  kind === 'ended' || kind === 'inactive' || kind === 'taken';

/** What the link comes to when it changes nothing. */
function showOutcome(res: Response, kind: Failure): void {
  res.status(kind === 'ended' ? 404 : 409);
  res.render('email-changes/outcome', { title: "Changement d'adresse", kind });
}
