import { actorOf } from '../middlewares/request.ts';
import { paths } from '../paths.ts';
import { tooLate } from '../presenters/asking.ts';
import { formatDate } from '../presenters/format.ts';
import { ownRequestRepository } from '../repositories/own-requests.ts';
import { emptyForm } from '../schemas/accounts.ts';
import { confirmedAct } from './confirmed-act.ts';
import type { AppContext } from './context.ts';
import { idOf } from './identifiers.ts';

/** « Retirer ma demande »: from one's own requests, or from the list of who asked for somebody else. */
export function ownRequestsController({ db, services }: AppContext) {
  const cancel = confirmedAct({
    list: paths.myInformation,
    everywhere: true,
    async describe(req) {
      const request = await ownRequestRepository(db).get(idOf(req), actorOf(req).id);
      if (request.status !== 'pending') return { notice: 'refused', values: { sentence: tooLate(request) } };
      return {
        page: `Retirer votre demande «\u00a0${request.roleLabel}\u00a0»`,
        breadcrumb: [
          { label: 'Mes informations', href: paths.myInformation },
          { label: 'Retirer une demande', href: null },
        ],
        title: `Retirer votre demande «\u00a0${request.roleLabel}\u00a0»\u00a0?`,
        effect: `Votre demande du ${formatDate(request.submittedAt)} ne sera plus examinée. Vous pourrez en faire une autre.`,
      };
    },
    form: () => emptyForm,
    perform: (req) => services.asking.cancel(actorOf(req), idOf(req)),
    tell: (_req, { kind, request }) =>
      kind === 'cancelled'
        ? { notice: 'request-cancelled', values: { label: request.roleLabel } }
        : { notice: 'refused', values: { sentence: tooLate(request) } },
  });

  return { cancel };
}
