import { REMINDER_EVERY_DAYS, type ReminderRefusal } from '../domain/request.ts';
import { actorOf } from '../middlewares/request.ts';
import { paths } from '../paths.ts';
import { awaitedNames, reminderRefused, tooLate } from '../presenters/asking.ts';
import { formatDate, plural } from '../presenters/format.ts';
import { type OwnRequestState, ownRequestRepository } from '../repositories/own-requests.ts';
import { emptyForm } from '../schemas/accounts.ts';
import { confirmedAct } from './confirmed-act.ts';
import type { AppContext } from './context.ts';
import type { Told } from './declared-form.ts';
import { idOf } from './identifiers.ts';

const refused = (refusal: ReminderRefusal, request: OwnRequestState): Told => ({
  notice: 'refused',
  values: { sentence: reminderRefused(refusal, request) },
});

/** « Retirer ma demande » and « Relancer »: from one's own requests, or from the list of who asked for somebody else. */
export function ownRequestsController({ db, services }: AppContext) {
  const cancel = confirmedAct({
    list: paths.myInformation,
    everywhere: true,
    async describe(req) {
      const request = await ownRequestRepository(db).get(idOf(req), actorOf(req).id);
      if (request.status !== 'pending') return { notice: 'refused', values: { sentence: tooLate(request) } };
      return {
        page: `Retirer votre demande «\u00a0${request.label}\u00a0»`,
        breadcrumb: [
          { label: 'Mes informations', href: paths.myInformation },
          { label: 'Retirer une demande', href: null },
        ],
        title: `Retirer votre demande «\u00a0${request.label}\u00a0»\u00a0?`,
        effect: `Votre demande du ${formatDate(request.submittedAt)} ne sera plus examinée. Vous pourrez en faire une autre.`,
      };
    },
    form: () => emptyForm,
    perform: (req) => services.asking.cancel(actorOf(req), idOf(req)),
    tell: (_req, { kind, request }) =>
      kind === 'cancelled'
        ? { notice: 'request-cancelled', values: { label: request.label } }
        : { notice: 'refused', values: { sentence: tooLate(request) } },
  });

  const remind = confirmedAct({
    list: paths.myInformation,
    everywhere: true,
    async describe(req) {
      const reminder = await services.reminding.preview(actorOf(req), idOf(req));
      if (reminder.refusal !== null) return refused(reminder.refusal, reminder.request);
      const { request, people } = reminder;
      return {
        page: `Relancer votre demande «\u00a0${request.label}\u00a0»`,
        breadcrumb: [
          { label: 'Mes informations', href: paths.myInformation },
          { label: 'Relancer une demande', href: null },
        ],
        title: `Relancer votre demande «\u00a0${request.label}\u00a0»\u00a0?`,
        effect: `Votre demande du ${formatDate(request.submittedAt)} est rappelée à ${awaitedNames(reminder)}.`,
        points: [
          plural(people.length, 'message est envoyé', 'messages sont envoyés'),
          `Vous pourrez la relancer de nouveau dans ${REMINDER_EVERY_DAYS} jours.`,
        ],
      };
    },
    form: () => emptyForm,
    perform: (req) => services.reminding.remind(actorOf(req), idOf(req)),
    tell: (_req, reminder) =>
      reminder.refusal === null
        ? {
            notice: 'done',
            values: { sentence: `Votre demande a été rappelée à ${awaitedNames(reminder)}.` },
          }
        : refused(reminder.refusal, reminder.request),
  });

  return { cancel, remind };
}
