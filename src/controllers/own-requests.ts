import type { Request, RequestHandler } from 'express';
import { actorOf, backTo, leaveNotice, redirectTo } from '../middlewares/request.ts';
import { paths } from '../paths.ts';
import { tooLate } from '../presenters/asking.ts';
import { formatDate } from '../presenters/format.ts';
import { ownRequestRepository } from '../repositories/own-requests.ts';
import type { AppContext } from './context.ts';
import { idOf } from './identifiers.ts';

/** « Annuler la demande de … »: from one's own requests, or from the list of who asked for somebody else. */
export function ownRequestsController({ db, services }: AppContext) {
  return {
    confirmation: (async (req, res) => {
      const request = await ownRequestRepository(db).get(idOf(req), actorOf(req).id);
      if (request.status !== 'pending') {
        leaveNotice(req, 'request-too-late', { sentence: tooLate(request) });
        return redirectTo(req, res, backOf(req));
      }
      res.render('my-information/cancellation', {
        title: `Annuler la demande de ${request.roleLabel}`,
        breadcrumb: [
          { label: 'Mes informations', href: paths.myInformation },
          { label: 'Annuler une demande', href: null },
        ],
        confirmation: {
          title: `Annuler la demande de ${request.roleLabel}\u00a0?`,
          effect: `Votre demande du ${formatDate(request.submittedAt)} ne sera plus examinée. Vous pourrez en faire une autre.`,
          action: req.path,
          cancelHref: backOf(req),
          hidden: [{ name: 'retour', value: backOf(req) }],
        },
      });
    }) satisfies RequestHandler,

    cancel: (async (req, res) => {
      const { kind, request } = await services.asking.cancel(actorOf(req), idOf(req));
      if (kind === 'cancelled') leaveNotice(req, 'request-cancelled', { label: request.roleLabel });
      else leaveNotice(req, 'request-too-late', { sentence: tooLate(request) });
      await redirectTo(req, res, backOf(req));
    }) satisfies RequestHandler,
  };
}

const backOf = (req: Request): string => backTo(req, paths.myInformation);
