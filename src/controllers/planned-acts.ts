import { NotFound } from '../domain/errors.ts';
import { organismIdOf } from '../domain/scope.ts';
import { actorOf, scopeOf } from '../middlewares/request.ts';
import { paths } from '../paths.ts';
import { fullName } from '../presenters/format.ts';
import { cancelConfirmation, cancelFaultSentence, plannedName } from '../presenters/planned-acts.ts';
import { accountRepository } from '../repositories/accounts.ts';
import { plannedActRepository } from '../repositories/planned-acts.ts';
import { emptyForm } from '../schemas/accounts.ts';
import { confirmedAct } from './confirmed-act.ts';
import type { AppContext } from './context.ts';
import { idOf } from './identifiers.ts';

/** « Annuler » what is planned. */
export function plannedActsController({ db, services: { givingUp } }: AppContext) {
  /** @throws NotFound for what is not, or no more, to come in the scope (P5). */
  async function load(id: number, organismId: number | null) {
    const act = await plannedActRepository(db).findManaged(id, organismId);
    if (!act) throw new NotFound('Cet acte n’est plus prévu\u00a0: il a été fait, ou annulé.');
    return { act, person: act.accountId === null ? null : await accountRepository(db).get(act.accountId) };
  }

  const cancel = confirmedAct({
    list: paths.plannedActs.index,
    async describe(req) {
      const { act, person } = await load(idOf(req), organismIdOf(scopeOf(req)));
      return cancelConfirmation(act, person, await givingUp.foresee(actorOf(req), act));
    },
    form: () => emptyForm,
    async perform(req) {
      const { act, person } = await load(idOf(req), organismIdOf(scopeOf(req)));
      const fault = await givingUp.cancel(actorOf(req), scopeOf(req), act.id);
      return { act, person: person === null ? '' : fullName(person), fault };
    },
    tell: (_req, { act, person, fault }) =>
      fault === null
        ? { notice: 'planned-act-cancelled', values: { act: plannedName(act), person } }
        : { notice: 'refused', values: { sentence: cancelFaultSentence(fault) } },
  });

  return { cancel };
}
