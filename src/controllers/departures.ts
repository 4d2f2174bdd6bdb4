import { dayInParis } from '../domain/calendar.ts';
import { organismIdOf } from '../domain/scope.ts';
import { hrefOf } from '../middlewares/href.ts';
import { actorOf, scopeOf } from '../middlewares/request.ts';
import { paths } from '../paths.ts';
import { departureConfirmation, takenSentence } from '../presenters/departures.ts';
import { formatDate, fullName } from '../presenters/format.ts';
import { accountRepository } from '../repositories/accounts.ts';
import { departureForm } from '../schemas/accounts.ts';
import { refusedOf } from './account-acts.ts';
import { confirmedAct } from './confirmed-act.ts';
import type { AppContext } from './context.ts';
import { idOf } from './identifiers.ts';

/** « Départ » of somebody of the scope, now or on a day (R76). */
export function departuresController({ db, clock, services: { departing } }: AppContext) {
  const today = () => dayInParis(clock.now());

  return confirmedAct({
    list: paths.accounts.index,
    async describe(req) {
      const account = await accountRepository(db).getManaged(idOf(req), organismIdOf(scopeOf(req)));
      return departureConfirmation(account, await departing.foresee(actorOf(req), account));
    },
    form: () => departureForm(today()),
    perform: (req, { jour: on, motif: reason, droits: rights, demandes: requests }) =>
      departing.depart(actorOf(req), scopeOf(req), { accountId: idOf(req), on, reason, rights, requests }),
    tell(req, outcome) {
      if (outcome.kind === 'refused') return refusedOf(outcome);
      const person = fullName(outcome.person);
      const href = hrefOf(req)(paths.accounts.show({ id: outcome.person.id }));
      return outcome.kind === 'planned'
        ? { notice: 'departure-planned', values: { person, on: formatDate(outcome.on), href } }
        : {
            notice: 'departure-done',
            values: {
              person,
              taken: takenSentence(outcome.departed),
              href: hrefOf(req)(paths.batches.show({ id: outcome.departed.batchId })),
            },
          };
    },
  });
}
