import { actorOf, scopeOf } from '../middlewares/request.ts';
import { paths } from '../paths.ts';
import { remindedNames, remindersConfirmation, remindersRefused } from '../presenters/request-reminders.ts';
import { emptyForm } from '../schemas/accounts.ts';
import { confirmedAct } from './confirmed-act.ts';
import type { AppContext } from './context.ts';
import { idOf } from './identifiers.ts';

/** « Rappeler aux administrateurs », on a row that waits for those of its organism. */
export function requestRemindersController({ services: { remindingAdministrators } }: AppContext) {
  const remind = confirmedAct({
    list: paths.requests.pending,
    describe: async (req) =>
      remindersConfirmation(await remindingAdministrators.preview(scopeOf(req), idOf(req))),
    form: () => emptyForm,
    perform: (req) => remindingAdministrators.remind(actorOf(req), scopeOf(req), idOf(req)),
    tell(_req, reminder) {
      const refused = remindersRefused(reminder);
      if (refused !== null) return { notice: 'refused', values: { sentence: refused } };
      const sentence = `Les demandes qui attendent ont été rappelées à ${remindedNames(reminder)}.`;
      return { notice: 'done', values: { sentence } };
    },
  });

  return { remind };
}
