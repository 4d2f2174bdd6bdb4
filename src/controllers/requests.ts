import type { RequestHandler } from 'express';
import { acceptedRequests, pendingRequests, refusedRequests } from '../lists/requests.ts';
import { passedOn } from '../middlewares/request.ts';
import { paths } from '../paths.ts';
import type { AppContext } from './context.ts';
import { listController } from './lists.ts';

/** « Demandes d'habilitations : En cours », « Accepté », « Refus » (R15-R26), with their exports. */
export function requestsController(context: AppContext) {
  /** « Demandes d'habilitations » opens on what is to be done. */
  const home: RequestHandler = (req, res) => {
    res.redirect(302, passedOn(req, paths.requests.pending));
  };

  return {
    home,
    pending: listController(context, pendingRequests),
    accepted: listController(context, acceptedRequests),
    refused: listController(context, refusedRequests),
  };
}
