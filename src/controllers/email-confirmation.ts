import type { Request, RequestHandler } from 'express';
import { NotFound } from '../domain/errors.ts';
import { actorOf, tellOther } from '../middlewares/request.ts';
import { paths } from '../paths.ts';
import { isEmailOutcome, outcomeHref, outcomeOf, refusalWords } from '../presenters/email-changes.ts';
import type { EmailChange } from '../repositories/email-changes.ts';
import { changeOf } from '../schemas/email-change.ts';
import type { Answered, ChangeState, RefusalState } from '../services/email-answers.ts';
import type { AppContext } from './context.ts';
import { declaredForm, nothingTyped, type Page, type Told } from './declared-form.ts';
import { tokenOf } from './identifiers.ts';

/** Nothing waits for the answer of who is signed in any more. */
const OVER: Told = { notice: 'own-address-over' };

/**
 * Answering a change of address (P11): by the link of a message, where nobody needs to be signed in, or in « Mes
 * informations ». Looking changes nothing, since mail filters follow links too.
 */
export function emailConfirmationController({ services }: AppContext) {
  const { emailConfirmation, ownEmailAnswers } = services;
  // Where an answer ends the sessions of who gave it, no notice could be kept in one: the page says it all.
  const byLink = { everywhere: true, back: () => paths.home, parse: nothingTyped };
  const own = { everywhere: true, back: () => paths.myInformation, parse: nothingTyped };

  const answer = declaredForm({
    ...byLink,
    about: (req) => emailConfirmation.find(tokenOf(req)),
    page(req, state) {
      if (state.kind !== 'waiting') return outcomePage(state.kind);
      tellOtherChange(req, state.change);
      return questionPage(req.path, `${req.path}/refus`, state);
    },
    perform: (req) => emailConfirmation.answer(tokenOf(req)),
    tell: (_req, { kind }) => (isFailure(kind) ? outcomePage(kind) : { to: outcomeHref(kind) }),
  });

  const refusal = declaredForm({
    ...byLink,
    about: (req) => emailConfirmation.findRefusal(tokenOf(req)),
    page(req, state) {
      if (state.kind === 'ended') return outcomePage('ended');
      tellOtherChange(req, state.change);
      return refusalPage(req.path, outcomeHref('unchanged'), state);
    },
    perform: (req) => emailConfirmation.refuse(tokenOf(req)),
    tell: (_req, { kind }) => (kind === 'ended' ? outcomePage(kind) : { to: outcomeHref(kind) }),
  });

  const ownAnswer = declaredForm({
    ...own,
    about: (req) => ownEmailAnswers.find(actorOf(req)),
    page: (_req, state) =>
      state.kind === 'waiting'
        ? questionPage(paths.ownEmailChange.agree, paths.ownEmailChange.refuse, state)
        : OVER,
    perform: (req) => ownEmailAnswers.agree(actorOf(req), changeOf(req.body)),
    tell(_req, { kind }, _values, state) {
      if (isFailure(kind)) return OVER;
      // Their sessions have ended, this one too.
      if (kind === 'changed') return { to: outcomeHref('changed') };
      const email = state.kind === 'waiting' ? state.change.newEmail : '';
      return { notice: 'own-address-agreed', values: { email } };
    },
  });

  const ownRefusal = declaredForm({
    ...own,
    about: (req) => ownEmailAnswers.find(actorOf(req)),
    page: (_req, state) =>
      state.kind === 'waiting'
        ? refusalPage(paths.ownEmailChange.refuse, paths.myInformation, {
            kind: 'stops',
            change: state.change,
          })
        : OVER,
    perform: (req) => ownEmailAnswers.refuse(actorOf(req), changeOf(req.body)),
    tell: (_req, { kind }) => (kind === 'ended' ? OVER : { notice: 'own-address-refused' }),
  });

  /** After an answer: what it came to. */
  const outcome: RequestHandler = (req, res) => {
    const name = req.params.outcome;
    if (!isEmailOutcome(name)) throw new NotFound();
    res.render('email-changes/done', { title: "Changement d'adresse", ...outcomeOf(name) });
  };

  return { answer, refusal, outcome, ownAnswer, ownRefusal };
}

function questionPage(
  action: string,
  refusalHref: string,
  { question, change }: Extract<ChangeState, { kind: 'waiting' }>,
): Page {
  const title = question === 'mailbox' ? 'Confirmer votre nouvelle adresse' : "Changement d'adresse";
  const locals = { title, breadcrumb: [], question, change, action, refusalHref };
  return { view: 'email-changes/confirmation', locals };
}

function refusalPage(action: string, back: string, state: Exclude<RefusalState, { kind: 'ended' }>): Page {
  const { change } = state;
  const locals = { title: 'Ce n’est pas moi', breadcrumb: [], action, back, change, ...refusalWords(state) };
  return { view: 'email-changes/refusal', locals };
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
function outcomePage(kind: Failure): Page {
  const locals = { title: "Changement d'adresse", kind };
  return { view: 'email-changes/outcome', locals, status: kind === 'ended' ? 404 : 409 };
}
