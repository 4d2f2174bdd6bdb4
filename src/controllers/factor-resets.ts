import type { RequestHandler } from 'express';
import { NotFound } from '../domain/errors.ts';
import { organismIdOf } from '../domain/scope.ts';
import { hrefOf } from '../middlewares/href.ts';
import { actorOf, scopeOf, tellOther } from '../middlewares/request.ts';
import { paths } from '../paths.ts';
import {
  alreadyWaiting,
  givingUpConfirmation,
  isResetOutcome,
  nothingWaits,
  resetConfirmation,
  resetOutcomeHref,
  resetOutcomeOf,
  resetRefusalWords,
} from '../presenters/factor-resets.ts';
import { formatDateTime, fullName } from '../presenters/format.ts';
import { accountRepository } from '../repositories/accounts.ts';
import { emptyForm, factorResetForm } from '../schemas/accounts.ts';
import { refusedOf } from './account-acts.ts';
import { confirmedAct } from './confirmed-act.ts';
import type { AppContext } from './context.ts';
import { declaredForm, nothingTyped, type Page, type Told } from './declared-form.ts';
import { idOf, tokenOf } from './identifiers.ts';

/** « Réinitialiser le second facteur » of somebody of the scope, and « Ce n'est pas moi » of that (R89). */
export function factorResetsController({ db, services: { factorResets, factorResetAnswers } }: AppContext) {
  const managed = (id: number, organismId: number | null) => accountRepository(db).getManaged(id, organismId);
  const list = paths.accounts.index;

  const reset = confirmedAct({
    list,
    async describe(req) {
      const account = await managed(idOf(req), organismIdOf(scopeOf(req)));
      const giveUp = hrefOf(req)(paths.accounts.cancelFactorReset({ id: account.id }));
      return resetConfirmation(account, await factorResets.foresee(actorOf(req), account), giveUp);
    },
    form: () => factorResetForm,
    perform: (req, { motif: reason }) =>
      factorResets.ask(actorOf(req), scopeOf(req), { accountId: idOf(req), reason }),
    tell(req, outcome) {
      if (outcome.kind === 'refused') return refusedOf(outcome);
      const person = fullName(outcome.person);
      const href = hrefOf(req)(paths.accounts.show({ id: outcome.person.id }));
      if (outcome.kind === 'waits') return notDone(alreadyWaiting(person, outcome.reset));
      return outcome.kind === 'done'
        ? { notice: 'factor-reset', values: { person, href } }
        : {
            notice: 'factor-reset-planned',
            values: { person, href, at: formatDateTime(outcome.reset.effectiveAt) },
          };
    },
  });

  const giveUp = confirmedAct({
    list,
    async describe(req) {
      const account = await managed(idOf(req), organismIdOf(scopeOf(req)));
      return givingUpConfirmation(account, await factorResets.foresee(actorOf(req), account));
    },
    form: () => emptyForm,
    perform: (req) => factorResets.giveUp(actorOf(req), scopeOf(req), idOf(req)),
    tell(req, outcome) {
      if (outcome.kind === 'refused') return refusedOf(outcome);
      const person = fullName(outcome.person);
      if (outcome.kind === 'over') return notDone(nothingWaits(person));
      const href = hrefOf(req)(paths.accounts.show({ id: outcome.person.id }));
      return { notice: 'factor-reset-given-up', values: { person, href } };
    },
  });

  // No notice could be kept in a session that ends: the page says it all.
  const refusal = declaredForm({
    everywhere: true,
    back: () => paths.home,
    about: (req) => factorResetAnswers.findRefusal(tokenOf(req)),
    page(req, state) {
      if (state.kind === 'over') return OVER;
      const isTheirs = req.user?.id === state.reset.accountId;
      if (!isTheirs) tellOther(req, state.reset, 'Répondez seulement si ce message vous était adressé.');
      const back = resetOutcomeHref('unchanged');
      const locals = { title: 'Ce n’est pas moi', breadcrumb: [], action: req.path, back };
      return { view: 'factor-resets/refusal', locals: { ...locals, ...resetRefusalWords(state) } };
    },
    parse: nothingTyped,
    perform: (req) => factorResetAnswers.refuse(tokenOf(req)),
    tell: (_req, refused) => (refused === 'over' ? OVER : { to: resetOutcomeHref(refused) }),
  });

  /** After an answer: what it came to. */
  const outcome: RequestHandler = (req, res) => {
    const name = req.params.outcome;
    if (!isResetOutcome(name)) throw new NotFound();
    res.render('factor-resets/done', { title: 'Second facteur', ...resetOutcomeOf(name) });
  };

  return { reset, giveUp, refusal, outcome };
}

const notDone = (sentence: string): Told => ({ notice: 'refused', values: { sentence } });

/** A link that was used, or whose seven days are over. */
const OVER: Page = { view: 'factor-resets/over', locals: { title: 'Second facteur' }, status: 404 };
